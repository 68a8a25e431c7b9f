"""The planner role: the calls of one turn, before anybody has asked for them."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from langgraph.runtime import Runtime
from pydantic import BaseModel, Field

from digit_tc.candidates import Choice as Chosen
from digit_tc.candidates import Question, passed_over
from digit_tc.canonical import canonical
from digit_tc.context import Context
from digit_tc.errors import EmptyReplyError, PlanError, ShapeError
from digit_tc.models import Reply
from digit_tc.planning.hiding import Hiding
from digit_tc.planning.past import Past
from digit_tc.planning.references import literals, shown
from digit_tc.planning.rehearsal import Rehearsal
from digit_tc.planning.shaping import Replacement, Shaping
from digit_tc.planning.turn import Draft, TurnPlan
from digit_tc.progress import marker, next_place, renewed, spent
from digit_tc.records import Persona
from digit_tc.state import ConversationState, PlannedCall, Update, VerdictDraft
from digit_tc.streams import Streams
from digit_tc.turns.kinds import following, ground, kind, scripted
from digit_tc.turns.staging import Staged, staged

from ..prompts.rendering import render_messages


@dataclass(frozen=True, slots=True)
class ProceduralPlanner:
    """Samples a connected chain along the dataflow of the tools (DiGiT-TC, plan generation).

    With `rehearse`, plans are played through beforehand, so that what is asked for can be done: nothing is cancelled
    twice, no missing file is read.
    """

    rehearse: bool = True

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns the plan of the turn, or the outcome where there can be none."""
        context, attempts = runtime.context, renewed(state)
        attempt = attempts.get("planner", 0)
        if attempt > state["retries"]:
            return _given_up(attempts)
        maker = _maker(state, context, self.rehearse)
        try:
            drawn = staged(maker, state, context.streams.of("planner", state["turn"], attempt))
        except PlanError as error:
            return {**_given_up(attempts), "problem": str(error)}
        return _planned(state, drawn, attempts)


_TRIES = 4
"""Chains that are drawn for each plan behind the first: what a model may choose need not come as close."""


class Value(BaseModel):
    """A more natural value for one argument of a plan."""

    call: str
    argument: str
    value: str | int | float | bool


class Choice(BaseModel):
    """The plan that a model chooses, counted from 1, and the values that it would rather have in it."""

    plan: int
    values: list[Value] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Taken:
    """What code makes of a model's choice."""

    reply: Reply
    draft: Draft | None
    """None where the plan of the procedural planner is left."""
    problems: list[str]
    """What of the choice is not taken."""


