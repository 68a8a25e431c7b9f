"""Branches: what a plan finds out decides whether it goes on, and what it will find is decided beforehand.

"Check my order, and if it is still pending, cancel it": the look-up shows one of the statuses that its schema lists.
Which one is settled with the plan, so that both ways are met as often as wished, not as often as chance has it
(forced output values as in ToolWeave, arXiv 2605.12521). The request names the condition; a call whose condition does
not hold is wanted and not made.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from digit_tc.extraction.words import vocabulary
from digit_tc.planning.graph import first_of, renumbered
from digit_tc.planning.grouping import grouped
from digit_tc.planning.references import literals, schema_path
from digit_tc.planning.rehearsal import Rehearsal
from digit_tc.state import Condition, PlannedCall
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.fields import Field
from digit_tc.tools.meaning import Understood
from digit_tc.tools.names import words
from digit_tc.world.effects import effect_of

_REFUSED = 0.4
"""Share of the branches that are not taken."""
_DECISIVE = {"status", "state", "stage", "condition", "availability", "priority", "severity"}
"""Words of what decides whether something is done with a thing."""

_OPEN = vocabulary(
    "pending open active available scheduled confirmed placed processing preparing booked draft planned tentative new "
    "todo progress unpaid online ready in-stock requested submitted low medium high normal"
)
"""Words of standings in which a thing can still be changed."""
_OVER = vocabulary("delivered completed done finished closed paid returned received")
"""Words of standings in which nothing more happens to it."""
_AFTERWARDS = vocabulary("return exchange refund review rate rating feedback archive reopen")
"""Words of what is done with a thing afterwards."""


@dataclass(frozen=True, slots=True)
class Branching:
    """Puts a look-up and a condition on what it shows before a write."""

    flow: Dataflow
    tools: Sequence[str]
    share: float
    """Of the plans that could branch."""
    most: int
    """Calls that a plan may have."""
    rehearsal: Rehearsal | None
    """Shows whether a look-up can be made to show a value; without one, nothing branches."""

    def branched(self, calls: list[PlannedCall], stream: Stream) -> list[PlannedCall]:
        """Returns the plan with one condition, or as it is where it cannot have one or is not to."""
        if self.rehearsal is None or len(calls) >= self.most or not stream.chance(self.share):
            return calls
        for at, look_up, field in stream.shuffled(list(self._places(calls))):
            plan, reads, write = self._with_look_up(calls, at, look_up)
            found = self._decided(plan, reads, write, field, stream)
            if found is not None:
                return found
        return calls

    def _places(self, calls: Sequence[PlannedCall]) -> Iterator[tuple[int, PlannedCall, Field]]:
        """Yields writes, look-ups of the thing that they are about, and what those show that could decide."""
        planned = {call["tool"] for call in calls}
        for at, call in enumerate(calls):
            if not effect_of(self.flow[call["tool"]]).writes:
                continue
            for name in self.tools:
                tool = self.flow[name]
                if name in planned or tool.action != "read" or (look_up := self._look_up(call, tool)) is None:
                    continue
                yield from ((at, look_up, one) for one in tool.outputs if _decides(one))

    def _look_up(self, write: PlannedCall, tool: Understood) -> PlannedCall | None:
        """Returns a call that looks up what a write is about, by the id that the write has; None where it cannot."""
        entity = effect_of(tool).entity
        ids = [leaf for leaf in tool.inputs if len(leaf.path) == 1 and tool.means[leaf.path].entity == entity]
        if not entity or len(ids) != 1 or [leaf.path for leaf in tool.inputs if leaf.required] != [ids[0].path]:
            return None
        means = self.flow[write["tool"]].means
        for pointer, source in [*write["references"].items(), *literals(write)]:
            judged = means.get(schema_path(pointer))
            if judged is not None and judged.kind == "id" and judged.entity == entity:
                name, referred = ids[0].path[0], pointer in write["references"]
                return PlannedCall(
                    id="$0",
                    tool=tool.tool.name,
                    arguments={} if referred else {name: source},
                    references={f"/{name}": source} if referred else {},
                    implicit=False,
                    group=0,
                )
        return None

    def _with_look_up(
        self, calls: list[PlannedCall], at: int, look_up: PlannedCall
    ) -> tuple[list[PlannedCall], str, str]:
        """Returns the plan with a look-up before a write, and the ids of both."""
        plan = grouped(renumbered([*calls[:at], look_up, *calls[at:]], first_of(calls)), self.flow)
        ids = {call["tool"]: call["id"] for call in plan}
        return plan, ids[look_up["tool"]], ids[calls[at]["tool"]]

    def _decided(
        self, plan: list[PlannedCall], reads: str, write: str, field: Field, stream: Stream
    ) -> list[PlannedCall] | None:
        """Returns the plan with a sensible condition, with which all can be done; now and then it does not hold."""
        values = stream.shuffled([value for value in field.schema["enum"] if _sayable(value)])
        tool = next(call["tool"] for call in plan if call["id"] == write)
        sensible = [value for value in values if _allows(value, tool)]
        others = [value for value in values if value not in sensible]
        needed = any(one["call"] == write for call in plan for one in call["references"].values())
        ways = [(wanted, wanted) for wanted in sensible]
        if not needed and stream.chance(_REFUSED):
            ways = [(wanted, given) for given in (*others, *sensible) for wanted in sensible if wanted != given] + ways
        plans = (_under(plan, reads, write, field, *way) for way in ways)
        return next((one for one in plans if self._can_be_done(one)), None)

    def _can_be_done(self, calls: list[PlannedCall]) -> bool:
        return self.rehearsal is not None and self.rehearsal.succeeds(calls)


def _under(plan: list[PlannedCall], reads: str, write: str, field: Field, wanted: Any, given: Any) -> list[PlannedCall]:
    condition = Condition(call=reads, path=list(field.path), wanted=wanted, given=given)
    return [PlannedCall(**{**call, "condition": condition}) if call["id"] == write else call for call in plan]


def _decides(field: Field) -> bool:
    said = [value for value in field.schema.get("enum", ()) if _sayable(value)]
    return len(field.path) == 1 and field.required and len(said) > 1 and bool(set(words(field.key)) & _DECISIVE)


def _allows(value: str, tool: str) -> bool:
    """Says whether this is done with a thing that stands so: what is open is changed, what is over is reviewed."""
    named, standing = set(words(tool)), set(words(value))
    return bool(standing & (_OVER if named & _AFTERWARDS else _OPEN)) or standing <= named


def _sayable(value: Any) -> bool:
    return isinstance(value, str) and value.replace("_", "").replace("-", "").replace(" ", "").isalpha()
