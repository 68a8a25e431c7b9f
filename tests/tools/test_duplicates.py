"""Tools that are the same or nearly so, and the join that finds them."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.duplicates import Group, near_duplicates, one_apart
from digit_tc.tools.joining import similar_pairs
from digit_tc.tools.samples import sample_catalogue
from digit_tc.tools.tool import Source, Tool


def tool(name: str, description: str = "", *arguments: str, kind: str = "string", alias: str = "") -> Tool:
    return Tool(
        name=name,
        alias=alias,
        description=description,
        parameters={"type": "object", "properties": {argument: {"type": kind} for argument in arguments}},
        source=Source(dialect="flat"),
    )


def groups(*tools: Tool) -> list[tuple[str, tuple[str, ...]]]:
    return [(group.kind, group.names) for group in near_duplicates(Catalogue(tools))]


PRIME = "Says whether a whole number has no divisor but one and itself."


def test_equal_specifications_under_other_names_are_exact() -> None:
    spaced = f"  {PRIME.replace(' has', chr(10) + ' has')}"
    found = groups(tool("check_prime", PRIME, "number"), tool("is_it_prime", spaced, "number"), tool("go", "Goes."))
    assert found == [("exact", ("check_prime", "is_it_prime"))]
    other_type = tool("is_it_prime", PRIME, "number", kind="integer")
    assert ("exact", ("check_prime", "is_it_prime")) not in groups(tool("check_prime", PRIME, "number"), other_type)


def test_most_words_in_common_make_tools_near() -> None:
    first = tool("look_up_weather", f"{PRIME} It tells rain, wind, clouds and warmth of a town by day.", "town", "day")
    second = tool("look_up_weather_now", first.description + " Quick.", "town", "day")
    assert groups(first, second, tool("sing", "Sings a song.")) == [
        ("near", ("look_up_weather", "look_up_weather_now"))
    ]
    (group,) = near_duplicates(Catalogue([first, second]))
    assert 0.8 <= group.similarity < 1
    assert near_duplicates(Catalogue([first, second]), threshold=0.99) == ()


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("get_user_info", "getUserInfo", True),
        ("get_user_info", "get_users_info", True),
        ("find_cafe_nearby", "find_nearby_cafes", True),
        ("retrieve_colour", "retrieve_color", True),
        ("get_hat", "get_cat", False),
        ("get_user_info", "get_user_photo", False),
    ],
)
def test_names_that_say_the_same(first: str, second: str, same: bool) -> None:
    found = groups(tool(first, "One thing.", "a1"), tool(second, "Quite another matter.", "b2"))
    assert found == ([("names", (first, second))] if same else [])


def test_tools_of_one_name_that_were_told_apart_have_one_name() -> None:
    found = groups(tool("seek", "One thing."), tool("seek_2", "Quite another matter.", alias="seek"))
    assert found == [("names", ("seek", "seek_2"))]


def test_tools_that_say_nothing_are_not_the_same() -> None:
    assert groups(tool("alpha"), tool("omega")) == []


def test_a_group_is_told_once() -> None:
    twins = tool("get_user_info", "Tells of a user.", "name"), tool("getUserInfo", "Tells of a user.", "name")
    assert near_duplicates(Catalogue(twins)) == (Group("exact", ("get_user_info", "getUserInfo"), 1.0),)


def test_packaged_tools_are_all_different() -> None:
    assert near_duplicates(sample_catalogue()) == ()


def jaccard(first: set[str], second: set[str]) -> float:
    return len(first & second) / len(first | second) if first and second else 0.0


@given(
    sets=st.lists(st.sets(st.sampled_from("abcdefghijklmnop"), max_size=12), max_size=14),
    threshold=st.sampled_from([0.2, 0.34, 0.5, 2 / 3, 0.7, 0.8, 0.9, 1.0]),
)
def test_the_join_finds_what_comparing_every_two_finds(sets: list[set[str]], threshold: float) -> None:
    every = [
        (first, second, jaccard(sets[first], sets[second]))
        for first, second in combinations(range(len(sets)), 2)
        if jaccard(sets[first], sets[second]) >= threshold
    ]
    assert sorted(similar_pairs(sets, threshold)) == every


@pytest.mark.parametrize("threshold", [0.0, -1.0, 1.5, float("nan")])
def test_a_threshold_is_above_0_and_at_most_1(threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold"):
        list(similar_pairs([{"a"}], threshold))


def distance(first: str, second: str) -> int:
    before = list(range(len(second) + 1))
    for at, letter in enumerate(first, start=1):
        here = [at]
        for to, other in enumerate(second, start=1):
            here.append(min(before[to] + 1, here[-1] + 1, before[to - 1] + (letter != other)))
        before = here
    return before[-1]


@given(first=st.text("ab", max_size=6), second=st.text("ab", max_size=6))
def test_one_edit_apart_is_a_distance_of_one(first: str, second: str) -> None:
    assert one_apart(first, second) == (distance(first, second) == 1)


@given(names=st.lists(st.text("ab", min_size=10, max_size=12), unique=True, max_size=8))
def test_every_two_long_names_one_edit_apart_are_linked(names: list[str]) -> None:
    tools = [tool(name, f"word{at} other{at}") for at, name in enumerate(names)]
    linked = {name for group in near_duplicates(Catalogue(tools)) for name in group.names}
    apart = {name for pair in combinations(names, 2) if distance(*pair) == 1 for name in pair}
    assert linked == apart
