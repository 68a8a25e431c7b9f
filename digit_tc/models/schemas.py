"""JSON Schemas in the subset that servers accept, and as a short example that a model reads.

Servers that hold a model to a schema want every object closed and every property required; what may be left out is
null there. Keywords that some of them refuse (bounds, patterns, formats, defaults) are left out: the reader of the
answer checks them. Subset: OpenAI, "Structured outputs", supported schemas.
"""

import json
from typing import Any

_KEPT = ("description", "enum", "type")
_NULL = {"type": "null"}
_DEEP = 4
"""Levels of references that the example follows."""


class Sent:
    """A schema as it is sent; `strict` says whether a server may hold a model to it word by word.

    It is not where something is left open: an object of any keys, a value of any kind.
    """

    def __init__(self, schema: dict[str, Any]) -> None:
        self.strict = True
        self.schema = self._rooted(schema)

    def _rooted(self, schema: dict[str, Any]) -> dict[str, Any]:
        definitions = schema.get("$defs", {})
        root = schema
        if "$ref" in schema:  # a root may not be a reference, as that of a recursive shape is
            root = definitions[str(schema["$ref"]).rpartition("/")[2]]
        formed = self._formed(root)
        if definitions:
            formed["$defs"] = {name: self._formed(each) for name, each in definitions.items()}
        return formed

    def _formed(self, node: Any) -> dict[str, Any]:
        if not isinstance(node, dict):
            return self._opened({})
        if "$ref" in node:
            return {"$ref": node["$ref"]}
        parts = node.get("anyOf") or node.get("oneOf") or node.get("allOf")
        if parts:
            return self._joined(node, parts)
        formed = {key: node[key] for key in _KEPT if key in node}
        if "const" in node:
            formed["enum"] = [node["const"]]
        if "properties" in node or node.get("type") == "object":
            return self._object(node, formed)
        if "items" in node or "prefixItems" in node or node.get("type") == "array":
            return self._array(node, formed)
        return formed if "type" in formed or "enum" in formed else self._opened(formed)

    def _joined(self, node: dict[str, Any], parts: list[Any]) -> dict[str, Any]:
        formed = [self._formed(part) for part in parts]
        if len(formed) == 1:
            return formed[0]
        if "allOf" in node and "anyOf" not in node and "oneOf" not in node:
            return self._opened({"allOf": formed})
        about = {"description": node["description"]} if "description" in node else {}
        return {**about, "anyOf": formed}

    def _object(self, node: dict[str, Any], formed: dict[str, Any]) -> dict[str, Any]:
        required = set(node.get("required", ()))
        further = node.get("additionalProperties", not node.get("properties"))
        properties = {
            name: self._formed(each) if name in required else _nullable(self._formed(each))
            for name, each in node.get("properties", {}).items()
        }
        formed |= {"type": "object", "properties": properties, "required": list(properties)}
        if further is False:
            return {**formed, "additionalProperties": False}
        self._opened({})
        return {**formed, "additionalProperties": self._formed(further) if isinstance(further, dict) else True}

    def _array(self, node: dict[str, Any], formed: dict[str, Any]) -> dict[str, Any]:
        first = [self._formed(each) for each in node.get("prefixItems", ())]
        items = first or [self._formed(node.get("items"))]
        return {**formed, "type": "array", "items": items[0] if len(items) == 1 else {"anyOf": items}}

    def _opened(self, formed: dict[str, Any]) -> dict[str, Any]:
        self.strict = False
        return formed


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if _NULL in schema.get("anyOf", ()) or schema.get("type") == "null" or not schema:
        return schema
    return {**schema, "anyOf": [*schema["anyOf"], _NULL]} if "anyOf" in schema else {"anyOf": [schema, _NULL]}


def example(schema: dict[str, Any]) -> str:
    """Returns the form of an answer as a model reads it: `{"label": "good" | "bad", "count": 0, "why": "text"}`."""
    return _example(schema, schema.get("$defs", {}), 0)


def _example(node: dict[str, Any], definitions: dict[str, Any], depth: int) -> str:
    if "$ref" in node:
        name = str(node["$ref"]).rpartition("/")[2]
        return "{...}" if depth >= _DEEP else _example(definitions.get(name, {}), definitions, depth + 1)
    if "enum" in node:
        return " | ".join(json.dumps(each, ensure_ascii=False) for each in node["enum"])
    if "anyOf" in node:
        return " | ".join(dict.fromkeys(_example(each, definitions, depth) for each in node["anyOf"]))
    kind = node.get("type")
    if kind == "object" or "properties" in node:
        return _fields(node, definitions, depth)
    if kind == "array":
        return f"[{_example(node.get('items', {}), definitions, depth)}, ...]"
    kinds = kind if isinstance(kind, list) else [kind]
    return " | ".join(_WORDS.get(str(each), "...") for each in kinds)


_WORDS = {"string": '"text"', "integer": "0", "number": "0.0", "boolean": "true | false", "null": "null"}


def _fields(node: dict[str, Any], definitions: dict[str, Any], depth: int) -> str:
    fields = [
        f"{json.dumps(name, ensure_ascii=False)}: {_example(each, definitions, depth)}"
        for name, each in node.get("properties", {}).items()
    ]
    further = node.get("additionalProperties")
    if isinstance(further, dict):
        fields.append(f'"NAME": {_example(further, definitions, depth)}, ...')
    elif further:
        fields.append("...")
    return "{" + ", ".join(fields) + "}"
