"""The single repairs: each looks at one schema object, mends it in place and notes what it changed."""

import json
from collections.abc import Callable
from typing import Any

from digit_tc.errors import CatalogueError
from digit_tc.tools.place import Place, check_json, step
from digit_tc.tools.schema import json_type
from digit_tc.tools.words import JSON_TYPES, read_type

Note = Callable[[str, str, Any, Any], None]
"""Takes the code of a repair, the JSON pointer to what was mended, its old and its new value."""

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_VALUES = ("default", "const", "enum", "examples", "example")
_PYTHON_PATTERN = (("(?P<", "(?<"), ("\\A", "^"), ("\\Z", "$"))
_ABSENT = ("None", "null", "NULL")
_NO_VALUE = object()
_OF_THE_FILE = (
    "$schema", "$id", "$anchor", "$dynamicAnchor", "$vocabulary", "discriminator", "xml", "externalDocs",
)  # fmt: skip
_WHOLE = ("$ref", "allOf", "anyOf", "oneOf", "const", "not")
_ABOUT = (
    "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$defs", "definitions",
    "$comment", "$schema",
)  # fmt: skip
"""Keywords that say nothing of null, and stay where they are when null becomes an alternative."""


def _drop_empty(note: Note, node: dict[str, Any], pointer: str) -> None:
    for key, value in list(node.items()):
        if value is None and key not in _VALUES:
            note("null-keyword", step(pointer, key), None, None)
            del node[key]
        elif key == "enum" and not value:
            note("empty-enum", step(pointer, key), value, None)
            del node[key]


def _drop_dialect(note: Note, node: dict[str, Any], pointer: str) -> None:
    for key in _OF_THE_FILE:
        if key in node and (key, node[key]) != ("$schema", _DRAFT):
            note("dialect-keyword", step(pointer, key), node.pop(key), None)


def _map_type(note: Note, node: dict[str, Any], pointer: str) -> None:
    kind = node.get("type")
    where = step(pointer, "type")
    if isinstance(kind, list):
        _map_types(note, node, kind, where)
    if not isinstance(kind, str) or kind in JSON_TYPES:
        return
    word = read_type(kind)
    if word is None or not word.schema:
        note("type-unknown" if word is None else "type-any", where, node.pop("type"), None)
        return
    note("type-word", where, kind, word.schema["type"] if list(word.schema) == ["type"] else word.schema)
    if "type" in word.schema:
        node["type"] = word.schema["type"]  # in its place: the order of keys is seen by models
    else:
        del node["type"]
    for key, value in word.schema.items():
        node.setdefault(key, value)


def _map_types(note: Note, node: dict[str, Any], kinds: list[Any], where: str) -> None:
    known: list[Any] = []
    for kind in kinds:
        word = read_type(kind) if isinstance(kind, str) else None
        name = word.schema.get("type") if word is not None else None
        known.extend([] if name in known else [name])
    if None in known or not all(isinstance(name, str) for name in known):
        note("type-unknown", where, node.pop("type"), None)
    elif known != kinds:
        node["type"] = known
        note("type-word", where, kinds, known)


def _modernise(note: Note, node: dict[str, Any], pointer: str) -> None:
    if isinstance(node.get("items"), list):
        old = node.pop("items")
        if old:
            node["prefixItems"] = old
        note("items-list", step(pointer, "items"), old, None)
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(flag := node.get(exclusive), bool):
            del node[exclusive]
            if flag and bound in node:
                node[exclusive] = node.pop(bound)
            note("exclusive-flag", step(pointer, exclusive), flag, node.get(exclusive))
    if "example" in node and "examples" not in node:
        node["examples"] = [node.pop("example")]
        note("example-single", step(pointer, "example"), node["examples"][0], node["examples"])
    if "examples" in node and not isinstance(node["examples"], list):
        note("examples-wrapped", step(pointer, "examples"), node["examples"], [node["examples"]])
        node["examples"] = [node["examples"]]


def _mend_pattern(note: Note, node: dict[str, Any], pointer: str) -> None:
    pattern = new = node.get("pattern")
    if not isinstance(pattern, str) or not isinstance(new, str):
        return
    for python, ecma in _PYTHON_PATTERN:
        new = new.replace(python, ecma)
    if new != pattern:
        node["pattern"] = new
        note("pattern-python", step(pointer, "pattern"), pattern, new)


def _lift_required(note: Note, node: dict[str, Any], pointer: str) -> None:
    """Moves `"required": true` of a property into the list of its object, where JSON Schema has it."""
    properties = node.get("properties")
    if isinstance(required := node.get("required"), bool):
        # A flag on this schema itself: its holder has read it already.
        del node["required"]
        note("required-flag", step(pointer, "required"), required, None)
    if isinstance(properties, dict) and isinstance(node.get("required", []), list):
        known = {name for name in node.get("required", []) if isinstance(name, str)}
        flagged = [name for name, item in properties.items() if isinstance(item, dict) and item.get("required") is True]
        if new := [name for name in flagged if name not in known]:
            node["required"] = [*node.get("required", []), *new]


def _mend_required(note: Note, node: dict[str, Any], pointer: str) -> None:
    required = node.get("required")
    if not isinstance(required, list):
        return
    kept: list[Any] = []
    seen: set[str] = set()
    for index, name in enumerate(required):
        if not isinstance(name, str):
            kept.append(name)  # which is no JSON Schema, and is said as such
        elif name in seen:
            note("required-repeated", f"{step(pointer, 'required')}/{index}", name, None)
        elif name == "type" and node.get("properties") and _names_nothing(name, node):
            # Programs that walk schemas carelessly take a property of this name for the keyword, and lose it.
            node["properties"] = {**node["properties"], name: {}}
            note("property-swallowed", f"{step(pointer, 'required')}/{index}", None, {name: {}})
            kept.append(name)
            seen.add(name)
        elif _names_nothing(name, node):
            note("required-unknown", f"{step(pointer, 'required')}/{index}", name, None)
        else:
            seen.add(name)
            kept.append(name)
    node["required"] = kept


