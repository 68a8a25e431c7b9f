"""The conversation graph without its verifier: nobody reads a request back before it is acted upon.

An ablation of DiGiT-TC (arXiv 2601.19914): what the verifier would have turned down goes into the dataset.
The critic only notes arguments of unknown origin, which it would otherwise turn down in the verifier's place, and a
user that asks a model does not choose among its replies by what can be read back.
"""

from langgraph.graph import END, START, StateGraph

from digit_tc.audit.requests import CHECK as BACK_TRANSLATION
from digit_tc.audit.turns import ORIGINS_KNOWN
from digit_tc.context import Context
from digit_tc.node import Node
from digit_tc.noting import Noting
from digit_tc.state import ConversationState

from ..graphs.conversation import Graph, after_assistant, after_scenario, judged_or_over, planned_or_over
from ..nodes.assistant import ProceduralAssistant
from ..nodes.critic import ProceduralCritic
from ..nodes.planner import ProceduralPlanner
from ..nodes.recovery import ProceduralRecovery
from ..nodes.scenario import ProceduralScenario
from ..nodes.tool_simulator import ProceduralToolSimulator
from ..nodes.user import ProceduralUser


def build(  # noqa: PLR0913 - one keyword per role is the contract
    *,
    scenario: Node = ProceduralScenario(),  # noqa: B008 - roles are frozen
    planner: Node = ProceduralPlanner(),  # noqa: B008
    user: Node = ProceduralUser(),  # noqa: B008
    assistant: Node = ProceduralAssistant(),  # noqa: B008
    tool_simulator: Node = ProceduralToolSimulator(),  # noqa: B008
    critic: Node = ProceduralCritic(),  # noqa: B008
    recovery: Node = ProceduralRecovery(),  # noqa: B008
) -> Graph:
    """Returns the graph, not compiled; any role can be swapped by its keyword."""
    graph: Graph = StateGraph(ConversationState, Context)
    graph.add_node("scenario", scenario)
    graph.add_node("planner", planner)
    graph.add_node("user", Noting(user, (BACK_TRANSLATION,)))
    graph.add_node("assistant", assistant)
    graph.add_node("tool_simulator", tool_simulator)
    graph.add_node("critic", Noting(critic, (ORIGINS_KNOWN,)))
    graph.add_node("recovery", recovery)
    graph.add_edge(START, "scenario")
    graph.add_conditional_edges("scenario", after_scenario)
    graph.add_conditional_edges("planner", planned_or_over)
    graph.add_edge("user", "assistant")
    graph.add_conditional_edges("assistant", after_assistant)
    graph.add_edge("tool_simulator", "assistant")
    graph.add_conditional_edges("critic", judged_or_over)
    graph.add_edge("recovery", END)
    return graph
