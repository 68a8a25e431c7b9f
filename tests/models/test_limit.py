"""The limit of a server finds what the server can take, and is not misled by failures that have another cause."""

from itertools import pairwise
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digit_tc.models.limit import START, Limit
from digit_tc.models.window import Verdict

from .virtual import World, batching, bounded, failing, healthy, queueing

SEEDS = range(3)


def test_a_healthy_server_is_used_fully_after_a_few_answers() -> None:
    world = World(Limit(256), healthy(1.0), workers=256)
    world.run(4.5)
    assert world.limit.value == 256
    assert world.run(20) == pytest.approx(256, rel=0.01)
    assert world.limit.pushed == 0


def test_it_begins_with_a_few_and_doubles() -> None:
    world = World(Limit(), healthy(1.0), workers=1000)
    seen = []
    for _ in range(5):
        seen.append(world.limit.value)
        world.run(1)
    assert seen[0] == START
    assert all(after == 2 * before for before, after in pairwise(seen))


def test_it_grows_no_further_than_it_is_used() -> None:
    world = World(Limit(), healthy(1.0), workers=20)
    world.run(60)
    assert world.limit.value == 2 * START


@pytest.mark.parametrize("share", [0.02, 0.05, 0.1, 0.2])
def test_failures_that_have_nothing_to_do_with_load_do_not_lower_it(share: float) -> None:
    """The first trap: what shrinks with no decrease is not load."""
    used = []
    for seed in SEEDS:
        world = World(Limit(256), failing(1.0, share), workers=400, seed=seed)
        world.run(80)
        mean = (1 - share) + share * (0.01 + 0.01 + 3 + 0.5 + 0.005) / 5
        used.append(world.run(40) / (256 / mean * (1 - share)))
    assert median(used) > 0.9
    assert min(used) > 0.7


def test_what_it_holds_for_normal_is_tested_anew() -> None:
    world = World(Limit(64), failing(0.2, 0.2), workers=200)
    world.run(60)
    assert world.limit.normal == pytest.approx(0.2, abs=0.1)
    world.behaviour = healthy(0.2)
    world.run(60)
    assert world.limit.normal < 0.02
    world.behaviour = bounded(0.2, 16)
    world.run(60)
    assert world.limit.value <= 24


@pytest.mark.parametrize("places", [2, 8, 32, 100])
@pytest.mark.parametrize("pause", [0.0, 1.0])
def test_a_server_that_turns_away_is_asked_for_what_it_can_take(places: int, pause: float) -> None:
    for seed in SEEDS[:2]:
        world = World(Limit(256), bounded(1.0, places, pause), workers=256, seed=seed)
        world.run(40)
        pushed, good = world.limit.pushed, world.good
        assert world.run(60) > (0.65 if pause else 0.75) * places
        few = 0.6 if places < 8 else 0.3
        assert world.limit.pushed - pushed < few * (world.good - good), "few are turned away"


def test_a_server_that_queues_is_not_given_more_and_more() -> None:
    for seed in SEEDS:
        world = World(Limit(512), queueing(1.0, 32), workers=512, seed=seed)
        world.run(40)
        assert world.run(60) > 0.95 * 32
        assert world.limit.value <= 4 * 32


def test_a_server_that_works_in_batches_is_given_more_while_it_gives_more() -> None:
    """The second trap: slower is not overloaded."""
    for seed in SEEDS:
        world = World(Limit(256), batching(1.0, 0.005), workers=256, seed=seed)
        world.run(60)
        assert world.limit.value == 256


def test_a_server_that_has_become_smaller_is_noticed_by_its_latency() -> None:
    world = World(Limit(256), queueing(1.0, 128), workers=256)
    world.run(40)
    world.behaviour = queueing(4.0, 32)
    world.run(400)
    assert world.limit.value < 128


def test_a_server_that_is_gone_is_asked_by_one_and_back_soon() -> None:
    world = World(Limit(256), healthy(1.0), workers=256)
    world.run(10)
    world.behaviour = failing(0.01, 1.0)
    world.run(60)
    assert world.limit.value == 1
    world.behaviour = healthy(1.0)
    world.run(60)
    assert world.run(10) > 200


def test_retry_after_leaves_the_server_alone() -> None:
    limit = Limit()
    first, second = limit.begun(0.0), limit.begun(0.0)
    limit.ended(first, 1.0, "pushed", 1.0, pause=30.0)
    assert not limit.free(30.9)
    assert limit.free(31.0)
    limit.ended(second, 2.0, "pushed", 2.0, pause=1e9)
    assert limit.paused_until == 2.0 + 120.0, "no server is believed for longer"


def test_the_same_happens_twice() -> None:
    first, second = (World(Limit(256), failing(1.0, 0.2), workers=300, seed=3) for _ in range(2))
    assert [first.run(1) for _ in range(60)] == [second.run(1) for _ in range(60)]


Step = tuple[float, bool, Verdict, float]
STEPS = st.lists(
    st.tuples(
        st.floats(0.001, 5),
        st.booleans(),
        st.sampled_from(["good", "pushed", "other"]),
        st.sampled_from([0.0, 0.0, 0.0, 2.0, 1e6]),
    ),
    max_size=300,
)


@settings(max_examples=60, deadline=None)
@given(cap=st.one_of(st.none(), st.integers(1, 300)), steps=STEPS)
def test_whatever_happens_it_stays_within_its_bounds(cap: int | None, steps: list[Step]) -> None:
    limit, now, out = Limit(cap), 0.0, list[tuple[int, float]]()
    for passed, back, verdict, pause in steps:
        now += passed
        if back and out:
            number, since = out.pop(0)
            limit.ended(number, now, verdict, now - since, pause)
        elif limit.free(now):
            out.append((limit.begun(now), now))
        else:
            limit.waited(now)
        assert limit.in_flight == len(out)
        assert 1 <= limit.value <= (cap or 10**9)
        assert 0 <= limit.normal <= 1
        assert limit.paused_until <= now + 120
    for number, since in out:
        limit.ended(number, now, "good", now - since)
    assert limit.in_flight == 0
    assert limit.free(now + 121)
