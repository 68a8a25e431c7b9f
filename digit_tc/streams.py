"""Named random streams under one seed.

Each use of chance names its stream, so that drawing more in one place never shifts another. Only `random()` of the
standard generator is used: its sequence is promised to stay the same across Python versions; `choice` is not.
"""

import hashlib
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Stream:
    """One sequence of draws, fixed by its name; the number 1 and the text "1" are two names."""

    def __init__(self, *name: str | int) -> None:
        text = "\x1f".join([part if isinstance(part, str) else f"\x1e{part}" for part in name])
        self._random = random.Random(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]))

    def unit(self) -> float:
        """Draws a float from 0 up to but not including 1."""
        return self._random.random()

    def chance(self, probability: float) -> bool:
        """Draws true with the given probability."""
        return self.unit() < probability

    def integer(self, low: int, high: int) -> int:
        """Draws a whole number from low to high, both included."""
        return low + int(self.unit() * (high - low + 1))

    def choice(self, items: Sequence[T]) -> T:
        """Draws one item of a sequence that is not empty."""
        return items[int(self.unit() * len(items))]

    def weighted(self, items: Sequence[tuple[T, float]]) -> T:
        """Draws one item by weight; the weights need not sum to one."""
        mark = self.unit() * sum(weight for _, weight in items)
        for item, weight in items:
            mark -= weight
            if mark < 0:
                return item
        return items[-1][0]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Returns the items in a drawn order."""
        left = list(items)
        return [left.pop(int(self.unit() * len(left))) for _ in range(len(left))]

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """Draws up to `count` different items."""
        return self.shuffled(items)[:count]


class Streams:
    """The streams of one conversation."""

    def __init__(self, *root: str | int) -> None:
        self._root = root

    def under(self, *name: str | int) -> "Streams":
        """Returns the streams below a name."""
        return Streams(*self._root, *name)

    def of(self, *name: str | int) -> Stream:
        """Returns the stream of that name, always from its beginning."""
        return Stream(*self._root, *name)
