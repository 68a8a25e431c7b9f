"""What a judgement leads to: a turn is accepted, or a role is sent back to do its work again."""

from typing import Any, cast

from langchain_core.messages import AnyMessage, RemoveMessage

from digit_tc.audit.present import messages_of_turn
from digit_tc.audit.turns import CALLS_WITHHELD, PLAN_FOLLOWED
from digit_tc.progress import marker
from digit_tc.records import Severity, Status
from digit_tc.state import ConversationState, TurnDraft, Update, VerdictDraft
from digit_tc.strata import CALLLESS
from digit_tc.turns.kinds import kind


def verdict(  # noqa: PLR0913 - the fields of a verdict
    state: ConversationState, check: str, status: Status, *, role: str, evidence: str = "", call_id: str = "",
    severity: Severity = "error", source: str = "code",
) -> VerdictDraft:  # fmt: skip
    """Returns a verdict on the turn that is being made.

    Args:
        state: The state.
        check: The name of the check; one of your own is as good as ours.
        status: Whether it passed; `unknown` is not a pass.
        role: Who does its work again where it does not pass.
        evidence: What it was seen by, in words that this role may be told.
        call_id: The call that it is about, if any.
        severity: `error` blocks acceptance where it does not pass; `warning` and `info` are kept and block nothing.
        source: `code` or `model`.
    """
    return VerdictDraft(
        check=check, status=status, severity=severity, evidence=evidence, turn=state.get("turn", 0), call_id=call_id,
        pointer="", source=source, role=role,
    )  # fmt: skip


def accepted(state: ConversationState) -> Update:
    """Returns what accepts the turn: it is kept, and the next one begins, or the conversation is over."""
    done = TurnDraft(user=state["request"], assistant=state["report"], plan=state["plan"], kind=kind(state))
    done["stop"] = state.get("stop")
    done["unmet"] = state.get("unmet") if done["kind"] in CALLLESS else None
    ended: dict[str, Any] = {}
    if state["turn"] + 1 >= state["scenario"]["turns"]:
        ended = {"status": "accepted", "code": "", "reason": ""}
    return {"turns": [done], "turn": state["turn"] + 1, "attempts": {}, "sent_back": "", "report": "", "outcome": ended}


def sent_back(state: ConversationState, problem: VerdictDraft) -> Update:
    """Returns what sends the role that a verdict names back: what it and those after it did is taken back.

    The attempt is counted under that role; once there were more than `state["retries"]`, the whole turn is taken back.
    """
    role = problem["role"]
    attempts = {**state["attempts"], role: state["attempts"].get(role, 0) + 1}
    update: Update = {"sent_back": role, "attempts": attempts, "report": "", "problem": _reason(problem)}
    said = sum(message.type == "human" for message in state["messages"]) > state["turn"]
    turn = messages_of_turn(state) if said else []  # who judges a plan does so before anybody has said anything
    given_up = attempts[role] > state["retries"]
    acts_again = problem["check"] in (PLAN_FOLLOWED, CALLS_WITHHELD)
    if role == "assistant" and not acts_again and not given_up:
        return {**update, "messages": _removals(turn[-1:])}
    kept = 1 if (role == "tool_simulator" or acts_again) and not given_up else 0
    return {**update, "messages": _removals(turn[kept:]), "events": [marker(state, "turn_retracted")]}


def _removals(messages: list[AnyMessage]) -> list[AnyMessage]:
    """Returns what tells the reducer to take messages out again; its type knows only messages that stay."""
    return cast("list[AnyMessage]", [RemoveMessage(id=str(message.id)) for message in messages])


def _reason(problem: VerdictDraft) -> str:
    return f"{problem['check']}: {problem['evidence']}"
