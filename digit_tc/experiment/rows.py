"""What is kept of one conversation to compare variants: a row of numbers, so that memory does not hold the records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from digit_tc.models.prices import Price, price_of
from digit_tc.models.reply import Said
from digit_tc.records import Outcome, Record, Usage
from digit_tc.settings import Settings
from digit_tc.statistics.statistics import judged
from digit_tc.statistics.turns import turn_facts

Prices = Mapping[str, Price | None]
"""How the replies of each role are priced."""


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation in numbers."""

    status: str
    reason: str
    """Status and code where it was not accepted, as runs count them; else empty."""
    checks: frozenset[str]
    """Checks that failed, also where the work was then done again."""
    turns: int
    calls: int
    """Planned ones."""
    calls_per_turn: float | None
    """Of turns with calls; None where there is none, as for all means here."""
    depth: float | None
    """Calls in the longest chain of a turn, on average."""
    implicit: float | None
    """Share of the calls."""
    words: float | None
    """Of a request, on average."""
    retried: float | None
    """Share of the turns in which some role did its work again."""
    model_calls: int
    prompt_tokens: int
    completion_tokens: int
    dollars: float | None
    """None where nobody knows the price of a model that was asked."""

    @property
    def accepted(self) -> bool:
        """Whether the conversation was accepted."""
        return self.status == "accepted"

    @property
    def tokens(self) -> int:
        """Prompt and completion tokens together."""
        return self.prompt_tokens + self.completion_tokens


def rows(records: Iterable[Record], settings: Settings) -> dict[int, Row]:
    """Returns a row for each conversation of a variant, by the index of its scenario.

    Args:
        records: Accepted, rejected and failed ones, in whatever order; they are read one after the other.
        settings: Those of the variant: they say what its models cost.
    """
    prices: dict[str, Price | None] = {}
    found = dict[int, Row]()
    for record in records:
        for role in record.usage:
            if role not in prices:
                model = settings.models.get(role, settings.models.get("default"))
                prices[role] = price_of(model) if model else None
        found[record.index] = row(record, prices)
    return dict(sorted(found.items()))


def row(record: Record, prices: Prices) -> Row:
    """Returns the row of a conversation."""
    facts = [turn_facts(turn, at) for at, turn in enumerate(record.turns)]
    with_calls = [one for one in facts if one.calls]
    calls = sum(one.calls for one in facts)
    return Row(
        status=record.outcome.status,
        reason=_reason(record.outcome),
        checks=frozenset(verdict.check for verdict in record.verdicts if verdict.status == "fail"),
        turns=len(facts),
        calls=calls,
        calls_per_turn=_mean(calls, len(with_calls)),
        depth=_mean(sum(one.depth for one in with_calls), len(with_calls)),
        implicit=_mean(sum(one.implicit for one in facts), calls),
        words=_mean(sum(one.words for one in facts), len(facts)),
        retried=_mean(len(judged(record)[0]), len(facts)),
        model_calls=sum(usage.calls for usage in record.usage.values()),
        prompt_tokens=sum(usage.prompt_tokens for usage in record.usage.values()),
        completion_tokens=sum(usage.completion_tokens for usage in record.usage.values()),
        dollars=_dollars(record.usage, prices),
    )


def _reason(outcome: Outcome) -> str:
    return "" if outcome.status == "accepted" else f"{outcome.status}: {outcome.code or outcome.reason}"


def _dollars(usage: Mapping[str, Usage], prices: Prices) -> float | None:
    total = 0.0
    for role, spent in usage.items():
        price = prices.get(role)
        if price is None:
            return None
        total += price(Said(text="", prompt_tokens=spent.prompt_tokens, completion_tokens=spent.completion_tokens))
    return total


def _mean(total: float, count: int) -> float | None:
    return total / count if count else None
