"""What a tool takes and gives back, read into JSON Schema from the shapes in which it is written down.

That is a schema; a map of schemas by name, without `properties` around it; or a list of schemas that hold their `name`.
"""

from typing import Any

from digit_tc.tools.inference.optional import says_optional
from digit_tc.tools.mending import Mender
from digit_tc.tools.place import Place, shown, step
from digit_tc.tools.references import MANY, NAMED, ONE
from digit_tc.tools.schema import json_type
from digit_tc.tools.words import read_type

INPUT_KEYS = ("parameters", "inputSchema", "input_schema", "input_parameters", "params")
"""Where the arguments may stand, in the order in which they are looked for."""

OUTPUT_KEYS = ("output_schema", "outputSchema", "response", "results", "return", "returns", "output_parameters")
"""Where the result may stand."""

_KEYWORDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys((*ONE, *MANY, *NAMED), (dict, list, bool)),
    "type": (str, list),
    "required": (list, bool),
    "enum": (list,),
    "$ref": (str,),
    "$schema": (str,),
    "description": (str,),
}
"""What makes a schema of an object: a keyword with a value of such a type."""


def is_map(raw: Any) -> bool:
    """Says whether schemas stand by name without `properties` around them.

    An argument called `type` or `properties` is not to mislead: an object with such a key is a map only where every
    value looks like a schema by a `type` or `description` in words.
    """
    if not isinstance(raw, dict) or not raw:
        return False
    if all(isinstance(value, dict) and _has_words(value) for value in raw.values()):
        return True
    return all(
        (isinstance(value, dict) or _is_word(value)) and not isinstance(value, _KEYWORDS.get(key, ()))
        for key, value in raw.items()
    )


def is_list(raw: Any) -> bool:
    """Says whether schemas stand in a list, each with its name."""
    return (
        isinstance(raw, list)
        and bool(raw)
        and all(isinstance(item, dict) and isinstance(item.get("name"), str) for item in raw)
    )


def read_input(body: dict[str, Any], inside: str, mender: Mender, place: Place) -> dict[str, Any]:
    """Returns the schema of the arguments of a tool, whose body stands at the pointer `inside`.

    Raises:
        CatalogueError: There is none, or it cannot be mended.
    """
    key = next((key for key in INPUT_KEYS if key in body), "parameters")
    pointer = step(inside, key)
    raw = body.get(key)
    if raw is None or raw == []:
        if key not in body and not inside and body.get("type") != "function":
            named = f"the tool {shown(body['name'])!r}" if "name" in body else "this tool"
            raise place.error(f"{named} has no `parameters`", "give a JSON Schema object, if need be an empty one")
        mender.note("parameters-missing", pointer, raw, {"type": "object", "properties": {}})
        return {"type": "object", "properties": {}}
    if is_list(raw):
        schema = _listed(raw, pointer, mender, place, required=True)
    elif isinstance(raw, dict):
        schema = _mapped(raw, pointer, mender, required=True) if is_map(raw) else raw
    else:
        raise place.below(pointer).error(
            f"parameters are a JSON Schema object, not {json_type(raw)}",
            'write {"type": "object", "properties": {...}}, or a list of arguments that have a `name`',
        )
    return mender.parameters(schema, pointer)


def read_output(body: dict[str, Any], inside: str, mender: Mender, place: Place) -> dict[str, Any] | None:
    """Returns the schema of the result of a tool; None where nothing is said of it.

    Raises:
        CatalogueError: It cannot be mended.
    """
    key = next((key for key in OUTPUT_KEYS if body.get(key) is not None), None)
    if key is None:
        return None
    raw, pointer = body[key], step(inside, key)
    if raw is True or raw in ({}, []) or (isinstance(raw, str) and read_type(raw) is None):
        mender.note("output-says-nothing", pointer, raw, None)
        return None
    if is_list(raw):
        raw = _listed(raw, pointer, mender, place, required=False)
    elif is_map(raw) and list(raw) != ["items"]:  # a lone `items` is an array schema that leaves out its type
        raw = _mapped(raw, pointer, mender, required=False)
    return mender.output(raw, pointer)


def _mapped(raw: dict[str, Any], pointer: str, mender: Mender, *, required: bool) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "properties": raw}
    if required:
        schema["required"] = [name for name, item in raw.items() if not _is_optional(item)]
    mender.note("properties-missing", pointer, list(raw), {"required": schema.get("required", [])})
    mender.move(step(pointer, "properties"), pointer)
    return schema


def _listed(raw: list[Any], pointer: str, mender: Mender, place: Place, *, required: bool) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    needed: list[str] = []
    for index, item in enumerate(raw):
        name, where = item["name"], step(pointer, index)
        flag = item.get("required")
        schema = {key: value for key, value in item.items() if key != "name" and not _is_flag(key, value)}
        if properties.get(name, schema) != schema:
            what = f"the argument {shown(name)!r} stands twice in this list"
            raise place.below(where).error(what, "leave one of them out")
        if name not in properties and required and (flag is True or (flag is not False and not _is_optional(item))):
            needed.append(name)
        properties[name] = schema
        mender.move(step(f"{pointer}/properties", name), where)
    mender.note("parameters-list", pointer, [item["name"] for item in raw], {"required": needed})
    return {"type": "object", "properties": properties, **({"required": needed} if required else {})}


def _is_flag(key: str, value: Any) -> bool:
    return key == "required" and (value is None or isinstance(value, bool))


def _has_words(schema: dict[str, Any]) -> bool:
    return any(isinstance(schema.get(key), str) for key in ("type", "description"))


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and read_type(value) is not None


def _is_optional(schema: Any) -> bool:
    kind = schema.get("type") if isinstance(schema, dict) else schema
    word = read_type(kind) if isinstance(kind, str) else None
    if isinstance(schema, dict) and (schema.get("required") is False or says_optional(schema)):
        return schema.get("required") is not True
    return word is not None and word.optional
