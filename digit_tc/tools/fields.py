"""The leaves of a tool's argument and result schemas."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from digit_tc.same import Same
from digit_tc.tools.expansion import expand
from digit_tc.tools.names import singular, words
from digit_tc.tools.schema import nullable, type_of
from digit_tc.tools.tool import Tool

ITEM = "[]"
VALUE = "{}"
_DEPTH = 6


@dataclass(frozen=True)
class Field:
    """One leaf. `path` holds keys, "[]" for any item of a list and "{}" for any value of a map."""

    path: tuple[str, ...]
    schema: dict[str, Any]
    required: bool
    """Whether the leaf is there in every valid value."""
    nullable: bool = False
    """Whether it, or an object that it stands in, may be null."""

    @cached_property
    def key(self) -> str:
        """The innermost name on the path, or empty at the root."""
        return next((part for part in reversed(self.path) if part not in (ITEM, VALUE)), "")

    @property
    def owner(self) -> str:
        """The noun of the object that the leaf belongs to, singular: hotels[].name gives hotel; empty at the root."""
        names = [part for part in self.path if part not in (ITEM, VALUE)]
        return singular(words(names[-2])[-1]) if len(names) > 1 and words(names[-2]) else ""

    @property
    def many(self) -> bool:
        """Whether the leaf can occur several times."""
        return ITEM in self.path or VALUE in self.path

    @property
    def label(self) -> str:
        """The path as text: hotels[].hotel_id."""
        text = ""
        for part in self.path:
            text += part if part in (ITEM, VALUE) else f".{part}" if text else part
        return text or "result"


def inputs(tool: Tool) -> tuple[Field, ...]:
    """Returns the leaves of a tool's arguments."""
    return tuple(field for field in leaves(tool.parameters) if field.path)


def outputs(tool: Tool) -> tuple[Field, ...]:
    """Returns the leaves of a tool's result; empty where the specification declares none."""
    return tuple(leaves(tool.output_schema)) if tool.output_schema else ()


def leaves(schema: dict[str, Any]) -> Iterator[Field]:
    """Walks a schema down to its leaves, local references resolved, at most six levels deep."""
    yield from _walk(expand(schema), (), True)


def branch(schema: dict[str, Any]) -> dict[str, Any]:
    """Returns the schema itself, or its first alternative that is not null."""
    return _branch(Same(schema)) if "anyOf" in schema or "oneOf" in schema else schema


@lru_cache(maxsize=4096)
def _branch(same: Same[dict[str, Any]]) -> dict[str, Any]:
    schema = same.value
    for word in ("anyOf", "oneOf"):
        for option in schema.get(word, ()):
            if isinstance(option, dict) and option.get("type") != "null":
                return {**{key: value for key, value in schema.items() if key != word}, **option}
    return schema


def _walk(schema: dict[str, Any], path: tuple[str, ...], required: bool, null: bool = False) -> Iterator[Field]:
    null = null or nullable(schema)
    schema = branch(schema)
    kind = type_of(schema)
    if len(path) >= _DEPTH:
        return
    if kind == "array" and isinstance(schema.get("items"), dict):
        yield from _walk(_inherit(schema), (*path, ITEM), required, null)
    elif kind == "object" and schema.get("properties"):
        needed = schema.get("required", [])
        for name, part in schema["properties"].items():
            if isinstance(part, dict):
                yield from _walk(part, (*path, name), required and name in needed, null)
    elif kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        yield from _walk(schema["additionalProperties"], (*path, VALUE), required, null)
    else:
        yield Field(path, schema, required, null)


def _inherit(schema: dict[str, Any]) -> dict[str, Any]:
    """Returns the schema of a list's items, described by the list where it says nothing itself."""
    items: dict[str, Any] = schema["items"]
    return items if items.get("description") else {**items, "description": schema.get("description", "")}
