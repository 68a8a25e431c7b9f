"""The reducer of the event log."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digit_tc.errors import StateError
from digit_tc.state import Event, append_events, for_use, place


def event(step: int, index: int, tool: str = "t") -> Event:
    return Event(event_id=f"{step}.{index}", step=step, index=index, turn=0, kind="call", tool=tool)


PLACES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3)), max_size=12, unique=True)


@given(PLACES, st.integers(0, 12))
def test_however_the_log_is_split_it_comes_out_in_the_order_of_places(places: list[tuple[int, int]], cut: int) -> None:
    events = [event(*one) for one in places]
    merged = append_events(append_events([], events[:cut]), events[cut:])
    assert [place(one) for one in merged] == sorted(places)


@given(PLACES)
def test_applying_twice_changes_nothing_and_nothing_is_changed_in_place(places: list[tuple[int, int]]) -> None:
    events = [event(*one) for one in places]
    old = append_events([], events)
    before = copy.deepcopy(old)
    assert append_events(old, events) == old == before


def test_one_id_with_two_contents_is_an_error() -> None:
    with pytest.raises(StateError, match=r"1\.0"):
        append_events([event(1, 0)], [event(1, 0, "other")])


def test_what_is_only_offered_is_not_for_use() -> None:
    scenario: Any = {"tools": ["a", "b", "c"], "distractors": ["b"]}
    assert for_use(scenario) == ["a", "c"]
