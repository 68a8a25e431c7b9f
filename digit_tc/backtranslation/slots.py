"""The places of a call that can hold a literal value, and what kind of value fits each."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from digit_tc.backtranslation.cues import cues, roles
from digit_tc.extraction.words import parts
from digit_tc.same import Same
from digit_tc.tools.tool import Tool

SlotKind = Literal["date", "time", "datetime", "number", "boolean", "enum", "email", "url", "phone", "pattern", "text"]
Path = tuple[str, ...]

_FORMATS: Mapping[str, SlotKind] = {
    "date": "date",
    "time": "time",
    "date-time": "datetime",
    "email": "email",
    "uri": "url",
    "url": "url",
    "phone": "phone",
}
_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Slot:
    """One place for a literal value: `path` has "*" where an array index stands, `order` counts within the tool."""

    call: int
    tool: str
    path: Path
    kind: SlotKind
    schema: Mapping[str, Any]
    cues: Mapping[str, float]
    roles: frozenset[str]
    order: int
    required: bool

    @property
    def name(self) -> str:
        """The name of the argument itself."""
        return next((key for key in reversed(self.path) if key != "*"), "")

    def admits(self, value: Any) -> bool:
        """Tells whether a literal of the right kind keeps the slot's pattern, members and bounds."""
        if "enum" in self.schema:
            return value in self.schema["enum"]
        if self.kind == "number":
            return _within(self.schema, value)
        return not isinstance(value, str) or self.kind != "pattern" or matches(str(self.schema["pattern"]), value)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One literal of a plan with the slot it fills; `pointer` and `indices` say where exactly."""

    slot: Slot
    pointer: str
    value: Any

    @property
    def indices(self) -> tuple[str, ...]:
        """The array indices on the way to the literal."""
        return tuple(k for k, t in zip(self.pointer.split("/")[1:], self.slot.path, strict=True) if t == "*")


def slots(call: int, tool: Tool) -> list[Slot]:
    """Returns the slots of a tool, in the order of its specification."""
    return list(_slots(call, Same(tool)))


@lru_cache(maxsize=2048)
def _slots(call: int, same: Same[Tool]) -> tuple[Slot, ...]:
    tool = same.value
    walked = _walk(tool.parameters, tool.parameters, (), True, 0)
    return tuple(_slot(call, tool, path, schema, needed, order) for order, (path, schema, needed) in enumerate(walked))


def leaves(arguments: Any, known: Sequence[Slot], extra: Tool) -> Iterator[Leaf]:
    """Yields the literals of a call with their slots; one that the specification does not name gets a free slot."""
    by_path = {slot.path: slot for slot in known}
    call = known[0].call if known else 0
    for pointer, path, value in _literals(arguments, "", ()):
        slot = by_path.get(path) or _slot(call, extra, path, _guess(value), False, len(known))
        yield Leaf(slot, pointer, value)


def matches(pattern: str, value: str) -> bool:
    """Tells whether a value fits a schema pattern; one that Python cannot read admits everything."""
    try:
        return re.search(pattern, value) is not None
    except re.error:
        return True


def kind_of(name: str, schema: Mapping[str, Any]) -> SlotKind:
    """Returns what kind of value a schema asks for, by type, format, pattern, then by name and description."""
    if schema.get("enum"):
        return "enum"
    declared = _type(schema)
    if declared in ("integer", "number"):
        return "number"
    if declared == "boolean":
        return "boolean"
    if schema.get("format") in _FORMATS:
        return _FORMATS[str(schema["format"])]
    return _by_pattern(schema) or _by_words(parts(name), str(schema.get("description") or "").upper(), schema)


def _by_pattern(schema: Mapping[str, Any]) -> SlotKind | None:
    pattern = schema.get("pattern")
    if pattern and matches(str(pattern), "14:30") and not matches(str(pattern), "99:99"):
        return "time"
    return "date" if pattern and matches(str(pattern), "2024-03-05") and not matches(str(pattern), "x") else None


def _by_words(named: list[str], description: str, schema: Mapping[str, Any]) -> SlotKind:
    if "id" not in named and ("email" in named or "mail" in named):
        return "email"
    if "phone" in named or "mobile" in named:
        return "phone"
    if "pattern" in schema:
        return "pattern"
    if "YYYY-MM-DD" in description:
        return "datetime" if "HH" in description else "date"
    return "time" if "HH:MM" in description else "text"


def _type(schema: Mapping[str, Any]) -> str:
    declared = schema.get("type")
    if isinstance(declared, list):
        declared = next((one for one in declared if one != "null"), "")
    return str(declared or ("object" if "properties" in schema else ""))


def _slot(call: int, tool: Tool, path: Path, schema: Mapping[str, Any], required: bool, order: int) -> Slot:
    name = next((key for key in reversed(path) if key != "*"), "")
    kind = kind_of(name, schema)
    sides = roles(name, str(schema.get("description") or ""), kind)
    return Slot(
        call,
        tool.name,
        path,
        kind,
        schema,
        cues(path, schema, (tool.name, tool.description), sides),
        sides,
        order,
        required,
    )


def _walk(
    schema: Mapping[str, Any], root: Mapping[str, Any], path: Path, required: bool, depth: int
) -> Iterator[tuple[Path, Mapping[str, Any], bool]]:
    schema = _resolved(schema, root)
    kind = _type(schema)
    if depth > _DEPTH:
        return
    if kind == "object" or (not path and "properties" in schema):
        needed = schema.get("required") or []
        for key, sub in (schema.get("properties") or {}).items():
            if isinstance(sub, Mapping):
                yield from _walk(sub, root, (*path, key), required and key in needed, depth + 1)
    elif kind == "array":
        items = schema.get("items")
        items = items if isinstance(items, Mapping) else {}
        described = {"description": schema.get("description", ""), **items} if _type(items) != "object" else items
        yield from _walk(described, root, (*path, "*"), required, depth + 1)
    elif path:
        yield path, schema, required


def _resolved(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    for _ in range(_DEPTH):
        target = schema.get("$ref")
        if isinstance(target, str) and target.startswith("#/"):
            found: Any = root
            for key in target[2:].split("/"):
                found = found.get(key, {}) if isinstance(found, Mapping) else {}
            schema = {**found, **{k: v for k, v in schema.items() if k != "$ref"}}
            continue
        choices = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
        if not choices or "type" in schema:
            return schema
        chosen = next((c for c in choices if isinstance(c, Mapping) and c.get("type") != "null"), {})
        schema = {**{k: v for k, v in schema.items() if k not in ("anyOf", "oneOf", "allOf")}, **chosen}
    return schema


def _literals(value: Any, pointer: str, path: Path) -> Iterator[tuple[str, Path, Any]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            token = str(key).replace("~", "~0").replace("/", "~1")
            yield from _literals(item, f"{pointer}/{token}", (*path, str(key)))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _literals(item, f"{pointer}/{index}", (*path, "*"))
    elif value is not None:
        yield pointer, path, value


def _guess(value: Any) -> Mapping[str, Any]:
    if isinstance(value, bool):
        return {"type": "boolean"}
    return {"type": "number"} if isinstance(value, int | float) else {"type": "string"}


def _within(schema: Mapping[str, Any], value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if _type(schema) == "integer" and value != int(value):
        return False
    return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))
