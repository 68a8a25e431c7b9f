"""The assistant role: makes the calls that serve the request, group by group, and reports."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from langchain_core.messages import AIMessage, BaseMessage, SystemMessage, ToolCall
from langgraph.runtime import Runtime
from langgraph.types import interrupt

from digit_tc.audit.following import meant
from digit_tc.audit.present import present
from digit_tc.audit.turns import judge_report
from digit_tc.candidates import Question, passed_over, told_of
from digit_tc.context import Context
from digit_tc.models.reply import CalledTool
from digit_tc.phrasing.report import Left, Report, Shown
from digit_tc.planning.conditions import found, holds
from digit_tc.progress import arguments, call_id, calls_of_turn, pending, ready, spent
from digit_tc.state import Condition, ConversationState, Event, PlannedCall, Spent, Update
from digit_tc.strata import CALLLESS
from digit_tc.tools.tool import Tool
from digit_tc.turns.briefing import situation
from digit_tc.turns.declining import declined
from digit_tc.turns.kinds import kind, offered

from ..prompts.rendering import render, render_messages


@dataclass(frozen=True, slots=True)
class ProceduralAssistant:
    """Emits each group of calls as one AI message, then tells the results in words."""

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns the next message: calls, or the report when none is left."""
        calls = _planned(state, runtime.context)
        return _calling(state, calls) if calls else _reporting(state, self._report(state, runtime.context))

    def _report(self, state: ConversationState, context: Context) -> str:
        stream = context.streams.of("assistant", state["turn"], state["attempts"].get("assistant", 0))
        if kind(state) in CALLLESS:
            return declined(state, context, stream)
        hidden = _hidden(state)
        shown = [
            Shown(
                tool=event["tool"],
                arguments=event["arguments"],
                result=event["result"],
                error=event["error"]["message"] if event["outcome"] == "error" else "",
                goal=event["plan_id"] not in hidden,
            )
            for event in calls_of_turn(state)
            if not event.get("fault")
        ]
        left = [Left(call["tool"], found(condition)) for call, condition in _not_met(state)]
        return Report(context.dataflow, shown, stream, left).text()


@dataclass(frozen=True, slots=True)
class LLMAssistant:
    """Lets a model write the report, and with `calls="model"` choose the calls too, which the critic compares.

    `rounds` bounds how many messages with calls a model may send in one turn. `prompt` and `calls_prompt` are prompt
    names or paths to one's own .md files.
    """

    calls: Literal["plan", "model"] = "plan"
    rounds: int = 8
    prompt: str = "assistant"
    calls_prompt: str = "assistant_calls"
    model: str = "assistant"

    def __post_init__(self) -> None:
        if self.rounds < 1:
            raise ValueError("rounds must be at least 1")

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns the next message: calls, or the report."""
        context = runtime.context
        if self.calls == "plan":
            calls = _planned(state, context)
            return _calling(state, calls) if calls else await self._report(state, context)
        made = {event["step"] for event in calls_of_turn(state)}
        rewrites = bool(made) and state["sent_back"] == "assistant"
        if rewrites or len(made) >= self.rounds:
            return await self._report(state, context)
        return await self._chosen(state, context)

    async def _report(self, state: ConversationState, context: Context) -> Update:
        messages = render_messages(self.prompt, folder=context.prompts, **_scene(state, context))
        question = Question(
            ask=lambda sample, ahead: context.models.ask(self.model, messages, sample=sample, ahead=ahead),
            faults=lambda reply: _against(state, context, reply.text),
            reply=lambda reply: reply,
        )
        choice = await context.candidates.choose(question, state["attempts"].get("assistant", 0))
        usage: list[Spent] = [spent(state, choice.taken, role="assistant")]
        verdicts = passed_over(state, choice, role="assistant")
        return {**_reporting(state, choice.taken.text), "verdicts": verdicts, "usage": usage}

    async def _chosen(self, state: ConversationState, context: Context) -> Update:
        """Asks the model what to do next in the conversation so far."""
        standing = render(self.calls_prompt, folder=context.prompts, context=state["scenario"]["context"])
        history: list[BaseMessage] = [SystemMessage(standing), *state["messages"]]
        tools = _tools(state, context)
        question = Question(
            ask=lambda sample, ahead: context.models.ask_calls(self.model, history, tools, sample=sample, ahead=ahead),
            faults=lambda answer: () if answer.calls else _against(state, context, answer.text),
            reply=lambda answer: answer.reply,
        )
        choice = await context.candidates.choose(question, state["attempts"].get("assistant", 0))
        answer, verdicts = choice.taken, passed_over(state, choice, role="assistant")
        usage: list[Spent] = [spent(state, answer.reply, role="assistant")]
        if answer.calls:
            calling = _calling(state, _named(state, answer.calls, context))
            return {**calling, "verdicts": verdicts, "usage": usage, "sent_back": ""}
        return {**_reporting(state, answer.text), "verdicts": verdicts, "usage": usage}


@dataclass(frozen=True, slots=True)
class PersonAssistant:
    """Lets a person act as the assistant: the graph run is interrupted until they have, as LangGraph does it.

    The interrupt shows the `context` (the system text), the `request`, the `tools` that can be called, the `results` of
    the turn so far, and after a report that was turned down `complaints`. It is resumed with a table: `calls`, each
    with `name` and `arguments`, or the `text` of the report.
    """

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns the next message: calls, or the report."""
        context = runtime.context
        scene = {name: value for name, value in _scene(state, context).items() if name in ("request", "complaints")}
        results = [_answered(event) for event in calls_of_turn(state)]
        about = {"role": "assistant", "turn": state["turn"], "context": state["scenario"]["context"], **scene}
        said = interrupt({**about, "tools": _tools(state, context), "results": results})
        if calls := said.get("calls"):
            return {**_calling(state, _named(state, calls, context)), "sent_back": ""}
        return _reporting(state, str(said.get("text", "")))


