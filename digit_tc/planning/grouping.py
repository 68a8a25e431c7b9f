"""Which calls of a plan are made together: those that the graph of its references leaves side by side."""

from collections.abc import Sequence

from digit_tc.planning.graph import renumbered
from digit_tc.state import PlannedCall
from digit_tc.tools.dataflow import Dataflow
from digit_tc.world.effects import effect_of


def grouped(calls: Sequence[PlannedCall], flow: Dataflow) -> list[PlannedCall]:
    """Returns the calls in the order of their groups, each group to be made by one message.

    A look-up is made as soon as what it refers to is there; a write waits for all that comes before it, is made alone,
    and all that comes after it waits.
    """
    groups: dict[str, int] = {}
    earliest, last = 0, -1
    for call in calls:
        if effect_of(flow[call["tool"]]).writes:
            group = last + 1
            earliest = group + 1
        else:
            sources = [groups[one["call"]] for one in call["references"].values() if one["call"] in groups]
            group = max([earliest, *(source + 1 for source in sources)])
        groups[call["id"]], last = group, max(last, group)
    ordered = sorted(calls, key=lambda call: groups[call["id"]])
    numbers = {group: at for at, group in enumerate(sorted(set(groups.values())))}
    placed = [PlannedCall(**{**call, "group": numbers[groups[call["id"]]]}) for call in ordered]
    return renumbered(placed, calls)
