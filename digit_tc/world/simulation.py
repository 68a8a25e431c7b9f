"""One simulated call: check the arguments, answer within the specification, note the effect, check the result."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from digit_tc.errors import SimulationError
from digit_tc.records import Persona
from digit_tc.state import Event
from digit_tc.streams import Streams
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.schema import violations
from digit_tc.world.answering import Answer
from digit_tc.world.effects import effect_of
from digit_tc.world.fold import World, status


@dataclass(frozen=True)
class Simulation:
    """The simulated backend of one conversation."""

    flow: Dataflow
    tools: list[str]
    streams: Streams
    persona: Persona
    today: date

    def answer(self, name: str, arguments: dict[str, Any], world: World) -> Event:
        """Returns the event of a call, without its place in the log: an error result is a result too.

        Raises:
            SimulationError: No result that fits the output schema could be made.
        """
        problem = self._refusal(name, arguments, world)
        if problem:
            return _failed(name, arguments, problem)
        tool = self.flow[name]
        answer = Answer(tool, arguments, world, self.streams, self.persona, self.today, self.flow.shapes)
        try:
            result = answer.result()
        except (ArithmeticError, ValueError) as error:
            return _failed(name, arguments, {"code": "invalid_arguments", "message": str(error)})
        problems = violations(tool.result, result) if tool.result is not None else []
        if problems:
            raise SimulationError(f"no result of {name} fits its output schema: {problems[0]}")
        return Event(
            kind="call", tool=name, arguments=arguments, outcome="ok", result=result, effect=answer.knowledge.effects
        )

    def _refusal(self, name: str, arguments: dict[str, Any], world: World) -> dict[str, str] | None:
        """Says why a call cannot be carried out, as the backend would, or None."""
        if name not in self.tools:
            return {"code": "unknown_tool", "message": f"there is no tool {name}"}
        problems = violations(self.flow[name].tool.parameters, arguments)
        if problems:
            return {"code": "invalid_arguments", "message": problems[0]}
        effect = effect_of(self.flow[name])
        identity = str(arguments.get(effect.id_argument, "")) if effect.id_argument else ""
        if identity and status(world, effect.entity, identity) == "deleted":
            return {"code": "not_found", "message": f"{effect.entity} {identity} does not exist"}
        return None


def _failed(name: str, arguments: dict[str, Any], problem: dict[str, str]) -> Event:
    return Event(kind="call", tool=name, arguments=arguments, outcome="error", result=None, error=problem, effect=[])
