"""The tool simulator role: answers the calls of one message from specification and world."""

import json
from dataclasses import dataclass
from datetime import date

from langchain_core.messages import AIMessage, ToolCall, ToolMessage
from langgraph.runtime import Runtime

from digit_tc.context import Context
from digit_tc.errors import StateError
from digit_tc.progress import call_id, next_place, pending
from digit_tc.records import Persona
from digit_tc.state import ConversationState, Event, Update
from digit_tc.world.fold import fold
from digit_tc.world.simulation import Simulation
from digit_tc.world.summary import summarise


@dataclass(frozen=True, slots=True)
class ProceduralToolSimulator:
    """Answers without a model: what is known is shown again, what is new is drawn, writes change the world."""

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns one tool message and one event per call, in the order of the calls."""
        context, scenario = runtime.context, state["scenario"]
        world = context.worlds.at(state.get("events", []))
        attempt = state["attempts"].get("tool_simulator", 0)
        simulation = Simulation(
            flow=context.dataflow,
            tools=scenario["tools"],
            streams=context.streams.under("simulation", attempt),
            persona=Persona(**scenario["persona"]),
            today=date.fromisoformat(scenario["date"]),
        )
        step, events = next_place(state), list[Event]()
        planned = {call_id(call): call for call in pending(state)}
        calls = _calls(state)
        if not calls:
            raise StateError("the last message makes no calls that could be answered")
        for index, call in enumerate(calls):
            plan = planned.get(str(call["id"]))
            event = Event(
                **simulation.answer(call["name"], call["args"], world),
                event_id=f"{step}.{index}",
                step=step,
                index=index,
                turn=state["turn"],
                call_id=str(call["id"]),
                plan_id=plan["id"] if plan else "",
                group=plan["group"] if plan else 0,
                implicit=plan["implicit"] if plan else False,
            )
            world = fold(world, event)
            events.append(event)
        return {"events": events, "messages": [_message(event) for event in events], "world_summary": summarise(world)}


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
