"""Generation forwards: the request is written first, from the tools alone, and the plan is made to serve it.

The baseline that DiGiT-TC (arXiv 2601.19914) argues against. There is nothing to hide and nothing to read back: the
plan is a reading of the request already. The critic only notes arguments of unknown origin, which is what planning for
a request leads to where it leaves something open.
"""

from typing import Literal

from langgraph.graph import START, StateGraph

from digit_tc.audit.turns import ORIGINS_KNOWN
from digit_tc.context import Context
from digit_tc.node import Node
from digit_tc.noting import Noting
from digit_tc.state import ConversationState

from ..graphs.conversation import Graph, after_assistant, exhausted
from ..nodes.assistant import ProceduralAssistant
from ..nodes.critic import ProceduralCritic
from ..nodes.forward_planner import ProceduralForwardPlanner
from ..nodes.forward_user import ProceduralForwardUser
from ..nodes.scenario import ProceduralScenario
from ..nodes.tool_simulator import ProceduralToolSimulator


def build(
    *,
    scenario: Node = ProceduralScenario(closing=0.0),  # noqa: B008 - roles are frozen
    forward_user: Node = ProceduralForwardUser(),  # noqa: B008
    forward_planner: Node = ProceduralForwardPlanner(),  # noqa: B008
    assistant: Node = ProceduralAssistant(),  # noqa: B008
    tool_simulator: Node = ProceduralToolSimulator(),  # noqa: B008
    critic: Node = ProceduralCritic(),  # noqa: B008
) -> Graph:
    """Returns the graph, not compiled; any role can be swapped by its keyword."""
    graph: Graph = StateGraph(ConversationState, Context)
    graph.add_node("scenario", scenario)
    graph.add_node("forward_user", forward_user)
    graph.add_node("forward_planner", forward_planner)
    graph.add_node("assistant", assistant)
    graph.add_node("tool_simulator", tool_simulator)
    graph.add_node("critic", Noting(critic, (ORIGINS_KNOWN,)))
    graph.add_edge(START, "scenario")
    graph.add_conditional_edges("scenario", after_scenario)
    graph.add_conditional_edges("forward_user", after_forward_user)
    graph.add_conditional_edges("forward_planner", after_forward_planner)
    graph.add_conditional_edges("assistant", after_assistant)
    graph.add_edge("tool_simulator", "assistant")
    graph.add_conditional_edges("critic", after_critic)
    return graph


def after_scenario(state: ConversationState) -> Literal["forward_user", "__end__"]:
    """A request is written; where the tools cannot show what the conversation is to show, it ends."""
    return "__end__" if state.get("outcome") else "forward_user"


def after_forward_user(state: ConversationState) -> Literal["forward_planner", "__end__"]:
    """A request is planned for; where too many were tried, or none can be written, the conversation ends."""
    return "__end__" if state["sent_back"] or state.get("outcome") else "forward_planner"


def after_forward_planner(state: ConversationState) -> Literal["assistant", "forward_user"]:
    """A plan is acted upon; a request that nothing serves is written anew."""
    return "forward_user" if state["sent_back"] else "assistant"


def after_critic(state: ConversationState) -> Literal["forward_user", "assistant", "__end__"]:
    """An accepted turn leads to the next or to the end; what request or plan is to blame for, to another request."""
    role = state["sent_back"]
    if state.get("outcome"):
        return "__end__"
    if not role or role in ("planner", "user") or exhausted(state, role):
        return "forward_user"
    return "assistant"
