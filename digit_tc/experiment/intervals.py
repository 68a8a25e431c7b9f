"""Two-sided 95 % confidence intervals: of shares, and of differences between two variants on the same scenarios.

Nothing is drawn: equal numbers give equal intervals. Each holds for one figure by itself; of twenty figures that do not
differ, one is expected to look as if it did.
"""

import math
from collections.abc import Sequence
from statistics import fmean, stdev
from typing import Literal

Method = Literal["Agresti-Min", "paired t", "linearised ratio, t"]
Interval = tuple[float, float]

LEVEL = 0.95
_Z = 1.959963984540054
"""The quantile of the normal distribution that leaves half of the rest of the level above it."""
_EXACT = 100
"""Degrees of freedom up to which the quantile of Student's distribution is found from its sum."""


def share(part: int, whole: int) -> Interval:
    """Returns the interval of a share (Wilson, JASA 1927)."""
    p, spread = part / whole, _Z * _Z / whole
    middle = (p + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(p * (1 - p) / whole + spread / (4 * whole)) / (1 + spread)
    return (0.0 if part == 0 else middle - half), (1.0 if part == whole else middle + half)


def paired_shares(pairs: int, gained: int, lost: int) -> Interval:
    """Returns the interval of the difference between two shares of the same scenarios.

    The adjusted Wald interval of Agresti and Min (Statistics in Medicine 24, 2005): half a pair is added to each of the
    four cells. It also has a width where no scenario, or each, parts.

    Args:
        pairs: Scenarios.
        gained: Those that count with the variant alone.
        lost: Those that count with the baseline alone.
    """
    whole, more, less = pairs + 2, gained + 0.5, lost + 0.5
    middle = (more - less) / whole
    half = _Z * math.sqrt((more + less) - (more - less) ** 2 / whole) / whole
    return max(-1.0, middle - half), min(1.0, middle + half)


def paired_mean(differences: Sequence[float]) -> Interval | None:
    """Returns the interval of the mean of paired differences (Student's t); None where they do not vary."""
    return _around(fmean(differences), differences) if len(differences) > 1 else None


def paired_ratios(before: Sequence[tuple[float, float]], after: Sequence[tuple[float, float]]) -> Interval | None:
    """Returns the interval of the difference between two ratios of sums over the same scenarios.

    Each ratio is linearised in its sums (Cochran, Sampling Techniques, 3rd ed. 1977, section 6.4), which leaves one
    number for each scenario; the differences between these have Student's t. Of few scenarios it is too narrow: with
    four in five and three in five accepted it covers in 88 % of cases at 10 scenarios, 93 % at 40, 95 % at 200.

    Args:
        before: What is summed above and below the line in each scenario, with the baseline.
        after: The same with the variant.
    """
    first, second = _influences(before), _influences(after)
    if first is None or second is None or len(first) < 2:
        return None
    apart = [new - old for old, new in zip(first, second, strict=True)]
    return _around(ratio(after) - ratio(before), apart)


def ratio(parts: Sequence[tuple[float, float]]) -> float:
    """Returns the ratio of two sums."""
    return math.fsum(above for above, _ in parts) / math.fsum(below for _, below in parts)


def t_quantile(freedom: int) -> float:
    """Returns the value that Student's t exceeds in size with a probability of 5 %.

    From the finite sums for the distribution (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4), or beyond 100 degrees of
    freedom from its expansion (26.7.5), which is right to eight digits there.
    """
    if freedom > _EXACT:
        z = _Z
        terms = (
            z,
            (z**3 + z) / 4,
            (5 * z**5 + 16 * z**3 + 3 * z) / 96,
            (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        )
        return math.fsum(term / freedom**power for power, term in enumerate(terms))
    low, high = 0.0, 13.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < LEVEL else (low, middle)
    return (low + high) / 2


def _within(value: float, freedom: int) -> float:
    """Returns the probability that Student's t is no larger in size than a value."""
    angle = math.atan(value / math.sqrt(freedom))
    sine, square = math.sin(angle), math.cos(angle) ** 2
    if freedom % 2 == 0:
        return sine * _series(square, freedom // 2, first=1)
    tail = sine * math.cos(angle) * _series(square, freedom // 2, first=2)
    return 2 / math.pi * (angle + tail)


def _series(square: float, terms: int, *, first: int) -> float:
    """Returns 1 + (first/(first+1)) x + (first (first+2))/((first+1) (first+3)) x^2 + ..., so many terms of it."""
    term, total = 1.0, 0.0
    for number in range(terms):
        total += term
        term *= square * (first + 2 * number) / (first + 2 * number + 1)
    return total


def _influences(parts: Sequence[tuple[float, float]]) -> list[float] | None:
    whole = fmean(below for _, below in parts) if parts else 0.0
    if not whole:
        return None
    found = ratio(parts)
    return [(above - found * below) / whole for above, below in parts]


def _around(middle: float, values: Sequence[float]) -> Interval | None:
    spread = stdev(values)
    if not spread:
        return None
    half = t_quantile(len(values) - 1) * spread / math.sqrt(len(values))
    return middle - half, middle + half
