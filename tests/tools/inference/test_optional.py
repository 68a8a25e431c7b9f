"""What may be left out, where nothing lists what is required."""

import pytest

from digit_tc.tools.inference.optional import optional_because, required_of


@pytest.mark.parametrize(
    ("name", "described", "rule"),
    [
        ("note", "An optional note", "optional-prose"),
        ("note", "A note, if not provided the last one is used", "optional-prose"),
        ("note", "A note. Can be left out", "optional-prose"),
        ("size", "The size, defaults to 5", "optional-default"),
        ("limit", "How many to show", "optional-name"),
        ("limit", "How many to show, required", ""),
        ("title", "The title", ""),
    ],
)
def test_what_says_that_an_argument_may_be_left_out(name: str, described: str, rule: str) -> None:
    assert optional_because(name, {"description": described}, "search_books") == rule


def test_a_default_may_be_left_out_whatever_it_is() -> None:
    assert optional_because("size", {"default": None}) == "optional-default"


def test_a_calculation_needs_its_radius() -> None:
    assert required_of({"radius": {}}, "calculate_area") == ["radius"]
    assert required_of({"place": {}, "radius": {}}, "search_cafes") == ["place"]


@pytest.mark.parametrize(
    ("names", "described", "needed"),
    [
        (["title", "genre", "actor"], "Search by title, genre, or actor", ["title"]),
        (["title", "genre"], "Search by title and genre", ["title", "genre"]),
        (["latitude", "longitude", "kind"], "Search near a point", ["latitude", "longitude"]),
        (["check_in_date", "check_out_date", "city"], "", ["check_in_date", "check_out_date"]),
        (["start_location", "end_location"], "", ["start_location", "end_location"]),
    ],
)
def test_a_search_needs_its_first_criterion_and_what_belongs_to_it(
    names: list[str], described: str, needed: list[str]
) -> None:
    assert required_of({name: {} for name in names}, "search_things", described) == needed


def test_what_is_no_search_needs_everything_that_nothing_excuses() -> None:
    properties = {"title": {}, "text": {}, "color": {"description": "optional"}}
    assert required_of(properties, "create_note") == ["title", "text"]
