"""One conversation in which a person takes a role: the graph run stops whenever it is their turn."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from digit_tc.engine.conversation import Recorder, See
from digit_tc.engine.job import Job
from digit_tc.engine.policies import outcome_of
from digit_tc.engine.thread import STEPS
from digit_tc.engine.trail import Trail
from digit_tc.records import Record
from digit_tc.state import ConversationState

Ask = Callable[[dict[str, Any]], Awaitable[Any]]
"""Shows a person what a role is told, and returns what they answer."""


async def play(job: Job, index: int, ask: Ask, see: See) -> Record:
    """Runs a conversation some of whose roles interrupt it, until it ends, and returns its record.

    Args:
        job: With a graph whose roles interrupt, such as `PersonUser`.
        index: Which scenario.
        ask: Answers each interrupt; what it raises ends the play.
        see: Is shown the state after each step.
    """
    compiled = job.graph.copy(update={"checkpointer": InMemorySaver()})
    config: RunnableConfig = {"recursion_limit": STEPS, "configurable": {"thread_id": "play"}}
    context, state, failure = job.context(index), ConversationState(), None
    given: Any = {}
    async with aclosing(job.models):
        try:
            while given is not None:
                stream = compiled.astream(given, context=context, stream_mode="values", config=config)
                async for value in _states(stream):
                    state = value
                    see(state)
                waiting = (await compiled.aget_state(config)).interrupts
                given = Command(resume=await ask(waiting[0].value)) if waiting else None
        except EOFError:
            raise
        except Exception as error:
            failure = outcome_of(error)
        trail = Trail()
        await trail.recall(compiled, config)
    return Recorder(state, context, job.identity(index), trail.path(ended=failure is None)).record(failure)


async def _states(stream: AsyncIterator[Any]) -> AsyncIterator[ConversationState]:
    async for value in stream:
        yield cast("ConversationState", {name: one for name, one in value.items() if name != "__interrupt__"})
