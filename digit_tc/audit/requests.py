"""What code says of a request: how it behaves, and whether the plan can be read back out of it."""

from datetime import date
from typing import Any, cast

from digit_tc.audit.turns import heard, judge_request
from digit_tc.backtranslation.comparison import Mismatch, compare
from digit_tc.backtranslation.order import goal_order
from digit_tc.backtranslation.recovery import Recovery, recover
from digit_tc.context import Context
from digit_tc.memory import Newest
from digit_tc.state import ConversationState, PlannedCall, VerdictDraft
from digit_tc.tools.tool import Tool
from digit_tc.turns.hearing import given_away, read_of

CHECK = "back_translation"
ORDER = "goal_first"

_TOLD = ("scenario", "turn", "turns", "events", "plan", "unmet", "request")
"""What of a conversation a request is judged by."""


class _Verdicts(Newest[list[VerdictDraft]]):
    """The verdicts on the newest request: who writes it and who verifies it ask alike."""


def read_back(state: ConversationState, context: Context, most: int) -> list[VerdictDraft]:
    """Returns the verdicts of code on a request: of how it behaves what fails, then of whether it gives the plan."""
    told: dict[str, Any] = {key: state[key] for key in _TOLD if key in state}  # type: ignore[literal-required]
    asked = cast("ConversationState", told)
    return list(context.memory.of(_Verdicts).of((asked, most), lambda: _read_back(asked, context, most)))


def _read_back(state: ConversationState, context: Context, most: int) -> list[VerdictDraft]:
    wrong = [verdict for verdict in judge_request(heard(state, context.catalogue)) if verdict["status"] != "pass"]
    if wrong:
        return wrong[:most]
    reading, turn = read_of(state, context), state.get("turn", 0)
    earlier = [draft["user"] for draft in reading.earlier]
    recovery = recover(reading.text, earlier, reading.tools, date.fromisoformat(state["scenario"]["date"]))
    found = [*compare(reading.plan, reading.tools, recovery), *given_away(state, context)]
    if found:
        return [failed(turn, mismatch) for mismatch in found[:most]]
    first = not state.get("turns", [])
    return [passed(turn), *(_ordered(reading.plan, reading.tools, recovery) if first else [])]


def _ordered(plan: list[PlannedCall], tools: list[Tool], recovery: Recovery) -> list[VerdictDraft]:
    """Returns the verdict of the order test on a first request."""
    tau = goal_order(plan, tools, recovery)
    if tau is None:
        return [{**passed(0), "check": ORDER, "evidence": "goals and hidden look-ups do not both have values"}]
    evidence = f"Kendall's tau between whether a value serves a goal and its place is {tau:.2f}"
    if tau >= 0:
        evidence += ": what is wanted must be said before what tells which things are meant"
    return [{**passed(0), "check": ORDER, "status": "fail" if tau >= 0 else "pass", "evidence": evidence}]


def passed(turn: int) -> VerdictDraft:
    """Returns the verdict on a request from which the plan can be recovered."""
    return {
        "check": CHECK,
        "status": "pass",
        "severity": "error",
        "evidence": "every literal argument of the plan is recovered from the request",
        "turn": turn,
        "call_id": "",
        "pointer": "",
        "source": "code",
        "role": "user",
    }


def failed(turn: int, mismatch: Mismatch, *, source: str = "code") -> VerdictDraft:
    """Returns the verdict on one difference between the request and the plan."""
    where = f"{mismatch.tool}{mismatch.pointer}: " if mismatch.tool else ""
    return {
        "check": CHECK,
        "status": "fail",
        "severity": "error",
        "evidence": f"{mismatch.code}: {where}{mismatch.evidence}",
        "turn": turn,
        "call_id": mismatch.call_id,
        "pointer": mismatch.pointer,
        "source": source,
        "role": "user",
    }
