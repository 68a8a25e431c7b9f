"""The figures in which variants are compared, each worked out of the row of one scenario."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from digit_tc.experiment.rows import Row

Kind = Literal["share", "mean", "per accepted"]
"""A share of scenarios; a mean over conversations; a sum over all of them for each that was accepted."""


@dataclass(frozen=True)
class Figure:
    """One figure. Means are over the scenarios that both variants had accepted, everything else over all of them."""

    key: str
    title: str
    kind: Kind
    value: Callable[[Row], float | None]
    percent: bool = False
    digits: int = 2


FIGURES = (
    Figure("accepted", "accepted", "share", lambda row: float(row.accepted), percent=True),
    Figure("calls_per_accepted", "model calls per accepted", "per accepted", lambda row: row.model_calls, digits=1),
    Figure("tokens_per_accepted", "tokens per accepted", "per accepted", lambda row: row.tokens, digits=0),
    Figure("dollars_per_accepted", "dollars per accepted", "per accepted", lambda row: row.dollars, digits=6),
    Figure("turns", "turns", "mean", lambda row: row.turns),
    Figure("calls_per_turn", "tool calls per turn", "mean", lambda row: row.calls_per_turn),
    Figure("depth", "depth", "mean", lambda row: row.depth),
    Figure("implicit", "implicit calls", "mean", lambda row: row.implicit, percent=True),
    Figure("words", "words per request", "mean", lambda row: row.words, digits=1),
    Figure("retried", "turns made again", "mean", lambda row: row.retried, percent=True),
)


def shown(figure: Figure, value: float | None, *, signed: bool = False) -> str:
    """Returns a value of a figure for people; a dash where there is none.

    Shares are in percent, what is signed, a difference of shares, in percentage points.
    """
    if value is None:
        return "-"
    sign = "+" if signed else ""
    if figure.percent:
        return f"{_whole(100 * value, 1):{sign}.1f}{' pp' if signed else '%'}"
    return f"{_whole(value, figure.digits):{sign},.{figure.digits}f}"


def _whole(value: float, digits: int) -> float:
    """Returns a value without the sign of a zero that it is rounded to."""
    return 0.0 if round(value, digits) == 0 else value
