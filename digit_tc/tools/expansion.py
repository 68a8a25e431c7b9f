"""Schemas without references: what is meant is written in place, as deep as a circle allows."""

from typing import Any

from digit_tc.canonical import canonical
from digit_tc.tools.references import MANY, NAMED, ONE, lookup, resolve
from digit_tc.tools.unfolding import LARGEST, deepest_references

_DEEPEST = 80
"""Schemas and references inside one another, so that a long chain of references does not end the walk."""

_LARGEST_MERGE = 200_000
"""Parts of one `allOf` times the names and values in them, which is what merging looks at; more stays as written."""

_LISTS = ("properties", "required", "enum")
_REFERRING = frozenset(("$ref", "$dynamicRef", "allOf", "$defs", "definitions"))
_HOLDING = frozenset((*ONE, *MANY, *NAMED))
_ANNOTATIONS = ("title", "description", "default", "examples", "$comment", "deprecated", "readOnly", "writeOnly")
_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")


def expand(schema: dict[str, Any]) -> dict[str, Any]:
    """Returns a schema of the same meaning with no `$ref`, no definitions, and `allOf` merged where that is plain.

    A circle is cut where it closes, and what would become too large far from the top: the optional property, the list
    item or the alternative that would go round again or further is left out, so what is made of the named parts fits
    the schema. A schema that no finite value fits keeps its type.

    Raises:
        CatalogueError: A reference leads nowhere.
    """
    if _is_plain(schema):
        return schema
    found = _Expansion(schema).of(schema, ())
    if found is None:
        kind = resolve(schema, schema).get("type")
        return {"type": kind} if kind else {}
    return found


def _is_plain(schema: dict[str, Any]) -> bool:
    """Says whether a schema is its own expansion: most are, and looking is quicker than copying."""
    level: list[Any] = [schema]
    left = LARGEST
    for _ in range(_DEEPEST):
        left -= len(level)
        if left < 0 or not all(isinstance(node, dict) and _REFERRING.isdisjoint(node) for node in level):
            return False
        below: list[Any] = []
        for node in level:
            for keyword in _HOLDING.intersection(node):
                value = node[keyword]
                if keyword in ONE:
                    below += [] if isinstance(value, bool) else [value]
                else:
                    below += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        if not below:
            return True
        level = below
    return False


def inline(schema: dict[str, Any]) -> dict[str, Any]:
    """Returns a schema whose own `$ref` and plain `allOf` are merged into it; what lies deeper stays as it is.

    Raises:
        CatalogueError: A reference leads nowhere.
    """
    node = resolve(schema, schema)
    for _ in range(_DEEPEST):
        branches = node.get("allOf")
        if not isinstance(branches, list) or not all(isinstance(branch, dict) for branch in branches):
            break
        found = _folded({**node, "allOf": [resolve(branch, schema) for branch in branches]}, node)
        if found == node:
            break
        node = found
    return node


def merged(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any] | None:
    """Returns one schema for what fits both, or None when that cannot be said without `allOf`.

    Descriptions and defaults of the second win.
    """
    if _closes(first, second) or _closes(second, first):
        return None
    result = dict(first)
    for key, value in second.items():
        if key not in result or key in _ANNOTATIONS:
            result[key] = value
        elif (both := _both(key, result[key], value)) is not None:
            result[key] = both
        else:
            return None
    return result


def _closes(schema: dict[str, Any], other: dict[str, Any]) -> bool:
    """Says whether one part of an `allOf` forbids or shapes properties that only the other part names."""
    if schema.get("additionalProperties", True) in (True, {}):
        return False
    return bool(other.get("properties", {}).keys() - schema.get("properties", {}).keys())


def _both(key: str, first: Any, second: Any) -> Any:
    if type(first) is type(second) and first == second:
        return first
    if key == "required":
        return list(dict.fromkeys([*first, *second]))
    if key == "properties":
        return first | {name: _either(first.get(name), schema) for name, schema in second.items()}
    if key in _LOWER or key in _UPPER:
        return max(first, second) if key in _LOWER else min(first, second)
    if key == "enum":
        known = {canonical(value) for value in second}
        return [value for value in first if canonical(value) in known] or None
    return _common_type(first, second) if key == "type" else None


def _either(first: Any, second: Any) -> Any:
    if not isinstance(first, dict) or not isinstance(second, dict):
        return second if first is None else {"allOf": [first, second]}
    return merged(first, second) or {"allOf": [first, second]}


