"""A place in a tool file, and the one-sentence errors that name it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from digit_tc.errors import CatalogueError

DEEPEST_JSON = 200
"""JSON containers inside one another; far above any real tool, below every limit of the libraries that walk it."""

MOST_VALUES = 200_000
"""Values that one tool may hold, and MOST_TEXT the characters; models cannot be shown more."""

MOST_TEXT = 5_000_000

_LONGEST_INTEGER = 1023  # bits: as large as a float can be
_DONE = object()


def step(pointer: str, key: str | int) -> str:
    """Extends a JSON pointer by one key or index."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


def shown(value: object, longest: int = 160) -> str:
    """Renders a name or a value for one line of an error: printable, and cut to so many characters."""
    text = value if isinstance(value, str) else repr(value)
    # Cut before it is escaped, which only makes it longer: the whole may be very long.
    cut = text[: longest + 1]
    text = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in cut)
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
    for item, keys in walk(value):
        if len(keys) > DEEPEST_JSON:
            raise place.error("this is nested too deeply", f"keep it within {DEEPEST_JSON} levels")
        if isinstance(item, dict):
            for key in item:
                if not isinstance(key, str):
                    raise place.at(*keys).error(f"the key {shown(key)} is no text", "write it as a string")
                _check_leaf(key, place, keys)
        elif not isinstance(item, list):
            _check_leaf(item, place, keys)


def check_size(value: Any, place: Place) -> None:
    """Checks that a tool is not too large for what is done with it.

    Raises:
        CatalogueError: It holds more than MOST_VALUES values or MOST_TEXT characters.
    """
    text = 0
    for values, (item, _) in enumerate(walk(value), start=1):
        text += len(item) if isinstance(item, str) else sum(map(len, item)) if isinstance(item, dict) else 0
        if values > MOST_VALUES or text > MOST_TEXT:
            what = f"this tool holds more than {MOST_VALUES:,} values or {MOST_TEXT:,} characters"
            raise place.error(what, "leave out what no model can read, such as long lists of values")


def walk(value: Any) -> Iterator[tuple[Any, list[str | int]]]:
    """Yields a value and all inside it, each with the keys that lead there: one list, changed as the walk goes on."""
    keys: list[str | int] = []
    yield value, keys
    todo = [_inside(value)]
    while todo:
        key, item = next(todo[-1], ("", _DONE))
        if item is _DONE:
            todo.pop()
            del keys[-1:]
            continue
        keys.append(key)
        yield item, keys
        if isinstance(item, dict | list) and item:
            todo.append(_inside(item))
        else:
            keys.pop()


def _inside(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, dict):
        return iter(value.items())
    return iter(enumerate(value)) if isinstance(value, list) else iter(())


def _check_leaf(value: Any, place: Place, keys: list[str | int]) -> None:
    if isinstance(value, str):
        # What is plain ASCII is told without a look at each character.
        if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
            raise place.at(*keys).error("this text holds half of a surrogate pair", "write the whole character")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise place.at(*keys).error(f"{value} is not a JSON number", "write a finite number or leave it out")
    elif isinstance(value, int) and value.bit_length() > _LONGEST_INTEGER:
        raise place.at(*keys).error("this number is too large", "write a number that other programs can hold")
    elif not (value is None or isinstance(value, bool | int)):
        raise place.at(*keys).error(f"a {type(value).__name__} is not JSON", "give plain JSON values")
