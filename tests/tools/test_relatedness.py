"""What tools have in common."""

import pytest

from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.relatedness import Relatedness
from digit_tc.tools.samples import sample_catalogue
from digit_tc.tools.tool import Source, Tool


def tool(name: str, description: str = "", *arguments: str, space: str = "") -> Tool:
    return Tool(
        name=name,
        namespace=space,
        description=description,
        parameters={"type": "object", "properties": {argument: {"type": "string"} for argument in arguments}},
        source=Source(dialect="flat"),
    )


TOOLS = Catalogue(
    [
        tool("find_movie", "Looks for movies by their director.", "director"),
        tool("weather_today", "Forecast of rain and wind.", "city"),
        tool("rate_movie", "Gives a movie stars.", "movie_id", "stars"),
        tool("weather_tomorrow", "Forecast of rain and wind for the next day.", "city"),
        tool("play_chess"),
    ]
)


def test_the_most_related_tool_comes_first() -> None:
    related = Relatedness(TOOLS)
    assert related.neighbours("weather_today", 3)[0].name == "weather_tomorrow"
    assert [one.name for one in related.neighbours("find_movie", 3)] == ["rate_movie"]
    assert related.neighbours("play_chess", 3) == []


def test_it_is_mutual_and_from_0_to_1() -> None:
    related = Relatedness(TOOLS)
    scores = {(name, one.name): one.score for name in TOOLS.names for one in related.neighbours(name, 9)}
    assert scores
    assert all(0 < score <= 1 and scores[second, first] == score for (first, second), score in scores.items())


def test_of_equals_the_first_in_the_catalogue_is_first() -> None:
    found = Catalogue([tool("ask"), *(tool(f"ask_{name}") for name in ("c", "a", "b"))])
    assert [one.name for one in Relatedness(found).neighbours("ask", 2)] == ["ask_c", "ask_a"]


def test_those_of_the_own_namespace_are_closest() -> None:
    found = Catalogue(
        [tool("ask", space="x"), tool("ask_all", space="y"), tool("go", space="x"), tool("run", space="x")]
    )
    related = Relatedness(found)
    assert related.closest("ask", (1, 2, 3), 2) == [2, 3]
    assert related.closest("ask", (1, 2, 3), 3) == [1, 2, 3]
    assert related.closest("ask", (1, 2), 1) == [2]


def test_there_must_be_such_a_tool() -> None:
    with pytest.raises(KeyError):
        Relatedness(TOOLS).neighbours("fly", 1)


def test_packaged_tools_are_related_within_their_namespace() -> None:
    found = sample_catalogue()
    related = Relatedness(found)
    best = [(name, related.neighbours(name, 1)) for name in found.names]
    same = [found[name].namespace == found[near[0].name].namespace for name, near in best if near]
    assert len(same) >= 0.9 * len(found)
    assert sum(same) >= 0.7 * len(same)
