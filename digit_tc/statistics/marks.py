"""Texts as numbers of 64 bits: what counting many of them takes is a few bytes each, whatever their length."""

import hashlib
from array import array
from collections.abc import Iterable, Iterator
from heapq import merge

_FRESH = 32_768
"""How many new marks are gathered before they are sorted in."""


def mark(text: str) -> int:
    """Returns a number for a text, the same in every process; 0 to 2**64 - 1."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])


class Marks:
    """A set of marks that takes eight bytes for each, beside a small number of new ones."""

    def __init__(self) -> None:
        self._settled = array("Q")
        """Ascending, each once."""
        self._fresh: set[int] = set()

    def update(self, marks: Iterable[int]) -> None:
        """Adds marks; those that are there already change nothing."""
        self._fresh.update(marks)
        if len(self._fresh) >= _FRESH:
            self._settle()

    def __len__(self) -> int:
        self._settle()
        return len(self._settled)

    def _settle(self) -> None:
        if self._fresh:
            self._settled = array("Q", _distinct(merge(self._settled, sorted(self._fresh))))
            self._fresh.clear()


def repeated(marks: Iterable[int]) -> Iterator[int]:
    """Yields the marks that occur more than once among ascending ones, each once."""
    before, told = -1, -1
    for one in marks:
        if one == before != told:
            told = one
            yield one
        before = one


def _distinct(marks: Iterable[int]) -> Iterator[int]:
    before = -1
    for one in marks:
        if one != before:
            yield one
        before = one
