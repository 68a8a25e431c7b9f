"""Schemas inside schemas, and the references between them."""

from collections.abc import Callable, Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Any
from urllib.parse import unquote

from digit_tc.errors import CatalogueError
from digit_tc.tools.place import shown, step

ONE = (
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
    "additionalItems",
)
"""Keywords whose value is one schema."""

MANY = ("allOf", "anyOf", "oneOf", "prefixItems")
"""Keywords whose value is a list of schemas."""

NAMED = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
"""Keywords whose value maps names to schemas."""

_HIGHEST = 3000


def children(schema: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yields every schema directly inside a schema, with the keys that lead to it."""
    for keyword, value in schema.items():
        if keyword in ONE:
            yield (keyword,), value
        elif keyword in MANY and isinstance(value, list):
            yield from (((keyword, index), item) for index, item in enumerate(value))
        elif keyword in NAMED and isinstance(value, dict):
            yield from (((keyword, name), item) for name, item in value.items())


def below(schema: dict[str, Any]) -> Iterator[Any]:
    """Yields the schemas directly inside a schema, without its definitions."""
    return (child for keys, child in children(schema) if keys[0] not in ("$defs", "definitions"))


def needed(schema: dict[str, Any]) -> Iterator[Any]:
    """Yields those of the schemas directly inside a schema that every value of it holds a value for."""
    properties, required = schema.get("properties"), schema.get("required")
    if isinstance(properties, dict) and isinstance(required, list):
        yield from (properties[name] for name in required if isinstance(name, str) and name in properties)
    if isinstance(parts := schema.get("allOf"), list):
        yield from parts


def circular(schema: dict[str, Any], inside: Callable[[dict[str, Any]], Iterable[Any]]) -> bool:
    """Says whether following the references of a schema leads back to where they stand.

    Args:
        schema: The schema, whose references all lead somewhere.
        inside: Gives the schemas directly inside one that are followed: `below` or `needed`.
    """
    graph: dict[str, set[str]] = {"#": _references(schema, inside)}
    todo = list(graph["#"])
    while todo:
        if (reference := todo.pop()) not in graph:
            graph[reference] = _references(lookup(reference, schema), inside)
            todo += graph[reference]
    try:
        TopologicalSorter(graph).prepare()
    except CycleError:
        return True
    return False


def _references(schema: dict[str, Any], inside: Callable[[dict[str, Any]], Iterable[Any]]) -> set[str]:
    met: set[str] = set()
    todo: list[Any] = [schema]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            met |= {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
            todo += inside(node)
    return met


def lookup(reference: str, root: dict[str, Any]) -> dict[str, Any]:
    """Returns the schema that a local reference (`#` or `#/...`) leads to.

    Raises:
        CatalogueError: The reference leads out of the schema, or to nothing, or to something that is not a schema.
    """
    found: Any = root
    path = reference.removeprefix("#")
    if not reference.startswith("#") or (path and not path.startswith("/")):
        raise CatalogueError(f"the reference {shown(reference)!r} leads out of the schema; write the schema in place")
    for part in path.split("/")[1:]:
        key = unquote(part).replace("~1", "/").replace("~0", "~")
        if isinstance(found, list) and key.isascii() and key.isdigit() and int(key[:6]) < len(found):
            found = found[int(key[:6])]
        else:
            found = found.get(key) if isinstance(found, dict) else None
    if not isinstance(found, dict):
        raise CatalogueError(f"the reference {shown(reference)!r} leads to no schema; define it or write it in place")
    return found


def broken(schema: dict[str, Any]) -> tuple[str, str] | None:
    """Returns the JSON pointer of the first schema whose reference leads nowhere, with what is wrong; else None.

    References that lead to one another for too long are wrong as well: what walks along them would not come back.
    """
    todo: list[tuple[Any, str]] = [(schema, "")]
    refers = False
    while todo:
        node, pointer = todo.pop()
        if not isinstance(node, dict):
            continue
        for keyword in ("$ref", "$dynamicRef"):
            try:
                if isinstance(reference := node.get(keyword), str):
                    lookup(reference, schema)
                    refers = True
            except CatalogueError as error:
                return pointer, str(error)
        todo.extend((child, _below(pointer, keys)) for keys, child in children(node))
    if refers and _height(schema) > _HIGHEST:
        return "", f"its references lead more than {_HIGHEST:,} schemas deep; write some of them in place"
    return None


def _height(root: dict[str, Any]) -> int:
    """Returns how many schemas lie inside one another once references are followed, each circle once round."""
    known: dict[int, int] = {id(root): 0}  # 0 while the walk is inside: from there a circle closes
    todo = [(root, _within(root, root), [0])]
    while todo:
        node, inner, heights = todo[-1]
        below = next(inner, None)
        if below is None:
            todo.pop()
            known[id(node)] = max(heights) + 1
            if todo:
                todo[-1][2].append(known[id(node)])
        elif id(below) in known:
            heights.append(known[id(below)])
        else:
            known[id(below)] = 0
            todo.append((below, _within(below, root), [0]))
    return known[id(root)]


def _within(node: dict[str, Any], root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for keyword in ("$ref", "$dynamicRef"):
        if isinstance(reference := node.get(keyword), str):
            yield lookup(reference, root)
    yield from (child for _, child in children(node) if isinstance(child, dict))


def _below(pointer: str, keys: tuple[str | int, ...]) -> str:
    for key in keys:
        pointer = step(pointer, key)
    return pointer


def resolve(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """Follows the reference of a schema, and those it leads to, until there is none; a circle ends as `{}`.

    Keywords beside a reference win over those of its target.

    Raises:
        CatalogueError: A reference leads nowhere.
    """
    seen: set[str] = set()
    while isinstance(reference := schema.get("$ref"), str):
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        if reference in seen:
            return beside
        seen.add(reference)
        schema = {**lookup(reference, root), **beside}
    return schema
