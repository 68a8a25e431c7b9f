"""Implicit calls: look-ups that another call depends on and that the request does not speak of (DiGiT-TC).

How many they are is controlled, not left to chance: each that could stay unspoken is counted, and as many do as the
share says, carried on from turn to turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from digit_tc.planning.references import schema_path
from digit_tc.state import PlannedCall
from digit_tc.tools.dataflow import Dataflow
from digit_tc.world.effects import effect_of

_UNSPOKEN = {"id", "email", "phone", "city", "country", "airport", "uuid", "username"}
"""Kinds of values that are looked up on the way: nobody asks for them for their own sake."""


@dataclass(frozen=True, slots=True)
class Hiding:
    """Chooses which calls stay unspoken."""

    flow: Dataflow
    share: float
    """Of those that could."""
    start: float
    """From 0 to 1, drawn once a conversation: what the share leaves over of a first call."""
    earlier: Sequence[PlannedCall] = ()
    """The calls of earlier turns."""

    def hide(self, calls: Sequence[PlannedCall]) -> list[PlannedCall]:
        """Returns the calls with those marked that could stay unspoken, and those that do."""
        needed, ids = self._looked_up(calls), {call["id"] for call in calls}
        possible = sum(call.get("hideable", False) for call in self.earlier)
        count = sum(call["implicit"] for call in self.earlier)
        hidden: set[str] = set()
        marked: list[PlannedCall] = []
        for call in calls:
            sources = {reference["call"] for reference in call["references"].values()} & ids
            looks_up = not effect_of(self.flow[call["tool"]]).writes
            hideable = call["id"] in needed and looks_up and sources <= hidden
            possible += hideable
            hide = hideable and count < floor(self.share * possible + self.start)
            if hide:
                count += 1
                hidden.add(call["id"])
            marked.append(PlannedCall(**{**call, "implicit": hide, "hideable": hideable}))
        return marked

    def _looked_up(self, calls: Sequence[PlannedCall]) -> set[str]:
        """Returns the calls that others take ids, names or places from, and nothing that the request would speak of."""
        taken: dict[str, set[str]] = {}
        for call in calls:
            for pointer, reference in call["references"].items():
                means = self.flow[call["tool"]].means.get(schema_path(pointer))
                taken.setdefault(reference["call"], set()).add(means.kind if means else "text")
        return {identity for identity, kinds in taken.items() if kinds <= _UNSPOKEN}
