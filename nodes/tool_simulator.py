"""The tool simulator role: answers the calls of one message from specification and world."""

import json
from dataclasses import dataclass
from functools import partial

from langchain_core.messages import AIMessage, ToolCall, ToolMessage
from langgraph.runtime import Runtime

from digit_tc.background import aside
from digit_tc.context import Context
from digit_tc.errors import StateError
from digit_tc.progress import arguments, call_id, next_place, pending
from digit_tc.state import ConversationState, Event, PlannedCall, Update, append_events
from digit_tc.world.summary import mentioned, summarise


@dataclass(frozen=True, slots=True)
class ProceduralToolSimulator:
    """Answers without a model: what is known is shown again, what is new is drawn, writes change the world."""

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns one tool message and one event per call, in the order of the calls."""
        context, scenario = runtime.context, state["scenario"]
        world = context.worlds.at(state.get("events", []))
        attempt = state["attempts"].get("tool_simulator", 0)
        simulation = context.simulation(scenario, attempt)
        calls = _calls(state)
        if not calls:
            raise StateError("the last message makes no calls that could be answered")
        named = [(call["name"], call["args"]) for call in calls]
        work = partial(simulation.answer_together, named, world, next_place(state))
        answers = await aside(work) if any(_blocks(context, name) for name, _ in named) else work()
        planned = {call_id(state, call): call for call in pending(state)}
        events = [
            _placed(answer, call, planned.get(str(call["id"])), state["turn"])
            for answer, call in zip(answers, calls, strict=True)
        ]
        return {
            "events": events,
            "messages": [_message(event) for event in events],
            "world_summary": _summary({**state, "events": append_events(state.get("events", []), events)}, context),
        }


def _blocks(context: Context, name: str) -> bool:
    return name in context.standins and context.standins[name].blocks


def _placed(answer: Event, call: ToolCall, plan: PlannedCall | None, turn: int) -> Event:
    """Returns the event of a call with its place in the conversation and in the plan, where it was planned."""
    return Event(
        **answer,
        turn=turn,
        call_id=str(call["id"]),
        plan_id=plan["id"] if plan else "",
        group=plan["group"] if plan else 0,
        implicit=plan["implicit"] if plan else False,
    )


def _summary(state: ConversationState, context: Context) -> str:
    """Returns the world in words, the things first that the next calls are about."""
    world = context.worlds.at(state["events"])
    coming = [arguments(state, call) for call in pending(state)]
    return summarise(world, state["events"], mentioned(world, coming))


def _calls(state: ConversationState) -> list[ToolCall]:
    last = state["messages"][-1]
    return last.tool_calls if isinstance(last, AIMessage) else []


def _message(event: Event) -> ToolMessage:
    shown = event["result"] if event["outcome"] == "ok" else {"error": event["error"]}
    return ToolMessage(
        json.dumps(shown, ensure_ascii=False),
        tool_call_id=event["call_id"],
        name=event["tool"],
        status="success" if event["outcome"] == "ok" else "error",
        id=f"result-{event['turn']}-{event['call_id']}",
    )
