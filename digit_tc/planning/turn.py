"""One turn's plan: its length, its chain, its literals, what stays implicit and what goes together."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain

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
from digit_tc.planning.target import PlanTarget
from digit_tc.records import Persona
from digit_tc.state import PlannedCall
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow

_TRIES = 12
"""Chains that are drawn for one plan."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan with its values, not yet played through; none of it depends on a condition or stays unspoken."""

    calls: list[PlannedCall]
    stream: Stream
    """Goes on where the draft left off."""


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
        return Prospects(self.flow, self.tools, self.past, self.goals or self.tools)

    def draw(self, stream: Stream) -> list[PlannedCall]:
        """Draws the plan that comes closest to what it is to be like, among a number that could be carried out.

        Raises:
            PlanError: No plan could be drawn.
        """
        drafts = self.drafts(stream)
        first = next(drafts)
        sound = (draft for draft in chain([first], drafts) if self.succeeds(draft.calls))
        return self.complete(next(sound, first))

    def drafts(self, stream: Stream, tries: int = _TRIES) -> Iterator[Draft]:
        """Yields at least one draft, the best first; further ones are for when those before them would fail.

        Those without substance come behind the others. Last come single calls that need no look-up, for where all that
        was drawn fails or repeats its first one.

        Args:
            stream: What they are drawn from; nothing else may draw from it while more are wanted.
            tries: How many chains are drawn at most to come close to what the plan is to be like.

        Raises:
            PlanError: No plan could be drawn.
        """
        problems = ["every call that could be planned was made before"]
        bare: list[Draft] = []
        found = False
        for draft in self._valued(self._chains(stream, tries), stream, problems):
            found = True
            if self.target.substantial and not substantial(draft.calls):
                bare.append(draft)
            else:
                yield draft
        yield from bare
        singles = (self._chain(1, 1, stream) for _ in range(tries))
        for draft in self._valued(singles, stream, problems):
            found = True
            yield draft
        if not found:
            raise PlanError(problems[-1])

    def _valued(self, chains: Iterable[list[PlannedCall]], stream: Stream, problems: list[str]) -> Iterator[Draft]:
        """Yields the chains with their values, without those that repeat a call or have no possible value."""
        for calls in chains:
            try:
                filling = Filling(self.flow, self._prospects.said, self.persona, self.today, stream)
                valued = filling.fill(grouped(calls, self.flow))
            except PlanError as error:
                problems.append(str(error))
                continue
            if not self.repeats(valued):
                yield Draft(valued, stream)

    def _chains(self, stream: Stream, tries: int) -> Iterator[list[PlannedCall]]:
        """Yields a chain that is as wanted as soon as it is drawn, and the others by how far they are off.

        So values are drawn, and plans played through, only for the chain that is taken.
        """
        aim = self.target.aim(stream)
        others: list[tuple[int, list[PlannedCall]]] = []
        for _ in range(tries):
            calls = self._chain(aim.length, self.target.max_calls, stream)
            off = abs(len(calls) - aim.length) + abs(depth(calls) - aim.depth)
            if off:
                others.append((off, calls))
            else:
                yield calls
        yield from (calls for _, calls in sorted(others, key=lambda other: other[0]))

    def _chain(self, length: int, most: int, stream: Stream) -> list[PlannedCall]:
        made = Chain(self.flow, self.tools, self._prospects, stream, most)
        calls = made.draw(min(length, most))[:most]
        return connected(calls) if self.target.connected else calls

    def complete(self, draft: Draft) -> list[PlannedCall]:
        """Returns the plan with a condition where it is to have one, and what stays unspoken."""
        branching = Branching(self.flow, self.tools, self.target.branches, self.target.max_calls, self.rehearsal)
        return self.hiding.hide(branching.branched(draft.calls, draft.stream))

    def succeeds(self, calls: list[PlannedCall]) -> bool:
        """Says whether every call of a plan would be answered, as far as can be told."""
        return self.rehearsal is None or self.rehearsal.succeeds(calls)

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
