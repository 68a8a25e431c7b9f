"""Compares a plan with what a request alone says, and names every difference."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from digit_tc.backtranslation.booleans import spoken, where
from digit_tc.backtranslation.exchange import exchanges
from digit_tc.backtranslation.places import places
from digit_tc.backtranslation.reading import Place, read
from digit_tc.backtranslation.recovery import Recovery
from digit_tc.backtranslation.settlement import Said, settle
from digit_tc.backtranslation.slots import Leaf, leaves
from digit_tc.extraction.mention import Mention, plain
from digit_tc.extraction.words import parts, stem, vocabulary
from digit_tc.state import PlannedCall
from digit_tc.tools.tool import Tool

Code = Literal["missing", "exchanged", "misplaced", "unplanned"]

_AGAIN = re.compile(
    r"\b(?:same|again|that|those|this|these|it|its|them|previous|earlier|before|too|also|there|as well|usual|my)\b",
    re.I,
)
_HARMLESS = re.compile(r"24/7|(?:^|\n)\s*\d{1,2}[.)]|\b1 (?:more|last|other|thing)\b|\b(?:two|2) things\b", re.I)
_NOW = vocabulary("today tonight")
_ORDINALS = vocabulary("one first second third last next")
_MARGIN = 2.0
_RIVAL = 1.2


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One difference between a plan and its request; `value` is the planned value, or the one said but not planned."""

    code: Code
    value: Any
    evidence: str
    call_id: str = ""
    tool: str = ""
    pointer: str = ""


def compare(plan: Sequence[PlannedCall], tools: Sequence[Tool], recovery: Recovery) -> list[Mismatch]:
    """Returns what the request lacks, exchanges, misplaces or says beside the plan; empty when faithful.

    Args:
        plan: The planned calls; arguments that a reference fills are not looked for.
        tools: Their specifications, one per call.
        recovery: What was recovered from the request with the same tools.
    """
    said = [Said(call, leaf, []) for call, leaf in _literals(plan, tools, recovery)]
    flags = [one for one in said if one.leaf.slot.kind == "boolean"]
    found = [m for one in flags for m in _boolean(one, recovery)]
    spoken_of = [place for one in flags for place in where(recovery.request, one.leaf.slot)]
    said = [one for one in said if one.leaf.slot.kind != "boolean"]
    for one in said:
        one.options = places(recovery.request, one.leaf.slot, one.leaf.value, recovery.today)
    settle(said, recovery)
    found += [m for one in said if one.place is None for m in _missing(one, recovery)]
    settled = [one for one in said if one.place is not None]
    for a, b in exchanges(settled, recovery):
        evidence = f"{b.leaf.value!r} to {a.leaf.slot.name} and {a.leaf.value!r} to {b.leaf.slot.name}"
        found.append(_mismatch("exchanged", a, f"by its words the request gives {evidence}"))
    found += [m for one in settled for m in _misplaced(one, said, recovery)]
    served = [*spoken_of, *(place for one in said for place in one.options)]
    found += _rivals(said, served, recovery)
    found += _unplanned(served, plan, recovery)
    return found


def located(plan: Sequence[PlannedCall], tools: Sequence[Tool], recovery: Recovery) -> list[tuple[PlannedCall, Place]]:
    """Returns where the request says each value of a plan, true and false left aside."""
    said = [Said(call, leaf, []) for call, leaf in _literals(plan, tools, recovery) if leaf.slot.kind != "boolean"]
    for one in said:
        one.options = places(recovery.request, one.leaf.slot, one.leaf.value, recovery.today)
    settle(said, recovery)
    return [(one.call, one.place) for one in said if one.place is not None]


def _literals(
    plan: Sequence[PlannedCall], tools: Sequence[Tool], recovery: Recovery
) -> Iterator[tuple[PlannedCall, Leaf]]:
    for call, tool, recovered in zip(plan, tools, recovery.calls, strict=True):
        for leaf in leaves(call["arguments"], recovered.slots, tool):
            if leaf.pointer not in call["references"] and leaf.value != "":
                yield call, leaf


def _boolean(one: Said, recovery: Recovery) -> Iterator[Mismatch]:
    slot = one.leaf.slot
    if slot.schema.get("default") == one.leaf.value or spoken(recovery.request, slot, bool(one.leaf.value)):
        return
    yield _mismatch("missing", one, f"nothing in the request says that {slot.name} is {str(one.leaf.value).lower()}")


