"""A conversation as a LangGraph thread: from where it goes on, and the states that it goes through."""

from collections.abc import AsyncIterator
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import RunControl

from digit_tc.context import Context
from digit_tc.engine.checkpoints import Checkpoints
from digit_tc.engine.trail import Trail
from digit_tc.state import ConversationState

Compiled = CompiledStateGraph[Any, Any, Any, Any]

STEPS = 5000
"""Super-steps that one conversation may take; far above what its retries allow."""


async def states(
    compiled: Compiled,
    context: Context,
    thread: str,
    *,
    control: RunControl | None = None,
    branch: RunnableConfig | None = None,
    trail: Trail | None = None,
) -> AsyncIterator[ConversationState]:
    """Yields the state after each super-step of a conversation.

    With a checkpointer it goes on from where its thread stands, and one that has ended gives its last state once more.

    Args:
        compiled: The graph.
        context: What its nodes are given.
        thread: Names the thread, where there is a checkpointer.
        control: By which it can be told to stop after the step that it is at.
        branch: The checkpoint of a thread from which it goes on in place of where that stands.
        trail: Is told which nodes run, and which had run before where it goes on.

    Raises:
        GraphDrained: It was told to stop.
        OutputError: Checkpoints can no longer be kept.
    """
    saver = compiled.checkpointer
    config: RunnableConfig = {"recursion_limit": STEPS}
    given: dict[str, Any] | None = {}
    trail = trail or Trail()
    if isinstance(saver, Checkpoints):
        config["configurable"] = {"thread_id": thread}
        stand = branch or await _stand(compiled, config)
        if stand:
            await trail.recall(compiled, stand)
            config, given = {**config, **stand}, None
    try:
        stream = compiled.astream(
            given,
            context=context,
            stream_mode=["values", "tasks"],
            subgraphs=True,
            config=config,
            control=control,
            version="v2",
        )
        async for part in stream:
            if part["type"] == "tasks":
                trail.follow(part["ns"], part["data"])
            elif not part["ns"]:
                yield cast("ConversationState", part["data"])
    finally:
        if isinstance(saver, Checkpoints):
            saver.forget(thread)


async def _stand(compiled: Compiled, config: RunnableConfig) -> RunnableConfig | None:
    """Returns where a thread goes on: at its end, or at the newest checkpoint at which nothing had failed.

    What failed is tried again. LangGraph takes a checkpoint that is named for one to branch off from: the end is not.
    """
    newest = True
    async for snapshot in compiled.aget_state_history(config):
        outcome = snapshot.values.get("outcome") or {}
        if outcome.get("status") != "failed":
            return config if newest else snapshot.config
        newest = False
    return None
