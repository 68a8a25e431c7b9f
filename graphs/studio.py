"""The shipped graphs, compiled, for servers that load what `langgraph.json` names, such as LangGraph Studio.

Such a server can hand over a few numbers but neither tools nor models, so the roles are furnished here, with the
packaged tools. The only module that compiles while it is imported, and absolute in its imports: servers load by path.
"""

import inspect
from dataclasses import dataclass, replace
from typing import Any

from langgraph.graph import StateGraph
from langgraph.runtime import Runtime

from digit_tc.engine.job import Job, prepare
from digit_tc.graphs import conversation as conversation_graph
from digit_tc.graphs import forward as forward_graph
from digit_tc.graphs import no_backtranslation as no_backtranslation_graph
from digit_tc.graphs import no_implicit as no_implicit_graph
from digit_tc.graphs import single_turn as single_turn_graph
from digit_tc.loading import Builder
from digit_tc.node import Node
from digit_tc.nodes.assistant import PersonAssistant
from digit_tc.nodes.user import PersonUser
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


def furnished(job: Job, build: Builder, **chosen: Node) -> StateGraph[Any, Any, Any, Any]:
    """Returns a graph with its own roles, or with those that are chosen, furnished.

    Args:
        job: Whose tools and settings they are given.
        build: Makes the graph.
        chosen: Roles in place of its own.
    """
    own = {name: parameter.default for name, parameter in inspect.signature(build).parameters.items()}
    builder: StateGraph[Any, Any, Any, Any] = build(
        **{name: Furnished(role, job) for name, role in {**own, **chosen}.items()}
    )
    builder.context_schema = Choice
    return builder


_job = prepare(read_settings())

conversation = furnished(_job, conversation_graph.build).compile()
forward = furnished(_job, forward_graph.build).compile()
single_turn = furnished(_job, single_turn_graph.build).compile()
no_implicit = furnished(_job, no_implicit_graph.build).compile()
no_backtranslation = furnished(_job, no_backtranslation_graph.build).compile()
play_user = furnished(_job, conversation_graph.build, user=PersonUser()).compile()
"""A person writes the requests: each run is interrupted until they have."""
play_assistant = furnished(_job, conversation_graph.build, assistant=PersonAssistant()).compile()
"""A person makes the calls and the reports."""