def _missing(one: Said, recovery: Recovery) -> Iterator[Mismatch]:
    slot, value = one.leaf.slot, one.leaf.value
    if "default" in slot.schema and slot.schema["default"] == value:
        return
    loose = slot.kind in ("number", "enum", "time") and not _AGAIN.search(recovery.request.text)
    if not loose and any(places(read(text, recovery.today), slot, value, recovery.today) for text in recovery.history):
        return
    yield _mismatch("missing", one, f"the request does not give {slot.name} the value {value!r}")


def _rivals(said: list[Said], served: list[Place], recovery: Recovery) -> Iterator[Mismatch]:
    """Numbers and members that the words give to a planned argument although no argument has them."""
    for one in said:
        slot = one.leaf.slot
        if slot.kind not in ("number", "enum") or (one.place and recovery.request.text[one.place[0]] in "\"'"):
            continue  # what stands between quotes has no rival
        named = {stem(part) for part in parts(slot.name)}
        for candidate in recovery.options.get((slot.call, slot.order), ()):
            surface = recovery.request.text[slice(*candidate.place)]
            floor = 0.0 if slot.kind == "enum" and " " in surface else _RIVAL
            if candidate.value == one.leaf.value or candidate.score < floor or _served(candidate.place, served):
                continue
            exact = slot.kind == "number" or parts(surface.lower()) == parts(str(candidate.value).lower())
            if exact and surface.lower() not in _ORDINALS and stem(surface) not in named:
                yield _mismatch(
                    "missing", one, f"for {slot.name} the request says {surface!r}, the plan {one.leaf.value!r}"
                )
                break


def _served(place: Place, served: list[Place]) -> bool:
    return any(place[0] < end and start < place[1] for start, end in served)


def _misplaced(one: Said, said: list[Said], recovery: Recovery) -> Iterator[Mismatch]:
    """A value that the words give to an argument which the plan leaves open."""
    slot = one.leaf.slot
    if one.place is None or slot.kind in ("text", "enum"):
        return
    planned = {s.leaf.slot.path for s in said if s.call is one.call}
    filled = [tuple("*" if k.isdigit() else k for k in p.split("/")[1:]) for p in one.call["references"]]
    own = recovery.score(slot, one.place)
    for other in recovery.calls[slot.call].slots:
        if other.kind != slot.kind or other.path in planned or other.path in filled or not other.admits(one.leaf.value):
            continue
        if recovery.score(other, one.place) > own + _MARGIN:
            yield _mismatch(
                "misplaced",
                one,
                f"by its words the request gives {one.leaf.value!r} to {other.name}, not to {slot.name}",
            )
            return


def _unplanned(served: list[Place], plan: Sequence[PlannedCall], recovery: Recovery) -> list[Mismatch]:
    harmless = [m.span() for m in _HARMLESS.finditer(recovery.request.text)]
    earlier = plain(" ".join(recovery.history)).lower()
    counts = {float(len(plan)), *_counts(plan)}
    found = []
    for mention in recovery.request.mentions:
        if not mention.strict or _served((mention.start, mention.end), [*served, *harmless]):
            continue
        if _excused(mention, counts, earlier):
            continue
        found.append(
            Mismatch("unplanned", mention.value, f"the request says {mention.surface!r}, which no argument has")
        )
    return found


def _excused(mention: Mention, counts: set[float], earlier: str) -> bool:
    surface = mention.surface.lower()
    if mention.kind == "date" and (surface in _NOW or surface.startswith("this ")):
        return True
    if mention.kind == "number" and not mention.unit and mention.value in counts:
        return True
    return bool(earlier) and re.search(rf"(?<!\w){re.escape(surface)}(?!\w)", earlier) is not None


def _counts(plan: Sequence[PlannedCall]) -> Iterator[float]:
    tools = [call["tool"] for call in plan]
    for tool in dict.fromkeys(tools):
        yield float(tools.count(tool))
    for call in plan:
        yield from _lengths(call["arguments"])


def _lengths(value: Any) -> Iterator[float]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _lengths(item)
    elif isinstance(value, list):
        yield float(len(value))
        for item in value:
            yield from _lengths(item)


def _mismatch(code: Code, one: Said, evidence: str) -> Mismatch:
    return Mismatch(code, one.leaf.value, evidence, one.call["id"], one.call["tool"], one.leaf.pointer)
