"""The user role: what a person would say to cause the plan of a turn."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import HumanMessage
from langgraph.runtime import Runtime
from langgraph.types import interrupt

from digit_tc.audit.requests import read_back
from digit_tc.behaviour import quoted
from digit_tc.candidates import Question, passed_over, told_of
from digit_tc.context import Context
from digit_tc.errors import EmptyReplyError, ShapeError
from digit_tc.phrasing.briefing import manner, wish
from digit_tc.planning.conditions import under
from digit_tc.planning.references import literals, schema_path
from digit_tc.progress import spent
from digit_tc.records import Persona
from digit_tc.state import ConversationState, PlannedCall, Update, VerdictDraft
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.names import spoken
from digit_tc.turns.briefing import occasion
from digit_tc.turns.closing import Stop, against, legal
from digit_tc.turns.kinds import kind, told, understood_by, wanted
from digit_tc.turns.speaking import said
from digit_tc.world.effects import effect_of

from ..prompts.rendering import render_messages

_FAULTS = 8
"""How many faults of one message are told apart: of several candidates, the one with the fewest is the best."""


@dataclass(frozen=True, slots=True)
class ProceduralUser:
    """Words the request from the persona's manner, with every literal value of the plan woven in."""

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns the request of the turn."""
        turn, attempts = state["turn"], state["attempts"]
        stream = runtime.context.streams.of("user", turn, attempts.get("planner", 0), attempts.get("user", 0))
        text = said(state, runtime.context, stream)
        return {**_said_now(state, text), "stop": legal(state) if kind(state) == "closing" else None}


@dataclass(frozen=True, slots=True)
class LLMUser:
    """Asks a model to say what the plan wants, and in the end to stop, with a reason that code judges.

    `prompt` and `stop_prompt` are prompt names or paths to one's own .md files.
    """

    prompt: str = "user"
    stop_prompt: str = "user_stop"
    model: str = "user"

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Writes the user's next message."""
        context = runtime.context
        if kind(state) == "closing":
            return await self._stopped(state, context)
        messages = render_messages(self.prompt, folder=context.prompts, **_scene(state, context))
        standing = str(messages[0].text) if messages[0].type == "system" else ""
        question = Question(
            ask=lambda sample, ahead: context.models.ask(self.model, messages, sample=sample, ahead=ahead),
            faults=lambda reply: told_of(_against(state, context, reply.text, standing)),
            reply=lambda reply: reply,
        )
        attempt = sum(state.get("attempts", {}).values())  # asked the same once more, it shall say something else
        try:
            choice = await context.candidates.choose(question, attempt)
        except EmptyReplyError:
            return _said_now(state, "")  # what checks requests turns it down, and the next question says why
        reply = choice.taken
        leaked = _leaks(state, reply.text, standing)
        update = _said_now(state, "" if leaked else reply.text)
        update["usage"] = [spent(state, reply, role="user")]
        return {**update, "verdicts": [*passed_over(state, choice, role="user"), *leaked]}

    async def _stopped(self, state: ConversationState, context: Context) -> Update:
        """Has the model end the conversation; what is no legal stop is turned down."""
        scene = _scene(state, context)
        told = {name: scene[name] for name in ("person", "earlier", "complaints")}
        messages = render_messages(self.stop_prompt, folder=context.prompts, **told)
        question = Question(
            ask=lambda sample, ahead: context.models.ask_for(self.model, messages, Stop, sample=sample, ahead=ahead),
            faults=lambda answer: against(answer.value, state),
            reply=lambda answer: answer.reply,
        )
        try:
            choice = await context.candidates.choose(question, sum(state.get("attempts", {}).values()))
        except (EmptyReplyError, ShapeError):
            return _said_now(state, "")
        stop, verdicts = choice.taken.value, passed_over(state, choice, role="user")
        usage = [spent(state, choice.taken.reply, role="user")]
        text = "" if choice.faults else stop.message  # which is turned down, and asked for again
        return {**_said_now(state, text), "stop": stop.reason, "verdicts": verdicts, "usage": usage}


