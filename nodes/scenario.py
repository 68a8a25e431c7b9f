"""The scenario role: draws what a conversation is about before anybody speaks."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from langgraph.runtime import Runtime

from digit_tc.context import Context
from digit_tc.errors import StratumError
from digit_tc.sampling.sampler import WorkingSet
from digit_tc.state import ConversationState, Fault, Scenario, Update
from digit_tc.strata import Stratum
from digit_tc.streams import Streams
from digit_tc.turns.scripting import scripted
from digit_tc.world.faults import plan_faults

_FIRST_DAY = date(2021, 1, 4)
_DAYS = 2000
_FAULTS = 0.1
"""Share of the calls that fail in conversations that are about that."""


@dataclass(frozen=True, slots=True)
class ProceduralScenario:
    """Lets the sampler draw tools; draws a persona, a simulated date, a number of turns, each from its own stream."""

    faults: float = 0.0
    """Share of the calls that are made to fail as a server would (a time-out, too many requests), from 0 to 1."""

    closing: float = 0.2
    """Share of the conversations of two turns and more whose last turn is a goodbye, from 0 to 1."""

    def __post_init__(self) -> None:
        if not 0 <= self.faults <= 1:
            raise ValueError("faults must be from 0 to 1")
        if not 0 <= self.closing <= 1:
            raise ValueError("closing must be from 0 to 1")

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns the scenario and the limits that routing needs."""
        context, streams, limits = runtime.context, runtime.context.streams, runtime.context.limits
        today = _FIRST_DAY + timedelta(days=streams.of("date").integer(0, _DAYS))
        turns = streams.of("turns").integer(limits.min_turns, limits.max_turns)
        closes = turns > 1 and streams.of("closing").chance(self.closing)
        write = partial(scripted, draw=partial(_drawn, context), turns=turns, closes=closes)
        try:
            script = write(context, stream=streams.of("script"))
        except StratumError as error:
            if context.insists:
                return _unserved(str(error))
            context = replace(context, stratum="plain")
            script = write(context, stream=streams.of("script", "plain"))
        things = [context.dataflow[name].entity for name in script.tools]
        scenario = Scenario(
            tools=script.tools,
            persona=context.personas.draw(streams.of("persona"), streams.of("person"), things).model_dump(),
            date=today.isoformat(),
            turns=len(script.turns),
            context=f"Today is {today.strftime('%A')}, {today.isoformat()}.",
            faults=_faults(self.faults, context.stratum, turns, streams),
            stratum=context.stratum,
            script=script.turns,
            later=script.later,
            decoys=script.decoys,
            sampler=context.sampling.name,
            distractors=script.distractors,
        )
        return {
            "scenario": scenario,
            "turn": 0,
            "attempts": {},
            "retries": limits.retries,
            "sent_back": "",
            "report": "",
        }


def _drawn(context: Context, attempt: int) -> WorkingSet:
    return context.sampling.draw(context.dataflow, context.streams.of("tools", *([attempt] if attempt else [])))


def _faults(rate: float, stratum: Stratum, turns: int, streams: Streams) -> dict[str, Fault]:
    """Plans faults as asked; in the stratum that is about them more often, and for one call surely."""
    if stratum != "tool_fault":
        return plan_faults(rate, streams)
    sure = streams.of("fault").integer(0, max(0, turns - 2))  # every turn but a goodbye has a call
    return plan_faults(max(rate, _FAULTS), streams, surely=sure)


def _unserved(reason: str) -> Update:
    outcome = {"status": "rejected", "code": "stratum_not_served", "reason": reason}
    return {"outcome": {**outcome, "retryable": False}, "problem": reason}
