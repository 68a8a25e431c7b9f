"""The conversation graph, compiled, for servers that load what `langgraph.json` names, such as LangGraph Studio.

Such a server can hand over a few numbers but neither tools nor models, so the roles are furnished here, with the
packaged tools. The only module that compiles while it is imported, and absolute in its imports: servers load by path.
"""

import inspect
from dataclasses import dataclass, replace
from typing import Any, cast

from langgraph.graph import StateGraph
from langgraph.runtime import Runtime

from digit_tc.engine.job import Job, prepare
from digit_tc.graphs.conversation import build
from digit_tc.node import Node
from digit_tc.settings import read_settings
from digit_tc.state import ConversationState, Update


@dataclass(frozen=True)
class Choice:
    """Which conversation to make: those of `digit-tc generate --seed SEED`, by scenario index."""

    seed: int = 0
    index: int = 0


@dataclass(frozen=True, slots=True)
class Furnished:
    """A role that finds its tools and its chance without being given them."""

    role: Node
    job: Job

    async def __call__(self, state: ConversationState, runtime: Runtime[Any]) -> Update:
        """Does the role's work."""
        choice = runtime.context or Choice()
        settings = self.job.settings
        run = settings.run.model_copy(update={"seed": choice.seed})
        job = replace(self.job, settings=settings.model_copy(update={"run": run}))
        return await self.role(state, runtime.override(context=job.context(choice.index)))


def furnished(job: Job) -> StateGraph[Any, Any, Any, Any]:
    """Returns the conversation graph with its own roles, furnished."""
    roles = {name: parameter.default for name, parameter in inspect.signature(build).parameters.items()}
    builder = cast(
        "StateGraph[Any, Any, Any, Any]", build(**{name: Furnished(role, job) for name, role in roles.items()})
    )
    builder.context_schema = Choice
    return builder


graph = furnished(prepare(read_settings())).compile()