def _names_nothing(name: str, node: dict[str, Any]) -> bool:
    # Where other keywords may bring the property in, the list cannot be judged from here.
    elsewhere = ("allOf", "anyOf", "oneOf", "$ref", "if", "patternProperties", "dependentSchemas")
    open_ended = isinstance(node.get("additionalProperties"), dict) or any(key in node for key in elsewhere)
    known = node.get("properties", {} if node.get("type") == "object" else None)
    return isinstance(known, dict) and name not in known and not open_ended


def _name_type(note: Note, node: dict[str, Any], pointer: str) -> None:
    if any(key in node for key in ("type", "$ref", "allOf", "anyOf", "oneOf", "enum", "const", "not")):
        return
    kind = "object" if "properties" in node else "array" if "items" in node or "prefixItems" in node else None
    if kind:
        node["type"] = kind
        note("type-missing", step(pointer, "type"), None, kind)


def _mend_enum(note: Note, node: dict[str, Any], pointer: str) -> None:
    values, where = node.get("enum"), step(pointer, "enum")
    if not isinstance(values, list) or not isinstance(kind := node.get("type"), str):
        return
    if any(_fits(value, node) for value in values):
        return
    if kind == "array" and isinstance(items := node.get("items", {}), dict) and "enum" not in items:
        node["items"] = {**items, "enum": node.pop("enum")}
        note("enum-of-items", where, values, None)
        return
    new = [_literal(value, node) for value in values]
    if all(value is not _NO_VALUE for value in new):
        node["enum"] = new
        note("enum-literal", where, values, new)
    else:
        note("enum-other-type", step(pointer, "type"), node.pop("type"), None)


def _mend_nullable(note: Note, node: dict[str, Any], pointer: str) -> None:
    if not isinstance(node.get("nullable"), bool):
        return
    # Without a type or another schema beside it everything is allowed anyhow, null too.
    told: Any = None
    if node.pop("nullable"):
        told = _or_null(node) if any(key in node for key in _WHOLE) else _nullable_type(node)
    note("nullable", step(pointer, "nullable"), told is not None, told)


def _nullable_type(node: dict[str, Any]) -> Any:
    kinds = node.get("type")
    if kinds is not None:
        kinds = kinds if isinstance(kinds, list) else [kinds]
        node["type"] = kinds if "null" in kinds else [*kinds, "null"]
    if isinstance(values := node.get("enum"), list) and None not in values:
        node["enum"] = [*values, None]
    return node.get("type")


def _or_null(node: dict[str, Any]) -> Any:
    """Makes a schema one of two alternatives where null would have to fit others inside it or elsewhere."""
    inner = {key: node.pop(key) for key in list(node) if key not in _ABOUT}
    alone = inner["anyOf"] if list(inner) == ["anyOf"] and isinstance(inner["anyOf"], list) else [inner]
    node["anyOf"] = alone if {"type": "null"} in alone else [*alone, {"type": "null"}]
    return {"anyOf": [{"type": "null"}]}


def _mend_default(note: Note, node: dict[str, Any], pointer: str) -> None:
    if "default" not in node:
        return
    old, where = node["default"], step(pointer, "default")
    named = old in node["enum"] if isinstance(node.get("enum"), list) else False
    if old in _ABSENT and not named:
        new: Any = _NO_VALUE
    elif _fits(old, node):
        return
    else:
        new = _NO_VALUE if old is None else _literal(old, node)
    if new is _NO_VALUE:
        del node["default"]
        absent = old is None or old in _ABSENT or old == ""
        note("default-absent" if absent else "default-invalid", where, old, None)
    else:
        node["default"] = new
        note("default-literal", where, old, new)


def _fits(value: Any, node: dict[str, Any]) -> bool:
    kinds = node.get("type", list(JSON_TYPES))
    if not isinstance(kinds, list):
        kinds = [kinds]
    kind = json_type(value)
    whole = kind == "number" and float(value).is_integer() and "integer" in kinds
    if kind not in kinds and not whole and not (kind == "integer" and "number" in kinds):
        return False
    values = node.get("enum")
    return not isinstance(values, list) or value in values


def _literal(value: Any, node: dict[str, Any]) -> Any:
    """Reads a value written as text (`"True"`, `"5"`, `"[]"`), or the text of a value; `_NO_VALUE` when none fits."""
    if isinstance(value, str):
        try:
            found = json.loads({"True": "true", "False": "false"}.get(value, value))
            check_json(found, Place())
        except (ValueError, RecursionError, CatalogueError):
            return _NO_VALUE
    else:
        found = str(value) if json_type(value) in ("integer", "number") else _NO_VALUE
    plain = {key: item for key, item in node.items() if key == "type"}
    return found if found is not _NO_VALUE and _fits(found, plain) else _NO_VALUE


Repair = Callable[[Note, dict[str, Any], str], None]

BEFORE: tuple[Repair, ...] = (_drop_empty, _drop_dialect, _map_type, _modernise, _mend_pattern, _lift_required)
"""What is mended before the schemas inside a schema are looked at."""

AFTER: tuple[Repair, ...] = (_mend_required, _name_type, _mend_enum, _mend_nullable, _mend_default)
"""What is mended after them."""

ONCE_MORE: tuple[Repair, ...] = (_mend_required, _mend_default)
"""What is mended again when arguments were brought to the top."""
