"""Candidates: several replies to one question, of which code chooses.

One reply is asked for, and more only when code turns it down; DiGiT-TC always samples eight and takes the best
(arXiv 2601.19914), which `best_of` does as well. Each candidate that is passed over leaves a verdict with the reason.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from digit_tc.errors import ModelError
from digit_tc.models import Reply
from digit_tc.state import ConversationState, VerdictDraft

T = TypeVar("T")

_UNUSABLE = ("empty", "cut off", "shape")
"""Kinds of replies that another one may do better than."""


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """What is asked, and how its answers are judged."""

    ask: Callable[[int, int], Awaitable[T]]
    """Takes which sample is wanted and how many will be from it on; raises `ModelError`."""
    faults: Callable[[T], Sequence[str]]
    """Returns what code has against an answer; nothing where it may be taken."""
    reply: Callable[[T], Reply]
    """Returns the words of an answer and their log-probability."""


@dataclass(frozen=True, slots=True)
class Choice(Generic[T]):
    """The candidate that was taken, and why the others were not."""

    taken: T
    faults: tuple[str, ...]
    """What code has against it; something only where it has something against all."""
    passed_over: tuple[str, ...]
    """One reason for each other candidate, in the order in which they came."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """How many replies to one question are asked for, and which is taken."""

    most: int = 4
    """The most there may be; those behind the first only when it is turned down, in one request where servers can."""
    best_of: int = 0
    """How many are always asked for; 0 asks on demand."""

    @property
    def count(self) -> int:
        """How many samples of a question belong to one attempt."""
        return self.best_of or self.most

    async def choose(self, question: Question[T], attempt: int = 0) -> Choice[T]:
        """Returns the most probable candidate that code has nothing against, else the first of those with least.

        Without log-probabilities that is the first one, and none is asked for behind it; nor behind one that only
        repeats what was turned down.

        Args:
            question: What is asked.
            attempt: How often it was asked before: the samples are others then.

        Raises:
            ModelError: No candidate can be read, or the server does not answer.
        """
        heard: list[_Heard[T]] = []
        unread: dict[int, ModelError] = {}
        for number in range(self.count):
            sample = attempt * self.count + number
            ahead = 1 if number == 0 and not self.best_of else self.count - number
            try:
                value = await question.ask(sample, ahead)
            except ModelError as error:
                if error.kind not in _UNUSABLE:
                    raise
                unread[number] = error
                continue
            heard.append(_Heard(number, value, tuple(question.faults(value)), question.reply(value)))
            if self._enough(heard):
                break
        if not heard:
            raise unread[self.count - 1]
        best = min(heard, key=lambda one: one.rank)
        reasons = {one.number: one.reason(best) for one in heard if one is not best}
        reasons |= {number: str(error) for number, error in unread.items()}
        return Choice(best.value, best.faults, tuple(f"candidate {at + 1}: {reasons[at]}" for at in sorted(reasons)))

    def _enough(self, heard: "Sequence[_Heard[T]]") -> bool:
        """Says whether no further candidate could win, or none is wanted."""
        last = heard[-1]
        if self.best_of:
            return False
        if last.faults:  # who repeats what was turned down has nothing else to say
            return any(one.reply.text == last.reply.text for one in heard[:-1])
        return last.number == 0 or last.reply.logprob is None


@dataclass(frozen=True, slots=True)
class _Heard(Generic[T]):
    number: int
    value: T
    faults: tuple[str, ...]
    reply: Reply

    @property
    def rank(self) -> tuple[int, float, int]:
        """Sorts the best first: few faults, then high probability, then early."""
        return len(self.faults), 0.0 if self.faults else -(self.reply.logprob or 0.0), self.number

    def reason(self, best: "_Heard[T]") -> str:
        """Returns why it was passed over for another one."""
        if self.faults:
            return self.faults[0]
        logprob = self.reply.logprob
        weighed = "" if logprob is None else f", at a log-probability of {logprob:g}"
        return f"as good as candidate {best.number + 1}, which was taken{weighed}"


def told_of(verdicts: Iterable[VerdictDraft]) -> list[str]:
    """Returns in words what blocks acceptance among verdicts."""
    blocking = [one for one in verdicts if one["severity"] == "error" and one["status"] != "pass"]
    return [f"{one['check']}: {one['evidence']}" for one in blocking]


def passed_over(state: ConversationState, choice: Choice[T], *, role: str) -> list[VerdictDraft]:
    """Returns a verdict for each candidate that was not taken; they block nothing."""
    return [
        VerdictDraft(
            check="candidate",
            status="fail",
            severity="info",
            evidence=reason,
            turn=state.get("turn", 0),
            call_id="",
            pointer="",
            source="code",
            role=role,
        )
        for reason in choice.passed_over
    ]
