"""One simulated call: check arguments and preconditions, answer from the world or anew, note the effect, check it."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal

from digit_tc.errors import SimulationError
from digit_tc.records import Persona
from digit_tc.state import Event, Missing
from digit_tc.streams import Streams
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.schema import violations
from digit_tc.world.answering import Answer
from digit_tc.world.effects import Effect, effect_of
from digit_tc.world.fold import World, attributes, call_key, status

UnknownIds = Literal["create", "reject"]
"""What becomes of an id that nobody has mentioned: a thing is made up for it, or it is not found."""


@dataclass(frozen=True)
class Simulation:
    """The simulated backend of one conversation."""

    flow: Dataflow
    tools: list[str]
    streams: Streams
    persona: Persona
    today: date
    unknown_ids: UnknownIds = "create"

    @cached_property
    def _needed(self) -> dict[str, tuple[str, ...]]:
        """For each kind of thing, the statuses that some tool needs it to have, in the order of the tools."""
        found: dict[str, tuple[str, ...]] = {}
        for effect in (effect_of(self.flow[name]) for name in self.tools if name in self.flow.names):
            if effect.needs and effect.needs not in found.get(effect.entity, ()):
                found[effect.entity] = (*found.get(effect.entity, ()), effect.needs)
        return found

    def answer(self, name: str, arguments: dict[str, Any], world: World) -> Event:
        """Returns the event of a call, without its place in the log: an error result is a result too.

        Raises:
            SimulationError: No result that fits the output schema could be made.
        """
        refusal = self._refusal(name, arguments, world)
        if refusal:
            return refusal
        tool, effect = self.flow[name], effect_of(self.flow[name])
        key = call_key(name, arguments)
        if not effect.writes and key in world["reads"]:
            return _answered(name, arguments, world["reads"][key], writes=False)
        answer = Answer(tool, arguments, world, self.streams, self.persona, self.today, self.flow.shapes, self._needed)
        try:
            result = answer.result()
        except (ArithmeticError, ValueError) as error:
            return _failed(name, arguments, "invalid_arguments", str(error))
        problems = violations(tool.result, result) if tool.result is not None else []
        if problems:
            raise SimulationError(f"no result of {name} fits its output schema: {problems[0]}")
        event = _answered(name, arguments, result, writes=effect.writes)
        event["effect"] = answer.knowledge.effects
        if answer.knowledge.listed:
            event["listed"] = answer.knowledge.listed
        return event

    def _refusal(self, name: str, arguments: dict[str, Any], world: World) -> Event | None:
        """Returns the error result of a call that cannot be carried out, as the backend would word it, or None."""
        if name not in self.tools:
            return _failed(name, arguments, "unknown_tool", f"there is no tool {name}")
        problems = violations(self.flow[name].tool.parameters, arguments)
        if problems:
            return _failed(name, arguments, "invalid_arguments", problems[0])
        effect = effect_of(self.flow[name])
        identity = str(arguments.get(effect.id_argument, "")) if effect.id_argument else ""
        if not identity:
            return None
        if self._missing(effect, identity, world):
            event = _failed(name, arguments, "not_found", f"{effect.entity} {identity} does not exist")
            return Event(**event, missing=Missing(type=effect.entity, id=identity))
        standing = attributes(world, effect.entity, identity).get("status")
        problem = unmet(effect, standing) if isinstance(standing, str) else ""
        return (
            _failed(name, arguments, "precondition_failed", f"{effect.entity} {identity} {problem}")
            if problem
            else None
        )

    def _missing(self, effect: Effect, identity: str, world: World) -> bool:
        """Says whether an id leads nowhere: deleted, asked for in vain before, or such as no id of its kind can be."""
        standing = status(world, effect.entity, identity)
        if standing or effect.kind == "create":
            return standing == "deleted"
        if identity in world["absent"].get(effect.entity, ()):
            return True
        by_id = effect.id_argument.lower().endswith(("id", "_no", "number"))
        return by_id and (
            self.unknown_ids == "reject"
            or _elsewhere(identity, effect.entity, world)
            or {} in world["lists"].get(effect.entity, [])
        )


def unmet(effect: Effect, standing: str) -> str:
    """Says in words why a thing of this status cannot be acted upon; empty where nothing stands against it."""
    parts = re.findall(r"[a-z]+", standing.lower())
    if effect.needs and effect.needs not in parts:
        return f"is {standing}, not {effect.needs}"
    if any(word in parts for word in effect.refuses):
        return f"is already {standing}"
    return ""


def _elsewhere(identity: str, kind: str, world: World) -> bool:
    """Says whether an id is known, and only as that of another kind of thing."""
    last = kind.rsplit(maxsplit=1)[-1] if kind else ""
    owners = [other for other, held in world["entities"].items() if identity in held]
    return bool(owners) and not any(other.rsplit(maxsplit=1)[-1:] == [last] for other in owners)


def _answered(name: str, arguments: dict[str, Any], result: Any, *, writes: bool) -> Event:
    return Event(kind="call", tool=name, arguments=arguments, outcome="ok", result=result, effect=[], writes=writes)


def _failed(name: str, arguments: dict[str, Any], code: str, message: str) -> Event:
    problem = {"code": code, "message": message}
    return Event(
        kind="call",
        tool=name,
        arguments=arguments,
        outcome="error",
        result=None,
        error=problem,
        effect=[],
        writes=False,
    )
