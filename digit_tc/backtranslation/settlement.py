"""Gives each literal of a plan one of the places where the request may say it."""

import re
from dataclasses import dataclass

from digit_tc.backtranslation.reading import Place, inside
from digit_tc.backtranslation.recovery import Recovery
from digit_tc.backtranslation.slots import Leaf
from digit_tc.state import PlannedCall

_SHARED = re.compile(r"\b(?:each|both|every|all|apiece|same|respectively|per|everyone)\b", re.I)
_BACK = re.compile(r"\b(?:back|return\w*|round[- ]?trip|there|same)\b", re.I)


@dataclass(slots=True)
class Said:
    """A literal of the plan with the places where it may be said and the place that it was given."""

    call: PlannedCall
    leaf: Leaf
    options: list[Place]
    place: Place | None = None


def settle(said: list[Said], recovery: Recovery) -> None:
    """Gives every literal a place: long texts first, then by how much speaks for the place."""
    longest = sorted(said, key=lambda s: -max((end - start for start, end in s.options), default=0))
    covers = [
        (one, place) for one in longest if one.leaf.slot.kind in ("text", "pattern", "enum") for place in one.options
    ]
    pairs = [
        (recovery.score(one.leaf.slot, place), number, place)
        for number, one in enumerate(said)
        for place in one.options
        if not inside(place, [p for other, p in covers if not equal(one, other)])
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    holders: dict[Place, list[Said]] = {}
    for _, number, place in pairs:
        one = said[number]
        if one.place is None and all(_may_share(one, other, recovery) for other in holders.get(place, [])):
            one.place = place
            holders.setdefault(place, []).append(one)
    _line_up(said)


def _line_up(said: list[Said]) -> None:
    """Puts equal values of several calls in the order in which they are said, where each has its own place."""
    groups: dict[str, list[Said]] = {}
    for one in said:
        if one.place is not None:
            groups.setdefault(repr(one.leaf.value), []).append(one)
    for group in groups.values():
        options = sorted({place for one in group for place in one.options})
        calls = {one.leaf.slot.call for one in group}
        same = len({one.leaf.slot.name for one in group}) == 1
        if len(options) == len(group) > 1 and (same or len(calls) == len(group)):
            for one, place in zip(group, options, strict=True):
                one.place = place


def equal(a: Said, b: Said) -> bool:
    return type(a.leaf.value) is type(b.leaf.value) and bool(a.leaf.value == b.leaf.value)


def _may_share(a: Said, b: Said, recovery: Recovery) -> bool:
    if not equal(a, b):
        return False
    slot, other = a.leaf.slot, b.leaf.slot
    if slot.roles != other.roles and slot.roles and other.roles:
        return _BACK.search(recovery.request.text) is not None
    if slot.kind not in ("number", "enum", "time"):
        return True
    if slot.name != other.name:
        return False
    return a.call is not b.call or _SHARED.search(recovery.request.text) is not None
