"""A simulated backend on its own: answers tool calls from specifications alone, over one world that remembers.

    backend = Backend(read_catalogue([Path("tools.json")]))
    made = backend.call("create_ticket", {"title": "Printer jams"})
    shown = backend.call("get_ticket", {"ticket_id": made.result["id"]})

A call is pure computation, so it is an ordinary function: any test-suite can use it without an event loop.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from langchain_core.tools import BaseTool, StructuredTool, ToolException

from digit_tc.errors import SimulationError
from digit_tc.export.trace import CallStep, Trace, TraceCall, TraceTool, error_value
from digit_tc.records import CallError
from digit_tc.state import EffectOp, Event
from digit_tc.streams import Streams
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.names import singular, words
from digit_tc.tools.tool import Tool
from digit_tc.values.persona import draw_persona
from digit_tc.world.effects import effect_of
from digit_tc.world.fold import EMPTY, World, fold, shown
from digit_tc.world.simulation import Simulation, UnknownIds
from digit_tc.world.subject import attribute
from digit_tc.world.summary import summarise

FIRST_DAY = date(2025, 1, 15)
"""The simulated date where none is given."""


@dataclass(frozen=True)
class Answer:
    """What a simulated call gave back; an error is a result like any other."""

    id: str
    result: Any
    is_error: bool


class Backend:
    """One world behind one catalogue. Two backends with equal arguments and equal calls give equal answers.

    Args:
        catalogue: The tools that can be called, by their original names too.
        seed: Seed of every draw.
        state: What there is to begin with, as any JSON; each record with an id of its own becomes an entity.
        unknown_ids: Whether a thing is made up for an id that nobody has mentioned, or it is not found.
        today: The simulated date.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        seed: int = 0,
        state: Any = None,
        unknown_ids: UnknownIds = "create",
        today: date = FIRST_DAY,
    ) -> None:
        streams, flow = Streams("backend", seed), Dataflow(catalogue)
        self._catalogue, self._state = catalogue, state
        self._names = {tool.alias: tool.name for tool in catalogue if tool.alias}
        self._simulation = Simulation(
            flow=flow,
            tools=catalogue.names,
            streams=streams.under("simulation"),
            persona=draw_persona(streams.of("persona")),
            today=today,
            unknown_ids=unknown_ids,
        )
        self._world: World = EMPTY
        self._events: list[Event] = []
        kinds = {effect_of(flow[name]).entity for name in flow.names}
        known = list(entities(state, kinds - {""}))
        if known:
            self._commit(Event(kind="seeded", effect=known))

    @property
    def world(self) -> World:
        """The world as it is now: the fold of `events`."""
        return shown(self._world)

    @property
    def events(self) -> tuple[Event, ...]:
        """The event log; its fold is the world."""
        return tuple(self._events)

    @property
    def summary(self) -> str:
        """The world in words, inside a fixed token limit."""
        return summarise(self._world)

    def call(self, name: str, arguments: dict[str, Any], call_id: str = "") -> Answer:
        """Answers one call and remembers what it did; whatever is wrong with the call is an error result."""
        name = self._names.get(name, name)
        try:
            event = self._simulation.answer(name, arguments, self._world)
        except SimulationError as error:
            problem = {"code": "simulation_failed", "message": str(error)}
            event = Event(kind="call", tool=name, arguments=arguments, outcome="error", result=None, error=problem)
        event = self._commit(Event(**event, call_id=call_id or f"call_{len(self._events) + 1}"))
        return Answer(event["call_id"], _value(event), event["outcome"] == "error")

    def _commit(self, event: Event) -> Event:
        step = len(self._events)
        placed = Event(**event, event_id=f"{step}.0", step=step, index=0)
        self._world = fold(self._world, placed)
        self._events.append(placed)
        return placed

    def trace(self, identity: str = "simulated") -> Trace:
        """Returns the calls so far in the trace form."""
        return Trace(
            id=identity,
            initial_state=self._state if isinstance(self._state, dict) else None,
            tools=tuple(_trace_tool(tool) for tool in self._catalogue),
            steps=tuple(_step(event) for event in self._events if event["kind"] == "call"),
        )

    def tools(self) -> list[BaseTool]:
        """Returns the tools as LangChain tools, so that an agent can be run against this world.

        A result comes as JSON text; an error result makes a tool message of status "error".
        """
        return [self._tool(tool) for tool in self._catalogue]

    def _tool(self, tool: Tool) -> BaseTool:
        def call(**arguments: Any) -> str:
            answer = self.call(tool.name, arguments)
            text = json.dumps(answer.result, ensure_ascii=False)
            if answer.is_error:
                raise ToolException(text)
            return text

        async def acall(**arguments: Any) -> str:
            return call(**arguments)

        return StructuredTool(
            name=tool.name,
            description=tool.description or tool.name,
            args_schema=tool.parameters,
            func=call,
            coroutine=acall,
            handle_tool_error=True,
        )


def entities(state: Any, kinds: set[str], within: str = "") -> Iterator[EffectOp]:
    """Finds the records in any JSON value: objects with an id of their own, in lists or in maps from id to object.

    Args:
        state: The JSON value.
        kinds: The kinds of things that the tools speak of, singular.
        within: The name of the list or map that the value stands in.
    """
    if isinstance(state, list):
        for item in state:
            yield from entities(item, kinds, within)
    if not isinstance(state, dict):
        return
    kind = _kind(within, kinds)
    key = _own_key(state, kind)
    if key:
        told = {attribute(name, kind): value for name, value in state.items()}
        yield EffectOp(type=kind, id=str(state[key]), set=told, status="live")
    records = bool(state) and kind in kinds and all(isinstance(value, dict) for value in state.values()) and not key
    for name, value in state.items():
        if records and not _own_key(value, kind):
            told = {attribute(inner, kind): held for inner, held in value.items()}
            yield EffectOp(type=kind, id=name, set=told, status="live")
        yield from entities(value, kinds, within if records else name)


def _kind(name: str, kinds: set[str]) -> str:
    """Returns what kind of thing a list holds: a ticket_queue holds tickets where some tool speaks of tickets."""
    nouns = [singular(word) for word in words(name)]
    return next((noun for noun in nouns if noun in kinds), nouns[-1] if nouns else "")


def _own_key(record: dict[str, Any], kind: str) -> str:
    keys = [key for key, value in record.items() if isinstance(value, str | int) and not isinstance(value, bool)]
    own = (f"{kind}_id", "id", f"{kind}Id")
    return next((key for key in own if kind and key in keys), "")


def _value(event: Event) -> Any:
    return error_value(CallError(**event["error"])) if event["outcome"] == "error" else event["result"]


def _step(event: Event) -> CallStep:
    call = TraceCall(id=event["call_id"], name=event["tool"], arguments=event["arguments"])
    failed: dict[str, Any] = {"is_error": True} if event["outcome"] == "error" else {}
    return CallStep(call=call, result=_value(event), **failed)


def _trace_tool(tool: Tool) -> TraceTool:
    declared = {"output_schema": tool.output_schema, "annotations": tool.annotations or None}
    optional: dict[str, Any] = {key: value for key, value in declared.items() if value is not None}
    return TraceTool(name=tool.name, description=tool.description, parameters=tool.parameters, **optional)
