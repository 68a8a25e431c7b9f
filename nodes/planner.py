"""The planner role: the calls of one turn, before anybody has asked for them."""

from dataclasses import dataclass
from datetime import date

from langgraph.runtime import Runtime

from digit_tc.context import Context
from digit_tc.errors import PlanError
from digit_tc.planning.past import Past
from digit_tc.planning.rehearsal import Rehearsal
from digit_tc.planning.turn import TurnPlan
from digit_tc.progress import marker, next_place
from digit_tc.records import Persona
from digit_tc.state import ConversationState, Update


@dataclass(frozen=True, slots=True)
class ProceduralPlanner:
    """Samples a connected chain along the dataflow of the tools (DiGiT-TC, plan generation).

    `implicit` is the chance that a look-up which another call needs is left unspoken. With `rehearse`, plans are played
    through beforehand, so that what is asked for can be done: nothing is cancelled twice, no missing file is read.
    """

    implicit: float = 0.6
    rehearse: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.implicit <= 1:
            raise ValueError("implicit must be from 0 to 1")

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns the plan of the turn, or the outcome where there can be none."""
        context, scenario, turn = runtime.context, state["scenario"], state["turn"]
        attempts = _attempts(state)
        attempt = attempts.get("planner", 0)
        if attempt > state["retries"]:
            return {"plan": [], "sent_back": "planner", "attempts": attempts}
        world = context.worlds.at(state.get("events", []))
        past = Past.of(state, world)
        results = {done.plan_id: done.result for done in past.done}
        simulation = context.simulation(scenario, faults=False)
        maker = TurnPlan(
            flow=context.flow(scenario),
            tools=scenario["tools"],
            past=past,
            persona=Persona(**scenario["persona"]),
            today=date.fromisoformat(scenario["date"]),
            implicit=self.implicit,
            rehearsal=Rehearsal(simulation, world, next_place(state), results, context.standins)
            if self.rehearse
            else None,
        )
        try:
            plan = maker.draw(context.streams.of("planner", turn, attempt), context.limits.max_calls)
        except PlanError as error:
            return {"plan": [], "sent_back": "planner", "attempts": attempts, "problem": str(error)}
        return {
            "plan": plan,
            "attempts": attempts,
            "sent_back": "",
            "request": "",
            "report": "",
            "events": [marker(state, "turn_started")],
        }


def _attempts(state: ConversationState) -> dict[str, int]:
    """Counts a new plan where another role could not do with the last one; the other roles start afresh."""
    if not state["sent_back"]:
        return {}
    made = state["attempts"].get("planner", 0)
    return {"planner": made if state["sent_back"] == "planner" else made + 1}
