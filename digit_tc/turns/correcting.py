"""Plans that change or undo what was just done, with no more than the tools at hand allow."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from digit_tc.errors import PlanError
from digit_tc.phrasing.gathering import details_of
from digit_tc.planning.filling import Filling
from digit_tc.planning.references import literals, schema_path
from digit_tc.planning.turn import TurnPlan
from digit_tc.state import ConversationState, PlannedCall, Reference
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.meaning import Understood
from digit_tc.tools.schema import violations
from digit_tc.turns.kinds import before
from digit_tc.values.drawing import draw_leaf
from digit_tc.values.scope import Scope
from digit_tc.values.times import looks_back
from digit_tc.world.effects import effect_of

_REPEATABLE = ("search", "compute", "update")
"""Work that can simply be done again with another value: nothing is left of the first time."""
_FIXED = {"id", "flag", "object", "array", "latitude", "longitude", "uuid", "password", "person", "email", "phone",
          "birthday", "expression", "equation"}  # fmt: skip
"""Kinds of values that nobody changes their mind about."""
_TIED = ("start", "end")
_DRAWS = 12


def can_be_corrected(flow: Dataflow, name: str, tools: list[str]) -> bool:
    """Says whether a call of a tool can be changed or taken back with the tools at hand."""
    tool = flow[name]
    if tool.action in _REPEATABLE:
        return any(
            leaf.required and len(leaf.path) == 1 and _changes(tool.means[leaf.path].kind, tool.means[leaf.path].role)
            for leaf in tool.inputs
        )
    return tool.action == "create" and undoing(flow, tool, tools) is not None


def undoing(flow: Dataflow, made: Understood, tools: list[str]) -> Understood | None:
    """Returns a tool at hand that takes back what a call has made, knowing no more than its id."""
    effect = effect_of(made)
    if not effect.entity or not effect.id_result:
        return None
    for name in tools:
        other = effect_of(flow[name])
        removes = other.kind == "delete" or flow[name].action == "delete"
        if removes and other.entity == effect.entity and flow[name].tool.required == [other.id_argument]:
            return flow[name]
    return None


def _changes(kind: str, role: str) -> bool:
    return kind not in _FIXED and role not in _TIED


@dataclass(frozen=True)
class Correcting:
    """Draws the plan of a turn in which the user takes back or changes what was just done."""

    maker: TurnPlan
    state: ConversationState
    stream: Stream

    def plan(self, name: str) -> list[PlannedCall]:
        """Returns calls that change or undo the last call of a tool in the turn before.

        Raises:
            PlanError: Nothing at hand can do that.
        """
        last = before(self.state)
        done = {one.plan_id for one in self.maker.past.done}
        calls = [call for call in (last["plan"] if last else []) if call["tool"] == name and call["id"] in done]
        for plan in self._plans(calls[-1]) if calls else ():
            if self.maker.rehearsal is None or self.maker.rehearsal.succeeds(plan):
                return plan
        raise PlanError(f"what {name} did can neither be changed nor taken back")

    def _plans(self, call: PlannedCall) -> Iterator[list[PlannedCall]]:
        tool = self.maker.flow[call["tool"]]
        if tool.action in _REPEATABLE:
            yield from ([again] for again in self._again(call, tool, 1))
            return
        undo = undoing(self.maker.flow, tool, self.maker.tools)
        if undo is None:
            return
        taken_back = self._taken_back(call, tool, undo)
        if self.stream.chance(0.5):
            yield from ([taken_back, again] for again in self._again(call, tool, 2))
        yield [taken_back]

    def _identity(self, number: int) -> str:
        return f"${self.maker.past.planned + number}"

    def _again(self, call: PlannedCall, tool: Understood, number: int) -> Iterator[PlannedCall]:
        """Yields the call with another value for one of its arguments."""
        details = [
            detail
            for detail in details_of(call, tool)
            if len(detail.values) == 1
            and detail.pointer.count("/") == 1
            and not detail.currency
            and detail.means.kind != "address"
            and _changes(detail.means.kind, detail.means.role)
        ]
        taken = [value for _, value in literals(call)]
        for detail in self.stream.shuffled(details):
            name = schema_path(detail.pointer)[0]
            value = self._drawn(tool, name, taken)
            if value is not None:
                changed = {**call["arguments"], name: value}
                yield PlannedCall(
                    **{**call, "id": self._identity(number), "arguments": changed, "implicit": False, "group": number}
                )

    def _drawn(self, tool: Understood, name: str, taken: list[Any]) -> Any:
        """Draws a value that is none of those in the call; None where there is no other."""
        leaf = next((one for one in tool.inputs if one.path == (name,)), None)
        if leaf is None:
            return None
        maker = self.maker
        for _ in range(_DRAWS):
            scope = Scope(
                maker.persona, maker.today, self.stream, past=looks_back(tool), home=False, shapes=maker.flow.shapes
            )
            value = draw_leaf(leaf, tool.means[leaf.path], scope)
            if value is not None and value not in taken and not violations(tool.tool.properties[name], value):
                return value
        return None

    def _taken_back(self, call: PlannedCall, tool: Understood, undo: Understood) -> PlannedCall:
        effect = effect_of(tool)
        path = [int(part) if part.isdigit() else part for part in effect.id_result.split("/")[1:]]
        blank = PlannedCall(
            id=self._identity(1),
            tool=undo.tool.name,
            arguments={},
            references={f"/{effect_of(undo).id_argument}": Reference(call=call["id"], path=path)},
            implicit=False,
            group=0,
        )
        maker = self.maker
        return Filling(maker.flow, maker.past, maker.persona, maker.today, self.stream).fill([blank])[0]
