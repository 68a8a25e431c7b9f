"""The horizon: how far a conversation may go."""

from dataclasses import dataclass

from langgraph.runtime import Runtime

from digit_tc.context import Context
from digit_tc.state import ConversationState, Scenario, Update


@dataclass(frozen=True, slots=True)
class Horizon:
    """Ends a conversation after so many turns, whatever its scenario says."""

    turns: int = 1

    def __post_init__(self) -> None:
        if self.turns < 1:
            raise ValueError("turns must be at least 1")

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns the scenario with no more turns than that."""
        scenario = state["scenario"]
        return {"scenario": Scenario(**{**scenario, "turns": min(self.turns, scenario["turns"])})}
