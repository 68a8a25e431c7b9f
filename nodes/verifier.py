"""The verifier: back-translates the request and compares what it says with the plan."""

from dataclasses import dataclass
from datetime import date

from langgraph.runtime import Runtime

from digit_tc.audit.turns import blamed, heard, judge_request
from digit_tc.backtranslation.comparison import Mismatch, compare
from digit_tc.backtranslation.recovery import recover
from digit_tc.context import Context
from digit_tc.state import ConversationState, Update, VerdictDraft
from digit_tc.tools.catalogue import Catalogue

CHECK = "back_translation"


@dataclass(frozen=True, slots=True)
class ProceduralVerifier:
    """Recovers the arguments from the request by code alone; a request that does not give the plan's back is redone.

    `findings` bounds how many differences of one request become verdicts.
    """

    findings: int = 8

    def __post_init__(self) -> None:
        if self.findings < 1:
            raise ValueError("findings must be at least 1")

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Passes the request, or sends the user back with what is missing, exchanged or not planned."""
        verdicts = read_back(state, runtime.context.catalogue, self.findings)
        return refused(state, verdicts) if blamed(verdicts) else {"verdicts": verdicts, "sent_back": ""}


def read_back(state: ConversationState, catalogue: Catalogue, most: int) -> list[VerdictDraft]:
    """Returns the verdicts of code on a request: of how it behaves what fails, then of whether it gives the plan."""
    wrong = [verdict for verdict in judge_request(heard(state, catalogue)) if verdict["status"] != "pass"]
    if wrong:
        return wrong[:most]
    plan, turn = state["plan"], state.get("turn", 0)
    tools = [catalogue[call["tool"]] for call in plan]
    earlier = [draft["user"] for draft in state.get("turns", [])]
    recovery = recover(state["request"], earlier, tools, date.fromisoformat(state["scenario"]["date"]))
    found = compare(plan, tools, recovery)
    return [failed(turn, mismatch) for mismatch in found[:most]] or [passed(turn)]


def refused(state: ConversationState, verdicts: list[VerdictDraft]) -> Update:
    """Returns what sends the user back, with the reasons."""
    attempts = dict(state.get("attempts", {}))
    attempts["user"] = attempts.get("user", 0) + 1
    first = next(verdict for verdict in verdicts if verdict["severity"] == "error" and verdict["status"] != "pass")
    problem = f"{first['check']}: {first['evidence']}"
    return {"verdicts": verdicts, "sent_back": "user", "attempts": attempts, "problem": problem}


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


def failed(turn: int, mismatch: Mismatch) -> VerdictDraft:
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
        "source": "code",
        "role": "user",
    }
