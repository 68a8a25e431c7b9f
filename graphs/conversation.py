"""The conversation graph: plan, request, back-translation, calls and results, report, verdict; turn after turn."""

from typing import Literal

from langgraph.graph import END, START, StateGraph

from digit_tc.context import Context
from digit_tc.node import Node
from digit_tc.state import ConversationState

from ..nodes.assistant import ProceduralAssistant
from ..nodes.critic import ProceduralCritic
from ..nodes.planner import ProceduralPlanner
from ..nodes.recovery import ProceduralRecovery
from ..nodes.scenario import ProceduralScenario
from ..nodes.tool_simulator import ProceduralToolSimulator
from ..nodes.user import ProceduralUser
from ..nodes.verifier import ProceduralVerifier

Graph = StateGraph[ConversationState, Context, ConversationState, ConversationState]


def build(  # noqa: PLR0913 - one keyword per role is the contract
    *,
    scenario: Node = ProceduralScenario(),  # noqa: B008 - roles are frozen
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
    graph.add_node("planner", planner)
    graph.add_node("user", user)
    graph.add_node("verifier", verifier)
    graph.add_node("assistant", assistant)
    graph.add_node("tool_simulator", tool_simulator)
    graph.add_node("critic", critic)
    graph.add_node("recovery", recovery)
    graph.add_edge(START, "scenario")
    graph.add_conditional_edges("scenario", after_scenario)
    graph.add_conditional_edges("planner", planned_or_over)
    graph.add_edge("user", "verifier")
    graph.add_conditional_edges("verifier", after_verifier)
    graph.add_conditional_edges("assistant", after_assistant)
    graph.add_edge("tool_simulator", "assistant")
    graph.add_conditional_edges("critic", judged_or_over)
    graph.add_edge("recovery", END)
    return graph


def exhausted(state: ConversationState, role: str) -> bool:
    """Says whether a role was sent back more often in this turn than it may be."""
    return state["attempts"].get(role, 0) > state["retries"]


def _to_recover(state: ConversationState) -> bool:
    """Says whether a conversation that ends is to show how mistakes are made good."""
    refused = state.get("outcome", {}).get("status", "accepted") != "accepted"
    return state["scenario"]["stratum"] == "error_hint" and bool(state.get("turns")) and not refused


def after_scenario(state: ConversationState) -> Literal["planner", "__end__"]:
    """A scenario is planned for; where the tools cannot show what the conversation is to show, it ends."""
    return "__end__" if state.get("outcome") else "planner"


def after_planner(state: ConversationState) -> Literal["user", "__end__"]:
    """A plan goes to the user role; where none was found, or too many were tried, the conversation ends."""
    return "__end__" if state["sent_back"] else "user"


def planned_or_over(state: ConversationState) -> Literal["user", "recovery", "__end__"]:
    """As `after_planner`; a conversation that is over may be given wrong calls to make good."""
    target = after_planner(state)
    return "recovery" if target == "__end__" and _to_recover(state) else target


def after_verifier(state: ConversationState) -> Literal["assistant", "user", "planner"]:
    """A request that gives the plan back is acted upon; another one is written anew, in the end for another plan."""
    if not state["sent_back"]:
        return "assistant"
    return "planner" if exhausted(state, "user") else "user"


def after_assistant(state: ConversationState) -> Literal["tool_simulator", "critic"]:
    """Calls are answered; a report is judged."""
    return "critic" if state["report"] else "tool_simulator"


def after_critic(state: ConversationState) -> Literal["planner", "user", "assistant", "__end__"]:
    """An accepted turn leads to the next or to the end; a refused one back to a role, in the end to another plan."""
    role = state["sent_back"]
    if state.get("outcome"):
        return "__end__"
    if not role:
        return "planner"
    if exhausted(state, role):
        return "planner"
    if role in ("planner", "user"):
        return "planner" if role == "planner" else "user"
    return "assistant"


def judged_or_over(state: ConversationState) -> Literal["planner", "user", "assistant", "recovery", "__end__"]:
    """As `after_critic`; a conversation that is over may be given wrong calls to make good."""
    target = after_critic(state)
    return "recovery" if target == "__end__" and _to_recover(state) else target
