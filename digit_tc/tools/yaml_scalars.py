"""The scalars of YAML by the core schema of YAML 1.2: https://yaml.org/spec/1.2.2/#103-core-schema."""

import re
from collections.abc import Callable
from typing import Any

TAG = "tag:yaml.org,2002:"
"""What `!!` stands for in the name of a tag."""

_TELLING = frozenset("~nNtTfF+-.0123456789")
"""What a plain scalar that is not text begins with."""


def _integer(text: str) -> int:
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    return int(text[2:] if base != 10 else text, base)


_READERS: tuple[tuple[str, re.Pattern[str], Callable[[str], Any]], ...] = (
    ("null", re.compile(r"~|null|Null|NULL|"), lambda _: None),
    ("bool", re.compile(r"true|True|TRUE|false|False|FALSE"), lambda text: text[0] in "tT"),
    ("int", re.compile(r"[-+]?[0-9]{1,400}|0o[0-7]{1,400}|0x[0-9a-fA-F]{1,400}"), _integer),  # no float holds more
    ("float", re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"), float),
    ("float", re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"), lambda text: float(text.replace(".", ""))),
)


def plain_value(text: str) -> Any:
    """Returns what a plain scalar without a tag stands for; what is nothing else is text, `yes` and dates among it."""
    if not text or text[0] in _TELLING:
        for _, pattern, read in _READERS:
            if pattern.fullmatch(text):
                return read(text)
    return text


def tagged_value(text: str, tag: str) -> Any:
    """Returns what a scalar with a tag stands for.

    Raises:
        LookupError: The tag is not one of the core schema, or the text is no such value.
    """
    if tag in ("!", f"{TAG}str"):
        return text
    for name, pattern, read in _READERS:
        if tag == TAG + name and pattern.fullmatch(text):
            return float(read(text)) if name == "float" else read(text)
    if tag == f"{TAG}float" and isinstance(value := plain_value(text), int):
        return float(value)
    raise LookupError(tag)


def fits_container(tag: str | None, kind: str) -> bool:
    """Says whether a list (`seq`) or a mapping (`map`) may bear a tag."""
    return tag in (None, "!", TAG + kind)
