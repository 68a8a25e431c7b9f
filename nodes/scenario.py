"""The scenario role: draws what a conversation is about before anybody speaks."""

from dataclasses import dataclass
from datetime import date, timedelta

from langgraph.runtime import Runtime

from digit_tc.context import Context
from digit_tc.state import ConversationState, Scenario, Update
from digit_tc.world.faults import plan_faults

_FIRST_DAY = date(2021, 1, 4)
_DAYS = 2000


@dataclass(frozen=True, slots=True)
class ProceduralScenario:
    """Lets the sampler draw tools; draws a persona, a simulated date, a number of turns, each from its own stream."""

    faults: float = 0.0
    """Share of the calls that are made to fail as a server would (a time-out, too many requests), from 0 to 1."""

    def __post_init__(self) -> None:
        if not 0 <= self.faults <= 1:
            raise ValueError("faults must be from 0 to 1")

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns the scenario and the limits that routing needs."""
        context, streams, limits = runtime.context, runtime.context.streams, runtime.context.limits
        today = _FIRST_DAY + timedelta(days=streams.of("date").integer(0, _DAYS))
        drawn = context.sampling.draw(context.dataflow, streams.of("tools"))
        things = [context.dataflow[name].entity for name in drawn.tools]
        scenario = Scenario(
            tools=list(drawn.tools),
            persona=context.personas.draw(streams.of("persona"), streams.of("person"), things).model_dump(),
            date=today.isoformat(),
            turns=streams.of("turns").integer(limits.min_turns, limits.max_turns),
            context=f"Today is {today.strftime('%A')}, {today.isoformat()}.",
            faults=plan_faults(self.faults, streams),
            stratum=context.stratum,
            sampler=context.sampling.name,
            distractors=list(drawn.distractors),
        )
        return {
            "scenario": scenario,
            "turn": 0,
            "attempts": {},
            "retries": limits.retries,
            "sent_back": "",
            "report": "",
        }
