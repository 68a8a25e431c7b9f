"""The values in the text of a file: JSON, JSON lines or YAML."""

import json
import re
from collections.abc import Iterator
from typing import Any, Literal

from digit_tc.tools import json_text
from digit_tc.tools.place import Place

Form = Literal["json", "lines", "yaml"]

FORMS: dict[str, Form] = {
    ".json": "json",
    ".jsonl": "lines",
    ".ndjson": "lines",
    ".yaml": "yaml",
    ".yml": "yaml",
}
"""How a file is written, by its suffix in lower case; what has another suffix is taken for JSON."""

LONGEST_DOCUMENT = 64 * 2**20
"""Characters of one JSON or YAML value, which in memory takes many times as much."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def documents(text: str, file: str, form: Form = "json") -> Iterator[tuple[Place, Any]]:
    """Yields the values of a text, each with its place; where there are several, the line follows the file.

    JSON lines are also recognised where the form says JSON.

    Raises:
        CatalogueError: The text is not of this form, or too long.
    """
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        what = f"the file holds the character U+{ord(found[0]):04X}"
        raise Place(f"{file}:{line}").error(what, "save it as plain text in UTF-8")
    if form == "lines" or (form == "json" and _is_lines(text)):
        for number, line_text in enumerate(text.split("\n"), start=1):
            if line_text.strip():
                place = Place(f"{file}:{number}")
                yield place, json_text.load(_bounded(line_text, place), file, number)
    elif form == "json":
        yield Place(file), json_text.load(_bounded(text, Place(file)), file)
    else:
        from digit_tc.tools import yaml_text  # noqa: PLC0415 - only who reads YAML waits for its parser

        yield from yaml_text.load(_bounded(text, Place(file)), file)


def _bounded(text: str, place: Place) -> str:
    if len(text) > LONGEST_DOCUMENT:
        what = f"one value takes {len(text):,} characters, more than {LONGEST_DOCUMENT:,}"
        raise place.error(what, "split it, or write its tools as JSON lines")
    return text


def _is_lines(text: str) -> bool:
    """Says whether the text is JSON lines under another suffix: a first line that is a value, and more below."""
    first, _, rest = text.strip().partition("\n")
    if not rest.strip() or not first.startswith("{"):
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return True
