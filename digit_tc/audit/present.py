"""The turn that is being made, as the checks see it."""

from dataclasses import replace
from datetime import date
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage

from digit_tc.audit.following import Following, following
from digit_tc.audit.turns import TurnSeen, contradicted, earlier_of, sources_of
from digit_tc.context import Context
from digit_tc.knowledge import knowledge_of
from digit_tc.planning.conditions import holds
from digit_tc.progress import calls_of_turn, hindered, ready, results
from digit_tc.state import ConversationState
from digit_tc.turns.kinds import offered
from digit_tc.turns.manners import manner_of


def present(state: ConversationState, context: Context) -> TurnSeen:
    """Returns the turn that is being made."""
    calls = calls_of_turn(state)
    compared = _compared(state, context)
    return TurnSeen(
        turn=state["turn"],
        request=state["request"],
        report=state["report"],
        calls=calls,
        planned=sum(holds(call) for call in state["plan"] if call["id"] not in hindered(state))
        - len(compared.skipped)
        + len(compared.added),
        following=compared,
        sources=sources_of(state, date.fromisoformat(state["scenario"]["date"])),
        catalogue=context.catalogue,
        names=offered(state),
        messages=[_kind(message) for message in messages_of_turn(state)],
        contradictions=contradicted(state, calls, context),
        earlier=earlier_of(state),
        manner=manner_of(state, context),
        knowledge=knowledge_of(state),
        noted=context.noted,
    )


def _compared(state: ConversationState, context: Context) -> Following:
    """Compares the calls of the turn with its plan; look-ups that were left out are played on the world as it is."""

    def play(tool: str, arguments: dict[str, Any]) -> Any:
        if tool in context.standins:
            return None
        simulation = replace(context.simulation(state["scenario"], faults=False), standins={})
        return simulation.answer(tool, arguments, context.worlds.at(state["events"]))["result"]

    calls = calls_of_turn(state)
    return following(state["plan"], calls, results(state), ready(state), play, context.catalogue)


def messages_of_turn(state: ConversationState) -> list[AnyMessage]:
    """Returns the messages since the user last said something."""
    messages = state["messages"]
    start = max((at for at, message in enumerate(messages) if message.type == "human"), default=0)
    return messages[start:]


def _kind(message: AnyMessage) -> str:
    return "calls" if isinstance(message, AIMessage) and message.tool_calls else message.type
