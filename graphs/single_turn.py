"""The conversation graph with a horizon of one turn: nothing can refer to what was said or shown before.

An ablation of DiGiT-TC (arXiv 2601.19914): the first turns are those of the conversation graph.
"""

from typing import Literal

from langgraph.graph import END, START, StateGraph

from digit_tc.context import Context
from digit_tc.node import Node
from digit_tc.state import ConversationState

from ..graphs.conversation import Graph, after_assistant, after_verifier, judged_or_over, planned_or_over
from ..nodes.assistant import ProceduralAssistant
from ..nodes.critic import ProceduralCritic
from ..nodes.horizon import Horizon
from ..nodes.planner import ProceduralPlanner
from ..nodes.recovery import ProceduralRecovery
from ..nodes.scenario import ProceduralScenario
from ..nodes.tool_simulator import ProceduralToolSimulator
from ..nodes.user import ProceduralUser
from ..nodes.verifier import ProceduralVerifier


def build(  # noqa: PLR0913 - one keyword per role is the contract
    *,
    scenario: Node = ProceduralScenario(),  # noqa: B008 - roles are frozen
    horizon: Node = Horizon(),  # noqa: B008
    planner: Node = ProceduralPlanner(),  # noqa: B008
    user: Node = ProceduralUser(),  # noqa: B008
    verifier: Node = ProceduralVerifier(),  # noqa: B008
    assistant: Node = ProceduralAssistant(),  # noqa: B008
    tool_simulator: Node = ProceduralToolSimulator(),  # noqa: B008
    critic: Node = ProceduralCritic(),  # noqa: B008
    recovery: Node = ProceduralRecovery(),  # noqa: B008
) -> Graph:
    """Returns the graph, not compiled; any role can be swapped by its keyword."""
    graph: Graph = StateGraph(ConversationState, Context)
    graph.add_node("scenario", scenario)
    graph.add_node("horizon", horizon)
    graph.add_node("planner", planner)
    graph.add_node("user", user)
    graph.add_node("verifier", verifier)
    graph.add_node("assistant", assistant)
    graph.add_node("tool_simulator", tool_simulator)
    graph.add_node("critic", critic)
    graph.add_node("recovery", recovery)
    graph.add_edge(START, "scenario")
    graph.add_conditional_edges("scenario", after_scenario)
    graph.add_edge("horizon", "planner")
    graph.add_conditional_edges("planner", planned_or_over)
    graph.add_edge("user", "verifier")
    graph.add_conditional_edges("verifier", after_verifier)
    graph.add_conditional_edges("assistant", after_assistant)
    graph.add_edge("tool_simulator", "assistant")
    graph.add_conditional_edges("critic", judged_or_over)
    graph.add_edge("recovery", END)
    return graph


def after_scenario(state: ConversationState) -> Literal["horizon", "__end__"]:
    """A scenario is cut short; where the tools cannot show what the conversation is to show, it ends."""
    return "__end__" if state.get("outcome") else "horizon"
