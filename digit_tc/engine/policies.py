"""What happens when a node fails: what may pass is tried again, what hangs is given up, the rest ends the conversation.

Each fault is tried again in one place. The client repeats what a server refuses for now or breaks off, and waits as
long as the header Retry-After says; a node is run again for an answer that could be taken for nothing at all; a failed
conversation is made again when its folder is run again. A policy that a graph sets on a node of its own stays.
"""

from typing import Any, Literal, cast, get_type_hints

from langgraph.errors import NodeError, NodeTimeoutError
from langgraph.graph import StateGraph
from langgraph.runtime import Runtime
from langgraph.types import RetryPolicy, TimeoutPolicy

from digit_tc.context import Context
from digit_tc.errors import ModelError, OutputError, RunError, StandInError
from digit_tc.records import Outcome
from digit_tc.state import ConversationState, Update

Graph = StateGraph[Any, Any, Any, Any]

_ATTEMPTS = 3
"""How often a node is run in all that meets an answer from which nothing can be read."""
_PAUSE = 0.5
"""Seconds before the second run; twice as long before the third."""


def guarded(graph: Graph, idle: float) -> Graph:
    """Sets the policies of all nodes that have none of their own, and returns the graph.

    Args:
        graph: A graph that is not compiled.
        idle: Seconds after which a node that shows no sign of work is given up.
    """
    keeps_outcomes = "outcome" in get_type_hints(graph.state_schema)
    return graph.set_node_defaults(
        retry_policy=RetryPolicy(initial_interval=_PAUSE, max_attempts=_ATTEMPTS, retry_on=passing),
        timeout=TimeoutPolicy(idle_timeout=idle),
        error_handler=cast("Any", end) if keeps_outcomes else None,  # its types know no handler that is told the error
    )


def passing(error: Exception) -> bool:
    """Says whether an error is gone when the same node is run again, and nobody else tries again for it."""
    return isinstance(error, ModelError) and error.kind == "unreadable"


async def end(_state: ConversationState, error: NodeError, runtime: Runtime[Context]) -> Update:
    """Ends the conversation that a node failed in; what it had come to is kept.

    Raises:
        OutputError: Replies can no longer be kept: it is the run that ends, and the conversation is made again.
    """
    if isinstance(error.error, OutputError):
        raise error.error
    if isinstance(error.error, ModelError):
        runtime.context.models.failed(error.error)
    return {"outcome": outcome_of(error.error).model_dump()}


def outcome_of(error: BaseException) -> Outcome:
    """Returns how a conversation ends that meets an error.

    A role may be anybody's code: what it raises costs one conversation and is kept with its reason.
    """
    code = type(error).__name__
    if isinstance(error, RunError):
        kind: Literal["failed", "rejected"] = "failed" if isinstance(error, ModelError | StandInError) else "rejected"
        return Outcome(status=kind, code=code, reason=str(error), retryable=error.retryable)
    if isinstance(error, NodeTimeoutError):
        reason = f"the role {error.node!r} showed no sign of work for {error.timeout:g} seconds"
        return Outcome(status="failed", code="RoleTimeout", reason=reason, retryable=True)
    return Outcome(status="failed", code=code, reason=f"{code}: {error}")
