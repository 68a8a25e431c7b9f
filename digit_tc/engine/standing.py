"""How a run stands: what has ended, what is being made, what it has cost, how fast it goes, how long it will take."""

import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from digit_tc.engine.store import Store
from digit_tc.engine.tally import Tally
from digit_tc.models import Models
from digit_tc.models.usage import Ledger
from digit_tc.settings import RunSettings

_SPAN = 60.0
"""Seconds over which the rate is taken."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What a run is to come to: so many conversations begun, or so many accepted."""

    number: int
    accepted: bool = False


def goal_of(run: RunSettings) -> Goal:
    """Returns what the settings of a run ask for."""
    first, step = run.shard_part
    return Goal(run.until_accepted, True) if run.until_accepted else Goal(len(range(first, run.num, step)))


@dataclass(frozen=True, slots=True)
class Standing:
    """How a run stands at one moment."""

    goal: Goal
    ended: int
    """Scenarios that have ended, whatever became of them, also those whose turn to be written has not come."""
    running: int
    accepted: int
    rejected: int
    failed: int
    rate: float
    """Conversations that end in a second, of late."""
    cost: float
    """US dollars."""
    tokens: int
    failures: Mapping[str, int]
    """What servers and replies failed with, by kind."""
    codes: Mapping[str, int] = field(default_factory=dict)
    """The conversations that failed, by code."""
    servers: Sequence[Mapping[str, Any]] = ()
    """What goes on at each model server, as `Traffic` has it; that of other processes is not known."""

    @property
    def share(self) -> float | None:
        """The share of the ended conversations that was accepted; None before there are any."""
        judged = self.accepted + self.rejected + self.failed
        return self.accepted / judged if judged else None

    @property
    def left(self) -> float | None:
        """Seconds that the rest will take at this rate; None where nobody can tell."""
        missing = self.goal.number - (self.accepted if self.goal.accepted else self.ended)
        if missing <= 0:
            return 0.0
        rate = self.rate * (self.share or 0.0) if self.goal.accepted else self.rate
        return missing / rate if rate else None

    def as_json(self) -> dict[str, Any]:
        """Returns it for machines; seconds and dollars are rounded."""
        return {
            "goal": self.goal.number,
            "goal_counts": "accepted" if self.goal.accepted else "started",
            "ended": self.ended,
            "running": self.running,
            "accepted": self.accepted,
            "rejected": self.rejected,
            "failed": self.failed,
            "yield": None if self.share is None else round(self.share, 4),
            "per_second": round(self.rate, 3),
            "seconds_left": None if self.left is None else round(self.left, 1),
            "dollars": round(self.cost, 6),
            "tokens": self.tokens,
            "failed_by_code": dict(self.codes),
            "model_failures": dict(self.failures),
            "servers": [dict(one) for one in self.servers],
        }


class Pace:
    """How often something happens, of late."""

    def __init__(self) -> None:
        self._times = deque[float](maxlen=4096)
        self._began = time.monotonic()

    def beat(self) -> None:
        """Is told that it happened."""
        self._times.append(time.monotonic())

    def rate(self) -> float:
        """Returns how often it happens in a second."""
        now = time.monotonic()
        while self._times and self._times[0] < now - _SPAN:
            self._times.popleft()
        if not self._times:
            return 0.0
        whole = len(self._times) < 4096 and self._began > now - _SPAN
        span = now - (self._began if whole else self._times[0])
        return len(self._times) / span if span > 0 else 0.0


def stored(store: Store, *, running: bool) -> Standing:
    """Returns how a run stands, as its store tells it to anybody.

    Args:
        store: That of the run.
        running: Whether somebody works on it: else nothing is being made, at no rate.
    """
    counts, usage = store.counts(), Ledger()
    usage.add(store.about("usage", {}))
    states = {state: counts.states.get(state, 0) for state in ("accepted", "rejected", "failed")}
    span = min(_SPAN, max(0.001, time.time() - store.about("began", 0.0)))
    total = usage.total()
    return Standing(
        goal=Goal(**store.about("goal", {"number": 0})),
        ended=sum(states.values()),
        running=counts.states.get("running", 0) if running else 0,
        rate=counts.recent / span if running else 0.0,
        cost=total.cost,
        tokens=total.tokens,
        failures=dict(total.failures),
        codes=counts.codes,
        servers=store.about("servers", []) if running else [],
        **states,
    )


def standing(goal: Goal, tally: Tally, models: Models, *, running: int, ended: int, rate: float) -> Standing:
    """Returns how a run stands, from what its parts know."""
    total = models.ledger.total()
    codes = {kind.removeprefix("failed: "): n for kind, n in tally.reasons.items() if kind.startswith("failed: ") and n}
    return Standing(
        goal=goal,
        ended=ended,
        running=running,
        accepted=tally.accepted,
        rejected=tally.statuses["rejected"],
        failed=tally.failed,
        rate=rate,
        cost=total.cost,
        tokens=total.tokens,
        failures=dict(total.failures),
        codes=codes,
        servers=[asdict(one) for one in models.traffic()],
    )
