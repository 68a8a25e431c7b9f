"""The planner role of generation forwards: plans calls that serve what was asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from langgraph.runtime import Runtime

from digit_tc.backtranslation.consensus import ReadCalls
from digit_tc.candidates import Question, passed_over
from digit_tc.context import Context
from digit_tc.errors import EmptyReplyError, PlanError, ShapeError
from digit_tc.forward.serving import Serving
from digit_tc.forward.written import written
from digit_tc.models import Answer
from digit_tc.phrasing.briefing import facts
from digit_tc.planning.past import Past
from digit_tc.progress import spent
from digit_tc.records import Persona
from digit_tc.state import ConversationState, PlannedCall, Update, for_use

from ..prompts.rendering import render_messages

_RESULTS = 6
"""Earlier results that a model is shown."""


@dataclass(frozen=True, slots=True)
class ProceduralForwardPlanner:
    """Finds the tools that a request names and the values that it gives; what they lack is looked up or made up."""

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns the plan of the turn, or that there is none for this request."""
        context, scenario = runtime.context, state["scenario"]
        serving = Serving(
            flow=context.flow(scenario),
            tools=for_use(scenario),
            past=_past(state, context),
            persona=Persona(**scenario["persona"]),
            today=date.fromisoformat(scenario["date"]),
        )
        stream = context.streams.of("forward_planner", state["turn"], state["attempts"].get("planner", 0))
        earlier = [turn["user"] for turn in state.get("turns", [])]
        try:
            return _planned(serving.plan(state["request"], earlier, stream, context.plans.max_calls))
        except PlanError as error:
            return _refused(state, str(error))


@dataclass(frozen=True, slots=True)
class LLMForwardPlanner:
    """Asks a model for the calls that serve a request; `prompt` is a prompt name or a path to one's own .md file."""

    prompt: str = "forward_planner"
    model: str = "planner"

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns the plan of the turn, or that there is none for this request."""
        context, scenario = runtime.context, state["scenario"]
        if not state["request"].strip():
            return _refused(state, "the request is empty")
        past = _past(state, context)
        messages = render_messages(self.prompt, folder=context.prompts, **_scene(state, past, context))

        def plan(answer: Answer[ReadCalls]) -> list[PlannedCall]:
            calls = [(call.tool, call.arguments) for call in answer.value.calls][: context.plans.max_calls]
            return written(calls, for_use(scenario), context.flow(scenario), past.planned + 1)

        question = Question(
            ask=lambda sample, ahead: context.models.ask_for(
                self.model, messages, ReadCalls, sample=sample, ahead=ahead
            ),
            faults=lambda answer: _against(plan, answer),
            reply=lambda answer: answer.reply,
        )
        try:
            choice = await context.candidates.choose(question, state["attempts"].get("planner", 0))
        except (ShapeError, EmptyReplyError) as error:
            return _refused(state, str(error))
        moved = _refused(state, choice.faults[0]) if choice.faults else _planned(plan(choice.taken))
        usage = [spent(state, choice.taken.reply, role="planner")]
        return {**moved, "verdicts": passed_over(state, choice, role="planner"), "usage": usage}


def _against(plan: Callable[[Answer[ReadCalls]], object], answer: Answer[ReadCalls]) -> list[str]:
    """Returns why an answer is no plan."""
    try:
        plan(answer)
    except PlanError as error:
        return [str(error)]
    return []


def _past(state: ConversationState, context: Context) -> Past:
    return Past.of(state, context.worlds.at(state.get("events", [])))


def _planned(plan: list[PlannedCall]) -> Update:
    return {"plan": plan, "sent_back": ""}


def _refused(state: ConversationState, problem: str) -> Update:
    """Returns that there is no plan for this request; another one is to be tried."""
    attempts = {**state["attempts"], "planner": state["attempts"].get("planner", 0) + 1}
    return {"plan": [], "sent_back": "planner", "attempts": attempts, "problem": problem}


def _scene(state: ConversationState, past: Past, context: Context) -> dict[str, Any]:
    """Returns the variables of the prompt, those that change least often first."""
    tools = [context.catalogue[name] for name in state["scenario"]["tools"]]
    return {
        "tools": [one.offer() for one in tools],
        "outputs": {one.name: one.output_schema for one in tools if one.output_schema},
        "person": facts(Persona(**state["scenario"]["persona"])),
        "date": state["scenario"]["date"],
        "earlier": [{"person": turn["user"], "assistant": turn["assistant"]} for turn in state.get("turns", [])],
        "results": [{"call": one.plan_id, "tool": one.tool, "result": one.result} for one in past.done[-_RESULTS:]],
        "first": past.planned + 1,
        "most": context.plans.max_calls,
        "request": state["request"],
    }
