"""Named random streams."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digit_tc.streams import Stream, Streams


def test_one_name_gives_one_sequence_and_another_name_another() -> None:
    streams = Streams(0, 7)
    first = [streams.of("planner", 0).unit() for _ in range(2)]
    assert first[0] == first[1]
    assert streams.of("planner", 1).unit() != first[0]
    assert Streams(1, 7).of("planner", 0).unit() != first[0]
    assert streams.under("a").of("b").unit() == streams.of("a", "b").unit()


def test_the_sequence_is_the_same_in_every_release() -> None:
    stream = Stream("pinned")
    assert [stream.integer(0, 999) for _ in range(5)] == [466, 117, 625, 171, 394]


@given(st.integers(-50, 50), st.integers(0, 50), st.integers())
def test_integers_stay_inside_their_bounds(low: int, width: int, seed: int) -> None:
    stream = Stream("bounds", seed)
    assert all(low <= stream.integer(low, low + width) <= low + width for _ in range(20))


@given(st.lists(st.integers(), max_size=20), st.integers())
def test_shuffling_keeps_every_item(items: list[int], seed: int) -> None:
    assert sorted(Stream("shuffle", seed).shuffled(items)) == sorted(items)


def test_weights_decide_how_often_an_item_is_drawn() -> None:
    stream = Stream("weights")
    drawn = Counter(stream.weighted([("rare", 1.0), ("common", 9.0), ("never", 0.0)]) for _ in range(4000))
    assert drawn["never"] == 0
    assert drawn["rare"] / 4000 == pytest.approx(0.1, abs=0.03)
