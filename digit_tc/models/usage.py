"""What asking models came to, role by role: how often, how many tokens, how long, what failed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from digit_tc.models.reply import Said

_AGAIN = ("calls", "prompt_tokens", "completion_tokens")
_SUMS = ("calls", "requests", "known", "repairs", "prompt_tokens", "cached_tokens", "completion_tokens")


@dataclass
class Spending:
    """What one role has come to; failed attempts are counted, what they cost no server says."""

    calls: int = 0
    """Replies that servers were asked for."""
    requests: int = 0
    """Requests that went out, those that the client repeats after an error included."""
    known: int = 0
    """Replies that had been kept."""
    repairs: int = 0
    """Answers that had to be asked for again because they did not fit."""
    prompt_tokens: int = 0
    cached_tokens: int = 0
    """Those of the prompt tokens that the server had in a cache of its own."""
    completion_tokens: int = 0
    seconds: float = 0.0
    """Waited for servers; questions that were asked at the same time each count in full."""
    cost: float = 0.0
    """US dollars, of the models whose price is known."""
    failures: Counter[str] = field(default_factory=Counter)
    """By kind: `HTTP 429`, `timeout`, `connection`, `unreadable`, `empty`, `cut off`, `withheld`, `shape`."""
    again: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_AGAIN, 0))
    """Of the calls and tokens those of further attempts: candidates behind the first, and work that was done again."""
    prompt_characters: int = 0
    repeated_characters: int = 0
    """Those with which the question before, of the same role, began as well: what a server's prefix cache can save."""
    _before: str = ""

    def asked(self, prompt: str, *, again: bool = False) -> None:
        """Counts a question that goes out; `again` where one of the same role and turn went out before."""
        self.calls += 1
        self.again["calls"] += again
        self.prompt_characters += len(prompt)
        self.repeated_characters += _repeated(self._before, prompt)
        self._before = prompt

    def answered(self, said: Said, price: float, *, again: bool = False) -> None:
        """Counts what a reply cost."""
        if again:
            self.again["prompt_tokens"] += said.prompt_tokens
            self.again["completion_tokens"] += said.completion_tokens
        self.prompt_tokens += said.prompt_tokens
        self.cached_tokens += said.cached_tokens
        self.completion_tokens += said.completion_tokens
        self.cost += price

    @property
    def tokens(self) -> int:
        """Prompt and completion tokens together."""
        return self.prompt_tokens + self.completion_tokens

    @property
    def repeated(self) -> float:
        """The share of the prompts that the question before began with as well."""
        return self.repeated_characters / self.prompt_characters if self.prompt_characters else 0.0

    def add(self, other: "Spending") -> None:
        """Adds what another has come to."""
        for name in (*_SUMS, "seconds", "cost", "prompt_characters", "repeated_characters"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.failures.update(other.failures)
        for name in _AGAIN:
            self.again[name] += other.again.get(name, 0)

    def as_json(self) -> dict[str, Any]:
        """Returns it for the manifest."""
        return {
            **{name: getattr(self, name) for name in _SUMS},
            "seconds": round(self.seconds, 3),
            "cost": round(self.cost, 6),
            "failures": dict(sorted(self.failures.items())),
            "again": dict(self.again),
            "prompt_characters": self.prompt_characters,
            "repeated_characters": self.repeated_characters,
        }

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> "Spending":
        """Returns what was saved in a manifest."""
        known = {name: value for name, value in saved.items() if name in cls.__dataclass_fields__}
        return cls(**{**known, "failures": Counter(saved.get("failures", {}))})


@dataclass
class Ledger:
    """What all roles have come to, in the order in which they first asked."""

    roles: dict[str, Spending] = field(default_factory=dict)

    def of(self, role: str) -> Spending:
        """Returns the entry of a role."""
        return self.roles.setdefault(role, Spending())

    def total(self) -> Spending:
        """Returns the sum over the roles."""
        whole = Spending()
        for spending in self.roles.values():
            whole.add(spending)
        return whole

    def add(self, saved: Mapping[str, Any]) -> None:
        """Adds what earlier runs in the same folder have come to, as their manifest has it."""
        for role, spending in saved.items():
            self.of(role).add(Spending.from_json(spending))

    def as_json(self) -> dict[str, Any]:
        """Returns it for the manifest."""
        return {role: spending.as_json() for role, spending in sorted(self.roles.items())}


def _repeated(before: str, prompt: str) -> int:
    """Returns how many characters two texts begin with alike."""
    low, high = 0, min(len(before), len(prompt))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if before[:middle] == prompt[:middle] else (low, middle - 1)
    return low
