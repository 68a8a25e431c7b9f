"""The node contract: an async callable that takes the state and the runtime and returns what changed.

A role is a frozen dataclass with its knobs as fields and `__call__`; a plain async function serves as well. Whatever a
node needs besides the state comes from `runtime.context`. A node never names another node.
"""

from typing import Protocol

from langgraph.runtime import Runtime

from digit_tc.context import Context
from digit_tc.state import ConversationState, Update


class Node(Protocol):
    """One role of a conversation."""

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Does the role's part of the conversation and returns the keys that changed."""
