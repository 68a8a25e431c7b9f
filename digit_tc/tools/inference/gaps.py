"""What a specification leaves out."""

from dataclasses import dataclass
from typing import Any

from digit_tc.tools.tool import Tool

SAYS_TYPE = ("type", "$ref", "allOf", "anyOf", "oneOf", "enum", "const", "not", "if")
"""Keywords by which a schema says what its values are."""

_NO_REQUIRED_MEANS_NONE = ("openapi", "python", "langchain")
"""Dialects in which a missing `required` says that nothing is."""


@dataclass(frozen=True)
class Gaps:
    """The gaps of one tool: top-level arguments without a type, no `required` list, no output schema."""

    untyped: tuple[str, ...]
    unlisted: bool
    output: bool

    def __bool__(self) -> bool:
        return bool(self.untyped or self.unlisted or self.output)


def gaps_of(tool: Tool) -> Gaps:
    """Returns the gaps of a tool."""
    return Gaps(
        untyped=tuple(name for name, schema in tool.properties.items() if untyped(schema)),
        unlisted=unlisted(tool),
        output=tool.output_schema is None,
    )


def untyped(schema: Any) -> bool:
    """Says whether a schema does not say what its values are."""
    return isinstance(schema, dict) and not any(key in schema for key in SAYS_TYPE)


def unlisted(tool: Tool) -> bool:
    """Says whether a tool has arguments, and no list of those that a call must give."""
    dialect = tool.source.dialect
    return bool(tool.properties) and "required" not in tool.parameters and dialect not in _NO_REQUIRED_MEANS_NONE
