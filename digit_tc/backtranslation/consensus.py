"""What several readings of one request come to: the first that gives the plan settles it, else most of them do."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from digit_tc.backtranslation.agreement import Recovered
from digit_tc.backtranslation.comparison import Mismatch

Status = Literal["pass", "fail", "unknown"]


class ReadCall(BaseModel):
    """One call that a request asks for."""

    model_config = ConfigDict(frozen=True)

    tool: str
    arguments: dict[str, Any] = Field(default_factory=dict)


class ReadCalls(BaseModel):
    """Every call that a request asks for, in the order in which they would be made."""

    model_config = ConfigDict(frozen=True)

    calls: tuple[ReadCall, ...]

    def recovered(self) -> list[Recovered]:
        """Returns the calls in the form in which they are compared with a plan."""
        return [Recovered(call.tool, call.arguments) for call in self.calls]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One reading: where it differs from the plan, or why it could not be understood."""

    differences: tuple[Mismatch, ...] = ()
    unreadable: str = ""

    @property
    def status(self) -> Status:
        """What the reading alone says; one that cannot be understood says nothing."""
        return "unknown" if self.unreadable else "fail" if self.differences else "pass"

    @property
    def reason(self) -> str:
        """The reading in one line."""
        told = "; ".join(f"{one.code}: {one.evidence}" for one in self.differences)
        return self.unreadable or told or "the calls of the plan are read back"


def settled(attempts: Sequence[Attempt], samples: int) -> Status | None:
    """Returns what the readings come to, or None while another one, of `samples` at most, could still decide."""
    passes = sum(attempt.status == "pass" for attempt in attempts)
    needed, left = samples // 2 + 1, samples - len(attempts)
    if passes and (len(attempts) == 1 or passes >= needed):
        return "pass"
    if passes + left >= needed:
        return None
    return "fail" if any(attempt.status == "fail" for attempt in attempts) else "unknown"


def common(attempts: Sequence[Attempt]) -> list[Mismatch]:
    """Returns the differences that the readings found, those that most of them found first."""
    every = [one for attempt in attempts for one in attempt.differences]
    counted = Counter(_key(one) for one in every)
    return sorted({_key(one): one for one in every}.values(), key=lambda one: -counted[_key(one)])


def _key(one: Mismatch) -> tuple[str, str, str]:
    return one.call_id, one.pointer, one.evidence
