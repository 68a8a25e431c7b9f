"""Finds values that the words of a request give to each other's arguments."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from digit_tc.backtranslation.reading import Place, gap
from digit_tc.backtranslation.recovery import Recovery
from digit_tc.backtranslation.settlement import Said, equal
from digit_tc.extraction.words import parts

_WORD_ORDER = 0.15
_CALL_ORDER = 0.02
_ADDRESS = (
    {"street", "address", "address1", "line1"},
    {"address2", "line2", "apartment", "unit", "suite"},
    {"city", "town"},
    {"state", "province", "region"},
    {"zip", "zipcode", "postal", "postcode"},
    {"country"},
)
"""The parts of an address in the order in which people write them."""


def exchanges(settled: Sequence[Said], recovery: Recovery) -> Iterator[tuple[Said, Said]]:
    """Yields pairs of literals whose values fit the request better when exchanged.

    What stands at one place may serve several literals; they are exchanged together.
    """
    groups: dict[Place, list[Said]] = {}
    for one in settled:
        if one.place is not None:
            groups.setdefault(one.place, []).append(one)
    for (here, first), (there, second) in combinations(sorted(groups.items()), 2):
        if equal(first[0], second[0]) or not _swappable(first, second):
            continue
        score = _moved(first, here, there, recovery) + _moved(second, there, here, recovery)
        if score + _company(first, second, settled, recovery) + _order(first[0], second[0]) < 0:
            yield first[0], second[0]


def _moved(group: Sequence[Said], here: Place, there: Place, recovery: Recovery) -> float:
    """How much better the literals of a place fit there than at another place."""
    return sum(recovery.score(one.leaf.slot, here) - recovery.score(one.leaf.slot, there) for one in group) / len(group)


def _swappable(first: Sequence[Said], second: Sequence[Said]) -> bool:
    """Tells whether each value could be that of the other's arguments, and whether it would make a difference."""
    for a in first:
        for b in second:
            slot, other = a.leaf.slot, b.leaf.slot
            if slot.kind != other.kind or not (slot.admits(b.leaf.value) and other.admits(a.leaf.value)):
                return False
    return any(_different(a, b) for a in first for b in second)


def _different(a: Said, b: Said) -> bool:
    """The items of a plain list are a set; everything else has its own place."""
    path = a.leaf.slot.path
    if path != b.leaf.slot.path or a.call is not b.call:
        return True
    return path[-1] != "*"


def _order(a: Said, b: Said) -> float:
    """The order of the calls and of their arguments decides where no word does."""
    alike = a.call is b.call or a.call["tool"] == b.call["tool"]
    weight = _WORD_ORDER if alike else _CALL_ORDER
    written = _line(a), _line(b)
    if a.call is b.call and written[0] >= 0 and written[1] >= 0 and written[0] != written[1]:
        return weight if written[0] < written[1] else -weight
    return weight if _rank(a) < _rank(b) else -weight


def _line(one: Said) -> int:
    """Returns where a part of an address is written, whatever order the specification has; -1 for anything else."""
    said = set(parts(one.leaf.slot.name))
    return next((at for at, names in enumerate(_ADDRESS) if said & names), -1)


def _rank(one: Said) -> tuple[int, tuple[int, ...], int]:
    slot = one.leaf.slot
    return slot.call, tuple(int(index) for index in one.leaf.indices), slot.order


def _company(first: Sequence[Said], second: Sequence[Said], settled: Sequence[Said], recovery: Recovery) -> float:
    """Values of one call, or of one item of a list, stand together: how much nearer they are than when exchanged."""
    near, far = _siblings(first, second, settled), _siblings(second, first, settled)
    here, there = first[0].place, second[0].place
    if here is None or there is None:
        return 0.0
    total = 0.0
    for own, other, place, away in ((near, far, here, there), (far, near, there, here)):
        for sibling in own:
            if sibling not in other:
                difference = gap(recovery.request, sibling, away) - gap(recovery.request, sibling, place)
                total += max(-1.0, min(1.0, difference / 6)) / len(own)
    alike = first[0].leaf.slot.path == second[0].leaf.slot.path and first[0].call["tool"] == second[0].call["tool"]
    nested = any(len(one.leaf.slot.path) > 1 for one in (*first, *second))
    return total * (1.0 if nested or alike else 0.4)


def _siblings(group: Sequence[Said], others: Sequence[Said], settled: Sequence[Said]) -> list[Place]:
    """The places of the values that belong with a group and not with another one."""
    own = {place for one in group for place in _with(one, others, settled)}
    return sorted(own - {one.place for one in (*group, *others) if one.place is not None})


def _with(one: Said, others: Sequence[Said], settled: Sequence[Said]) -> Iterator[Place]:
    together = [other for other in others if other.call is one.call]
    apart = any(other.leaf.indices != one.leaf.indices for other in together)
    if together and not apart:
        return  # what stands in one object stands together either way
    object_of = one.leaf.pointer.rpartition("/")[0]
    kin = [near for near in settled if near.leaf.pointer.rpartition("/")[0] == object_of and near.call is one.call]
    for near in kin if object_of and len(kin) > 1 else settled:
        mate = near.call is one.call and near is not one
        if mate and near.place and (not together or near.leaf.indices == one.leaf.indices):
            yield near.place
