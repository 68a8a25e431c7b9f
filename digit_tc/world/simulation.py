"""One simulated call, in this order: arguments and preconditions are checked, a planned fault is met, what stands in
for the simulation is asked, a read that the world determines is answered from it, anything else is made up over what
is known, checked, and handed on as an event.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, Literal

from digit_tc.errors import SimulationError
from digit_tc.records import Persona
from digit_tc.standins.standin import Question, StandIn
from digit_tc.state import Event, Fault, Missing
from digit_tc.streams import Streams
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.meaning import Understood
from digit_tc.tools.schema import violations
from digit_tc.world.answering import Answer
from digit_tc.world.effects import effect_of
from digit_tc.world.fold import World, call_key, fold, shown
from digit_tc.world.kinds import Kinds, kinds_of
from digit_tc.world.offer import Offer
from digit_tc.world.outcome import answered, entered, failed, not_json
from digit_tc.world.parallel import clash, in_order
from digit_tc.world.refusal import Existence, Refusal, Refused, refusal
from digit_tc.world.reply import told

UnknownIds = Literal["create", "reject"]
"""What becomes of an id that nobody has mentioned: a thing is made up for it, or it is not found."""

_OPENING = time(9)
"""Time of day at which a conversation begins."""
_NO_OFFER = Offer()
_ANYTHING = Existence({}, closed=False)
"""What may exist where a stand-in answers: it alone knows."""


@dataclass(frozen=True)
class Simulation:
    """The simulated backend of one conversation."""

    flow: Dataflow
    tools: list[str]
    streams: Streams
    persona: Persona
    today: date
    unknown_ids: UnknownIds = "create"
    fault: Callable[[int], Fault | None] = lambda _: None
    """Returns the planned fault of a call by its number in the conversation, from 0."""
    standins: Mapping[str, StandIn] = field(default_factory=dict)
    """What answers in place of the simulation, by the name of the tool."""

    @cached_property
    def _nouns(self) -> set[str]:
        return {effect_of(self.flow[name]).entity for name in self.flow.names} - {""}

    @cached_property
    def _kinds(self) -> Kinds:
        return kinds_of(self.flow, tuple(self.tools))

    @cached_property
    def _existence(self) -> Existence:
        return Existence(self.flow.shapes, closed=self.unknown_ids == "reject")

    @cached_property
    def _opened(self) -> str:
        return datetime.combine(self.today, _OPENING).isoformat()

    def answer_together(
        self, calls: Sequence[tuple[str, dict[str, Any]]], world: World, step: int, offers: Sequence[Offer] = ()
    ) -> list[Event]:
        """Answers the calls of one message, in their order. Reads side by side do not depend on their order.

        A call that writes another value to what an earlier call of the message wrote gets a conflict as its result.

        Args:
            calls: The tools and what they are called with.
            world: The world before the message.
            step: The number of the message in the log.
            offers: For each call, what somebody would have it answer where the world settles nothing.

        Raises:
            SimulationError: No result that fits the output schema could be made.
        """
        answered: dict[int, Event] = {}
        first = world["calls"]
        for at in self._order(calls):
            event = self.answer(*calls[at], world, first + at, offers[at] if offers else _NO_OFFER)
            event = clash(event, [answered[index] for index in sorted(answered)])
            answered[at] = Event(**event, event_id=f"{step}.{at}", step=step, index=at)
            if len(answered) < len(calls):
                world = fold(world, answered[at])
        return [answered[at] for at in range(len(calls))]

    def _order(self, calls: Sequence[tuple[str, dict[str, Any]]]) -> list[int]:
        if len(calls) == 1:
            return [0]
        looks = [name in self.flow and not effect_of(self.flow[name]).writes for name, _ in calls]
        return in_order(looks, [_text_of(call) for call in calls])

    def answer(
        self, name: str, arguments: dict[str, Any], world: World, number: int | None = None, offer: Offer = _NO_OFFER
    ) -> Event:
        """Returns the event of a call, without its place in the log: an error result is a result too.

        Args:
            name: The tool.
            arguments: What it is called with.
            world: The world before the call.
            number: Which call of the conversation it is, from 0; as the world counts them where nothing is said.
            offer: What somebody would have it answer where the world settles nothing.

        Raises:
            SimulationError: No result that fits the output schema could be made.
        """
        event = self._event(name, arguments, world, world["calls"] if number is None else number, offer)
        seconds = effect_of(self.flow[name]).seconds if name in self.flow else 1
        now = datetime.fromisoformat(world["clock"] or self._opened)
        event["clock"] = (now + timedelta(seconds=seconds)).isoformat()
        return event

    def _event(self, name: str, arguments: dict[str, Any], world: World, number: int, offer: Offer) -> Event:
        if problem := not_json(arguments):
            return failed(name, {}, "invalid_arguments", f"the arguments are not JSON: {problem}")
        if name not in self.tools:
            return failed(name, arguments, "unknown_tool", f"there is no tool {name}")
        tool = self.flow[name]
        problems = violations(tool.demanded, arguments)
        if problems:
            return failed(name, arguments, "invalid_arguments", problems[0])
        fault = self.fault(number)
        if fault:
            return Event(**failed(name, arguments, fault["code"], fault["message"]), fault=True)
        effect, standin = effect_of(tool), self.standins.get(name)
        refused = refusal(effect, arguments, world, _ANYTHING if standin else self._existence)
        if refused:
            return _refused(name, arguments, refused)
        event = self._stood_in(standin, tool, arguments, world) if standin else None
        return event or self._simulated(tool, arguments, world, offer)

    def _stood_in(self, standin: StandIn, tool: Understood, arguments: dict[str, Any], world: World) -> Event | None:
        """Returns the event of a call that is not simulated; None where the stand-in leaves it to the simulation."""
        played = world["played"].get(call_key(tool.tool.name, arguments), 0)
        reply = standin.ask(Question(arguments, shown(world), played))
        return None if reply is None else Event(**told(reply, tool, arguments, self._nouns), answered_by=standin.source)

    def _simulated(self, tool: Understood, arguments: dict[str, Any], world: World, offer: Offer) -> Event:
        name, effect = tool.tool.name, effect_of(tool)
        read = "" if effect.writes else call_key(name, arguments)
        if read in world["reads"]:
            return answered(name, arguments, world["reads"][read], writes=False)
        return self._made(tool, arguments, world, read, offer)

    def _made(self, tool: Understood, arguments: dict[str, Any], world: World, read: str, offer: Offer) -> Event:
        name, effect = tool.tool.name, effect_of(tool)
        now = datetime.fromisoformat(world["clock"] or self._opened)
        answer = Answer(
            tool, arguments, world, self.streams, self.persona, now, self.flow, self._kinds, read,
            closed=self.unknown_ids == "reject", offer=offer,
        )  # fmt: skip
        try:
            result = answer.result()
        except Refused as error:
            return _refused(name, arguments, error.refusal)
        except (ArithmeticError, ValueError) as error:
            return failed(name, arguments, "invalid_arguments", str(error))
        problems = violations(tool.result, result) if tool.result is not None else []
        if problems:
            raise SimulationError(f"no result of {name} fits its output schema: {problems[0]}")
        event = answered(name, arguments, result, writes=effect.writes)
        event["effect"] = answer.knowledge.effects
        if answer.knowledge.listed:
            event["listed"] = answer.knowledge.listed
        if answer.knowledge.issued:
            event["issued"] = dict(answer.knowledge.issued)
        context = entered(effect, arguments) | answer.knowledge.context
        if context:
            event["context"] = context
        return event


def _text_of(call: tuple[str, dict[str, Any]]) -> str:
    """Returns what tells one call from another, whatever its arguments hold."""
    return repr(call) if not_json(call[1]) else call_key(*call)


def _refused(name: str, arguments: dict[str, Any], refused: Refusal) -> Event:
    event = failed(name, arguments, refused.code, refused.message)
    if refused.missing:
        event["missing"] = Missing(type=refused.missing[0], id=refused.missing[1])
    return event
