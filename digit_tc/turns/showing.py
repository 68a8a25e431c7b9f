"""Whether a finished conversation shows what its stratum promises, judged by the record alone."""

from collections.abc import Callable
from itertools import pairwise

from digit_tc.records import Call, Record
from digit_tc.strata import Stratum
from digit_tc.turns.resembling import resembling

LEAST = 8
"""Turns from which a conversation counts as a long one."""


def missed(record: Record) -> str:
    """Returns why a conversation does not show its stratum, in a few words; empty where it does."""
    check = _SHOWN.get(record.stratum)
    return "" if check is None or check[0](record) else f"{record.stratum}: {check[1]}"


def _calls(record: Record) -> list[Call]:
    return [call for turn in record.turns for step in turn.steps for call in step.calls]


def _in_a_row(record: Record, first: str, second: str) -> bool:
    kinds = [turn.kind for turn in record.turns]
    return any(pair == (first, second) for pair in pairwise(kinds))


def _near(record: Record) -> bool:
    names = [tool.name for tool in record.tools]
    return any(resembling(call.name, names) for call in _calls(record) if call.train and call.error is None)


def _apart(record: Record) -> bool:
    """Says whether two turns are about nothing of one kind."""
    about = {tool.name: str((tool.effect or {}).get("entity", "")) or tool.name for tool in record.tools}
    turns = [{about.get(call.name, call.name) for step in turn.steps for call in step.calls} for turn in record.turns]
    turns = [kinds for kinds in turns if kinds]
    return any(not one & other for at, one in enumerate(turns) for other in turns[at + 1 :])


_SHOWN: dict[Stratum, tuple[Callable[[Record], bool], str]] = {
    "missing_parameter": (
        lambda record: _in_a_row(record, "question", "answer"),
        "no turn leaves a value out that the next one gives",
    ),
    "missing_tool": (
        lambda record: any(turn.kind == "unserved" for turn in record.turns),
        "no turn wants a tool that is not at hand",
    ),
    "irrelevant": (
        lambda record: any(turn.kind == "off_topic" for turn in record.turns),
        "no turn wants something that no tool is for",
    ),
    "change_of_mind": (
        lambda record: any(turn.kind in ("correction", "instead") for turn in record.turns),
        "no turn takes back or changes what was said before",
    ),
    "error_hint": (lambda record: any(not call.train for call in _calls(record)), "no wrong call was put in"),
    "tool_fault": (lambda record: any(call.fault for call in _calls(record)), "no call met a fault"),
    "near_names": (_near, "no tool that was called has nearly the name of another"),
    "several_tasks": (_apart, "every turn is about what the others are about"),
    "long_context": (lambda record: len(record.turns) >= LEAST, f"it has fewer than {LEAST} turns"),
}
