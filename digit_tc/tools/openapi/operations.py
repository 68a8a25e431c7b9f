"""One operation of a document as a tool."""

import re
from dataclasses import dataclass
from typing import Any

from digit_tc.tools.mending import Mender
from digit_tc.tools.names import legal_name
from digit_tc.tools.openapi.arguments import Arguments, parameters_of
from digit_tc.tools.openapi.bodies import is_json, offered
from digit_tc.tools.openapi.document import Document
from digit_tc.tools.openapi.schemas import Schemas
from digit_tc.tools.place import step
from digit_tc.tools.tool import Source, Tool

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

_SAFE = ("get", "head", "options", "trace")
"""Methods that only read: RFC 9110, section 9.2.1. Section 9.2.2 has those that may be repeated."""

_SUCCESS = re.compile(r"2(?:\d\d|XX)")


@dataclass(frozen=True)
class Operation:
    """An operation as it is written, with what its path says for all of its methods."""

    raw: dict[str, Any]
    pointer: str
    method: str
    path: str
    item: dict[str, Any]
    item_pointer: str


def read_operation(operation: Operation, schemas: Schemas, keys: set[tuple[str, str]]) -> Tool:
    """Reads one operation; what had to be mended or left out is noted in the fixes, whose pointers lead from the top.

    Args:
        operation: The operation.
        schemas: Those of the document.
        keys: Place and name of the API keys of the document.

    Raises:
        CatalogueError: It cannot be read.
    """
    document = schemas.document
    place = document.at(operation.pointer)
    document.check(operation.raw, operation.pointer)
    mender = Mender(document.at(""))
    written, name = _name(operation, document, mender)
    arguments = _arguments(operation, schemas, mender, keys)
    parameters = arguments.schema()
    output = _output(operation, schemas, mender)
    return Tool(
        name=name,
        description=_description(operation, document),
        parameters=parameters,
        output_schema=output,
        annotations=_annotations(operation, arguments),
        alias=written if written and written != name else "",
        source=Source(dialect="openapi", file=place.file, pointer=place.pointer),
        fixes=tuple({(fix.code, fix.pointer): fix for fix in mender.fixes}.values()),
        original=_original(operation),
    )


def _name(operation: Operation, document: Document, mender: Mender) -> tuple[str, str]:
    """Returns the name as it is written, empty where there is none, and as model servers accept it."""
    written = document.text(operation.raw, "operationId", operation.pointer)
    made = "_".join([operation.method, *re.findall(r"[A-Za-z0-9]+", operation.path)])
    name = legal_name(written or made)
    pointer = step(operation.pointer, "operationId")
    if not written:
        mender.note("name-from-path", pointer, None, name)
    elif name != written:
        mender.note("name-illegal", pointer, written, name)
    return written, name


def _description(operation: Operation, document: Document) -> str:
    """Returns summary and description in one, those of the path where the operation has neither."""
    for raw, pointer in ((operation.raw, operation.pointer), (operation.item, operation.item_pointer)):
        summary, said = (document.text(raw, key, pointer) for key in ("summary", "description"))
        if not summary or said.lower().startswith(summary.lower().rstrip(".")):
            summary, said = said, ""
        if summary:
            ended = summary if summary.endswith((".", "!", "?")) or not said else f"{summary}."
            return f"{ended} {said}".strip()
    return ""


def _arguments(operation: Operation, schemas: Schemas, mender: Mender, keys: set[tuple[str, str]]) -> Arguments:
    document = schemas.document
    arguments = Arguments(document, schemas, mender, operation.pointer)
    holders = [(operation.item, operation.item_pointer), (operation.raw, operation.pointer)]
    arguments.add_parameters(parameters_of(document, holders), keys, operation.path)
    if operation.raw.get("requestBody") is not None:
        arguments.add_body(operation.raw["requestBody"], step(operation.pointer, "requestBody"))
    return arguments


def _output(operation: Operation, schemas: Schemas, mender: Mender) -> dict[str, Any] | None:
    """Returns the schema of the lowest success that has one in JSON; None where there is none."""
    document, where = schemas.document, step(operation.pointer, "responses")
    if operation.raw.get("responses") is None:
        return None
    responses = document.object(operation.raw["responses"], where, "`responses`")
    for code in sorted((code for code in responses if _SUCCESS.fullmatch(code.upper())), key=str.upper):
        response, pointer = document.follow(responses[code], step(where, code), "a response")
        for media, entry, at in offered(document, response, pointer):
            if is_json(media) and "schema" in entry:
                return _result(entry["schema"], step(at, "schema"), schemas, mender)
    return None


def _result(raw: Any, pointer: str, schemas: Schemas, mender: Mender) -> dict[str, Any] | None:
    flat, fixes = schemas.flat(schemas.part(raw, pointer, "response"), "response")
    mender.fixes.extend(fixes)
    if not flat:
        mender.note("output-says-nothing", pointer, raw, None)
        return None
    return schemas.bundle(flat, "response", mender, pointer)


def _annotations(operation: Operation, arguments: Arguments) -> dict[str, Any]:
    """Returns where each argument goes, and what the method says in the words of MCP."""
    method = operation.method
    told: dict[str, Any] = {"method": method.upper(), "path": operation.path, "argumentLocations": arguments.places}
    more = {
        "argumentNames": arguments.names,
        "bodyArgument": arguments.body,
        "mediaType": arguments.media,
        "deprecated": operation.raw.get("deprecated") is True,
        "readOnlyHint": method in _SAFE,
        "destructiveHint": method == "delete",
        "idempotentHint": method in ("put", "delete"),
    }
    return {**told, **{key: value for key, value in more.items() if value}}


def _original(operation: Operation) -> dict[str, Any]:
    shared = operation.item.get("parameters")
    return {
        "method": operation.method,
        "path": operation.path,
        **({"parameters": shared} if shared else {}),
        "operation": operation.raw,
    }