@dataclass(frozen=True, slots=True)
class LLMPlanner:
    """Lets a model choose among plans that code has drawn, and replace values by more natural ones.

    Code judges what comes of it as it judges its own plans, and plays it through; what does not fit is left as it was
    drawn, and a verdict says so. `candidates` is how many plans are drawn, `rehearse` is as for the procedural planner,
    `prompt` is a prompt name or a path to one's own .md file.
    """

    candidates: int = 4
    rehearse: bool = True
    prompt: str = "planner"
    model: str = "planner"

    def __post_init__(self) -> None:
        if self.candidates < 1:
            raise ValueError("candidates must be at least 1")

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns the plan of the turn, or the outcome where there can be none."""
        context, attempts = runtime.context, renewed(state)
        attempt = attempts.get("planner", 0)
        if attempt > state["retries"]:
            return _given_up(attempts)
        if kind(state) != "task" or following(state) == "correction":
            return await ProceduralPlanner(rehearse=self.rehearse)(state, runtime)
        maker = _maker(state, context, self.rehearse)
        streams = context.streams.under("planner", state["turn"], attempt)
        try:
            drafts = self._drafts(maker, streams)
        except PlanError as error:
            return {**_given_up(attempts), "problem": str(error)}
        try:
            choice = await self._chosen(maker, drafts, state, context)
        except (ShapeError, EmptyReplyError) as error:
            drawn = Staged(maker.draw(streams.of()))
            return {**_planned(state, drawn, attempts), "verdicts": [_noted(state, str(error))]}
        taken = choice.taken
        plan = maker.complete(taken.draft) if taken.draft else maker.draw(streams.of())
        usage = [spent({**state, "attempts": attempts}, taken.reply, role="planner")]
        verdicts = passed_over(state, choice, role="planner") + [_noted(state, problem) for problem in taken.problems]
        return {**_planned(state, Staged(plan), attempts), "verdicts": verdicts, "usage": usage}

    def _drafts(self, maker: TurnPlan, streams: Streams) -> list[Draft]:
        """Draws different plans; the first is the one that the procedural planner would play through first.

        None is played through before it is chosen: few would fail.

        Raises:
            PlanError: No plan could be drawn.
        """
        first = next(maker.drafts(streams.of()))
        drafts = {_shape(first): first}
        for number in range(1, self.candidates):
            with suppress(PlanError):  # then there are fewer to choose from
                draft = next(maker.drafts(streams.of(number), tries=_TRIES))
                drafts.setdefault(_shape(draft), draft)
        return list(drafts.values())

    async def _chosen(
        self, maker: TurnPlan, drafts: Sequence[Draft], state: ConversationState, context: Context
    ) -> Chosen[_Taken]:
        """Asks the model which plan is to be made.

        Raises:
            ModelError: It does not say, or does not answer.
        """
        messages = render_messages(self.prompt, folder=context.prompts, **_scene(state, context, drafts))

        async def ask(sample: int, ahead: int) -> _Taken:
            answer = await context.models.ask_for(self.model, messages, Choice, sample=sample, ahead=ahead)
            return _taken(maker, drafts, answer.value, answer.reply)

        question = Question(ask=ask, faults=lambda taken: taken.problems, reply=lambda taken: taken.reply)
        candidates = replace(context.candidates, most=1)  # what is wrong with one, code has a remedy for
        return await candidates.choose(question, renewed(state).get("planner", 0))


def _shape(draft: Draft) -> str:
    return canonical([[call["tool"], call["references"]] for call in draft.calls])


def _taken(maker: TurnPlan, drafts: Sequence[Draft], choice: Choice, reply: Reply) -> _Taken:
    """Returns the plan that a choice leads to, and what of the choice is not taken."""
    if not 1 <= choice.plan <= len(drafts):
        return _Taken(reply, None, [f"there is no plan {choice.plan}"])
    draft = drafts[choice.plan - 1]
    wanted = [Replacement(one.call, f"/{one.argument.lstrip('/')}", one.value) for one in choice.values]
    plan, problems = Shaping(maker.flow, maker.persona).shaped(draft.calls, wanted)
    if plan != draft.calls:
        if maker.repeats(plan):
            problems.append("with these values a call would be made twice")
        elif not maker.succeeds(plan):
            problems.append("with these values a call would fail")
        else:
            return _Taken(reply, replace(draft, calls=plan), problems)
    if not maker.succeeds(draft.calls):
        return _Taken(reply, None, [*problems, f"a call of plan {choice.plan} would fail"])
    return _Taken(reply, draft, problems)


def _maker(state: ConversationState, context: Context, rehearse: bool) -> TurnPlan:
    scenario, turn = state["scenario"], scripted(state)
    world = context.worlds.at(state.get("events", []))
    flow, tools = ground(state, context)
    past = Past.of(state, world).known_to(flow)
    results = {done.plan_id: done.result for done in past.done}
    simulation = context.simulation(scenario, faults=False)
    rehearsal = Rehearsal(simulation, world, next_place(state), results, context.standins)
    return TurnPlan(
        flow=flow,
        tools=tools,
        past=past,
        persona=Persona(**scenario["persona"]),
        today=date.fromisoformat(scenario["date"]),
        target=context.plans,
        hiding=Hiding(
            flow,
            context.plans.implicit,
            context.streams.of("implicit").unit(),
            [call for done in state.get("turns", []) for call in done["plan"] if call["tool"] in flow],
        ),
        rehearsal=rehearsal if rehearse and set(tools) <= set(scenario["tools"]) else None,
        goals=turn["goals"],
    )


def _scene(state: ConversationState, context: Context, drafts: Sequence[Draft]) -> dict[str, Any]:
    """Returns the variables of the prompt."""
    persona = Persona(**state["scenario"]["persona"])
    return {
        "person": {name: getattr(persona, name) for name in ("name", "occupation", "city", "role", "expertise")},
        "date": state["scenario"]["date"],
        "earlier": [turn["user"] for turn in state.get("turns", [])],
        "plans": [
            {"plan": number, "calls": [_told(call, context) for call in draft.calls]}
            for number, draft in enumerate(drafts, 1)
        ],
    }


def _told(call: PlannedCall, context: Context) -> dict[str, Any]:
    tool = context.catalogue[call["tool"]]
    choices = {name: schema["enum"] for name, schema in tool.properties.items() if "enum" in schema}
    return {
        "call": call["id"],
        "tool": tool.name,
        "does": tool.description,
        "arguments": dict(literals(call)),
        "choices": {f"/{name}": choices[name] for name in call["arguments"] if name in choices},
        "takes": {pointer: shown(reference) for pointer, reference in call["references"].items()},
    }


def _planned(state: ConversationState, drawn: Staged, attempts: dict[str, int]) -> Update:
    return {
        "plan": drawn.plan,
        "unmet": drawn.unmet,
        "attempts": attempts,
        "sent_back": "",
        "request": "",
        "stop": None,
        "report": "",
        "events": [marker(state, "turn_started")],
    }


def _given_up(attempts: dict[str, int]) -> Update:
    return {"plan": [], "sent_back": "planner", "attempts": attempts}


def _noted(state: ConversationState, problem: str) -> VerdictDraft:
    """Returns the verdict that says what of a model's choice was not taken; it blocks nothing."""
    return VerdictDraft(
        check="plan_choice",
        status="fail",
        severity="info",
        evidence=problem,
        turn=state["turn"],
        call_id="",
        pointer="",
        source="code",
        role="planner",
    )
