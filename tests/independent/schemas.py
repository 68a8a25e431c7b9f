"""Following a value through a JSON Schema, as far as it takes to find what the schema declares for it.

This validates nothing. It gathers every subschema that may govern a value, whatever branch applies, since a
default or an enum in any branch is a place the value can have come from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

_BRANCHES = ("anyOf", "oneOf", "allOf")
_MAX_DEPTH = 12


def expand(schema: Any, root: dict[str, Any], depth: int = 0) -> Iterator[dict[str, Any]]:
    """List a schema with its references and branches; the depth ends a reference to itself."""
    if not isinstance(schema, dict) or depth > _MAX_DEPTH:
        return
    yield schema
    if "$ref" in schema:
        yield from expand(_target(str(schema["$ref"]), root), root, depth + 1)
    for keyword in _BRANCHES:
        for branch in schema.get(keyword) or []:
            yield from expand(branch, root, depth + 1)


def _target(reference: str, root: Any) -> Any:
    """Follow a reference within the document; any other has no target here."""
    if not reference.startswith("#"):
        return None
    for part in reference[1:].split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        root = root.get(key) if isinstance(root, dict) else None
    return root


def descend(schemas: Iterable[dict[str, Any]], key: str | int, root: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """List the schemas of a property or an item."""
    return tuple(
        full
        for schema in schemas
        for child in (_item(schema, key) if isinstance(key, int) else _property(schema, key))
        for full in expand(child, root)
    )


def _property(schema: dict[str, Any], key: str) -> list[Any]:
    """Find what governs a property: its own entry, else a pattern, else the schema of all others."""
    properties = schema.get("properties") or {}
    if key in properties:
        return [properties[key]]
    matching = [child for pattern, child in (schema.get("patternProperties") or {}).items() if re.search(pattern, key)]
    return matching or [schema.get("additionalProperties")]


def _item(schema: dict[str, Any], index: int) -> list[Any]:
    """Find what governs an item: its place in a tuple, else the schema of all items."""
    prefix = schema.get("prefixItems") or []
    return [prefix[index]] if index < len(prefix) else [schema.get("items")]


def choices(schemas: Iterable[dict[str, Any]], only_forced: bool = False) -> Iterator[Any]:
    """List the values a schema names: default, const, enum; only the default and a sole choice if forced."""
    for schema in schemas:
        yield from (schema[keyword] for keyword in ("default", "const") if keyword in schema)
        members = schema.get("enum")
        if isinstance(members, list) and (len(members) == 1 or not only_forced):
            yield from members


def equal_json(value: Any, declared: Any) -> bool:
    """Compare two JSON values exactly; unlike Python, true is not 1."""
    if isinstance(value, bool) or isinstance(declared, bool):
        return value is declared
    if isinstance(value, dict) and isinstance(declared, dict):
        return value.keys() == declared.keys() and all(equal_json(value[key], declared[key]) for key in value)
    if isinstance(value, list) and isinstance(declared, list):
        return len(value) == len(declared) and all(map(equal_json, value, declared))
    return bool(value == declared)
