"""Quotas: which kind each conversation is of, so that every stretch of a run has its share of each.

The indices walk round the unit interval in steps of an irrational number, a Kronecker sequence, so that each part of it
is met in proportion to its length, not only on average. Two walks whose steps have nothing in common know nothing of
each other: every pair of their kinds is met in proportion too.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar

from digit_tc.streams import Stream

K = TypeVar("K")
WHOLE = 1 << 64
"""The unit interval, in the units of the steps."""
GOLDEN = 0x9E3779B97F4A7C15
"""The fractional part of the golden ratio."""
SILVER = 0x6A09E667F3BCC909
"""The fractional part of the square root of two."""


@dataclass(frozen=True)
class Quotas(Generic[K]):
    """A walk over kinds, each with a share; the shares need not sum to one, but to more than nothing.

    `name` is that of the stream which says where the walk begins, `step` is how far it goes.
    """

    name: str
    step: int
    shares: Sequence[tuple[K, float]]

    def kind(self, index: int, seed: int) -> K:
        """Returns the kind of a conversation, which its index in the run (from 0) and the seed alone decide."""
        return self.shares[self._part(index, seed)][0]

    def before(self, index: int, seed: int) -> int:
        """Returns how many of the conversations before this one are of its kind, without looking at them."""
        part, start = self._part(index, seed), self._start(seed)
        low, high = self._bounds[part : part + 2]
        # A mark lies from low to high where the walk, moved back by the one and by the other, is in different rounds.
        return sum(
            sign * floor_sum(index, WHOLE, self.step, start + WHOLE - bound) for sign, bound in ((1, low), (-1, high))
        )

    def _part(self, index: int, seed: int) -> int:
        mark = (self._start(seed) + index * self.step) % WHOLE
        return bisect_right(self._bounds, mark) - 1

    @property
    def _bounds(self) -> list[int]:
        sums = list(accumulate((share for _, share in self.shares), initial=0.0))
        return [round(WHOLE * part / sums[-1]) for part in sums]

    def _start(self, seed: int) -> int:
        return Stream(seed, self.name).integer(0, WHOLE - 1)


def floor_sum(count: int, divisor: int, slope: int, start: int) -> int:
    """Returns the sum of (slope * i + start) // divisor over i from 0 up to but not including count.

    Lattice points under a line, by Euclid's algorithm (Graham, Knuth and Patashnik, "Concrete Mathematics", section
    3.5); no argument is below 0.
    """
    total = 0
    while count > 0:
        total += slope // divisor * (count * (count - 1) // 2) + start // divisor * count
        slope, start = slope % divisor, start % divisor
        top = slope * count + start
        count, start, divisor, slope = top // divisor, top % divisor, slope, divisor
    return total
