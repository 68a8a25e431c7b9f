"""Which tools a conversation is about."""

from digit_tc.nodes.scenario import neighbourhood
from digit_tc.streams import Stream
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.samples import sample_catalogue
from digit_tc.tools.tool import Source, Tool


def tool(name: str, space: str) -> Tool:
    return Tool(name=name, namespace=space, parameters={"type": "object"}, source=Source(dialect="flat"))


def draw(flow: Dataflow, seed: int, most: int = 15) -> list[str]:
    return neighbourhood(flow.catalogue, flow, most, Stream("tools", seed))


def test_a_namespace_that_fits_is_taken_whole() -> None:
    flow = Dataflow(found := sample_catalogue())
    for seed in range(5):
        names = draw(flow, seed)
        spaces = {found[name].namespace for name in names}
        assert len(spaces) == 1
        assert names == found.beside(spaces.pop())


def test_tools_that_exchange_values_come_first() -> None:
    flow = Dataflow(found := sample_catalogue())
    for seed in range(20):
        names = draw(flow, seed, most=3)
        assert len(names) == 3
        view = flow.only(names)
        first = Stream("tools", seed).choice(found.names)
        near = {edge.producer for edge in flow.feeding(first)} | {edge.consumer for edge in flow.fed(first)}
        if len(near & set(found.beside(found[first].namespace))) >= 2:
            assert view.feeding(first) or view.fed(first)


def test_a_large_namespace_gives_tools_that_have_something_in_common() -> None:
    topics = ("movie", "weather", "chess", "garden", "train", "opera")
    verbs = ("ask", "tell", "see", "count", "draw", "move", "start", "stop")
    found = Catalogue([tool(f"{verb}_{topic}", "all") for verb in verbs for topic in topics])
    flow = Dataflow(found)
    for seed in range(30):
        names = draw(flow, seed, most=8)
        first = Stream("tools", seed).choice(found.names)
        assert len(set(names)) == 8
        assert first in names
        assert names == sorted(names, key=found.place)
        share = [name for name in names if set(name.split("_")) & set(first.split("_"))]
        assert len(share) == 8
        assert names == draw(flow, seed, most=8)


def test_where_nothing_is_related_any_tools_of_the_namespace_are_drawn() -> None:
    names = [letter * 9 for letter in "abcdefghijklmnopqrstuvwxyz"]
    found = Catalogue([*(tool(name, "own") for name in names), tool("other", "else")])
    flow = Dataflow(found)
    drawn = [draw(flow, seed, most=5) for seed in range(20)]
    assert all(len(set(some)) == 5 and set(some) <= set(names) for some in drawn if "other" not in some)
    assert len({tuple(some) for some in drawn}) > 10
