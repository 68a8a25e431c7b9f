"""What every sampler keeps, and what each one promises."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from itertools import combinations, pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digit_tc.engine.job import read_tools
from digit_tc.errors import SamplingError
from digit_tc.importing import load_object
from digit_tc.sampling.distractors import Distractors, NearNames
from digit_tc.sampling.neighbourhood import consumers, grown, namespace, producers
from digit_tc.sampling.permutation import Permutation
from digit_tc.sampling.sampler import Sampler, Wanted, WorkingSet, checked
from digit_tc.sampling.settings import SAMPLERS
from digit_tc.sampling.shapes import Chain, Dag, FanIn, FanOut
from digit_tc.sampling.spread import Balanced, Namespace, PowerLaw, Random
from digit_tc.streams import Stream
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.relatedness import named, overlap

Order = Callable[..., Wanted]
Made = Callable[..., Catalogue]

FLOW = Dataflow(read_tools(()))
"""The packaged samples, for what hypothesis draws."""


def sampler(name: str) -> Sampler:
    made: Sampler = load_object(SAMPLERS[name])()
    return made


@pytest.mark.parametrize("name", SAMPLERS)
@settings(max_examples=25)
@given(least=st.integers(3, 20), more=st.integers(0, 12), number=st.integers(0, 10**6), seed=st.integers(0, 99))
def test_sizes_are_kept_and_tools_are_different(name: str, least: int, more: int, number: int, seed: int) -> None:
    wanted = Wanted(least, least + more, Stream("draw", seed, number), number, seed)
    drawn = checked(sampler(name)(FLOW, wanted), FLOW, wanted)
    assert least <= len(drawn.tools) <= least + more
    again = Wanted(least, least + more, Stream("draw", seed, number), number, seed)
    assert checked(sampler(name)(FLOW, again), FLOW, again) == drawn


DRAWS = """
from importlib import import_module
from digit_tc.sampling.sampler import Wanted
from digit_tc.sampling.settings import SAMPLERS
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.inference.completion import completed
from digit_tc.tools.samples import sample_catalogue
flow = Dataflow(completed(sample_catalogue()))
for name, place in SAMPLERS.items():
    module, _, kind = place.partition(":")
    for number in range(6):
        print(name, getattr(import_module(module), kind)()(flow, Wanted(8, 15, Stream(number), number)))
