"""The shares of a walk, the count of what lies behind, and two walks beside each other."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digit_tc.quotas import GOLDEN, SILVER, Quotas, floor_sum

KINDS = [("a", 5.0), ("b", 20.0), ("never", 0.0), ("c", 75.0)]


@pytest.mark.parametrize("step", [GOLDEN, SILVER])
@settings(max_examples=30)
@given(seed=st.integers(0, 10**6), first=st.integers(0, 10**7))
def test_every_stretch_has_its_share(step: int, seed: int, first: int) -> None:
    walk = Quotas("walk", step, KINDS)
    met = Counter(walk.kind(index, seed) for index in range(first, first + 200))
    assert {kind: met[kind] / 2 for kind, _ in KINDS} == pytest.approx(dict(KINDS), abs=2)


@settings(max_examples=30)
@given(seed=st.integers(0, 10**6), first=st.integers(0, 10**9))
def test_what_lies_behind_grows_by_one(seed: int, first: int) -> None:
    walk, met = Quotas("walk", SILVER, KINDS), dict[str, int]()
    for index in range(first, first + 60):
        kind, behind = walk.kind(index, seed), walk.before(index, seed)
        assert behind == met.get(kind, behind - 1) + 1
        met[kind] = behind


def test_counting_from_the_start_gives_the_same() -> None:
    walk, met = Quotas("walk", SILVER, KINDS), Counter[str]()
    for index in range(500):
        kind = walk.kind(index, 3)
        assert walk.before(index, 3) == met[kind]
        met[kind] += 1


def test_two_walks_know_nothing_of_each_other() -> None:
    first, second = Quotas("one", GOLDEN, KINDS), Quotas("other", SILVER, KINDS)
    met = Counter((first.kind(index, 0), second.kind(index, 0)) for index in range(4000))
    shares = dict(KINDS)
    for pair, times in met.items():
        assert times / 40 == pytest.approx(shares[pair[0]] * shares[pair[1]] / 100, abs=0.5)
    assert len(met) == 9


@given(
    count=st.integers(0, 60), divisor=st.integers(1, 50), slope=st.integers(0, 200), start=st.integers(0, 200)
)  # fmt: skip
def test_lattice_points_are_counted(count: int, divisor: int, slope: int, start: int) -> None:
    counted = floor_sum(count, divisor, slope, start)
    assert counted == sum((slope * i + start) // divisor for i in range(count))
