"""Schemas cut to a size: what lies nearest stays, and what fits the whole fits what is left."""

from collections.abc import Callable
from typing import Any

from digit_tc.canonical import canonical
from digit_tc.tools.references import MANY, NAMED, ONE

Keys = tuple[str | int, ...]

_TIGHT = ("not", "if", "then", "else", "unevaluatedProperties", "unevaluatedItems", "maxContains")
"""Keywords that let less through when a schema inside lets more through."""

_LONGEST_DESCRIPTION = 500
_DEEPEST = 8


def rebuilt(schema: dict[str, Any], change: Callable[[Any, Keys], Any]) -> dict[str, Any]:
    """Returns a schema with each schema directly inside it changed; `change` is told the keys that lead there."""
    node = dict(schema)
    for keyword, value in schema.items():
        if keyword in ONE and isinstance(value, list):
            node[keyword] = [change(item, (keyword, index)) for index, item in enumerate(value)]
        elif keyword in ONE:
            node[keyword] = change(value, (keyword,))
        elif keyword in MANY and isinstance(value, list):
            node[keyword] = [change(item, (keyword, index)) for index, item in enumerate(value)]
        elif keyword in NAMED and isinstance(value, dict):
            node[keyword] = {name: change(item, (keyword, name)) for name, item in value.items()}
    return node


def stub(schema: Any) -> Any:
    """Returns no more than the type of a schema, and what it is for."""
    if not isinstance(schema, dict):
        return schema
    node = {"type": schema["type"]} if "type" in schema else {}
    said = schema.get("description", "")
    return {**node, "description": said} if 0 < len(said) <= _LONGEST_DESCRIPTION else node


def loosened(schema: Any) -> Any:
    """Returns a schema that may be cut anywhere: alternatives need not exclude one another, nothing is forbidden."""
    if not isinstance(schema, dict):
        return schema
    node = {key: value for key, value in schema.items() if key not in _TIGHT}
    branches = node.pop("oneOf", None)
    if branches is not None:
        node.setdefault("anyOf", branches)
    return rebuilt(node, lambda child, _: loosened(child))


def shrunk(schema: dict[str, Any], largest: int) -> dict[str, Any]:
    """Returns a schema of at most so many characters of canonical JSON, cut at the depth that just fits."""
    loose = loosened(schema)
    tries = (_shallow(loose, depth) for depth in range(_DEEPEST, 0, -1))
    return next((node for node in tries if len(canonical(node)) <= largest), stub(schema))


def _shallow(schema: Any, depth: int) -> Any:
    if not isinstance(schema, dict):
        return schema
    if not depth:
        return stub(schema)
    return rebuilt(schema, lambda child, _: _shallow(child, depth - 1))
