"""The calls of one message, and the answers that they may get: those of code alone, and those that somebody offers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from langchain_core.messages import ToolCall, ToolMessage

from digit_tc.audit.turns import contradicted
from digit_tc.background import aside
from digit_tc.context import Context
from digit_tc.errors import StateError
from digit_tc.planning.conditions import decided, merged
from digit_tc.planning.references import shown
from digit_tc.planning.rehearsal import Rehearsal
from digit_tc.progress import arguments, call_id, calls_of_turn, next_place, pending, ready, results, unanswered
from digit_tc.standins.remembered import Remembered
from digit_tc.state import ConversationState, Event, PlannedCall, Update, append_events
from digit_tc.world.fold import World, attributes, imagined
from digit_tc.world.offer import NOTHING, Offer, Proposal
from digit_tc.world.outcome import failed
from digit_tc.world.proposals import settled
from digit_tc.world.simulation import Simulation
from digit_tc.world.summary import mentioned, summarise

Values = Mapping[int, tuple[Any, dict[str, Any]]]
"""For calls of the message, by their place in it: the result and the further changes that are offered."""


class Group:
    """The calls of one message, and the answers that they may get."""

    def __init__(self, state: ConversationState, context: Context) -> None:
        self.state, self.context = state, context
        self.calls: list[ToolCall] = unanswered(state)
        if not self.calls:
            raise StateError("the last message makes no calls that could be answered")
        self._answered = _beside(state)
        self._named = [(call["name"], call["args"]) for call in self.calls]
        self._standins = {
            name: Remembered(context.standins[name]) for name, _ in self._named if name in context.standins
        }

    @cached_property
    def world(self) -> World:
        """The world before the calls."""
        return self.context.worlds.at(self.state.get("events", []))

    @property
    def attempt(self) -> int:
        """How often the simulator was sent back in this turn."""
        return self.state["attempts"].get("tool_simulator", 0)

    @cached_property
    def _simulation(self) -> Simulation:
        return replace(self.context.simulation(self.state["scenario"], self.attempt), standins=self._standins)

    @cached_property
    def _planned(self) -> dict[str, PlannedCall]:
        return {call_id(self.state, call): call for call in ready(self.state)}

    def proposal(self, at: int, value: Any = NOTHING, changes: Mapping[str, Any] | None = None) -> Proposal:
        """Returns the offer of a result for a call, with what the plan has settled of it laid over."""
        call = self._planned.get(str(self.calls[at]["id"]))
        settled = NOTHING if call is None else decided(self.state["plan"], call)
        return Proposal(merged(value, settled), changes)

    async def answered(self, offers: Sequence[Offer] = ()) -> list[Event]:
        """Returns the events of the calls with their places in the conversation."""
        offers = offers or [self.proposal(at) for at in range(len(self.calls))]
        work = partial(self._simulation.answer_together, self._named, self.world, self._step, offers)
        answers = await aside(work) if any(one.blocks for one in self._standins.values()) else work()
        turn = self.state["turn"]
        return [
            _placed(self._numbered(answer, at), call, self._planned.get(str(call["id"])), turn)
            for at, (answer, call) in enumerate(zip(answers, self.calls, strict=True))
        ]

    def blocked(self, reasons: Mapping[str, str], *, code: str = "policy_violation") -> Update:
        """Returns the answer to calls that must not reach their tools: an error result that says why.

        The other calls of the message stay to be answered (`digit_tc.progress.unanswered`). What is blocked changes
        nothing, is not made again, and what builds on it is not made.

        Args:
            reasons: Why, in words that the assistant is told, by the ids of the calls.
            code: The code of the error results.
        """
        turn, events = self.state["turn"], list[Event]()
        for call in self.calls:
            if reason := reasons.get(str(call["id"]), ""):
                event = Event(**failed(call["name"], call["args"], code, reason), blocked=True)
                plan = self._planned.get(str(call["id"]))
                events.append(_placed(self._numbered(event, len(events)), call, plan, turn))
        return self.update(events) if events else {}

    @property
    def _step(self) -> int:
        """The number of the message in the log: what was blocked of it has it already."""
        return self._answered[-1]["step"] if self._answered else next_place(self.state)

    def _numbered(self, event: Event, at: int) -> Event:
        """Returns an event with its place behind what is answered of the message."""
        index = len(self._answered) + at
        return Event(**{**event, "event_id": f"{self._step}.{index}", "step": self._step, "index": index})

    def update(self, events: list[Event]) -> Update:
        """Returns what the node hands back."""
        return {
            "events": events,
            "messages": [_message(event) for event in events],
            "world_summary": _summary(self._after(events), self.context),
        }

    def _after(self, events: list[Event]) -> ConversationState:
        return {**self.state, "events": append_events(self.state.get("events", []), events)}

    def output(self, at: int) -> dict[str, Any] | None:
        """Returns the output schema of a call."""
        return self.context.dataflow[self._named[at][0]].result

    def question(self, drawn: list[Event], asked: dict[int, Proposal]) -> dict[str, Any]:
        """Returns the variables of the prompt."""
        near = mentioned(self.world, [self._named[at][1] for at in asked])
        return {
            "calls": [self._told(at, drawn[at], proposal) for at, proposal in asked.items()],
            "things": [{"type": kind, "id": one, **_known(self.world, kind, one)} for kind, one in near],
            "world": summarise(self.world, self.state.get("events", []), near),
        }

    def _told(self, at: int, drawn: Event, proposal: Proposal) -> dict[str, Any]:
        name, given = self._named[at]
        taken = [shown(reference) for call in self._left([]) for reference in call["references"].values()]
        own = f"{drawn['plan_id']}." if drawn["plan_id"] else "none"
        return {
            "call": at + 1,
            "tool": name,
            "description": self.context.catalogue[name].description,
            "arguments": given,
            "output": self.output(at),
            "settled": settled(drawn["result"], proposal),
            "next": [f"result.{one.removeprefix(own)}" for one in taken if one.startswith(own)],
        }

    def _left(self, events: list[Event]) -> list[PlannedCall]:
        """Returns the planned calls of the turn that are still to be made after these events."""
        made = {event["plan_id"] for event in (*calls_of_turn(self.state), *events) if not event.get("fault")}
        return [call for call in self.state["plan"] if call["id"] not in made]

    async def judged(self, values: Values, drawn: list[Event]) -> tuple[list[Event], list[str]]:
        """Returns the events that offered values give, and what is wrong with the values."""
        proposals = {at: self.proposal(at, *value) for at, value in values.items()}
        events = await self.answered([proposals.get(at) or self.proposal(at) for at in range(len(self.calls))])
        problems = [
            f"call_{at + 1}/result{problem}" for at, proposal in proposals.items() for problem in proposal.problems
        ]
        problems += [f"call_{at + 1}: {problem}" for at, problem in self._contradictions(events)]
        if not self._can_go_on(events) and self._can_go_on(drawn):
            problems.append("what comes next could not be done: a list is empty, or a thing does not stand as needed")
        return events, problems

    def _contradictions(self, events: list[Event]) -> list[tuple[int, str]]:
        """Returns what contradicts the conversation so far, each with the number of its call, from 0."""
        places = {event["call_id"]: at for at, event in enumerate(events)}
        found = contradicted(self.state, [*calls_of_turn(self.state), *events], self.context)
        return [(places[call], f"{hit.pointer}: {hit.evidence}") for call, hit in found if call in places]

    def _can_go_on(self, events: list[Event]) -> bool:
        """Says whether the calls that are still planned can be made after these events, as far as can be told."""
        world, after = self.world, self._after(events)
        for event in events:
            world = imagined(world, event)
        simulation = self.context.simulation(self.state["scenario"], faults=False)
        rehearsal = Rehearsal(simulation, world, next_place(after), results(after), self.context.standins)
        return rehearsal.succeeds(self._left(events))

    async def fallen_back(self, values: Values, drawn: list[Event]) -> list[Event]:
        """Returns events in which drawn values stand where the offered ones cannot be used."""
        left = dict(values)
        while left:
            offers = [self.proposal(at, *left.get(at, ())) for at in range(len(self.calls))]
            events = await self.answered(offers)
            blamed = {at for at, _ in self._contradictions(events)} & left.keys()
            if not blamed and (self._can_go_on(events) or not self._can_go_on(drawn)):
                return events
            for at in blamed or tuple(left):
                del left[at]
        return drawn


def _beside(state: ConversationState) -> list[Event]:
    """Returns the events of those calls of the message that were answered before."""
    answered = 0
    for message in reversed(state["messages"]):
        if not isinstance(message, ToolMessage):
            break
        answered += 1
    return calls_of_turn(state)[-answered:] if answered else []


def _placed(answer: Event, call: ToolCall, plan: PlannedCall | None, turn: int) -> Event:
    """Returns the event of a call with its place in the conversation and in the plan, where it was planned."""
    return Event(
        **answer,
        turn=turn,
        call_id=str(call["id"]),
        plan_id=plan["id"] if plan else "",
        group=plan["group"] if plan else -answer["step"],  # what nobody planned has its own group, one per message
        implicit=plan["implicit"] if plan else False,
        hideable=plan.get("hideable", False) if plan else False,
    )


def _summary(state: ConversationState, context: Context) -> str:
    """Returns the world in words, the things first that the next calls are about."""
    world = context.worlds.at(state["events"])
    coming = [arguments(state, call) for call in pending(state)]
    return summarise(world, state["events"], mentioned(world, coming))


def _known(world: World, kind: str, identity: str) -> dict[str, Any]:
    facts = attributes(world, kind, identity)
    return {name: value for name, value in facts.items() if not name.startswith("~")}


def _message(event: Event) -> ToolMessage:
    told = event["result"] if event["outcome"] == "ok" else {"error": event["error"]}
    return ToolMessage(
        json.dumps(told, ensure_ascii=False),
        tool_call_id=event["call_id"],
        name=event["tool"],
        status="success" if event["outcome"] == "ok" else "error",
        id=f"result-{event['turn']}-{event['call_id']}",
    )
