"""The user role of generation forwards: asks for something before anybody has planned how it could be done."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from langchain_core.messages import HumanMessage
from langgraph.runtime import Runtime

from digit_tc.audit.turns import heard, judge_request
from digit_tc.behaviour import quoted
from digit_tc.candidates import Question, passed_over, told_of
from digit_tc.context import Context
from digit_tc.errors import EmptyReplyError, PlanError
from digit_tc.forward.wishes import Wishes, drawn
from digit_tc.phrasing.briefing import facts, manner
from digit_tc.phrasing.request import Request
from digit_tc.planning.past import Past
from digit_tc.progress import marker, renewed, spent
from digit_tc.records import Persona
from digit_tc.state import ConversationState, Update, for_use
from digit_tc.streams import Stream
from digit_tc.tools.expansion import expand
from digit_tc.tools.names import spoken
from digit_tc.tools.tool import Tool
from digit_tc.turns.kinds import kind

from ..prompts.rendering import render_messages


@dataclass(frozen=True, slots=True)
class ProceduralForwardUser:
    """Words what some tools are for, each drawn by itself, with made-up values for all that they need."""

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns the request of the turn, or the end where too many were tried."""
        context, scenario, attempts = runtime.context, state["scenario"], renewed(state)
        if kind(state) != "task":
            return _not_written(state)
        if attempts.get("planner", 0) > state["retries"]:
            return _given_up(attempts)
        stream = _stream(state, context, attempts)
        past, flow = _past(state, context), context.flow(scenario)
        persona, today = Persona(**scenario["persona"]), date.fromisoformat(scenario["date"])
        names = drawn(for_use(scenario), past.used, stream, context.plans.aim(stream).length)
        try:
            wishes = Wishes(flow, past, persona, today).of(names, stream)
        except PlanError as error:
            return {**_given_up(attempts), "problem": str(error)}
        earlier = [call for done in state.get("turns", []) for call in done["plan"]]
        return _said(state, attempts, Request(flow, wishes, earlier, persona, today, stream).text())


@dataclass(frozen=True, slots=True)
class LLMForwardUser:
    """Asks a model what a person might want who knows no more than what some tools are for.

    `prompt` is a prompt name or a path to one's own .md file.
    """

    prompt: str = "forward_user"
    model: str = "user"

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns the request of the turn, or the end where too many were tried."""
        context, attempts = runtime.context, renewed(state)
        if kind(state) != "task":
            return _not_written(state)
        attempt = attempts.get("planner", 0)
        if attempt > state["retries"]:
            return _given_up(attempts)
        stream = _stream(state, context, attempts)
        count, used = context.plans.aim(stream).length, _past(state, context).used
        names = drawn(for_use(state["scenario"]), used, stream, count)
        scene = _scene(state, [context.catalogue[name] for name in names])
        messages = render_messages(self.prompt, folder=context.prompts, **scene)
        standing = str(messages[0].text) if messages[0].type == "system" else ""
        question = Question(
            ask=lambda sample, ahead: context.models.ask(self.model, messages, sample=sample, ahead=ahead),
            faults=lambda reply: _against(state, context, reply.text, standing),
            reply=lambda reply: reply,
        )
        try:
            choice = await context.candidates.choose(question, attempt)
        except EmptyReplyError:
            return _said(state, attempts, "")  # who plans turns it down, and the next question says why
        reply = choice.taken
        update = _said(state, attempts, "" if quoted(reply.text, standing) else reply.text)
        usage = [spent({**state, "attempts": attempts}, reply, role="user")]
        return {**update, "verdicts": passed_over(state, choice, role="user"), "usage": usage}


def _not_written(state: ConversationState) -> Update:
    """Ends a conversation with a turn that is made from its plan: here the request comes first."""
    reason = f"a turn of the kind {kind(state)} is made from its plan, and here requests are written first"
    return {"outcome": {"status": "rejected", "code": "stratum_not_served", "reason": reason, "retryable": False}}


def _against(state: ConversationState, context: Context, text: str, standing: str) -> list[str]:
    """Returns what code has against a message."""
    run = quoted(text, standing)
    told = told_of(judge_request(heard({**state, "request": text, "plan": []}, context.catalogue)))
    return [f"the message repeats its instructions: {run!r}"] if run else told


def _stream(state: ConversationState, context: Context, attempts: dict[str, int]) -> Stream:
    return context.streams.of("forward_user", state["turn"], attempts.get("planner", 0))


def _past(state: ConversationState, context: Context) -> Past:
    return Past.of(state, context.worlds.at(state.get("events", [])))


def _said(state: ConversationState, attempts: dict[str, int], text: str) -> Update:
    return {
        "request": text,
        "messages": [HumanMessage(text, id=f"turn-{state['turn']}-user")],
        "attempts": attempts,
        "sent_back": "",
        "plan": [],
        "report": "",
        "events": [marker(state, "turn_started")],
    }


def _given_up(attempts: dict[str, int]) -> Update:
    return {"plan": [], "sent_back": "planner", "attempts": attempts}


def _scene(state: ConversationState, tools: list[Tool]) -> dict[str, Any]:
    """Returns the variables of the prompt."""
    persona = Persona(**state["scenario"]["persona"])
    return {
        "person": manner(persona),
        "facts": facts(persona),
        "date": state["scenario"]["date"],
        "earlier": [{"person": turn["user"], "assistant": turn["assistant"]} for turn in state.get("turns", [])],
        "services": [_service(tool) for tool in tools],
        "complaint": state.get("problem", "") if state["sent_back"] else "",
    }


def _service(tool: Tool) -> dict[str, Any]:
    """Returns what a tool does and what it has to be told, without the names that programs use."""
    properties = expand(tool.parameters).get("properties", {})
    needs = {spoken(name): _need(properties[name], optional=name not in tool.required) for name in properties}
    return {"does": tool.description or spoken(tool.name), "needs": needs}


def _need(schema: dict[str, Any], *, optional: bool) -> dict[str, Any]:
    need = {
        "means": schema.get("description"),
        "kind": schema.get("type"),
        "choices": schema.get("enum"),
        "form": schema.get("format") or schema.get("pattern"),
        "optional": optional,
    }
    return {what: value for what, value in need.items() if value}
