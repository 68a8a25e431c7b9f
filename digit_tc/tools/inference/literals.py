"""Values that a description gives in words: the default, an example."""

import json
import re
from typing import Any

_DEFAULT = re.compile(
    r"\bdefaults?(?: value)?(?: is| are| to|:|=| being)*[\s:=]+(?:to |is )?"
    r"(?P<value>'[^']*'|\"[^\"]*\"|`[^`]*`|\[[^\]]*\]|-?\d+(?:\.\d+)?\b|true\b|false\b|none\b|null\b)",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"(?:\be\.?g\.?,?|\bfor example,?|\bfor instance,?|\bexamples?:|\bsuch as|\blike)\s*:?\s*\(?"
    r"(?P<value>'[^']*'|\"[^\"]*\"|`[^`]*`|\[[^\]]*\]|-?\d+(?:\.\d+)?(?![\w:/.-]*\w)|true\b|false\b)",
    re.IGNORECASE,
)
_ABSENT = ("none", "null")
_LONGEST = 2000
"""Characters of a description that are looked at."""


def default_in(description: str) -> list[Any]:
    """Returns the default that a description names, as a list of one; empty where it names none, or says "none"."""
    return _literal(_DEFAULT.search(description[:_LONGEST]))


def example_in(description: str) -> list[Any]:
    """Returns the first example that a description gives as a literal, as a list of one; empty where it gives none."""
    return _literal(_EXAMPLE.search(description[:_LONGEST]))


def _literal(found: re.Match[str] | None) -> list[Any]:
    if found is None or found["value"].lower() in _ABSENT:
        return []
    text = found["value"]
    if text[0] in "'\"`":
        return [text[1:-1]]
    try:
        return [json.loads(text.lower() if text[0] not in "[" else text.replace("'", '"'))]
    except ValueError:
        return []
