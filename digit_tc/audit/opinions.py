"""What a model says of a turn that code has nothing against: one answer per question, and how votes add up.

Only "pass" passes. What cannot be read, and what the votes do not agree on, is unknown.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from digit_tc.records import Status
from digit_tc.state import Role, VerdictDraft

_TOLD = 400
"""Characters of evidence that a verdict keeps."""


class Opinion(BaseModel):
    """The answer to one question: pass, fail or unknown, and the words that it rests on."""

    model_config = ConfigDict(frozen=True)

    status: Status
    evidence: str = ""


class Opinions(BaseModel):
    """The answers to all questions, in one reply."""

    model_config = ConfigDict(frozen=True)

    request_natural: Opinion
    persona_kept: Opinion
    conversation_natural: Opinion
    report_supported: Opinion

    def of(self, question: str) -> Opinion:
        """Returns the answer to a question."""
        found: Opinion = getattr(self, question)
        return found


@dataclass(frozen=True, slots=True)
class Question:
    """Whose work a question is about, and what is wrong with it where the answer is no pass."""

    role: Role
    fault: str


QUESTIONS: dict[str, Question] = {
    "request_natural": Question("user", "the message does not read like a person who wants this"),
    "persona_kept": Question("user", "the message does not fit who the person is and how they talk"),
    "conversation_natural": Question("user", "the message does not follow from what was said before"),
    "report_supported": Question("assistant", "the report says something else than the results"),
}
"""The questions in the order in which they count."""


def judged(votes: Sequence[Opinions | str], turn: int) -> list[VerdictDraft]:
    """Returns one verdict per question, after the single votes where there are several.

    Args:
        votes: The answers, or why they could not be read.
        turn: The turn that they are about.
    """
    cast = [_cast(vote, turn, f"vote {at} of {len(votes)}: ") for at, vote in enumerate(votes, start=1)]
    kept = [verdict for one in cast for verdict in one] if len(votes) > 1 else []
    return kept + [_counted(name, votes, turn) for name in QUESTIONS]


def _cast(vote: Opinions | str, turn: int, which: str) -> list[VerdictDraft]:
    return [
        _verdict(f"{name}_vote", _opinion(vote, name), turn, question.role, which)
        for name, question in QUESTIONS.items()
    ]


def _opinion(vote: Opinions | str, question: str) -> Opinion:
    return Opinion(status="unknown", evidence=vote) if isinstance(vote, str) else vote.of(question)


def _counted(name: str, votes: Sequence[Opinions | str], turn: int) -> VerdictDraft:
    opinions = [_opinion(vote, name) for vote in votes]
    counts: Counter[Status] = Counter(opinion.status for opinion in opinions)
    status: Status = next((one for one, times in counts.items() if 2 * times > len(votes)), "unknown")
    said = next((one.evidence for one in opinions if one.status == status), opinions[0].evidence)
    question = QUESTIONS[name]
    if all(isinstance(vote, str) for vote in votes):
        # The cheapest work is done again: the request is as good as it was before.
        return _verdict(name, Opinion(status=status, evidence=said), turn, "assistant")
    fault = {"fail": question.fault, "unknown": f"perhaps {question.fault}", "pass": ""}[status]
    evidence = ": ".join(part for part in (fault, said) if part)
    return _verdict(name, Opinion(status=status, evidence=evidence), turn, question.role)


def _verdict(check: str, opinion: Opinion, turn: int, role: Role, which: str = "") -> VerdictDraft:
    return VerdictDraft(
        check=check,
        status=opinion.status,
        severity="info" if which else "error",
        evidence=which + " ".join(opinion.evidence.split())[:_TOLD],
        turn=turn,
        call_id="",
        pointer="",
        source="model",
        role=role,
    )
