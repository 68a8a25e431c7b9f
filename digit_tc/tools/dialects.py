"""The ways in which tools are written down, told apart by content, and read into one canonical form."""

from typing import Any

from digit_tc.tools.mending import Mender
from digit_tc.tools.names import legal_name
from digit_tc.tools.place import Place, check_json, shown
from digit_tc.tools.schema import json_type
from digit_tc.tools.tool import Source, Tool
from digit_tc.tools.words import read_type

PARAMETER_KEYS = ("parameters", "inputSchema", "input_schema")
"""Where the schema of the arguments may stand."""

_OUTPUT_KEYS = ("output_schema", "outputSchema", "response", "results", "return", "returns", "output_parameters")


def looks_like_tool(raw: Any) -> bool:
    """Says whether a JSON value is meant as a tool, sound or not."""
    if not isinstance(raw, dict):
        return False
    return isinstance(raw.get("function"), dict) or any(key in raw for key in PARAMETER_KEYS)


def detect(raw: dict[str, Any]) -> str:
    """Returns the dialect of a tool: `openai`, `mcp`, `bfcl`, `anthropic`, `xlam` or `flat`."""
    if isinstance(raw.get("function"), dict):
        return "openai"
    if "inputSchema" in raw:
        return "mcp"
    parameters = raw.get("parameters")
    if isinstance(parameters, dict) and parameters.get("type") == "dict":
        return "bfcl"
    if "response" in raw:
        return "bfcl"
    if "input_schema" in raw:
        return "anthropic"
    return "xlam" if _is_argument_map(parameters) else "flat"


def read_tool(raw: Any, place: Place | None = None, namespace: str = "") -> Tool:
    """Reads one tool in any dialect; what had to be mended is noted in its `fixes`, never changed silently.

    Raises:
        CatalogueError: It is no tool, or cannot be mended.
    """
    place = place or Place()
    check_json(raw, place)
    if not isinstance(raw, dict):
        raise place.error(f"a tool is an object, not {json_type(raw)}", "give an object with name and parameters")
    dialect = detect(raw)
    body, inside = (raw["function"], "/function") if dialect == "openai" else (raw, "")
    mender = Mender(place)
    written = _text(body, "name", place.below(inside))
    if not written:
        raise place.below(inside).error("this tool has no name", "give it a `name`")
    name = legal_name(written)
    if name != written:
        mender.note("name-illegal", f"{inside}/name", written, name)
    return Tool(
        name=name,
        namespace=_text(body, "namespace", place.below(inside)) or namespace,
        description=_text(body, "description", place.below(inside)),
        parameters=_parameters(body, inside, mender, place),
        output_schema=_output(body, inside, mender),
        annotations=_annotations(body, inside, place),
        alias=written if name != written else _alias(raw),
        source=Source(dialect=dialect, file=place.file, pointer=place.pointer),
        fixes=tuple(mender.fixes),
        original=raw,
    )


def _alias(raw: dict[str, Any]) -> str:
    """Returns the first name of a tool that `tools show --json` has printed; empty for every other tool."""
    alias = raw.get("alias")
    return alias if isinstance(alias, str) and {"source", "original"} <= raw.keys() else ""


def _text(body: dict[str, Any], key: str, place: Place) -> str:
    value = body.get(key)
    if value is not None and not isinstance(value, str):
        raise place.at(key).error(f"the {key} of a tool is text, not {json_type(value)}", "write it as a string")
    return value or ""


def _parameters(body: dict[str, Any], inside: str, mender: Mender, place: Place) -> dict[str, Any]:
    key = next((key for key in PARAMETER_KEYS if key in body), "parameters")
    pointer = f"{inside}/{key}"
    raw = body.get(key)
    if raw is None:
        if key not in body and not inside and body.get("type") != "function":
            raise place.error(
                f"the tool {shown(body['name'])!r} has no `parameters`",
                "give a JSON Schema object, if need be an empty one",
            )
        mender.note("parameters-missing", pointer, None, {"type": "object", "properties": {}})
        return {"type": "object", "properties": {}}
    if not isinstance(raw, dict):
        raise place.below(pointer).error(
            f"parameters are a JSON Schema object, not {json_type(raw)}",
            'write {"type": "object", "properties": {...}}',
        )
    wrapped = _wrapped(raw, pointer, mender, required=True) if _is_argument_map(raw) else raw
    return mender.parameters(wrapped, pointer)


def _output(body: dict[str, Any], inside: str, mender: Mender) -> dict[str, Any] | None:
    key = next((key for key in _OUTPUT_KEYS if body.get(key) is not None), None)
    if key is None:
        return None
    raw, pointer = body[key], f"{inside}/{key}"
    if raw is True or raw == {} or (isinstance(raw, str) and read_type(raw) is None):
        mender.note("output-says-nothing", pointer, raw, None)
        return None
    # A lone `items` is an array schema that leaves out its type.
    plain = not _is_argument_map(raw) or list(raw) == ["items"]
    wrapped = raw if plain else _wrapped(raw, pointer, mender, required=False)
    return mender.output(wrapped, pointer)


def _annotations(body: dict[str, Any], inside: str, place: Place) -> dict[str, Any]:
    raw = body.get("annotations")
    if raw is not None and not isinstance(raw, dict):
        raise place.below(f"{inside}/annotations").error(
            f"annotations are an object, not {json_type(raw)}", "write the hints by name"
        )
    title = _text(body, "title", place.below(inside))
    return {**({"title": title} if title else {}), **(raw or {})}


def _is_argument_map(raw: Any) -> bool:
    """Says whether arguments stand by name without `properties` around them.

    All of them must look like a schema: an argument called `type` or `properties` is not to mislead.
    """
    return (
        isinstance(raw, dict)
        and bool(raw)
        and all(
            isinstance(value, dict) and any(isinstance(value.get(key), str) for key in ("type", "description"))
            for value in raw.values()
        )
    )


def _wrapped(raw: dict[str, Any], pointer: str, mender: Mender, *, required: bool) -> dict[str, Any]:
    names = [name for name, schema in raw.items() if not _is_optional(schema)] if required else []
    schema: dict[str, Any] = {"type": "object", "properties": raw}
    if required:
        schema["required"] = names
    mender.note("properties-missing", pointer, list(raw), {"required": names})
    mender.wrap(pointer, "properties")
    return schema


def _is_optional(schema: dict[str, Any]) -> bool:
    kind = schema.get("type")
    word = read_type(kind) if isinstance(kind, str) else None
    return "default" in schema or schema.get("required") is False or (word is not None and word.optional)
