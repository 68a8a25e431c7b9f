"""Values that fit a schema and mean nothing, the same for the same stream."""

from typing import Any

from digit_tc.streams import Stream

_WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "haven")
_FORMATS = {
    "date": "2031-04-05",
    "date-time": "2031-04-05T06:07:08Z",
    "time": "06:07:08Z",
    "email": "someone@example.com",
    "uri": "https://example.com/a",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
_DEEP = 5
"""Levels below which lists stay empty and what may be null is null."""


class Invention:
    """Draws values for one schema."""

    def __init__(self, schema: dict[str, Any], stream: Stream) -> None:
        self._schema, self._stream = schema, stream

    def value(self) -> Any:
        """Returns a value that fits the schema."""
        return self._value(self._schema, 0)

    def _value(self, schema: Any, depth: int) -> Any:
        if not isinstance(schema, dict):
            return self._text({})
        if "$ref" in schema:
            return self._value(self._led(str(schema["$ref"])), depth + 1)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return self._stream.choice(schema["enum"])
        parts = schema.get("anyOf") or schema.get("oneOf")
        if parts:
            shallow = [part for part in parts if depth >= _DEEP and part == {"type": "null"}]
            return self._value(self._stream.choice(shallow or parts), depth + 1)
        return self._typed(schema, depth)

    def _led(self, reference: str) -> Any:
        at: Any = self._schema
        for part in reference.removeprefix("#").split("/")[1:]:
            at = at[part.replace("~1", "/").replace("~0", "~")]
        return at

    def _typed(self, schema: dict[str, Any], depth: int) -> Any:
        kind = schema.get("type", "object" if "properties" in schema else "string")
        kind = self._stream.choice(kind) if isinstance(kind, list) else kind
        match kind:
            case "object":
                return self._object(schema, depth)
            case "array":
                low = schema.get("minItems", 0)
                count = low if depth >= _DEEP else self._stream.integer(low, max(low, schema.get("maxItems", low + 2)))
                return [self._value(schema.get("items", {}), depth + 1) for _ in range(min(count, low + 3))]
            case "integer" | "number":
                low = schema.get("minimum", 0)
                return self._stream.integer(int(-(-low // 1)), int(schema.get("maximum", low + 999)))
            case "boolean":
                return self._stream.chance(0.5)
            case "null":
                return None
        return self._text(schema)

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        required = set(schema.get("required", ()))
        return {
            name: self._value(each, depth + 1)
            for name, each in schema.get("properties", {}).items()
            if name in required or (depth < _DEEP and self._stream.chance(0.5))
        }

    def _text(self, schema: dict[str, Any]) -> str:
        if schema.get("format") in _FORMATS:
            return _FORMATS[schema["format"]]
        text = " ".join(self._stream.choice(_WORDS) for _ in range(self._stream.integer(1, 3)))
        longest = schema.get("maxLength", 60)
        return text.ljust(min(schema.get("minLength", 0), longest), "x")[:longest]
