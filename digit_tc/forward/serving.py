"""A plan that serves a request, by code: the tools that it asks for, with the values that can be read out of it.

What a call needs and nobody said comes from the result of an earlier call where one gives it, else it is made up, as a
model makes it up: what then has no origin is counted, not hidden.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from digit_tc.backtranslation.booleans import spoken
from digit_tc.backtranslation.reading import read
from digit_tc.backtranslation.recovery import RecoveredCall, Recovery, recover
from digit_tc.errors import PlanError
from digit_tc.forward.recognition import recognised
from digit_tc.planning.filling import Filling
from digit_tc.planning.grouping import grouped
from digit_tc.planning.past import Past
from digit_tc.planning.picks import picked
from digit_tc.planning.references import put
from digit_tc.records import Persona
from digit_tc.state import PlannedCall, Reference
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow


@dataclass(frozen=True)
class Serving:
    """Plans calls for what is said."""

    flow: Dataflow
    tools: Sequence[str]
    past: Past
    persona: Persona
    today: date

    def plan(self, request: str, earlier: Sequence[str], stream: Stream, most: int) -> list[PlannedCall]:
        """Returns the calls that serve a request.

        Args:
            request: What the user says now.
            earlier: What the user said before.
            stream: What is drawn from where nothing is said.
            most: How many calls there may be.

        Raises:
            PlanError: The request asks for no tool, or for one that no value can be drawn for.
        """
        names = recognised(read(request, self.today), self.tools)[:most]
        if not names:
            raise PlanError("the request asks for nothing that a tool does")
        specifications = [self.flow[name].tool for name in names]
        recovery = recover(request, earlier, specifications, self.today)
        calls: list[PlannedCall] = []
        for one in recovery.calls:
            calls.append(self._call(one, recovery, calls, stream))
        return grouped(calls, self.flow)

    def _call(
        self, one: RecoveredCall, recovery: Recovery, calls: Sequence[PlannedCall], stream: Stream
    ) -> PlannedCall:
        said = dict(_said(one, recovery))
        known = {pointer.split("/")[1] for pointer in said}
        call = PlannedCall(
            id=f"${self.past.planned + len(calls) + 1}",
            tool=one.tool,
            arguments={},
            references=dict(self._references(one.tool, known, calls, stream)),
            implicit=False,
            group=0,
        )
        (filled,) = Filling(self.flow, self.past.said(self.flow), self.persona, self.today, stream).fill([call])
        needed = {*self.flow[one.tool].tool.required, *known, *(at.split("/")[1] for at in call["references"])}
        arguments = {name: value for name, value in filled["arguments"].items() if name in needed}
        for name in known:
            arguments.pop(name, None)
        for pointer, value in said.items():
            put(arguments, pointer, value)
        return PlannedCall(**{**filled, "arguments": self._completed(arguments, filled["arguments"], known)})

    def _completed(self, arguments: dict[str, Any], drawn: dict[str, Any], known: set[str]) -> dict[str, Any]:
        """Gives an object of which a part was said the parts that it lacks."""
        for name in known & drawn.keys():
            if isinstance(arguments[name], dict) and isinstance(drawn[name], dict):
                arguments[name] = {**drawn[name], **arguments[name]}
        return arguments

    def _references(
        self, tool: str, known: set[str], calls: Sequence[PlannedCall], stream: Stream
    ) -> Iterator[tuple[str, Reference]]:
        """Yields where needed values come from that nobody said: the latest call that gives one."""
        for leaf in self.flow[tool].inputs:
            if not leaf.required or len(leaf.path) > 1 or leaf.path[0] in known:
                continue
            edges = {
                edge.producer: edge.output for edge in reversed(self.flow.feeding(tool)) if edge.input == leaf.path
            }
            for made in reversed(calls):
                if made["tool"] in edges:
                    path = picked(self.flow[made["tool"]], edges[made["tool"]], stream)
                    yield f"/{leaf.path[0]}", Reference(call=made["id"], path=path)
                    break
            else:
                yield from self._earlier(leaf.path[0], edges)

    def _earlier(self, name: str, edges: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, Reference]]:
        for done in reversed(self.past.done):
            for path in self.past.paths(done, edges[done.tool])[:1] if done.tool in edges else ():
                yield f"/{name}", Reference(call=done.plan_id, path=path)
                return


def _said(call: RecoveredCall, recovery: Recovery) -> Iterator[tuple[str, Any]]:
    """Yields the values that a request gives a call, by their JSON pointers; a list of objects gets one object."""
    for slot in call.slots:
        pointer = "/" + "/".join(slot.path)
        if slot.kind == "boolean":
            for value in (True, False):
                if spoken(recovery.request, slot, value):
                    yield pointer, value
                    break
            continue
        for at, candidate in enumerate(call.arguments.get(pointer, ())):
            last = pointer.rpartition("*")
            place = f"{last[0]}{at}{last[2]}" if pointer.endswith("*") else pointer
            yield place.replace("*", "0"), _typed(candidate.value, slot.schema.get("type"))
            if not pointer.endswith("*"):
                break


def _typed(value: Any, kind: Any) -> Any:
    whole = isinstance(value, float) and value.is_integer()
    return int(value) if whole and kind == "integer" else value
