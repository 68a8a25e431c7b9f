"""The world in words: inside its limit whatever the length of the conversation, counted, and to the point."""

from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from digit_tc.audit.walk import walk
from digit_tc.state import Event
from digit_tc.tools.samples import read_sample, sample_names
from digit_tc.world.fold import World, replay
from digit_tc.world.knowledge import Thing
from digit_tc.world.summary import LIMIT, mentioned, summarise, tokens

FEW = settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))


@cache
def walked(sample: str, seed: int, length: int) -> tuple[World, tuple[Event, ...]]:
    """A world and the log that it is the fold of."""
    events = walk(read_sample(sample), seed, length).events
    return replay(events), events


def things(world: World) -> list[Thing]:
    return [(kind, identity) for kind, held in world["entities"].items() for identity in held]


def begins(thing: Thing, line: str) -> bool:
    return line.startswith((f"{thing[0]} {thing[1]}: ", f"{thing[0]} {thing[1]} (deleted): "))


def keeps_to_its_limit(world: World, events: Sequence[Event], about: list[Thing], limit: int) -> None:
    text = summarise(world, events, about, limit)
    lines, total = text.splitlines(), len(things(world))
    told = sum(any(begins(thing, line) for thing in things(world)) for line in lines)
    assert tokens(text) <= limit
    assert (told < total) == text.endswith(" more not shown)")
    assert told == total or lines[-1] == f"({total - told} more not shown)"


@given(st.sampled_from(sample_names()), st.integers(0, 10), st.integers(30, LIMIT))
@FEW
def test_after_five_calls_it_keeps_its_limit_and_counts_what_it_cuts(sample: str, seed: int, limit: int) -> None:
    world, events = walked(sample, seed, 5)
    for about in ([], things(world)[:3]):
        keeps_to_its_limit(world, events, about, limit)


@given(st.integers(30, LIMIT), st.integers(0, 500))
@FEW
def test_after_five_hundred_calls_it_keeps_its_limit_and_counts_what_it_cuts(limit: int, at: int) -> None:
    world, events = walked("shop", 1, 500)
    assert len(things(world)) > 100
    keeps_to_its_limit(world, events, things(world)[at : at + 3], limit)
    keeps_to_its_limit(world, events, [], LIMIT)


@pytest.mark.long
@pytest.mark.parametrize("sample", sample_names())
def test_at_every_length_it_keeps_its_limit_and_counts_what_it_cuts(sample: str) -> None:
    _, events = walked(sample, 2, 500)
    for length in range(0, 500, 25):
        for limit in (30, 100, LIMIT):
            keeps_to_its_limit(replay(events[:length]), events[:length], [], limit)


@given(st.sampled_from(["shop", "travel"]), st.sampled_from([5, 500]), st.integers(0, 500), st.integers(0, 500))
@FEW
def test_it_begins_with_what_the_next_call_is_about(sample: str, length: int, first: int, second: int) -> None:
    world, events = walked(sample, 1, length)
    known = things(world)
    one, other = known[first % len(known)], known[second % len(known)]
    about = mentioned(world, [{"things": [one[1]]}, {"nested": {"id": other[1]}}])
    assert {one, other} <= set(about)
    lines = summarise(world, events, about).splitlines()
    assert lines[0].startswith("now 2025-01-15T")
    assert all(begins(thing, line) for thing, line in zip(about, lines[1 : len(about) + 1], strict=True))