def _answered(event: Event) -> dict[str, Any]:
    answer = {"result": event["result"]} if event["outcome"] == "ok" else {"error": event["error"]["message"]}
    return {"name": event["tool"], "arguments": event["arguments"], **answer}


def _tools(state: ConversationState, context: Context) -> list[dict[str, Any]]:
    """Returns what may be called: name, description and parameters of each."""
    decoys = state["scenario"].get("decoys", [])
    shown = [{name: one[name] for name in ("name", "description", "parameters")} for one in decoys]
    return [*(context.catalogue[name].offer() for name in offered(state)), *shown]


def _against(state: ConversationState, context: Context, text: str) -> list[str]:
    """Returns what code has against a report, were it given now."""
    reported = _reporting(state, text)
    seen = present({**state, **reported, "messages": [*state["messages"], *reported["messages"]]}, context)
    return told_of(judge_report(seen))


def _planned(state: ConversationState, context: Context) -> list[ToolCall]:
    """Returns the next group of planned calls; empty where none is left."""
    return [
        ToolCall(
            name=call["tool"],
            args=context.catalogue[call["tool"]].ordered(arguments(state, call)),
            id=call_id(state, call),
        )
        for call in pending(state)
    ]


def _named(state: ConversationState, choice: Iterable[CalledTool], context: Context) -> list[ToolCall]:
    """Returns calls that were chosen, under the ids of the planned calls that they are, else under new ones."""
    left, calls = ready(state), list[ToolCall]()
    number = len(calls_of_turn(state))
    for chosen in choice:
        name, given = chosen["name"], chosen["arguments"]
        tool = context.catalogue[name] if name in offered(state) else None
        planned = next((one for one in left if tool and _is(state, one, tool, given)), None)
        number += 1
        if planned is not None:
            left.remove(planned)
        identity = call_id(state, planned) if planned else f"call_turn_{state['turn'] + 1}_{number}"
        calls.append(ToolCall(name=name, args=tool.ordered(given) if tool else given, id=identity))
    return calls


def _is(state: ConversationState, planned: PlannedCall, tool: Tool, given: dict[str, Any]) -> bool:
    return planned["tool"] == tool.name and meant(given, arguments(state, planned), tool)


def _calling(state: ConversationState, calls: Sequence[ToolCall]) -> Update:
    message = AIMessage("", tool_calls=list(calls), id=f"turn-{state['turn']}-{calls[0]['id']}")
    return {"messages": [message], "report": ""}


def _reporting(state: ConversationState, text: str) -> Update:
    return {"report": text, "messages": [AIMessage(text, id=f"turn-{state['turn']}-report")]}


def _not_met(state: ConversationState) -> list[tuple[PlannedCall, Condition]]:
    """Returns the calls that were wanted under a condition which does not hold, with it."""
    return [(call, condition) for call in state["plan"] if (condition := call.get("condition")) and not holds(call)]


def _hidden(state: ConversationState) -> set[str]:
    return {call["id"] for call in state["plan"] if call["implicit"]}


def _scene(state: ConversationState, context: Context) -> dict[str, Any]:
    """Returns the variables of the prompt for the report."""
    hidden = _hidden(state)
    made = [event for event in calls_of_turn(state) if not event.get("fault")]
    failed = [
        verdict
        for verdict in state.get("verdicts", [])
        if verdict["turn"] == state["turn"] and verdict["severity"] == "error" and verdict["status"] != "pass"
    ]
    complaints = [verdict["evidence"] for verdict in failed if verdict["role"] == "assistant"]
    return {
        "request": state["request"],
        "situation": situation(state, context),
        "results": [
            *(_result(event, context, asked=event["plan_id"] not in hidden) for event in made),
            *(
                {"does": context.catalogue[call["tool"]].description or call["tool"], "not_done_because": found(one)}
                for call, one in _not_met(state)
            ),
        ],
        "complaints": list(dict.fromkeys(complaints))[-4:] if state["sent_back"] == "assistant" else [],
    }


def _result(event: Event, context: Context, *, asked: bool) -> dict[str, Any]:
    name = event["tool"]
    does = context.catalogue[name].description if name in context.catalogue else ""
    answer = {"result": event["result"]} if event["outcome"] == "ok" else {"failed": event["error"]["message"]}
    return {"does": does or name, "asked": asked, "arguments": event["arguments"], **answer}
