"""A simulated backend on its own: answers tool calls from specifications alone, over one world that remembers.

    backend = Backend(read_catalogue([Path("tools.json")]))
    made = backend.call("create_ticket", {"title": "Printer jams"})
    shown = backend.call("get_ticket", {"ticket_id": made.result["id"]})

A call is pure computation, so it is an ordinary function: any test-suite can use it without an event loop.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any, cast

from langchain_core.tools import BaseTool, ToolException

from digit_tc.errors import LoadingError, SimulationError
from digit_tc.export.trace import CallStep, Trace, TraceCall, TraceTool, error_value
from digit_tc.records import CallError
from digit_tc.standins.function import PythonFunction
from digit_tc.standins.standin import StandIn
from digit_tc.state import Event
from digit_tc.streams import Streams
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.declared import declared_parameters, declared_result, without_inferred_result
from digit_tc.tools.inference.completion import completed
from digit_tc.tools.python import read_objects
from digit_tc.tools.tool import Tool
from digit_tc.values.persona import draw_persona
from digit_tc.world.faults import Faults
from digit_tc.world.fold import EMPTY, World, fold, replay, shown
from digit_tc.world.outcome import failed
from digit_tc.world.seeding import seed_event
from digit_tc.world.simulation import Simulation, UnknownIds
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
        catalogue: The tools that can be called, by their original names too; a catalogue, or what `read_objects` reads:
            functions, LangChain tools, specifications. A function is simulated like any other tool, and never called.
            What they leave out is inferred.
        seed: Seed of every draw.
        state: What there is to begin with, as any JSON; each record with an id of its own becomes an entity.
        unknown_ids: Whether a thing is made up for an id that nobody has mentioned, or it is not found.
        today: The simulated date.
        faults: Share of the calls that are made to fail as a server would, from 0 to 1.
        standins: What answers in place of the simulation, by the name of a tool: a Python function, which takes the
            arguments by their names, or any other stand-in. Close the backend after use where one holds a connection.

    Raises:
        InputError: A tool cannot be read, a stand-in is for no tool of the catalogue, or a function cannot take its
            arguments.
    """

    def __init__(  # noqa: PLR0913 - a keyword with a default each
        self,
        catalogue: Catalogue | Iterable[Any],
        *,
        seed: int = 0,
        state: Any = None,
        unknown_ids: UnknownIds = "create",
        today: date = FIRST_DAY,
        faults: float = 0.0,
        standins: Mapping[str, StandIn | Callable[..., Any]] | None = None,
    ) -> None:
        catalogue = catalogue if isinstance(catalogue, Catalogue) else read_objects(catalogue)
        self._standins = dict(_standin(catalogue, name, given) for name, given in (standins or {}).items())
        catalogue = catalogue.with_tools(
            without_inferred_result(tool) if tool.name in self._standins else tool for tool in completed(catalogue)
        )
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
            fault=Faults(faults, streams).of,
            standins=self._standins,
        )
        self._world: World = EMPTY
        self._events: list[Event] = []
        self._alone = Lock()  # LangChain makes the calls of one message in threads
        told = seed_event(state, flow)
        if told:
            self._commit([told])

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
        return summarise(self._world, self._events)

    def at(self, step: int) -> World:
        """Returns the world as it was before the event of that number, from 0."""
        return shown(replay(self._events[:step]))

    def fork(self, step: int | None = None) -> "Backend":
        """Returns another backend that goes on from here, or from before the event of that number; both are apart."""
        other = copy(self)
        other._alone = Lock()
        other._events = self._events[:step]
        other._world = replay(other._events)
        return other

    def call(self, name: str, arguments: dict[str, Any], call_id: str = "") -> Answer:
        """Answers one call and remembers what it did; whatever is wrong with the call is an error result."""
        return self.call_together([(name, arguments)], [call_id])[0]

    def call_together(
        self, calls: Sequence[tuple[str, dict[str, Any]]], call_ids: Sequence[str] = ()
    ) -> list[Answer]:  # fmt: skip
        """Answers calls that are made side by side. Reads see one world; of two that write one thing, one is refused.

        Args:
            calls: Names and arguments.
            call_ids: An id for each; an empty one, or none at all, is made up.
        """
        known = [(self._names.get(name, name), arguments) for name, arguments in calls]
        with self._alone:
            named = self._answered(known, [*call_ids, *[""] * len(known)])
        return [Answer(event["call_id"], _value(event), event["outcome"] == "error") for event in named]

    def _answered(self, known: list[tuple[str, dict[str, Any]]], ids: list[str]) -> list[Event]:
        step = len(self._events)
        try:
            events = self._simulation.answer_together(known, self._world, step)
        except SimulationError as error:
            events = [
                Event(**failed(*call, "simulation_failed", str(error)), event_id=f"{step}.{at}", step=step, index=at)
                for at, call in enumerate(known)
            ]
        named = [Event(**event, call_id=ids[at] or f"call_{step + at + 1}") for at, event in enumerate(events)]
        self._commit(named)
        return named

    def _commit(self, events: Sequence[Event]) -> None:
        for event in events:
            self._world = fold(self._world, event)
        self._events += events

    def trace(self, identity: str = "simulated") -> Trace:
        """Returns the calls so far in the trace form; those that were made together share their group."""
        calls = [event for event in self._events if event["kind"] == "call"]
        groups = {step: at for at, step in enumerate(dict.fromkeys(event["step"] for event in calls))}
        return Trace(
            id=identity,
            initial_state=self._state if isinstance(self._state, dict) else None,
            tools=tuple(_trace_tool(tool) for tool in self._catalogue),
            steps=tuple(_step(event, groups[event["step"]]) for event in calls),
        )

    def close(self) -> None:
        """Lets go of what the stand-ins hold; that of a fork is shared."""
        for standin in self._standins.values():
            standin.close()

    def tools(self) -> list[BaseTool]:
        """Returns the tools as LangChain tools, so that an agent can be run against this world.

        A result comes as JSON text; an error result makes a tool message of status "error".
        """
        return [self._tool(tool) for tool in self._catalogue]

    def _tool(self, tool: Tool) -> BaseTool:
        return _SimulatedTool(
            name=tool.name,
            description=tool.description or tool.name,
            args_schema=tool.parameters,
            answer=lambda arguments: self.call(tool.name, arguments),
            handle_tool_error=True,
        )