"""


def test_draws_do_not_depend_on_the_order_of_sets() -> None:
    def drawn(seed: str) -> subprocess.Popen[str]:
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        return subprocess.Popen([sys.executable, "-c", DRAWS], env=environment, stdout=subprocess.PIPE, text=True)

    first, second = (process.communicate(timeout=120)[0] for process in (drawn("1"), drawn("2")))
    assert first == second
    assert Counter(line.split()[0] for line in first.splitlines()) == dict.fromkeys(SAMPLERS, 6)


def feeds(flow: Dataflow, first: str, second: str) -> bool:
    """Whether some edge leads from one tool to another; looked up in the other direction than samplers do."""
    return any(edge.producer == first for edge in flow.feeding(second))


@pytest.mark.parametrize("length", [2, 3, 5])
def test_a_chain_is_connected_by_edges(samples: Dataflow, order: Order, length: int) -> None:
    for number in range(20):
        tools = Chain(length)(samples, order(number)).tools
        assert any(
            all(feeds(samples, first, second) for first, second in pairwise(path))
            for path in permutations(tools, length)
            if feeds(samples, *path[:2])
        )


def test_a_chain_without_room_for_more_is_the_chain(samples: Dataflow, order: Order) -> None:
    for number in range(40):
        tools = Chain()(samples, order(number, least=3, size=3)).tools
        assert len(set(tools)) == 3
        assert feeds(samples, tools[0], tools[1])
        assert feeds(samples, tools[1], tools[2])


def test_a_fan_in_feeds_different_arguments(samples: Dataflow, order: Order) -> None:
    for number in range(40):
        target, *sources = FanIn()(samples, order(number, least=3, size=3)).tools
        edges = samples.feeding(target)
        assert any(
            {first.producer, second.producer} == set(sources) and first.input != second.input
            for first, second in combinations(edges, 2)
        )


def test_a_fan_out_feeds_each_target(samples: Dataflow, order: Order) -> None:
    for number in range(40):
        source, *targets = FanOut(3)(samples, order(number, least=4, size=4)).tools
        assert len(set(targets)) == 3
        assert all(feeds(samples, source, target) for target in targets)


def test_a_dag_branches_and_joins_and_has_an_order(samples: Dataflow, order: Order) -> None:
    for number in range(40):
        core = Dag()(samples, order(number, least=1, size=6)).tools
        last = next(
            at for at in range(2, len(core)) if sum(feeds(samples, core[before], core[at]) for before in range(at)) >= 2
        )
        assert all(any(feeds(samples, core[before], core[at]) for before in range(at)) for at in range(1, last + 1))


def test_a_namespace_is_drawn_alone_where_it_has_enough(samples: Dataflow, order: Order) -> None:
    spaces = Counter[str]()
    for number in range(80):
        found = {namespace(samples, name) for name in Namespace()(samples, order(number)).tools}
        assert len(found) == 1
        spaces.update(found)
    assert set(spaces) == set(samples.catalogue.namespaces)


@pytest.mark.parametrize("fresh", [1, 3, 7])
def test_every_tool_has_its_turn_before_any_has_two(samples: Dataflow, order: Order, fresh: int) -> None:
    count = len(samples.names)
    met = Counter[str]()
    for number in range(-(-count // fresh)):
        tools = Balanced(fresh)(samples, order(number, least=fresh, size=fresh)).tools
        if (number + 1) * fresh <= count:
            assert len(set(tools)) == fresh
            assert not set(tools) & set(met)
        met.update(tools)
    assert set(met) == set(samples.names)


def test_a_power_law_has_favourites(samples: Dataflow, order: Order) -> None:
    def popular(exponent: float, seed: int = 0) -> list[int]:
        law = PowerLaw(exponent)
        drawn = (law(samples, order(number, least=1, size=1, seed=seed)).tools[0] for number in range(1500))
        return [times for _, times in Counter(drawn).most_common()]

    steep, flat = popular(1.5), popular(0.2)
    assert steep[0] > 0.25 * 1500
    assert steep[0] > 1.8 * steep[1]
    assert flat[0] < 0.1 * 1500
    assert PowerLaw()(samples, order(size=1, least=1)) == PowerLaw()(samples, order(size=1, least=1))


def test_any_tools_are_as_likely_as_others(samples: Dataflow, order: Order) -> None:
    met = Counter(name for number in range(400) for name in Random()(samples, order(number, size=12)).tools)
    assert set(met) == set(samples.names)
    assert max(met.values()) < 2.5 * min(met.values())


def test_distractors_have_nothing_to_do_with_the_others(samples: Dataflow, order: Order) -> None:
    for number in range(40):
        drawn = Distractors(share=0.4)(samples, order(number, size=10))
        assert len(drawn.tools) == 10
        assert len(drawn.distractors) == 4
        used = set(drawn.tools) - set(drawn.distractors)
        for name in drawn.distractors:
            assert not {*producers(samples, name), *consumers(samples, name)} & used
            assert not any(feeds(samples, name, other) or feeds(samples, other, name) for other in used)


def test_near_names_are_near_and_do_something_else(made: Made, order: Order) -> None:
    others = ("list_cats", "find_dogs", "say_hello", "open_door", "shut_gate", "ring_bell")
    flow = Dataflow(made("get_order", "get_order_status", *others))
    for number in range(20):
        drawn = NearNames(share=0.25)(flow, order(number))
        assert len(drawn.tools) == 8
        close, _ = sorted(drawn.distractors, key=lambda name: "order" not in name)
        assert close in ("get_order", "get_order_status")
        assert {"get_order", "get_order_status"} - {close} <= set(drawn.tools) - set(drawn.distractors)


def test_near_names_of_the_samples_share_words(samples: Dataflow, order: Order) -> None:
    for number in range(40):
        drawn = NearNames()(samples, order(number))
        used = set(drawn.tools) - set(drawn.distractors)
        assert any(overlap(named(name), named(other)) >= 0.5 for name in drawn.distractors for other in used)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("chain", "needs 3 tools in a row, each of which feeds the next, and no tool here feeds another"),
        ("fan-in", "needs 2 tools that feed different arguments of one"),
        ("fan-out", "needs a tool that feeds 2 others"),
        ("dag", "needs a tool to which two ways lead from another"),
        ("namespace", "needs tools of two namespaces"),
        ("near-names", "needs two tools whose names have half of their words in common"),
    ],
)
def test_what_a_catalogue_lacks_is_said(unchainable: Dataflow, order: Order, name: str, said: str) -> None:
    with pytest.raises(SamplingError, match=said):
        sampler(name)(unchainable, order(least=4, size=4))


def test_an_error_keeps_what_was_found(samples: Dataflow, order: Order) -> None:
    flow = samples.only(["search_hotels", "get_hotel", "list_cards"])
    with pytest.raises(SamplingError, match="there is no more than search_hotels, get_hotel") as caught:
        Chain()(flow, order(least=3, size=3))
    assert caught.value.found == ("search_hotels", "get_hotel")


@pytest.mark.parametrize("name", SAMPLERS)
def test_without_tools_nothing_is_drawn(name: str, order: Order) -> None:
    with pytest.raises(SamplingError):
        sampler(name)(Dataflow(Catalogue([])), order())


@pytest.mark.parametrize("name", ["chain", "fan-in", "fan-out", "dag", "distractors", "near-names"])
def test_without_room_nothing_is_drawn(samples: Dataflow, order: Order, name: str) -> None:
    with pytest.raises(SamplingError, match="needs room for"):
        sampler(name)(samples, order(least=1, size=1))


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        (["search_hotels"], "must return a WorkingSet, not a list"),
        (WorkingSet(["search_hotels", "nobody"]), "drew 'nobody', which is no tool of the catalogue"),
        (WorkingSet(["search_hotels", "search_hotels"]), "drew a tool twice"),
        (WorkingSet(["search_hotels"], ["get_hotel"]), "drew distractors that are not among its tools"),
        (WorkingSet(["search_hotels"], ["search_hotels"]), "drew no tool that may be called"),
        (WorkingSet([]), "drew no tool that may be called"),
        (WorkingSet(["search_hotels", "get_hotel", "list_cards"]), "drew 3 tools where 2 were asked for"),
    ],
)
def test_what_is_no_working_set_is_refused(samples: Dataflow, order: Order, drawn: object, said: str) -> None:
    with pytest.raises(SamplingError, match=said):
        checked(drawn, samples, order(least=1, size=2))


@given(count=st.integers(1, 400), seed=st.integers(0, 10**6))
def test_a_permutation_meets_each_once(count: int, seed: int) -> None:
    drawn = Permutation.drawn(range(count), Stream(seed))
    assert sorted(drawn) == list(range(count))
    assert drawn[count + 3] == drawn[3 % count]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Chain(1), "length must be from 2 to 8"),
        (lambda: FanIn(1), "sources must be from 2 to 8"),
        (lambda: FanOut(9), "targets must be from 2 to 8"),
        (lambda: Balanced(0), "fresh must be at least 1"),
        (lambda: PowerLaw(0), "exponent must be above 0"),
        (lambda: Distractors(1), "share must be above 0 and below 1"),
        (lambda: NearNames(0), "share must be above 0 and below 1"),
    ],
)
def test_knobs_have_bounds(make: Callable[[], object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()


def test_a_neighbourhood_grows_around_every_tool_of_its_core(samples: Dataflow, order: Order) -> None:
    core = ["search_hotels", "list_cards"]
    spaces = {namespace(samples, name) for name in grown(samples, core, order(size=10))}
    assert spaces == {namespace(samples, name) for name in core}
