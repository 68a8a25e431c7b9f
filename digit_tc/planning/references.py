"""References from an argument to an output of an earlier call, and the values that they lead to."""

from functools import lru_cache
from itertools import pairwise
from typing import Any

from digit_tc.errors import StateError
from digit_tc.state import PlannedCall, Reference
from digit_tc.tools.fields import ITEM

LOWEST, HIGHEST = "lowest:", "highest:"


def resolve(reference: Reference, results: dict[str, Any]) -> Any:
    """Returns the value that a reference leads to.

    Args:
        reference: The call and the path into its result.
        results: The results so far, by plan id.

    Raises:
        StateError: The call has no result yet, or the result has nothing at that path.
    """
    if reference["call"] not in results:
        raise StateError(f"{shown(reference)} refers to a call without a result")
    value = results[reference["call"]]
    for part in reference["path"]:
        value = _step(value, part, reference)
    return value


def _step(value: Any, part: str | int, reference: Reference) -> Any:
    if isinstance(part, str) and part.startswith((LOWEST, HIGHEST)):
        return _picked(value, part, reference)
    if isinstance(part, int) and isinstance(value, dict):
        value = list(value.values())
    try:
        return value[part]
    except (KeyError, IndexError, TypeError):
        raise StateError(f"{shown(reference)} leads to nothing in the result of {reference['call']}") from None


def _picked(value: Any, part: str, reference: Reference) -> Any:
    side, _, attribute = part.partition(":")
    found = [item for item in value if isinstance(item, dict) and attribute in item] if isinstance(value, list) else []
    if not found:
        raise StateError(f"{shown(reference)} picks by {attribute!r}, which no entry has")
    return (min if side == "lowest" else max)(found, key=lambda item: item[attribute])


def shown(reference: Reference) -> str:
    """Renders a reference as text: $1.hotels[0].hotel_id."""
    text = reference["call"]
    for part in reference["path"]:
        text += f"[{part}]" if isinstance(part, int) or part.startswith((LOWEST, HIGHEST)) else f".{part}"
    return text


def filled(call: PlannedCall, results: dict[str, Any]) -> dict[str, Any]:
    """Returns the arguments of a planned call with every reference replaced by its value.

    Raises:
        StateError: A reference leads nowhere.
    """
    arguments: dict[str, Any] = _copy(call["arguments"])
    for pointer, reference in call["references"].items():
        put(arguments, pointer, resolve(reference, results))
    return arguments


def put(arguments: dict[str, Any], pointer: str, value: Any) -> None:
    """Sets the value at a JSON pointer, making the objects and lists on the way."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    inner: Any = arguments
    for part, following in pairwise([*parts, ""]):
        key: Any = part
        if isinstance(inner, list):
            key = int(part)
            inner += [None] * (key + 1 - len(inner))
        if not following:
            inner[key] = value
            return
        held = inner[key] if isinstance(inner, list) else inner.get(key)
        if held is None:
            held = [] if following.isdigit() else {}
            inner[key] = held
        inner = held


def leaves(value: Any, pointer: str = "") -> list[tuple[str, Any]]:
    """Returns the leaves of a JSON value with their JSON pointers; an empty object or list is a leaf."""
    if isinstance(value, dict) and value:
        return [leaf for key, item in value.items() for leaf in leaves(item, f"{pointer}/{_escaped(key)}")]
    if isinstance(value, list) and value:
        return [leaf for at, item in enumerate(value) for leaf in leaves(item, f"{pointer}/{at}")]
    return [(pointer, value)]


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1") if "~" in key or "/" in key else key


def literals(call: PlannedCall) -> list[tuple[str, Any]]:
    """Returns the leaves of a planned call that are not filled by a reference."""
    return [leaf for leaf in leaves(call["arguments"]) if leaf[0] not in call["references"] and leaf[0]]


@lru_cache(maxsize=16384)
def schema_path(pointer: str) -> tuple[str, ...]:
    """Returns a JSON pointer as a path through a schema: /items/0/id becomes items, [], id."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    return tuple(ITEM if part.isdigit() else part for part in parts)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value
