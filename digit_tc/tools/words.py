"""Type words: what tool files write where JSON Schema wants one of its seven types."""

import re
from dataclasses import dataclass, field
from typing import Any

JSON_TYPES = ("string", "number", "integer", "boolean", "object", "array", "null")

_LONGEST = 200
_OPTIONAL = re.compile(r"\s*(?:,|\(|\[|;|\s)\s*optional\b.*$", re.IGNORECASE | re.DOTALL)
_DEFAULT = re.compile(r"\s*[,(;]\s*default.*$", re.IGNORECASE | re.DOTALL)
_GENERIC = re.compile(r"^([A-Za-z_.]+)\s*(?:\[(.*)\]|<(.*)>)$", re.DOTALL)

_WORDS = {
    "string": "str string char character text varchar",
    "integer": "int integer long short byte bigint biginteger int32 int64 uint",
    "number": "float double number decimal bigdecimal real numeric float32 float64",
    "boolean": "bool boolean",
    "object": "dict object hashmap hashtable map mapping dictionary json record typeddict struct",
    "array": "list array tuple arraylist queue stack set vector sequence iterable collection frozenset deque",
    "null": "null none nonetype void",
}
_TYPES = {word: name for name, words in _WORDS.items() for word in words.split()}
_FORMATS = {
    "date": "date",
    "uuid": "uuid",
    "email": "email",
    "uri": "uri",
    "url": "uri",
}
_ANY = ("any", "typing.any", "unknown", "mixed", "variant")


@dataclass(frozen=True)
class TypeWord:
    """What a type word means: a schema (empty for "any"), and whether the word says "optional"."""

    schema: dict[str, Any] = field(default_factory=dict)
    optional: bool = False


def read_type(word: str) -> TypeWord | None:
    """Reads a type word such as `dict`, `List[int]` or `str, optional`; returns None when it is not known."""
    if len(word) > _LONGEST:
        return None
    plain = _DEFAULT.sub("", _OPTIONAL.sub("", word))
    schema = _schema(plain.strip())
    return None if schema is None else TypeWord(schema, optional=bool(_OPTIONAL.search(word)))


def _schema(text: str) -> dict[str, Any] | None:
    parts = _split(text, "|")
    if len(parts) > 1:
        return _union(parts)
    generic = _GENERIC.match(text)
    if generic:
        inner = generic[2] if generic[2] is not None else generic[3]
        return _generic(generic[1].lower().removeprefix("typing."), _split(inner, ","))
    name = text.lower()
    if name in _ANY:
        return {}
    if name in _FORMATS:
        return {"type": "string", "format": _FORMATS[name]}
    return {"type": _TYPES[name]} if name in _TYPES else None


def _generic(name: str, inner: list[str]) -> dict[str, Any] | None:
    if name == "union":
        return _union(inner)
    if name == "optional":
        return _union([*inner, "null"])
    if name == "literal":
        return {"enum": [text.strip("'\" ") for text in inner]}
    base = _TYPES.get(name)
    if base not in ("array", "object"):
        return None
    # An array of several types has no single item schema; of a mapping the last word is the value.
    kinds = [part for part in inner if part != "..."]
    below = _schema(kinds[-1]) if kinds and (base == "object" or len(kinds) == 1) else None
    return {"type": base, **({"items" if base == "array" else "additionalProperties": below} if below else {})}


def _union(parts: list[str]) -> dict[str, Any] | None:
    known = [_schema(part) for part in parts]
    schemas = [schema for schema in known if schema is not None]
    if len(schemas) < len(known) or not schemas:
        return None
    if {} in schemas:
        return {}
    unique = [schema for index, schema in enumerate(schemas) if schema not in schemas[:index]]
    if len(unique) == 1:
        return unique[0]
    if all(list(schema) == ["type"] and isinstance(schema["type"], str) for schema in unique):
        return {"type": [schema["type"] for schema in unique]}
    return {"anyOf": unique}


def _split(text: str, separator: str) -> list[str]:
    """Splits at a separator that stands outside every bracket."""
    parts, depth, start = [], 0, 0
    for index, char in enumerate(text):
        depth += (char in "[<(") - (char in "]>)")
        if char == separator and depth == 0:
            parts.append(text[start:index].strip())
            start = index + 1
    return [*parts, text[start:].strip()]
