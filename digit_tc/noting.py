"""A role under which some checks are noted and block nothing.

A graph without a part of the method would otherwise be held to what that part is there for: the checks of code that
say the same would turn down what the part would have turned down. Noted, it stays in the dataset, where it is counted.
"""

from dataclasses import dataclass, replace

from langgraph.runtime import Runtime

from digit_tc.context import Context
from digit_tc.node import Node
from digit_tc.state import ConversationState, Update


@dataclass(frozen=True, slots=True)
class Noting:
    """Does a role's work with the checks noted only; `checks` are names of checks of `digit_tc.audit`."""

    role: Node
    checks: tuple[str, ...]

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Returns what the role returns."""
        return await self.role(state, runtime.override(context=replace(runtime.context, noted=self.checks)))
