"""What lies around a tool."""

from collections.abc import Callable

from digit_tc.sampling.neighbourhood import Neighbour, consumers, grown, namespace, producers
from digit_tc.sampling.sampler import Wanted
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow

Order = Callable[..., Wanted]
Made = Callable[..., Catalogue]


def test_a_namespace_that_fits_is_taken_whole(samples: Dataflow, order: Order) -> None:
    for number in range(5):
        tools = Neighbour()(samples, order(number)).tools
        assert sorted(tools) == sorted(samples.catalogue.beside(namespace(samples, tools[0])))


def test_tools_that_exchange_values_come_first(samples: Dataflow, order: Order) -> None:
    for number, name in enumerate(samples.names):
        near = {*producers(samples, name), *consumers(samples, name)}
        tools = grown(samples, [name], order(number, least=1, size=3))
        assert len(tools) == 3
        assert set(tools[1:]) <= near or near <= set(tools)


def test_what_shares_words_comes_next(made: Made, order: Order) -> None:
    topics = ("movie", "weather", "chess", "garden", "train", "opera")
    verbs = ("ask", "tell", "see", "count", "draw", "move", "start", "stop")
    flow = Dataflow(made(*(f"{verb}_{topic}" for verb in verbs for topic in topics)))
    for number in range(30):
        tools = grown(flow, ["ask_movie"], order(number, size=8))
        assert len(set(tools)) == 8
        assert all(set(name.split("_")) & {"ask", "movie"} for name in tools)


def test_other_namespaces_are_asked_only_for_the_least(made: Made, order: Order) -> None:
    flow = Dataflow(made(*(f"own/{letter * 5}" for letter in "abc"), *(f"else/{letter * 5}" for letter in "defghijk")))
    assert sorted(grown(flow, ["aaaaa"], order(least=3, size=8))) == ["aaaaa", "bbbbb", "ccccc"]
    tools = grown(flow, ["aaaaa"], order(least=6, size=8))
    assert len(set(tools)) == 6
    assert set(tools) >= {"aaaaa", "bbbbb", "ccccc"}


def test_what_is_not_to_be_added_is_not(samples: Dataflow, order: Order) -> None:
    name = "search_hotels"
    without = {*producers(samples, name), *consumers(samples, name)}
    assert without
    assert not set(grown(samples, [name], order(), without=without)) & without


def test_where_nothing_is_related_any_tools_of_the_namespace_are_drawn(made: Made, order: Order) -> None:
    names = [letter * 9 for letter in "abcdefghijklmnopqrstuvwxyz"]
    flow = Dataflow(made(*(f"own/{name}" for name in names), "else/other"))
    drawn = [grown(flow, ["aaaaaaaaa"], order(number, least=5, size=5)) for number in range(20)]
    assert all(len(set(tools)) == 5 and set(tools) <= set(names) for tools in drawn)
    assert len({tuple(sorted(tools)) for tools in drawn}) > 10
