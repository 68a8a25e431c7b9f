"""JSON as it is read here: no constants beyond the standard, and no key twice with different values."""

import json
import re
from typing import Any, NoReturn

from digit_tc.errors import CatalogueError
from digit_tc.tools.place import Place, shown

_TOKEN = re.compile(r'("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}]')


def load(text: str, file: str, line: int = 0) -> Any:
    """Returns the value of a JSON text, which is a whole file or, where `line` says which, one of its lines.

    Raises:
        CatalogueError: It is not JSON, or a key stands twice in one object.
    """
    objects = _Objects()
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=objects.of)
    except json.JSONDecodeError as error:
        place, reason = Place(f"{file}:{line or error.lineno}:{error.colno}"), error.msg
    except _TwiceError as error:
        at = _start(text, objects.closed, error)
        raise twice(error.key, _place_at(text, at, file, line)) from error
    except RecursionError:
        place, reason = Place(f"{file}:{line}" if line else file), "it is nested too deeply"
    except ValueError as error:
        place, reason = Place(f"{file}:{line}" if line else file), str(error)
    raise place.error(f"this is not JSON ({reason})", "correct it")


def twice(key: str, place: Place) -> CatalogueError:
    """Returns the error for a key that one object or mapping holds with two values."""
    return place.error(f"the key {shown(key)!r} stands twice with different values", "leave one of them out")


def equal(first: Any, second: Any) -> bool:
    """Says whether two values are the same JSON; neither 1.0 nor true is 1."""
    if first is second or not isinstance(first, dict | list):
        return type(first) is type(second) and bool(first == second)
    return json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)


class _TwiceError(ValueError):
    """A key whose value at its `time`-th occurrence in an object is not what it was before."""

    def __init__(self, key: str, time: int) -> None:
        super().__init__(key)
        self.key = key
        self.time = time


class _Objects:
    """Makes the objects of one text, and counts them as they close."""

    def __init__(self) -> None:
        self.closed = 0

    def of(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        self.closed += 1
        found = dict(pairs)
        if len(found) < len(pairs):
            _check(pairs)
        return found


def _check(pairs: list[tuple[str, Any]]) -> None:
    first: dict[str, Any] = {}
    for index, (key, value) in enumerate(pairs):
        if not equal(first.setdefault(key, value), value):
            raise _TwiceError(key, sum(name == key for name, _ in pairs[: index + 1]))


def _start(text: str, closed: int, error: _TwiceError) -> int:
    """Returns where in the text the key stands, in the object that closes as the `closed`-th."""
    opened: list[list[int]] = []
    for token in _TOKEN.finditer(text):
        if token[0] == "{":
            opened.append([])
        elif token[0] == "}":
            starts = opened.pop()
            closed -= 1
            if closed == 0:
                return starts[error.time - 1]
        elif token[2] and (json.loads(token[1]) if "\\" in token[1] else token[1][1:-1]) == error.key:
            opened[-1].append(token.start())
    return 0


def _place_at(text: str, at: int, file: str, line: int) -> Place:
    row = line or text.count("\n", 0, at) + 1
    return Place(f"{file}:{row}:{at - text.rfind(chr(10), 0, at)}")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")
