"""Texts as numbers: counted as sets count them, in a few bytes each."""

import tracemalloc
from collections import Counter

from digit_tc.statistics.marks import Marks, mark, repeated


def test_marks_count_as_a_set_does() -> None:
    marks, known = Marks(), set[int]()
    for at in range(0, 90_000, 3):
        some = [mark(str(number % 50_000)) for number in (at, at + 1, at + 2)]
        marks.update(some)
        known.update(some)
        if at == 45_000:
            assert len(marks) == len(known)
    assert len(marks) == len(known) == 50_000


def test_marks_take_a_few_bytes_each() -> None:
    tracemalloc.start()
    marks = Marks()
    marks.update(mark(str(number)) for number in range(20_000))
    assert len(marks) == 20_000
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 20_000 * 12


def test_what_occurs_more_than_once_is_told_once() -> None:
    marks = sorted([5, 3, 3, 9, 5, 5, 0, 0, 7, 2**64 - 1, 2**64 - 1])
    assert list(repeated(marks)) == sorted(one for one, count in Counter(marks).items() if count > 1)
