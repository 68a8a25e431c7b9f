"""Plans that change or undo what was just done, with no more than the tools at hand allow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from digit_tc.planning.filling import Filling
from digit_tc.planning.references import literals, schema_path
from digit_tc.planning.turn import TurnPlan
from digit_tc.state import PlannedCall, Reference
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.meaning import Understood
from digit_tc.tools.schema import violations
from digit_tc.values.drawing import draw_leaf
from digit_tc.values.scope import Scope
from digit_tc.values.times import looks_back
from digit_tc.world.effects import effect_of

_REPEATABLE = ("search", "compute", "update")
"""Work that can simply be done again with another value: nothing is left of the first time."""
_FIXED = {"flag", "object", "array", "latitude", "longitude", "uuid", "password", "person", "email", "phone",
          "birthday", "file", "folder", "path", "username", "currency"}  # fmt: skip
"""Kinds of values that nobody changes their mind about."""
_TIED = ("start", "end")
_PLACES = {"city", "country", "state", "postal_code", "unit_number"}
"""Kinds of values that belong to an address, where there is a street."""
_DRAWS = 12


def can_be_corrected(flow: Dataflow, name: str, tools: list[str]) -> bool:
    """Says whether a call of a tool can be changed or taken back with the tools at hand."""
    tool = flow[name]
    if tool.action in _REPEATABLE:
        return any(leaf.required and _changes(tool, leaf.path) for leaf in tool.inputs)
    return tool.action == "create" and undoing(flow, tool, tools) is not None


def undoing(flow: Dataflow, made: Understood, tools: list[str]) -> Understood | None:
    """Returns a tool at hand that takes back what a call has made, knowing no other id than that."""
    effect = effect_of(made)
    if not effect.entity or not effect.id_result:
        return None
    for name in tools:
        tool, other = flow[name], effect_of(flow[name])
        removes = other.kind == "delete" or tool.action == "delete"
        ids = [leaf.path[0] for leaf in tool.inputs if leaf.required and tool.means[leaf.path].kind == "id"]
        if removes and other.entity == effect.entity and ids == [other.id_argument]:
            return tool
    return None


def _changes(tool: Understood, path: tuple[str, ...]) -> bool:
    """Says whether somebody may change their mind about an argument alone."""
    means = tool.means.get(path)
    if means is None or len(path) > 1 or means.kind in _FIXED or means.role in _TIED:
        return False
    if means.kind == "id":  # another thing to do it with is another value; another thing to do it to is another task
        return effect_of(tool).id_argument not in ("", path[0])
    return means.kind not in _PLACES or all(other.kind != "street" for other in tool.means.values())


@dataclass(frozen=True)
class Correcting:
    """Draws plans that take back or change what was just done."""

    maker: TurnPlan
    stream: Stream
    planned: int
    """How many calls were planned before the correction; its plan ids are numbered on from here."""

    def plans(self, calls: Sequence[PlannedCall]) -> Iterator[list[PlannedCall]]:
        """Yields plans that change or undo one of the calls of a turn, of the later ones first."""
        for call in reversed(calls):
            if not call["implicit"]:
                yield from self._plans(call)

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
        return f"${self.planned + number}"

    def _again(self, call: PlannedCall, tool: Understood, number: int) -> Iterator[PlannedCall]:
        """Yields the call with another value for one of its arguments."""
        pointers = [pointer for pointer, _ in literals(call) if _changes(tool, schema_path(pointer))]
        taken = [value for _, value in literals(call)]
        for pointer in self.stream.shuffled(pointers):
            name = schema_path(pointer)[0]
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
        members = [value for value in leaf.schema.get("enum", []) if value not in taken]
        if "enum" in leaf.schema:
            return self.stream.choice(members) if members else None
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
        said = maker.past.said(maker.flow)
        return Filling(maker.flow, said, maker.persona, maker.today, self.stream).fill([blank])[0]
