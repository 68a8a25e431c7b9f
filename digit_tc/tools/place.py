"""A place in a tool file, and the one-sentence errors that name it."""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from digit_tc.errors import CatalogueError

DEEPEST_JSON = 200
"""JSON containers inside one another; far above any real tool, below every limit of the libraries that walk it."""

MOST_VALUES = 200_000
"""Values that one tool may hold, and MOST_TEXT the characters; no model can be shown as much."""

MOST_TEXT = 5_000_000

_LONGEST_INTEGER = 1023  # bits: as large as a float can be
_HALF = re.compile(r"[\ud800-\udfff]")
_DONE = object()


def step(pointer: str, key: str | int) -> str:
    """Extends a JSON pointer by one key or index."""
    return f"{pointer}/{key if isinstance(key, int) else key.replace('~', '~0').replace('/', '~1')}"


def shown(value: object, longest: int = 160) -> str:
    """Renders a name or a value for one line of an error: printable, and cut in its middle to so many characters."""
    text = value if isinstance(value, str) else repr(value)
    head, tail = longest * 2 // 3, longest - longest * 2 // 3 - 3
    if len(text) > longest:
        text = f"{text[:head]}...{text[-tail:]}"  # before it is escaped: the whole may be very long
    text = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
    return text if len(text) <= longest else f"{text[:head]}...{text[-tail:]}"


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

    def error(self, what: str, mend: str, *, code: str = "") -> CatalogueError:
        """Returns the error that says what is wrong here and how to mend it."""
        return CatalogueError(f"{self}: {what}; {mend}", where=(self.file, self.pointer), code=code)


def check_json(value: Any, place: Place) -> None:
    """Checks that a value is JSON that every later part can handle.

    Raises:
        CatalogueError: It is nested too deeply, is too large, or holds a number or a text that JSON cannot carry.
    """
    level, depth, values, text = [value], 0, 0, 0
    while level:
        values += len(level)
        text += sum(_length(item) for item in level)
        if depth > DEEPEST_JSON:
            raise place.error("this is nested too deeply", f"keep it within {DEEPEST_JSON} levels")
        if values > MOST_VALUES or text > MOST_TEXT:
            what = f"this holds more than {MOST_VALUES:,} values or {MOST_TEXT:,} characters"
            raise place.error(what, "leave out what no model can read, such as long lists of values")
        if not all(map(_is_sound, level)):
            raise _fault(value, place)
        level = [below for item in level if isinstance(item, dict | list) for below in _inside(item)]
        depth += 1


def walk(value: Any) -> Iterator[tuple[Any, list[str | int]]]:
    """Yields a value and all inside it, each with the keys that lead there: one list, changed as the walk goes on."""
    keys: list[str | int] = []
    yield value, keys
    todo = [_items(value)]
    while todo:
        key, item = next(todo[-1], ("", _DONE))
        if item is _DONE:
            todo.pop()
            del keys[-1:]
            continue
        keys.append(key)
        yield item, keys
        if isinstance(item, dict | list):
            todo.append(_items(item))
        else:
            keys.pop()


def _items(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, dict):
        return iter(value.items())
    return iter(enumerate(value)) if isinstance(value, list) else iter(())


def _inside(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _length(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    return sum(len(key) for key in value if isinstance(key, str)) if isinstance(value, dict) else 0


def _is_sound(value: Any) -> bool:
    if isinstance(value, str):
        return value.isascii() or _HALF.search(value) is None
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_sound(key) for key in value)
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return value.bit_length() <= _LONGEST_INTEGER
    return value is None or isinstance(value, list)


def _fault(value: Any, place: Place) -> CatalogueError:
    """Returns what is wrong with the first value that is not sound."""
    item, keys = next((item, keys) for item, keys in walk(value) if not _is_sound(item))
    here = place.at(*keys)
    if isinstance(item, dict):
        item = next(key for key in item if not (isinstance(key, str) and _is_sound(key)))
    if isinstance(item, str):
        return here.error("this text holds half of a surrogate pair", "write the whole character")
    if isinstance(item, float):
        return here.error(f"{item} is not a JSON number", "write a finite number or leave it out")
    if isinstance(item, int) and not _is_sound(item):
        return here.error("this number is too large", "write a number that other programs can hold")
    return here.error(f"a {type(item).__name__} is not JSON", "give plain JSON values, and text as keys")
