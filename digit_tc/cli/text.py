"""Values and lines in plain text, for people."""

import json
import shutil
import sys
import textwrap
from collections.abc import Mapping
from typing import Any

WIDTH = 100


def plain(value: Any) -> str:
    """Returns a JSON value on one line, with blanks at which it can be wrapped."""
    return json.dumps(value, ensure_ascii=False)


def short(value: Any, limit: int = 160) -> str:
    """Returns a JSON value on one line, cut to `limit` characters with a word on what is missing."""
    text = plain(value)
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text):,} characters)"


def brief(value: Any, limit: int) -> str:
    """Returns a JSON value on one line without the quotes that it can do without, cut to `limit` characters."""
    text = value if isinstance(value, str) and _speaks_for_itself(value) else plain(value)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _speaks_for_itself(text: str) -> bool:
    """Says whether a text cannot be taken for a number, for several values, or for nothing."""
    if not text.isprintable() or text != text.strip() or any(sign in text for sign in ('"', ",", "=", "->")):
        return False
    try:
        json.loads(text)
    except ValueError:
        return bool(text)
    return False


def cut(text: str, limit: int) -> str:
    """Returns a text on one line, cut after a word where it is longer than `limit` characters."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    kept = line[: limit - 1]
    return f"{kept.rpartition(' ')[0] or kept}…"


def counted(count: int) -> str:
    """Returns so many conversations, in words."""
    return f"{count} conversation{'' if count == 1 else 's'}"


def outcomes(statuses: Mapping[str, int]) -> str:
    """Returns how many conversations ended in which way, in words."""
    return ", ".join(f"{statuses[name]} {name}" for name in ("accepted", "rejected", "failed"))


def duration(seconds: float) -> str:
    """Returns a time in the unit that suits it."""
    unit, size = next(((name, size) for name, size in _UNITS if seconds >= size), ("seconds", 1))
    return f"{seconds / size:.1f} {unit}"


_UNITS = (("days", 86_400), ("hours", 3_600), ("minutes", 60))


def width() -> int:
    """Returns how many columns a line for people may have: those of the terminal, at most 100."""
    return min(WIDTH, terminal() or WIDTH)


def terminal() -> int:
    """Returns how many columns the terminal has; 0 where the output goes elsewhere."""
    return shutil.get_terminal_size((WIDTH, 24)).columns if sys.stdout.isatty() else 0


def printable(line: str) -> str:
    """Returns a line in which what a terminal would obey in place of printing it is escaped."""
    return "".join(char if char.isprintable() or char in "\t\r\n" else ascii(char)[1:-1] for char in line)


def wrapped(line: str, columns: int) -> list[str]:
    """Returns a line in pieces that fit, each as far in as the line is; a longer word, as a path, stays whole.

    What a terminal would obey in place of printing it is escaped.
    """
    line = printable(line)
    indent = " " * (len(line) - len(line.lstrip()))
    pieces = textwrap.wrap(
        line.strip(),
        columns,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return pieces or [""]