def _common_type(first: str | list[str], second: str | list[str]) -> str | list[str] | None:
    left, right = ([kind] if isinstance(kind, str) else kind for kind in (first, second))
    common = [kind for kind in left if kind in right or (kind == "integer" and "number" in right)]
    common += [kind for kind in right if kind == "integer" and "number" in left and kind not in common]
    return (common[0] if len(common) == 1 else common) or None


def _folded(node: dict[str, Any], otherwise: dict[str, Any]) -> dict[str, Any]:
    beside = {key: value for key, value in node.items() if key != "allOf"}
    result: dict[str, Any] | None = {}
    parts = [*node["allOf"], beside]
    if len(parts) * sum(len(part.get(key, ())) for part in parts for key in _LISTS) > _LARGEST_MERGE:
        return otherwise
    for part in parts:
        result = None if result is None else merged(result, part)
    return otherwise if result is None else result


class _Expansion:
    """One walk; `of` returns None where a circle closes or the size is spent, and each holder copes as it can."""

    def __init__(self, root: dict[str, Any]) -> None:
        self._root = root
        self._left = LARGEST
        self._nearest = deepest_references(root, _DEEPEST)
        self._depth = 0

    def of(self, schema: Any, path: tuple[str, ...]) -> dict[str, Any] | None:
        if not isinstance(schema, dict):
            return {"not": {}} if schema is False else {}
        self._left -= 1
        if self._left < 0 or self._depth >= _DEEPEST:
            return None
        self._depth += 1
        found = self._object(schema, path)
        self._depth -= 1
        return found

    def _object(self, schema: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any] | None:
        if isinstance(reference := schema.get("$ref"), str):
            return self._followed(reference, schema, path)
        node = {key: value for key, value in schema.items() if key not in ("$defs", "definitions")}
        for keyword in [key for key in node if key in ONE or key in MANY or key in NAMED]:
            if not self._keyword(node, keyword, path):
                return None
        return _folded(node, node) if isinstance(node.get("allOf"), list) else node

    def _followed(self, reference: str, schema: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any] | None:
        if reference in path:
            return None
        target = lookup(reference, self._root)
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        return self.of(merged(target, beside) or {"allOf": [target, beside]}, (*path, reference))

    def _keyword(self, node: dict[str, Any], keyword: str, path: tuple[str, ...]) -> bool:
        """Expands one keyword in place; returns False when the node cannot be without what was cut."""
        value = node[keyword]
        if keyword in ONE:
            return self._one(node, keyword, self.of(value, path))
        if keyword in MANY and isinstance(value, list):
            return self._many(node, keyword, [self.of(item, path) for item in value])
        if keyword in NAMED and isinstance(value, dict):
            required = node.get("required", []) if keyword == "properties" else []
            far = keyword == "properties" and len(path) >= self._nearest
            found = {
                name: None if far and name not in required and _refers(item) else self.of(item, path)
                for name, item in value.items()
            }
            node[keyword] = {name: item for name, item in found.items() if item is not None}
            return all(found.get(name, {}) is not None for name in required)
        return True

    def _one(self, node: dict[str, Any], keyword: str, found: dict[str, Any] | None) -> bool:
        if found is not None:
            node[keyword] = found if isinstance(node[keyword], dict) else node[keyword]
        elif keyword == "items":
            del node[keyword]
            node["maxItems"] = len(node.get("prefixItems", []))
            return bool(node.get("minItems", 0) <= node["maxItems"])
        elif keyword in ("additionalProperties", "unevaluatedProperties", "unevaluatedItems"):
            node[keyword] = False
        else:
            return False
        return True

    def _many(self, node: dict[str, Any], keyword: str, found: list[dict[str, Any] | None]) -> bool:
        kept = [item for item in found if item is not None]
        node[keyword] = kept
        return bool(kept) if keyword in ("anyOf", "oneOf") else len(kept) == len(found)


def _refers(schema: Any) -> bool:
    """Says whether a value of a schema, or its items, is what a reference leads to."""
    if not isinstance(schema, dict):
        return False
    inner = [schema[key] for key in ("items", "additionalProperties") if key in schema]
    inner += [branch for key in MANY if isinstance(schema.get(key), list) for branch in schema[key]]
    return "$ref" in schema or any(map(_refers, inner))
