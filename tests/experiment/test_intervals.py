"""Confidence intervals: against published numbers, by what must hold of any data, and by simulation."""

import math
from itertools import pairwise
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digit_tc.experiment.intervals import paired_mean, paired_ratios, paired_shares, ratio, share, t_quantile
from digit_tc.streams import Stream

NUMBERS = st.floats(-1e3, 1e3).map(lambda value: round(value, 3))


@pytest.mark.parametrize(
    ("freedom", "value"),
    [(1, 12.7062), (2, 4.3027), (3, 3.1824), (4, 2.7764), (9, 2.2622), (30, 2.0423), (60, 2.0003), (120, 1.9799)],
)
def test_the_quantile_of_t_is_that_of_the_tables(freedom: int, value: float) -> None:
    assert t_quantile(freedom) == pytest.approx(value, abs=5e-5)


def test_the_quantile_of_t_goes_on_where_the_sum_ends() -> None:
    around = [t_quantile(freedom) for freedom in range(95, 108)]
    assert around == sorted(around, reverse=True)
    steps = [one - other for one, other in pairwise(around)]
    assert steps == sorted(steps, reverse=True), "no jump"
    assert t_quantile(10**9) == pytest.approx(1.959964, abs=1e-6)


def test_a_share_has_the_interval_of_wilson() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3
    for part, whole, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)):
        assert share(part, whole) == pytest.approx((low, high), abs=5e-5)
    assert share(20, 20) == pytest.approx((0.8389, 1.0), abs=5e-5)


def test_paired_shares_have_the_interval_of_agresti_and_min() -> None:
    # 100 pairs, of which 9 gain and 3 lose: (9.5 - 3.5)/102, and its standard error by hand
    half = 1.959964 * math.sqrt(13 - 36 / 102) / 102
    assert paired_shares(100, 9, 3) == pytest.approx((6 / 102 - half, 6 / 102 + half), abs=1e-6)
    low, high = paired_shares(40, 0, 0)
    assert low == -high < 0, "where no scenario parts, nobody knows that none would"


@st.composite
def cells(draw: st.DrawFn) -> tuple[int, int, int]:
    pairs = draw(st.integers(1, 400))
    gained = draw(st.integers(0, pairs))
    return pairs, gained, draw(st.integers(0, pairs - gained))


@settings(max_examples=40)
@given(cells())
def test_paired_shares_hold_what_was_found_and_turn_with_the_sides(cell: tuple[int, int, int]) -> None:
    pairs, gained, lost = cell
    low, high = paired_shares(pairs, gained, lost)
    assert -1 <= low <= (gained - lost) / pairs <= high <= 1
    assert low < high
    assert paired_shares(pairs, lost, gained) == pytest.approx((-high, -low))


@settings(max_examples=40)
@given(st.lists(NUMBERS, min_size=2, max_size=40), NUMBERS)
def test_a_mean_lies_in_the_middle_and_moves_with_the_data(values: list[float], shift: float) -> None:
    found = paired_mean(values)
    moved = paired_mean([value + shift for value in values])
    if len(set(values)) == 1:
        assert found is None
    elif found is not None and moved is not None:
        assert sum(found) / 2 == pytest.approx(fmean(values), abs=1e-6)
        assert moved == pytest.approx([end + shift for end in found], abs=1e-6)


@settings(max_examples=40)
@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=40))
def test_ratios_are_means_where_every_scenario_counts_one(values: list[tuple[float, float]]) -> None:
    before, after = ([(pair[side], 1.0) for pair in values] for side in (0, 1))
    found, expected = paired_ratios(before, after), paired_mean([new - old for old, new in values])
    if found is not None and expected is not None:
        assert found == pytest.approx(expected, abs=1e-5)


def test_what_cannot_be_told_has_no_interval() -> None:
    assert paired_mean([]) is None
    assert paired_mean([1.0]) is None
    assert paired_mean([2.0, 2.0, 2.0]) is None
    assert paired_ratios([(4.0, 0.0), (5.0, 0.0)], [(4.0, 1.0), (5.0, 1.0)]) is None, "nothing was accepted"
    assert paired_ratios([], []) is None


@pytest.mark.long
@pytest.mark.parametrize(
    ("pairs", "gain", "loss"), [(20, 0.1, 0.1), (50, 0.3, 0.05), (200, 0.02, 0.01), (100, 0.6, 0.2)]
)
def test_intervals_of_paired_shares_cover(pairs: int, gain: float, loss: float) -> None:
    stream, covered, runs = Stream("cover", "shares", pairs), 0, 4000
    for _ in range(runs):
        draws = [stream.unit() for _ in range(pairs)]
        gained = sum(draw < gain for draw in draws)
        low, high = paired_shares(pairs, gained, sum(gain <= draw < gain + loss for draw in draws))
        covered += low <= gain - loss <= high
    assert 0.935 <= covered / runs <= 0.995


@pytest.mark.long
@pytest.mark.parametrize(("pairs", "least"), [(10, 0.85), (40, 0.92), (200, 0.935)])
def test_intervals_of_means_and_ratios_cover(pairs: int, least: float) -> None:
    """Tokens of 100 to 300, a third more with the variant; of the baseline 80 % are accepted, of the variant 60 %."""
    stream, means, ratios, runs = Stream("cover", "ratios", pairs), 0, 0, 4000
    told = 0
    for _ in range(runs):
        before, after = [], []
        for _ in range(pairs):
            cost, luck = 100 + 200 * stream.unit(), stream.unit()
            before.append((cost, float(luck < 0.8)))
            after.append((cost * 4 / 3 + 30 * (stream.unit() - 0.5), float(luck < 0.6)))
        mean = paired_mean([new[0] - old[0] for old, new in zip(before, after, strict=True)])
        assert mean is not None
        means += mean[0] <= 200 / 3 <= mean[1]
        found = paired_ratios(before, after)
        if found is not None:
            told += 1
            ratios += found[0] <= 200 * 4 / 3 / 0.6 - 200 / 0.8 <= found[1]
    assert 0.93 <= means / runs <= 0.97
    assert least <= ratios / told <= 0.97
    assert told >= 0.99 * runs


def test_a_ratio_is_that_of_the_sums() -> None:
    assert ratio([(3.0, 1.0), (5.0, 0.0), (1.0, 1.0)]) == 4.5
