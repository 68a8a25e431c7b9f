"""Compares a plan with calls that were recovered from its request, and names every difference.

Calls are compared by what the request must say: arguments that a reference fills are left aside, and a look-up that is
never spoken of may be left out where it has no literal of its own.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from digit_tc.backtranslation.comparison import Mismatch
from digit_tc.backtranslation.places import places
from digit_tc.backtranslation.reading import Place, Reading, inside, read
from digit_tc.backtranslation.slots import Leaf, Slot, leaves, slots
from digit_tc.canonical import canonical
from digit_tc.extraction.mention import plain
from digit_tc.state import PlannedCall
from digit_tc.tools.tool import Tool

_REFERENCE = re.compile(r"\$\d+(?:[.\[/]\S*)?")
_EDGES = " \t\n.,;:!?\"'"
_NOTHING: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True, slots=True)
class Recovered:
    """One call as somebody read it out of a request; "$1.id" as a value is an output of the first of these calls."""

    tool: str
    arguments: Mapping[str, Any]


def disagreements(
    plan: Sequence[PlannedCall], tools: Sequence[Tool], recovered: Sequence[Recovered], said: str, today: date
) -> list[Mismatch]:
    """Returns what the recovered calls lack or have beside the plan; empty when they are the plan's.

    Args:
        plan: The planned calls.
        tools: Their specifications, one per call.
        recovered: What was read out of the request, in any order.
        said: The request.
        today: The simulated date, by which both are read.
    """
    request = _Request(read(said, today), today)
    planned = [_Planned(call, tool, tuple(_literals(call, tool))) for call, tool in zip(plan, tools, strict=True)]
    left = list(recovered)
    found: list[Mismatch] = []
    for one in planned:
        mate = _mate(one, left, request.today)
        if mate is None:
            found += one.missing()
            continue
        left = [other for other in left if other is not mate]
        found += _differences(one, mate, planned, request)
    return found + [_surplus(other) for other in left if _asked_for(other, planned, request)]


@dataclass(frozen=True, slots=True)
class _Request:
    reading: Reading
    today: date


@dataclass(frozen=True, slots=True)
class _Planned:
    call: PlannedCall
    tool: Tool
    leaves: tuple[Leaf, ...]

    def missing(self) -> list[Mismatch]:
        if not self.leaves and self.call["implicit"]:
            return []
        evidence = f"the request does not seem to ask for {self.call['tool']}"
        return [_mismatch(self, leaf, evidence) for leaf in self.leaves] or [_mismatch(self, None, evidence)]


def _literals(call: PlannedCall, tool: Tool) -> Iterator[Leaf]:
    for leaf in leaves(call["arguments"], slots(0, tool), tool):
        given = "default" in leaf.slot.schema and canonical(leaf.slot.schema["default"]) == canonical(leaf.value)
        if leaf.pointer not in call["references"] and leaf.value != "" and not given:
            yield leaf


def _mate(one: _Planned, left: Sequence[Recovered], today: date) -> Recovered | None:
    """Returns the recovered call of the same tool that agrees most; of equals the first."""
    alike = [other for other in left if other.tool == one.tool.name]
    return max(alike, key=lambda other: sum(_given(leaf, other, today) for leaf in one.leaves), default=None)


def _differences(
    one: _Planned, mate: Recovered, planned: Sequence[_Planned], request: _Request
) -> Iterator[Mismatch]:  # fmt: skip
    for leaf in one.leaves:
        if not _given(leaf, mate, request.today):
            held = _at(mate.arguments, leaf)
            said = "nothing" if held in _NOTHING else repr(held)
            evidence = f"for {leaf.slot.name} the request gives {said}, the plan {leaf.value!r}"
            yield _mismatch(one, leaf, evidence)
    own = {leaf.slot.path for leaf in leaves(one.call["arguments"], slots(0, one.tool), one.tool)}
    own |= {_path(pointer) for pointer in one.call["references"]}
    for leaf in leaves(mate.arguments, slots(0, one.tool), one.tool):
        if leaf.slot.path not in own and _said(leaf, planned, request):
            evidence = f"the request gives {leaf.slot.name} the value {leaf.value!r}, which the plan has not"
            yield Mismatch("unplanned", leaf.value, evidence, one.call["id"], one.call["tool"], leaf.pointer)


def _given(leaf: Leaf, other: Recovered, today: date) -> bool:
    """Says whether a recovered call has a planned literal; where lists hold it, at whatever index."""
    return any(equal(leaf.slot, leaf.value, held, today) for held in _held(other.arguments, leaf.slot.path))


def equal(slot: Slot, value: Any, held: Any, today: date) -> bool:
    """Says whether a recovered value is the planned one, however it is written: March 5, 4.0, "four"."""
    if isinstance(value, bool) or isinstance(held, bool):
        return value is held or (isinstance(held, str) and held.strip().lower() == str(value).lower())
    if isinstance(value, int | float) and isinstance(held, int | float):
        return value == held
    if isinstance(held, dict | list) or held is None:
        return False
    text = plain(str(held)).strip(_EDGES)
    if text.casefold() == plain(str(value)).strip(_EDGES).casefold():
        return True
    return (0, len(text)) in places(read(text, today), slot, value, today)


def _held(value: Any, path: Sequence[str]) -> Iterator[Any]:
    if not path:
        yield value
    elif path[0] == "*":
        for item in value if isinstance(value, list) else [value]:
            yield from _held(item, path[1:])
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _held(value[path[0]], path[1:])


def _at(arguments: Mapping[str, Any], leaf: Leaf) -> Any:
    return next(_held(arguments, leaf.slot.path), None)


def _path(pointer: str) -> tuple[str, ...]:
    return tuple("*" if key.isdigit() else key for key in pointer.split("/")[1:])


def _said(leaf: Leaf, planned: Sequence[_Planned], request: _Request) -> bool:
    """Says whether an argument beside the plan is the request's doing: it is said there, and nothing planned has it."""
    if leaf.value in _NOTHING or isinstance(leaf.value, bool) or _is_reference(leaf.value):
        return False
    if any(equal(other.slot, other.value, leaf.value, request.today) for one in planned for other in one.leaves):
        return False
    own = [place for one in planned for other in one.leaves for place in _places(other, request)]
    return any(not inside(place, own) for place in _places(leaf, request))


def _places(leaf: Leaf, request: _Request) -> list[Place]:
    return places(request.reading, leaf.slot, leaf.value, request.today)


def _asked_for(other: Recovered, planned: Sequence[_Planned], request: _Request) -> bool:
    """A call beside the plan counts where the request says one of its values; a bare look-up is no difference."""
    tool = next((one.tool for one in planned if one.tool.name == other.tool), None)
    if tool is None:
        return True
    return any(_said(leaf, planned, request) for leaf in leaves(other.arguments, slots(0, tool), tool))


def _is_reference(value: Any) -> bool:
    return isinstance(value, str) and _REFERENCE.fullmatch(value) is not None


def _surplus(other: Recovered) -> Mismatch:
    return Mismatch("unplanned", dict(other.arguments), f"the request seems to ask for {other.tool} once more")


def _mismatch(one: _Planned, leaf: Leaf | None, evidence: str) -> Mismatch:
    pointer, value = (leaf.pointer, leaf.value) if leaf else ("", None)
    return Mismatch("missing", value, evidence, one.call["id"], one.call["tool"], pointer)
