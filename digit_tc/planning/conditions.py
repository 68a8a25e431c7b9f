"""Conditions of planned calls: whether they hold, and what look-ups are made to show because of them."""

from collections.abc import Iterable
from typing import Any

from digit_tc.state import Condition, PlannedCall
from digit_tc.tools.names import spoken
from digit_tc.world.offer import NOTHING


def holds(call: PlannedCall) -> bool:
    """Says whether a call is to be made: it has no condition, or one that holds."""
    condition = call.get("condition")
    return condition is None or condition["given"] == condition["wanted"]


def under(condition: Condition) -> str:
    """Returns a condition in words: its status is pending."""
    label, value = spoken(condition["path"][-1]), str(condition["wanted"]).replace("_", " ")
    return f"its {label} is {value}"


def found(condition: Condition) -> str:
    """Returns in words what was found in place of what a condition wants: its status is shipped."""
    return under(Condition(**{**condition, "wanted": condition["given"]}))


def decided(calls: Iterable[PlannedCall], call: PlannedCall) -> Any:
    """Returns what a call is made to show because of the conditions of others, as part of a result, or `NOTHING`."""
    whole: dict[str, Any] = {}
    for other in calls:
        condition = other.get("condition")
        if condition is not None and condition["call"] == call["id"]:
            whole = merged(whole, _nested(condition["path"], condition["given"]))
    return whole or NOTHING


def merged(under: Any, over: Any) -> Any:
    """Returns a value with another one laid over it, member by member."""
    if over is NOTHING:
        return under
    if isinstance(under, dict) and isinstance(over, dict):
        return {**under, **{key: merged(under.get(key, NOTHING), value) for key, value in over.items()}}
    return over


def shows(result: Any, wanted: Any) -> bool:
    """Says whether a result has every value of a part of one."""
    if wanted is NOTHING:
        return True
    if isinstance(wanted, dict):
        return isinstance(result, dict) and all(shows(result.get(key), value) for key, value in wanted.items())
    return bool(result == wanted)


def _nested(path: list[str], value: Any) -> Any:
    for part in reversed(path):
        value = {part: value}
    return value
