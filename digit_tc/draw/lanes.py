"""Lanes beside a line of nodes: which one a route takes, and in which order routes touch a node.

The order is chosen so that routes that lie inside each other never cross.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from digit_tc.draw.sketch import Route


@dataclass(frozen=True, slots=True)
class Strand:
    """A route that runs in a lane, numbered from the nodes outwards."""

    route: Route
    lane: int
    back: bool


@dataclass(frozen=True, slots=True)
class Port:
    """Where a strand leaves or enters a node."""

    strand: Strand
    leaving: bool


def lanes(spans: Sequence[tuple[float, float]]) -> list[int]:
    """Returns a lane for each span; short spans lie inside, and spans that touch never share a lane."""
    given: dict[int, int] = {}
    for index in sorted(range(len(spans)), key=lambda each: (spans[each][1] - spans[each][0], spans[each])):
        low, high = spans[index]
        taken = {lane for other, lane in given.items() if spans[other][0] <= high and low <= spans[other][1]}
        given[index] = next(lane for lane in range(len(spans)) if lane not in taken)
    return [given[index] for index in range(len(spans))]


def ports(node: str, strands: Sequence[Strand]) -> list[Port]:
    """Returns the ports of a node on one side, in the direction from start to end."""
    here = sorted(strands, key=lambda strand: strand.lane)
    loops = [strand for strand in here if strand.route.source == strand.route.target == node]
    leaving = [Port(each, leaving=True) for each in here if each.route.source == node and each not in loops]
    entering = [Port(each, leaving=False) for each in here if each.route.target == node and each not in loops]
    around = [Port(loop, leaving) for leaving in (True, False) for loop in loops]
    if any(strand.back for strand in here):
        return [*leaving, *around, *reversed(entering)]
    return [*entering, *reversed(leaving)]