@dataclass(frozen=True, slots=True)
class PersonUser:
    """Lets a person write the requests: the graph run is interrupted until they have, as LangGraph does it.

    The interrupt shows what the model of `LLMUser` is told: `person`, `date`, `earlier`, `occasion`, `wishes`,
    `values`, `background`, and after a message that was turned down `rejected` and `complaints`. It is resumed with the
    message.
    """

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns what the person has written."""
        scene = {"role": "user", "turn": state["turn"], **_scene(state, runtime.context)}
        update = _said_now(state, str(interrupt(scene)).strip())
        return {**update, "stop": legal(state) if kind(state) == "closing" else None}


def _said_now(state: ConversationState, text: str) -> Update:
    return {"request": text, "messages": [HumanMessage(text, id=f"turn-{state.get('turn', 0)}-user")]}


def _against(state: ConversationState, context: Context, text: str, standing: str) -> list[VerdictDraft]:
    """Returns what code has against a message."""
    told = read_back({**state, "request": text}, context, _FAULTS)
    wrong = [verdict for verdict in told if verdict["status"] != "pass" and verdict["check"] not in context.noted]
    return [*_leaks(state, text, standing), *wrong]


def _leaks(state: ConversationState, text: str, standing: str) -> list[VerdictDraft]:
    """Returns why a message must be dropped: only who wrote the question knows what must not be repeated of it."""
    run = quoted(text, standing)
    leaked: VerdictDraft = {
        "check": "instructions_hidden",
        "status": "fail",
        "severity": "error",
        "evidence": f"the message repeats its instructions: {run!r}",
        "turn": state.get("turn", 0),
        "call_id": "",
        "pointer": "",
        "source": "code",
        "role": "user",
    }
    return [leaked] if run else []


def _scene(state: ConversationState, context: Context) -> dict[str, Any]:
    """Returns the variables of the prompt, those that change least often first."""
    plan, flow = told(state), understood_by(state, context)
    values = _distinct(leaf for call in plan if not call["implicit"] for _, leaf in _said(call))
    hidden = [call for call in plan if call["implicit"]]
    again = state.get("sent_back") == "user"
    return {
        "person": manner(Persona.model_validate(state["scenario"]["persona"])),
        "date": state["scenario"]["date"],
        "earlier": [{"person": turn["user"], "assistant": turn["assistant"]} for turn in state.get("turns", [])],
        "occasion": occasion(state, context),
        "wishes": [_wish(call, flow) for call in plan if not call["implicit"]],
        "values": _distinct([*values, *(leaf for call in hidden for _, leaf in _said(call))]),
        "background": [fact for call in hidden if len(fact := _fact(call, context)) > 1],
        "rejected": state.get("request", "") if again else "",
        "complaints": _complaints(state) if again else [],
    }


def _wish(call: PlannedCall, flow: Dataflow) -> dict[str, Any]:
    """Returns what an explicit call is for, and under which condition it is wanted."""
    condition = call.get("condition")
    only = {"only_if": under(condition)} if condition else {}
    return {**wish(flow[call["tool"]].tool, call["arguments"]), **only}


def _fact(call: PlannedCall, context: Context) -> dict[str, Any]:
    """Returns what tells the thing that a hidden call looks for from others of its kind, and of which kind it is."""
    kind = effect_of(context.dataflow[call["tool"]]).entity or "thing"
    settled = {spoken(schema_path(at)[0]): value for at, value in literals(call) if isinstance(value, bool)}
    return {"of": kind, **dict(_said(call)), **settled}


def _said(call: PlannedCall) -> Iterator[tuple[str, Any]]:
    """Yields the values that must be said, with the argument's name in words; true and false are no words."""
    for pointer, value in literals(call):
        if value not in (None, "", [], {}) and not isinstance(value, bool):
            whole = isinstance(value, float) and value.is_integer()
            yield spoken(schema_path(pointer)[0]), int(value) if whole else value


def _distinct(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _turns_down(verdict: VerdictDraft) -> bool:
    return verdict["role"] == "user" and verdict["severity"] == "error" and verdict["status"] != "pass"


def _complaints(state: ConversationState) -> list[str]:
    """Returns why the last messages were turned down, without the names that a person does not know."""
    found = []
    for verdict in state.get("verdicts", []):
        if verdict["turn"] == state.get("turn", 0) and _turns_down(verdict):
            said = verdict["evidence"]
            for call in wanted(state):
                said = said.replace(f"{call['tool']}{verdict['pointer']}: ", "").replace(call["tool"], "the action")
            found.append(said)
    return _distinct(found)[-4:]
