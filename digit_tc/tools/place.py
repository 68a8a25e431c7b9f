"""A place in a tool file, and the one-sentence errors that name it."""

import math
import re
from dataclasses import dataclass
from typing import Any

from digit_tc.errors import CatalogueError

DEEPEST_JSON = 200
"""JSON containers inside one another; far above any real tool, below every limit of the libraries that walk it."""

_LONGEST_INTEGER = 1023  # bits: as large as a float can be
_SMALL = 1e300
"""Numbers closer to zero are surely finite and not too large."""
_HALF = re.compile("[\ud800-\udfff]")


def step(pointer: str, key: str | int) -> str:
    """Extends a JSON pointer by one key or index."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


def shown(value: object, longest: int = 160) -> str:
    """Renders a name or a value for one line of an error: printable, and cut to so many characters."""
    text = value if isinstance(value, str) else repr(value)
    text = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


@dataclass(frozen=True)
class Place:
    """A file (a line may follow it after a colon) and a JSON pointer inside it."""

    file: str = ""
    pointer: str = ""

    def __str__(self) -> str:
        return shown(self.file or "given in code", 4096) + (f"#{shown(self.pointer)}" if self.pointer else "")

    def at(self, *keys: str | int) -> "Place":
        """Returns the place some keys further down."""
        pointer = self.pointer
        for key in keys:
            pointer = step(pointer, key)
        return Place(self.file, pointer)

    def below(self, pointer: str) -> "Place":
        """Returns the place at a pointer relative to this one."""
        return Place(self.file, self.pointer + pointer)

    def error(self, what: str, mend: str) -> CatalogueError:
        """Returns the error that says what is wrong here and how to mend it."""
        return CatalogueError(f"{self}: {what}; {mend}")


def check_json(value: Any, place: Place) -> None:
    """Checks that a value is JSON that every later part can handle.

    Raises:
        CatalogueError: It is nested too deeply, or holds a number or a text that JSON cannot carry.
    """
    if _sound(value):
        return
    todo: list[tuple[Any, str, int]] = [(value, "", 0)]
    while todo:
        item, pointer, depth = todo.pop()
        if depth > DEEPEST_JSON:
            raise place.error("this is nested too deeply", f"keep it within {DEEPEST_JSON} levels")
        if isinstance(item, dict):
            todo.extend((text, pointer, depth) for text in item)
            todo.extend((below, step(pointer, key), depth + 1) for key, below in item.items())
        elif isinstance(item, list):
            todo.extend((below, step(pointer, index), depth + 1) for index, below in enumerate(item))
        else:
            _check_leaf(item, place.below(pointer))


def _sound(value: Any) -> bool:
    """Says whether there is surely nothing wrong with a value: quicker than to find what is, and where."""
    level = [value]
    for _ in range(DEEPEST_JSON):
        below: list[Any] = []
        for item in level:
            if type(item) is dict:
                below.extend(item)
                below.extend(item.values())
            elif type(item) is list:
                below.extend(item)
            elif not (type(item) is str and item.isascii()) and not _sound_leaf(item):
                return False
        if not below:
            return True
        level = below
    return False


def _sound_leaf(value: Any) -> bool:
    if type(value) is str:
        return _HALF.search(value) is None
    return value is None or type(value) is bool or (type(value) in (int, float) and -_SMALL < value < _SMALL)


def _check_leaf(value: Any, place: Place) -> None:
    if isinstance(value, str):
        if any("\ud800" <= char <= "\udfff" for char in value):
            raise place.error("this text holds half of a surrogate pair", "write the whole character")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise place.error(f"{value} is not a JSON number", "write a finite number or leave it out")
    elif isinstance(value, int) and value.bit_length() > _LONGEST_INTEGER:
        raise place.error("this number is too large", "write a number that other programs can hold")
    elif not (value is None or isinstance(value, bool | int)):
        raise place.error(f"a {type(value).__name__} is not JSON", "give plain JSON values")
