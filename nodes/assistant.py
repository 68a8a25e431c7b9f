"""The assistant role: makes the calls of the verified plan, group by group, and reports."""

from dataclasses import dataclass

from langchain_core.messages import AIMessage, ToolCall
from langgraph.runtime import Runtime

from digit_tc.context import Context
from digit_tc.phrasing.report import Report, Shown
from digit_tc.progress import arguments, call_id, calls_of_turn, pending
from digit_tc.state import ConversationState, PlannedCall, Update
from digit_tc.tools.tool import Tool


@dataclass(frozen=True, slots=True)
class ProceduralAssistant:
    """Emits each group of calls as one AI message, then tells the results in words."""

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns the next message: calls, or the report when none is left."""
        group = pending(state)
        turn = state["turn"]
        if group:
            calls = [_call(state, call, runtime.context.catalogue[call["tool"]]) for call in group]
            return {
                "messages": [AIMessage("", tool_calls=calls, id=f"turn-{turn}-{calls[0]['id']}")],
                "report": "",
            }
        text = self._report(state, runtime.context)
        return {"report": text, "messages": [AIMessage(text, id=f"turn-{turn}-report")]}

    def _report(self, state: ConversationState, context: Context) -> str:
        hidden = {call["id"] for call in state["plan"] if call["implicit"]}
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
        stream = context.streams.of("assistant", state["turn"], state["attempts"].get("assistant", 0))
        return Report(context.dataflow, shown, stream).text()


def _call(state: ConversationState, call: PlannedCall, tool: Tool) -> ToolCall:
    return ToolCall(name=call["tool"], args=tool.ordered(arguments(state, call)), id=call_id(state, call))
