"""How large a schema becomes when its references are written in place."""

from collections import Counter
from typing import Any

from digit_tc.tools.references import children, lookup

LARGEST = 10_000
"""Schemas that one expansion may hold: references to references multiply."""

_SHALLOW = 1_000
"""Schemas to stay below where all would be too many."""


def deepest_references(root: dict[str, Any], most: int) -> int:
    """Returns how many references inside one another to follow: `most` where what comes of it is not too large.

    Where schemas refer to one another in circles, as those of large services do, each of them holds nearly all others
    in nearly every order; of those only what is near is worth having.

    Raises:
        CatalogueError: A reference leads nowhere.
    """
    if "$defs" not in root and "definitions" not in root:
        return most
    parts = _parts(root)
    sizes = {name: size for name, (size, _) in parts.items()}
    shallow = 1
    for depth in range(1, most + 1):
        new = {
            name: size + sum(sizes[to] * times for to, times in refers.items())
            for name, (size, refers) in parts.items()
        }
        if new[""] > LARGEST:
            return shallow
        if new == sizes:
            break
        sizes = new
        shallow = depth if new[""] <= _SHALLOW else shallow
    return most


def _parts(root: dict[str, Any]) -> dict[str, tuple[int, Counter[str]]]:
    """Returns the schemas inside the root, whose name is empty, and inside what references lead to."""
    found: dict[str, tuple[int, Counter[str]]] = {}
    todo = [("", root)]
    while todo:
        name, schema = todo.pop()
        if name not in found:
            found[name] = _part(schema)
            todo += [(reference, lookup(reference, root)) for reference in found[name][1]]
    return found


def _part(schema: dict[str, Any]) -> tuple[int, Counter[str]]:
    size, refers, todo = 0, Counter[str](), [schema]
    while todo:
        node = todo.pop()
        size += 1
        if isinstance(node, dict):
            if isinstance(reference := node.get("$ref"), str):
                refers[reference] += 1
            todo += [child for keys, child in children(node) if keys[0] not in ("$defs", "definitions")]
    return size, refers
