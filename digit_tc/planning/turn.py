"""One turn's plan: its length, its chain, its literals, what stays implicit and what goes together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from digit_tc.errors import PlanError
from digit_tc.planning.branching import Branching
from digit_tc.planning.chain import Chain
from digit_tc.planning.filling import Filling
from digit_tc.planning.graph import connected, depth, substantial
from digit_tc.planning.grouping import grouped
from digit_tc.planning.hiding import Hiding
from digit_tc.planning.past import Past
from digit_tc.planning.prospects import Prospects
from digit_tc.planning.references import filled
from digit_tc.planning.rehearsal import Rehearsal
from digit_tc.planning.target import Aim, PlanTarget
from digit_tc.records import Persona
from digit_tc.state import PlannedCall
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow

_TRIES = 12

_Rank = tuple[bool, bool, int]
"""Whether it fails, whether it has no substance, by how many calls and by what depth it is off."""


@dataclass(frozen=True)
class TurnPlan:
    """Draws the plan of one turn."""

    flow: Dataflow
    tools: list[str]
    past: Past
    persona: Persona
    today: date
    target: PlanTarget
    hiding: Hiding
    rehearsal: Rehearsal | None = None
    """Plays a plan through; without one, plans may have calls that fail."""
    goals: Sequence[str] = ()
    """The tools of which the turn is about one; empty where it may be about any."""

    @cached_property
    def _prospects(self) -> Prospects:
        return Prospects(self.flow, self.tools, self.past)

    def draw(self, stream: Stream) -> list[PlannedCall]:
        """Draws the plan that comes closest to what it is to be like, among a number that could be carried out.

        Raises:
            PlanError: No plan could be drawn.
        """
        problem = "every call that could be planned was made before"
        aim = self.target.aim(stream)
        best: tuple[_Rank, list[PlannedCall]] | None = None
        for at in range(2 * _TRIES):
            if at >= _TRIES and best is not None and not best[0][0]:
                break
            try:
                # Where all that was drawn fails or repeats its first look-up, single calls that need none are left.
                calls = self._tried(aim, stream, self.target.max_calls if at < _TRIES else 1)
            except PlanError as error:
                problem = str(error)
                continue
            off = self._off(calls, aim)
            if self.repeats(calls) or (best is not None and best[0] <= (False, *off)):
                continue
            rank = (self.rehearsal is not None and not self.rehearsal.succeeds(calls), *off)
            if best is None or rank < best[0]:
                best = rank, calls
            if not any(rank):
                break
        if best is None:
            raise PlanError(problem)
        branching = Branching(self.flow, self.tools, self.target.branches, self.target.max_calls, self.rehearsal)
        return self.hiding.hide(branching.branched(best[1], stream))

    def _tried(self, aim: Aim, stream: Stream, most: int) -> list[PlannedCall]:
        chain = Chain(self.flow, self.tools, self._prospects, stream, most, goals=self.goals)
        calls = chain.draw(min(aim.length, most))[:most]
        calls = Filling(self.flow, self._prospects.said, self.persona, self.today, stream).fill(calls)
        return grouped(connected(calls) if self.target.connected else calls, self.flow)

    def _off(self, calls: list[PlannedCall], aim: Aim) -> tuple[bool, int]:
        """Returns how far a plan is from what it is to be like; lower is better."""
        bare = self.target.substantial and not substantial(calls)
        return bare, abs(len(calls) - aim.length) + abs(depth(calls) - aim.depth)

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
