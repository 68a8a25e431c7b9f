"""Which calls of a plan are made together."""

from collections.abc import Sequence

from digit_tc.state import PlannedCall
from digit_tc.tools.dataflow import Dataflow
from digit_tc.world.effects import effect_of


def grouped(calls: Sequence[PlannedCall], flow: Dataflow) -> list[PlannedCall]:
    """Numbers the groups: neighbouring look-ups that do not need one another are called together."""
    group, members = 0, list[PlannedCall]()
    numbered: list[PlannedCall] = []
    for call in calls:
        ids = {member["id"] for member in members}
        waits = any(reference["call"] in ids for reference in call["references"].values())
        writes = any(effect_of(flow[member["tool"]]).writes for member in (*members, call))
        if members and (waits or writes):
            group, members = group + 1, []
        members.append(call)
        numbered.append(PlannedCall(**{**call, "group": group}))
    return numbered
