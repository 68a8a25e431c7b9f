"""The verifier: back-translates the request and compares what it says with the plan."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from langgraph.runtime import Runtime

from digit_tc.audit.requests import failed, passed, read_back
from digit_tc.audit.turns import blamed
from digit_tc.backtranslation.agreement import disagreements
from digit_tc.backtranslation.consensus import Attempt, ReadCalls, common, settled
from digit_tc.context import Context
from digit_tc.errors import EmptyReplyError, ShapeError
from digit_tc.models import Reply
from digit_tc.phrasing.briefing import facts
from digit_tc.progress import spent
from digit_tc.records import Persona
from digit_tc.state import ConversationState, Spent, Update, VerdictDraft
from digit_tc.turns.hearing import read_of

from ..prompts.rendering import render_messages

READING = "back_translation_reading"
_TOLD = 400
"""Characters of one reading that its verdict keeps."""


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
        verdicts = read_back(state, runtime.context, self.findings)
        return refused(state, verdicts) if blamed(verdicts) else {"verdicts": verdicts, "sent_back": ""}


@dataclass(frozen=True, slots=True)
class LLMVerifier:
    """Code reads the request first; what it has nothing against, a model reads back into calls, which code compares.

    A first reading that gives the plan passes. Otherwise up to `samples` are taken, in one more request where the
    server can, and more than half of them must.
    `findings` bounds how many differences of one request become verdicts; `prompt` is a prompt name or a path to one's
    own .md file.
    """

    prompt: str = "verifier"
    model: str = "verifier"
    samples: int = 3
    findings: int = 8

    def __post_init__(self) -> None:
        if self.samples < 1:
            raise ValueError("samples must be at least 1")
        if self.findings < 1:
            raise ValueError("findings must be at least 1")

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Passes the request, or sends the user back with what code or the model could not read in it."""
        context, turn = runtime.context, state.get("turn", 0)
        verdicts = read_back(state, context, self.findings)
        if blamed(verdicts):
            return refused(state, verdicts)
        if not read_of(state, context).plan:
            return {"verdicts": verdicts, "sent_back": ""}  # a goodbye asks for nothing that could be read in it
        attempts: list[Attempt] = []
        usage: list[Spent] = []
        most = context.candidates.best_of or self.samples
        first = sum(state.get("attempts", {}).values()) * most  # asked again, it shall read anew
        while (status := settled(attempts, most)) is None:
            ahead = most - len(attempts) if attempts or context.candidates.best_of else 1
            attempt, replies = await self._attempt(state, context, first + len(attempts), ahead)
            attempts.append(attempt)
            usage += [spent(state, reply, role="verifier") for reply in replies]
        verdicts += [sampled(turn, attempt, f"reading {at}: ") for at, attempt in enumerate(attempts, start=1)]
        if status == "pass":
            return {"verdicts": verdicts, "sent_back": "", "usage": usage}
        found = [failed(turn, mismatch, source="model") for mismatch in common(attempts)[: self.findings]]
        return {**refused(state, [*verdicts, *(found or [unread(turn, attempts[-1])])]), "usage": usage}

    async def _attempt(
        self, state: ConversationState, context: Context, sample: int, ahead: int
    ) -> tuple[Attempt, list[Reply]]:
        messages = render_messages(self.prompt, folder=context.prompts, **_asked(state, context))
        try:
            answer = await context.models.ask_for(self.model, messages, ReadCalls, sample=sample, ahead=ahead)
        except (EmptyReplyError, ShapeError) as error:
            return Attempt(unreadable=str(error)), []
        reading = read_of(state, context)
        today = date.fromisoformat(state["scenario"]["date"])
        found = disagreements(reading.plan, reading.tools, answer.value.recovered(), reading.text, today)
        return Attempt(differences=tuple(found)), [answer.reply]


def _asked(state: ConversationState, context: Context) -> dict[str, Any]:
    """Returns the variables of the prompt: nothing of the plan but its tools, in the order of the catalogue."""
    reading = read_of(state, context)
    tools = sorted({one.name: one for one in reading.tools}.values(), key=lambda one: reading.place(one.name))
    return {
        "tools": [one.offer() for one in tools],
        "person": facts(Persona(**state["scenario"]["persona"])),
        "date": state["scenario"]["date"],
        "earlier": [{"person": turn["user"], "assistant": turn["assistant"]} for turn in reading.earlier],
        "request": reading.text,
    }


def refused(state: ConversationState, verdicts: list[VerdictDraft]) -> Update:
    """Returns what sends the user back, with the reasons."""
    attempts = dict(state.get("attempts", {}))
    attempts["user"] = attempts.get("user", 0) + 1
    first = next(verdict for verdict in verdicts if verdict["severity"] == "error" and verdict["status"] != "pass")
    problem = f"{first['check']}: {first['evidence']}"
    return {"verdicts": verdicts, "sent_back": "user", "attempts": attempts, "problem": problem}


def sampled(turn: int, attempt: Attempt, which: str) -> VerdictDraft:
    """Returns what one reading of a model said; the readings together decide."""
    told = which + attempt.reason[:_TOLD]
    return {
        **passed(turn),
        "check": READING,
        "status": attempt.status,
        "severity": "info",
        "evidence": told,
        "source": "model",
    }


def unread(turn: int, attempt: Attempt) -> VerdictDraft:
    """Returns the verdict on a request of which no reading could be understood."""
    evidence = f"no reading of the request could be understood: {attempt.unreadable[:_TOLD]}"
    return {**passed(turn), "status": "unknown", "evidence": evidence, "source": "model"}
