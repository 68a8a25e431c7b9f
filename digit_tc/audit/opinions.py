"""What a model says of a turn that code has nothing against: one answer per question, and how votes add up.

Only "pass" passes. What cannot be read, and what the votes do not agree on, is unknown.
"""

from collections import Counter
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from digit_tc.records import Status
from digit_tc.state import Role, VerdictDraft


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


QUESTIONS: dict[str, Role] = {
    "request_natural": "user",
    "persona_kept": "user",
    "conversation_natural": "user",
    "report_supported": "assistant",
}
"""The questions in the order in which they count, each with the role whose work it is about."""


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
        _verdict(f"{name}_vote", opinion, turn, role, which)
        for name, role in QUESTIONS.items()
        for opinion in [_opinion(vote, name)]
    ]


def _opinion(vote: Opinions | str, question: str) -> Opinion:
    return Opinion(status="unknown", evidence=vote) if isinstance(vote, str) else vote.of(question)


def _counted(question: str, votes: Sequence[Opinions | str], turn: int) -> VerdictDraft:
    opinions = [_opinion(vote, question) for vote in votes]
    counts: Counter[Status] = Counter(opinion.status for opinion in opinions)
    status: Status = next((name for name, times in counts.items() if 2 * times > len(votes)), "unknown")
    first = next((one for one in opinions if one.status == status), opinions[0])
    # Where no answer could be read, the cheapest work is done again: the request is as good as it was before.
    role = "assistant" if all(isinstance(vote, str) for vote in votes) else QUESTIONS[question]
    return _verdict(question, Opinion(status=status, evidence=first.evidence), turn, role, "")


def _verdict(check: str, opinion: Opinion, turn: int, role: Role, which: str) -> VerdictDraft:
    return VerdictDraft(
        check=check,
        status=opinion.status,
        severity="info" if which else "error",
        evidence=which + " ".join(opinion.evidence.split())[:300],
        turn=turn,
        call_id="",
        pointer="",
        source="model",
        role=role,
    )
