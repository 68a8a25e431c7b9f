"""The user role: what a person would say to cause the plan of a turn."""

from dataclasses import dataclass
from datetime import date

from langchain_core.messages import HumanMessage
from langgraph.runtime import Runtime

from digit_tc.context import Context
from digit_tc.phrasing.request import Request
from digit_tc.records import Persona
from digit_tc.state import ConversationState, Update


@dataclass(frozen=True, slots=True)
class ProceduralUser:
    """Words the request from the persona's manner, with every literal value of the plan woven in."""

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns the request of the turn."""
        scenario, turn, attempts = state["scenario"], state["turn"], state["attempts"]
        stream = runtime.context.streams.of("user", turn, attempts.get("planner", 0), attempts.get("user", 0))
        text = Request(
            runtime.context.dataflow,
            state["plan"],
            Persona(**scenario["persona"]),
            date.fromisoformat(scenario["date"]),
            turn,
            stream,
        ).text()
        return {"request": text, "messages": [HumanMessage(text, id=f"turn-{turn}-user")]}
