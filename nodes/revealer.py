"""The revealer: makes every call of a plan one that the request speaks of."""

from dataclasses import dataclass

from langgraph.runtime import Runtime

from digit_tc.context import Context
from digit_tc.state import ConversationState, PlannedCall, Update


@dataclass(frozen=True, slots=True)
class Revealer:
    """Leaves no call of a plan implicit; the plan stays what it was."""

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns the plan with every call explicit."""
        return {"plan": [PlannedCall(**{**call, "implicit": False}) for call in state["plan"]]}