class _SimulatedTool(BaseTool):
    """A tool as LangChain calls it; an argument may have any name, those that LangChain passes on its own included."""

    answer: Callable[[dict[str, Any]], Answer]

    def _run(self, /, *_: Any, **arguments: Any) -> str:
        answer = self.answer(arguments)
        text = json.dumps(answer.result, ensure_ascii=False)
        if answer.is_error:
            raise ToolException(text)
        return text

    async def _arun(self, /, *_: Any, **arguments: Any) -> str:
        return self._run(**arguments)


def _standin(catalogue: Catalogue, name: str, given: StandIn | Callable[..., Any]) -> tuple[str, StandIn]:
    tool = catalogue.find(name)
    if tool is None:
        raise LoadingError(f"there is no tool {name!r} to answer for; there are {', '.join(catalogue.names)}")
    return tool.name, cast("StandIn", given) if hasattr(given, "ask") else PythonFunction(given, tool)


def _value(event: Event) -> Any:
    return error_value(CallError(**event["error"])) if event["outcome"] == "error" else event["result"]


def _step(event: Event, group: int) -> CallStep:
    call = TraceCall(id=event["call_id"], name=event["tool"], arguments=event["arguments"])
    marks = {"is_error": event["outcome"] == "error", "fault": event.get("fault", False)}
    said: dict[str, Any] = {name: True for name, holds in marks.items() if holds}
    return CallStep(call=call, result=_value(event), group=group, **said)


def _trace_tool(tool: Tool) -> TraceTool:
    declared = {"output_schema": declared_result(tool), "annotations": tool.annotations or None}
    optional: dict[str, Any] = {key: value for key, value in declared.items() if value is not None}
    return TraceTool(name=tool.name, description=tool.description, parameters=declared_parameters(tool), **optional)
