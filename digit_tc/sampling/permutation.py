"""Things in a drawn order, of which any one is found without the others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import gcd
from typing import Generic, TypeVar

from digit_tc.streams import Stream

T = TypeVar("T")


@dataclass(frozen=True)
class Permutation(Generic[T]):
    """All items once: the first drawn one, then always a drawn stride further, round and round."""

    items: Sequence[T]
    first: int
    stride: int

    @classmethod
    def drawn(cls, items: Sequence[T], stream: Stream) -> "Permutation[T]":
        """Draws an order; that costs the same however many there are."""
        count = len(items)
        first, stride = stream.integer(0, max(0, count - 1)), stream.integer(1, max(1, count - 1))
        while gcd(stride, count) > 1:  # only a stride that shares no divisor with their number meets all
            stride = stride % count + 1
        return cls(items, first, stride)

    def __getitem__(self, rank: int) -> T:
        return self.items[(self.first + rank * self.stride) % len(self.items)]

    def __iter__(self) -> Iterator[T]:
        return (self[rank] for rank in range(len(self.items)))
