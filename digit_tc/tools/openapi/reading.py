"""Reading an OpenAPI document: every operation of its paths, in the order in which they are written."""

from collections.abc import Iterator
from typing import Any

from digit_tc.errors import NoToolsError
from digit_tc.tools.openapi.document import Document
from digit_tc.tools.openapi.operations import METHODS, Operation, read_operation
from digit_tc.tools.openapi.schemas import Schemas
from digit_tc.tools.place import Place, check_json, shown, step
from digit_tc.tools.tool import Tool


def is_openapi(raw: dict[str, Any]) -> bool:
    """Says whether a document is OpenAPI of any version, or Swagger as it was called before."""
    version = raw.get("openapi", raw.get("swagger"))
    return (
        isinstance(version, str | int | float)
        and not isinstance(version, bool)
        and any(key in raw for key in ("paths", "webhooks", "components", "info"))
    )


def read_openapi(raw: dict[str, Any], place: Place) -> Iterator[Tool]:
    """Yields a tool for every operation of a document; webhooks, which call the other way round, are none.

    Raises:
        CatalogueError: It is of another version than 3, or an operation cannot be read.
        NoToolsError: It has no operations.
    """
    version = str(raw.get("openapi", raw.get("swagger")))
    if version.partition(".")[0] != "3" or "openapi" not in raw:
        what = f"this is {'OpenAPI' if 'openapi' in raw else 'Swagger'} {shown(version)}, which is not read"
        raise place.error(what, "convert it to OpenAPI 3")
    document = Document(raw, place)
    schemas, keys = Schemas(document), _keys(document)
    empty = True
    for operation in _operations(document):
        empty = False
        yield read_operation(operation, schemas, keys)
    if empty:
        raise NoToolsError(str(place.error("this OpenAPI document has no operations", "name another file")))


def _operations(document: Document) -> Iterator[Operation]:
    paths = document.raw.get("paths")
    named = {} if paths is None else document.object(paths, "/paths", "`paths`")
    for path, written in named.items():
        if str(path).startswith("x-"):
            continue
        pointer = step("/paths", path)
        beside = (
            {key: value for key, value in written.items() if key not in METHODS} if isinstance(written, dict) else {}
        )
        check_json({path: beside}, document.at("/paths"))
        item, at = document.follow({} if written is None else written, pointer, "a path")
        for method in (key for key in item if key in METHODS):
            where = step(at, method)
            yield Operation(document.object(item[method], where, "an operation"), where, method, path, item, at)


def _keys(document: Document) -> set[tuple[str, str]]:
    """Returns place and name of the API keys that the document knows; headers are the same in any case."""
    components = document.raw.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, dict) else None
    found: set[tuple[str, str]] = set()
    for name, written in schemes.items() if isinstance(schemes, dict) else ():
        scheme, pointer = document.follow(written, step("/components/securitySchemes", name), "a security scheme")
        if scheme.get("type") == "apiKey":
            place, key = (document.text(scheme, part, pointer) for part in ("in", "name"))
            found.add((place, key.lower() if place == "header" else key))
    return found
