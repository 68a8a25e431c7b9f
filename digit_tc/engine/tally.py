"""What a run has come to so far, in numbers."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Facts:
    """What the tally keeps of one saved conversation."""

    index: int
    status: str
    code: str
    turns: int = 0
    steps: int = 0
    calls: int = 0
    implicit: int = 0
    multi_step: int = 0
    """Turns with more than one step."""
    faults: int = 0
    stratum: str = "plain"
    failed_checks: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """How it ended, in the words under which it is counted."""
        return f"{self.status}: {self.code}"


def facts(saved: Mapping[str, Any]) -> Facts:
    """Returns the facts of a record as it was saved."""
    turns = saved["turns"]
    steps = [step for turn in turns for step in turn["steps"]]
    calls = [call for step in steps for call in step["calls"]]
    outcome = saved["outcome"]
    return Facts(
        index=saved["index"],
        status=outcome["status"],
        code=outcome["code"] or outcome["reason"],
        turns=len(turns),
        steps=len(steps),
        calls=len(calls),
        implicit=sum(call["implicit"] for call in calls),
        multi_step=sum(len(turn["steps"]) > 1 for turn in turns),
        faults=sum(call["fault"] for call in calls),
        stratum=saved.get("stratum", "plain"),
        failed_checks=tuple(verdict["check"] for verdict in saved["verdicts"] if verdict["status"] == "fail"),
    )


def facts_from(kept: Mapping[str, Any]) -> Facts:
    """Returns facts that were kept as JSON."""
    return Facts(**{**kept, "failed_checks": tuple(kept["failed_checks"])})


@dataclass
class Tally:
    """Sums over conversations; turns and calls are those of accepted ones."""

    statuses: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    """Reason codes of what was not accepted."""
    checks: Counter[str] = field(default_factory=Counter)
    """Checks that failed, also where the work was then done again."""
    sums: Counter[str] = field(default_factory=Counter)
    strata: dict[str, Counter[str]] = field(default_factory=dict)
    """Outcomes by stratum."""
    fresh: int = 0
    """Conversations that this run had accepted, not one before it in the same folder."""

    def add(self, facts: Facts, times: int = 1) -> None:
        """Counts a conversation; `times=-1` takes it out again."""
        self.statuses[facts.status] += times
        self.strata.setdefault(facts.stratum, Counter())[facts.status] += times
        for check in facts.failed_checks:
            self.checks[check] += times
        if facts.status != "accepted":
            self.reasons[facts.kind] += times
            return
        for name in ("turns", "steps", "calls", "implicit", "multi_step", "faults"):
            self.sums[name] += times * getattr(facts, name)

    @property
    def started(self) -> int:
        """Conversations in the folder, whatever became of them."""
        return sum(self.statuses.values())

    @property
    def accepted(self) -> int:
        """Conversations that were accepted."""
        return self.statuses["accepted"]

    @property
    def failed(self) -> int:
        """Conversations that went wrong."""
        return self.statuses["failed"]

    def ratio(self, name: str, per: str = "") -> float:
        """Returns one sum per another, or per accepted conversation; 0 where there is nothing to divide by."""
        below = self.sums[per] if per else self.accepted
        return self.sums[name] / below if below else 0.0

    def as_json(self) -> dict[str, Any]:
        """Returns counts and funnel for the manifest."""
        statuses = {name: self.statuses[name] for name in ("accepted", "rejected", "failed")}
        return {
            "counts": {"started": self.started, **statuses, **dict(sorted(self.sums.items()))},
            "strata": {name: _outcomes(found) for name, found in sorted(self.strata.items()) if found.total()},
            "funnel": {"reasons": _ranked(self.reasons), "failed_checks": _ranked(self.checks)},
        }


def _outcomes(found: Counter[str]) -> dict[str, int]:
    return {"started": found.total(), **{name: found[name] for name in ("accepted", "rejected", "failed")}}


def _ranked(counter: Counter[str]) -> dict[str, int]:
    return {name: count for name, count in sorted(counter.items(), key=lambda item: (-item[1], item[0])) if count}
