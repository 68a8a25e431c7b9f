"""The recovery role: puts wrong calls with their errors into a complete conversation, before the right ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from langchain_core.messages import (
    AIMessage,
    AnyMessage,
    BaseMessage,
    RemoveMessage,
    SystemMessage,
    ToolCall,
    ToolMessage,
)
from langgraph.graph.message import REMOVE_ALL_MESSAGES
from langgraph.runtime import Runtime

from digit_tc.canonical import canonical
from digit_tc.context import Context
from digit_tc.errors import EmptyReplyError, ModelError, ShapeError
from digit_tc.progress import spent
from digit_tc.recovery import Mistakes, Wrong, chosen, hint, wanted
from digit_tc.state import ConversationState, Event, Hint, Spent, Update

from ..prompts.rendering import render


@dataclass(frozen=True, slots=True)
class ProceduralRecovery:
    """Thinks of wrong calls by code: something left out, added, exchanged, taken for another, done by another tool."""

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns the wrong calls, and the messages with them."""
        stream = runtime.context.streams.of("recovery")
        mistakes, most = Mistakes(state, runtime.context), wanted(stream)
        hints: list[Hint] = []
        for right in chosen(state, stream):
            if len(hints) < most and (wrong := mistakes.drawn(right, stream)):
                hints.append(hint(right, wrong, stream))
        return _recovered(state, hints)


@dataclass(frozen=True, slots=True)
class LLMRecovery:
    """Asks a model for the next call without showing it the right one; a wrong one that fits its schema is put in.

    Where the model is right every time, or cannot be understood, code thinks of one wrong call. `samples` is how many
    predictions are asked for at most; `prompt` is a prompt name or a path to one's own .md file.
    """

    samples: int = 4
    prompt: str = "recovery"
    model: str = "recovery"

    def __post_init__(self) -> None:
        if self.samples < 1:
            raise ValueError("samples must be at least 1")

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns the wrong calls, and the messages with them."""
        context = runtime.context
        stream = context.streams.of("recovery")
        mistakes, most = Mistakes(state, context), wanted(stream)
        rights = chosen(state, stream)
        hints: list[Hint] = []
        usage: list[Spent] = []
        for right in rights[: self.samples]:
            if len(hints) < most:
                wrong, spending = await self._predicted(state, context, mistakes, right)
                usage += spending
                hints += [hint(right, wrong, stream)] if wrong else []
        if not hints:
            drawn = ((right, mistakes.drawn(right, stream)) for right in rights)
            hints = next(([hint(right, wrong, stream)] for right, wrong in drawn if wrong), [])
        return {**_recovered(state, hints), "usage": usage}

    async def _predicted(
        self, state: ConversationState, context: Context, mistakes: Mistakes, right: Event
    ) -> tuple[Wrong | None, list[Spent]]:  # fmt: skip
        """Returns what the model would call in the place of a right call, where that is wrong.

        Raises:
            ModelError: The server does not answer.
        """
        standing = render(self.prompt, folder=context.prompts, context=state["scenario"]["context"])
        history: list[BaseMessage] = [SystemMessage(standing), *_until(state["messages"], right["call_id"])]
        tools = [tool.offer() for tool in mistakes.tools(right)]
        try:
            answer = await context.models.ask_calls(self.model, history, tools)
        except (EmptyReplyError, ShapeError):
            return None, []
        except ModelError as error:
            if error.kind != "cut off":
                raise
            return None, []
        usage = [spent(state, answer.reply, role="recovery")]
        calls = answer.calls[:1]
        return next((mistakes.judged(right, one["name"], one["arguments"]) for one in calls), None), usage


def _recovered(state: ConversationState, hints: Sequence[Hint]) -> Update:
    woven: list[Any] = [RemoveMessage(id=REMOVE_ALL_MESSAGES)]
    for message in state["messages"]:
        calls = {str(call["id"]) for call in message.tool_calls} if isinstance(message, AIMessage) else set()
        for one in hints:
            if one["before"] in calls:
                woven += _messages(one)
        woven.append(message)
    return {"hints": list(hints), "messages": cast("list[AnyMessage]", woven)}


def _messages(one: Hint) -> list[AnyMessage]:
    call = ToolCall(name=one["tool"], args=one["arguments"], id=one["call_id"])
    return [
        AIMessage("", tool_calls=[call], id=one["call_id"]),
        ToolMessage(
            canonical({"error": one["error"]}),
            tool_call_id=one["call_id"],
            name=one["tool"],
            status="error",
            id=f"result-{one['call_id']}",
        ),
    ]


def _until(messages: Sequence[AnyMessage], call_id: str) -> list[AnyMessage]:
    """Returns the messages before the one that makes a call."""
    made = (
        at
        for at, message in enumerate(messages)
        if isinstance(message, AIMessage) and any(call["id"] == call_id for call in message.tool_calls)
    )
    return list(messages[: next(made, len(messages))])
