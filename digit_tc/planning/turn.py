"""One turn's plan: its length, its chain, its literals, what stays implicit and what goes together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from digit_tc.errors import PlanError
from digit_tc.planning.chain import Chain
from digit_tc.planning.filling import Filling
from digit_tc.planning.past import Past
from digit_tc.planning.references import filled, schema_path
from digit_tc.planning.rehearsal import Rehearsal
from digit_tc.records import Persona
from digit_tc.state import PlannedCall
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow
from digit_tc.world.effects import effect_of

_LENGTHS = ((1, 0.1), (2, 0.45), (3, 0.32), (4, 0.13))
_UNSPOKEN = {"id", "email", "phone", "city", "country", "airport", "uuid", "username"}
"""Kinds of values that are looked up on the way: nobody asks for them for their own sake."""
_TRIES = 12


@dataclass(frozen=True)
class TurnPlan:
    """Draws the plan of one turn."""

    flow: Dataflow
    tools: list[str]
    past: Past
    persona: Persona
    today: date
    implicit: float
    """Chance that a call which another call depends on stays unspoken in the request."""
    rehearsal: Rehearsal | None = None
    """Plays a plan through; without one, plans may have calls that fail."""
    goals: Sequence[str] = ()
    """The tools of which the turn is about one; empty where it may be about any."""

    def draw(self, stream: Stream, most: int) -> list[PlannedCall]:
        """Draws a plan of at most `most` calls, connected wherever the tools allow it.

        Raises:
            PlanError: No plan could be drawn.
        """
        problem = "no tools"
        best: list[PlannedCall] = []
        fallback: list[PlannedCall] = []
        wanted = min(most, stream.weighted(_LENGTHS))
        for _ in range(_TRIES):
            try:
                calls = Chain(self.flow, self.tools, self.past, stream, most, goals=self.goals).draw(wanted)
                calls = Filling(self.flow, self.past, self.persona, self.today, stream).fill(calls[:most])
            except PlanError as error:
                problem = str(error)
                continue
            if self.repeats(calls):
                continue
            fallback = fallback or calls
            if len(calls) > len(best) and (self.rehearsal is None or self.rehearsal.succeeds(calls)):
                best = calls
            if len(best) >= min(wanted, 2):
                break
        if not fallback:
            raise PlanError(problem)
        return self._grouped(self._hidden(best or fallback, stream))

    def repeats(self, calls: list[PlannedCall]) -> bool:
        """Says whether a plan makes a call that was already made, or one twice."""
        results = {done.plan_id: done.result for done in self.past.done}
        known = [(done.tool, done.arguments) for done in self.past.done]
        for call in calls:
            if any(reference["call"] not in results for reference in call["references"].values()):
                continue  # draws on a result of this turn, which no earlier call can have had
            made = call["tool"], filled(call, results)
            if made in known:
                return True
            known.append(made)
        return False

    def _hidden(self, calls: list[PlannedCall], stream: Stream) -> list[PlannedCall]:
        """Marks calls as implicit: look-ups that later calls depend on and whose own sources are implicit too."""
        needed = self._looked_up(calls)
        hidden: set[str] = set()
        marked: list[PlannedCall] = []
        ids = {call["id"] for call in calls}
        for call in calls:
            sources = {reference["call"] for reference in call["references"].values()} & ids
            looks_up = not effect_of(self.flow[call["tool"]]).writes
            hide = call["id"] in needed and looks_up and sources <= hidden and stream.chance(self.implicit)
            if hide:
                hidden.add(call["id"])
            marked.append(PlannedCall(**{**call, "implicit": hide}))
        return marked

    def _looked_up(self, calls: list[PlannedCall]) -> set[str]:
        """Returns the calls that others take ids, names or places from, and nothing that the request would speak of."""
        taken: dict[str, set[str]] = {}
        for call in calls:
            for pointer, reference in call["references"].items():
                means = self.flow[call["tool"]].means.get(schema_path(pointer))
                taken.setdefault(reference["call"], set()).add(means.kind if means else "text")
        return {identity for identity, kinds in taken.items() if kinds <= _UNSPOKEN}

    def _grouped(self, calls: list[PlannedCall]) -> list[PlannedCall]:
        """Numbers the groups: neighbouring look-ups that do not need one another are called together."""
        group, members = 0, list[PlannedCall]()
        grouped: list[PlannedCall] = []
        for call in calls:
            ids = {member["id"] for member in members}
            waits = any(reference["call"] in ids for reference in call["references"].values())
            writes = any(effect_of(self.flow[member["tool"]]).writes for member in (*members, call))
            if members and (waits or writes):
                group, members = group + 1, []
            members.append(call)
            grouped.append(PlannedCall(**{**call, "group": group}))
        return grouped
