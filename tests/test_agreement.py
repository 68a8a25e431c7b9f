"""Calls that were read out of a request are compared with the plan by what they mean, not by how they are written."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digit_tc.backtranslation.agreement import Recovered, disagreements
from digit_tc.backtranslation.comparison import Mismatch
from digit_tc.backtranslation.consensus import Attempt, common, settled
from digit_tc.state import PlannedCall
from digit_tc.tools.tool import Source, Tool

TEXT = {"type": "string"}
SEARCH = Tool(
    name="search_flights",
    parameters={
        "type": "object",
        "properties": {
            "origin": TEXT,
            "destination": TEXT,
            "date": {"type": "string", "format": "date"},
            "passengers": {"type": "integer"},
            "nonstop": {"type": "boolean"},
            "cabin": {"type": "string", "enum": ["economy", "business"], "default": "economy"},
        },
    },
    source=Source(dialect="test"),
)
BOOK = Tool(
    name="book_flight",
    parameters={
        "type": "object",
        "properties": {"flight_id": TEXT, "email": TEXT, "labels": {"type": "array", "items": TEXT}},
    },
    source=Source(dialect="test"),
)
TODAY = date(2024, 3, 1)
SAID = "Book a nonstop flight from Oslo to Lisbon on March 5 for four people, labels work and trip; ana@example.com."


def planned(tool: str, number: int, arguments: dict[str, Any], **more: Any) -> PlannedCall:
    call: dict[str, Any] = {
        "id": f"${number}", "tool": tool, "arguments": arguments, "references": {}, "implicit": False, "group": number,
    }  # fmt: skip
    found: PlannedCall = call | more  # type: ignore[assignment]
    return found


ROUTE = {"origin": "Oslo", "destination": "Lisbon", "date": "2024-03-05", "passengers": 4, "nonstop": True}
BOOKING = {"email": "ana@example.com", "labels": ["work", "trip"]}
PLAN = [
    planned("search_flights", 1, ROUTE, implicit=True),
    planned("book_flight", 2, BOOKING, references={"/flight_id": {"call": "$1", "path": ["flights", 0, "flight_id"]}}),
]


def found(*calls: tuple[str, dict[str, Any]], said: str = SAID) -> list[tuple[str, str]]:
    recovered = [Recovered(tool, arguments) for tool, arguments in calls]
    return [(one.code, one.pointer) for one in disagreements(PLAN, [SEARCH, BOOK], recovered, said, TODAY)]


def route(**changes: Any) -> tuple[str, dict[str, Any]]:
    return "search_flights", {**ROUTE, **changes}


def booking(**changes: Any) -> tuple[str, dict[str, Any]]:
    return "book_flight", {"flight_id": "$1.flight_id", **BOOKING, **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"date": "March 5, 2024"},
        {"date": "2024-03-05", "passengers": 4.0},
        {"passengers": "four"},
        {"origin": "oslo "},
        {"cabin": "economy"},
        {"nonstop": "true"},
        {"cabin": None},
    ],
)
def test_the_calls_of_the_plan_agree_however_they_are_written(changes: dict[str, Any]) -> None:
    assert found(route(**changes), booking()) == []
    assert found(booking(), route(**changes)) == []


@pytest.mark.parametrize(
    ("changes", "difference"),
    [
        ({"date": "2024-03-06"}, ("missing", "/date")),
        ({"passengers": 5}, ("missing", "/passengers")),
        ({"passengers": None}, ("missing", "/passengers")),
        ({"origin": "$0.city"}, ("missing", "/origin")),
        ({"origin": "Oslo, Bergen"}, ("missing", "/origin")),
        ({"nonstop": False}, ("missing", "/nonstop")),
    ],
)
def test_another_value_is_named_with_its_place(changes: dict[str, Any], difference: tuple[str, str]) -> None:
    assert found(route(**changes), booking()) == [difference]


def test_exchanged_values_are_two_differences() -> None:
    assert found(route(origin="Lisbon", destination="Oslo"), booking()) == [
        ("missing", "/origin"),
        ("missing", "/destination"),
    ]


def test_lists_count_by_what_is_in_them() -> None:
    assert found(route(), booking(labels=["trip", "work"])) == []
    assert found(route(), booking(labels=["trip"])) == [("missing", "/labels/0")]


def test_a_call_that_is_left_out_lacks_its_values() -> None:
    assert {code for code, _ in found(booking())} == {"missing"}
    assert len(found(booking())) == len(ROUTE)
    bare = [planned("search_flights", 1, {}, implicit=True), PLAN[1]]
    assert disagreements(bare, [SEARCH, BOOK], [Recovered(*booking())], SAID, TODAY) == []
    asked = [planned("search_flights", 1, {}), PLAN[1]]
    assert disagreements(asked, [SEARCH, BOOK], [Recovered(*booking())], SAID, TODAY)[0].code == "missing"


def test_what_the_request_says_beside_the_plan_is_unplanned_and_what_a_model_makes_up_is_not() -> None:
    assert found(route(cabin="business"), booking(), said=f"{SAID} Make it business class.") == [
        ("unplanned", "/cabin")
    ]
    assert found(route(cabin="business"), booking()) == []
    assert found(route(), booking(), route(origin="Bergen"), said=f"{SAID} Also look from Bergen.") == [
        ("unplanned", "")
    ]
    assert found(route(), booking(), route()) == []
    assert found(route(), booking(), ("fly_away", {})) == [("unplanned", "")]


def test_an_amount_in_dollars_is_no_reference() -> None:
    plan = [planned("book_flight", 1, {"email": "$150"})]
    assert disagreements(plan, [BOOK], [Recovered("book_flight", {"email": "$150"})], "Pay $150.", TODAY) == []


@given(st.permutations([route(), booking()]), st.sampled_from(sorted(ROUTE)))
def test_a_value_that_is_missing_is_always_found(calls: list[tuple[str, dict[str, Any]]], name: str) -> None:
    lacking = [(tool, {key: value for key, value in given.items() if key != name}) for tool, given in calls]
    assert found(*lacking) == [("missing", f"/{name}")]


WORDS = st.text(alphabet="ab17 $.-/:@\u00e9", max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(10**400) | st.floats(allow_nan=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from([*ROUTE, "flight_id", "email", "labels", "other"])
CALL = st.tuples(st.sampled_from(["search_flights", "book_flight", "fly"]), st.dictionaries(NAMES, JSON, max_size=4))


@settings(max_examples=40)
@given(st.lists(CALL, max_size=4))
def test_whatever_a_model_makes_up_is_compared_and_does_not_agree(calls: list[tuple[str, dict[str, Any]]]) -> None:
    assert found(*calls)


AGREES, UNREAD = Attempt(), Attempt(unreadable="cut off")
DIFFERS = Attempt(differences=(Mismatch("missing", 4, "four is not said", "$1", "search_flights", "/passengers"),))
OTHER = Attempt(differences=(Mismatch("missing", 5, "five is not said", "$1", "search_flights", "/date"),))


@pytest.mark.parametrize(
    ("attempts", "samples", "status"),
    [
        ([], 3, None),
        ([AGREES], 3, "pass"),
        ([DIFFERS], 1, "fail"),
        ([UNREAD], 1, "unknown"),
        ([DIFFERS], 3, None),
        ([DIFFERS, AGREES], 3, None),
        ([DIFFERS, AGREES, AGREES], 3, "pass"),
        ([UNREAD, AGREES, AGREES], 3, "pass"),
        ([DIFFERS, DIFFERS], 3, "fail"),
        ([UNREAD, DIFFERS], 3, "fail"),
        ([UNREAD, UNREAD], 3, "unknown"),
        ([DIFFERS, AGREES, UNREAD], 3, "fail"),
        ([DIFFERS, AGREES], 2, "fail"),
    ],
)
def test_the_first_reading_or_most_of_them_decide(attempts: list[Attempt], samples: int, status: str | None) -> None:
    assert settled(attempts, samples) == status


def test_what_most_readings_found_comes_first() -> None:
    assert [one.pointer for one in common([OTHER, DIFFERS, DIFFERS])] == ["/passengers", "/date"]


@given(st.lists(st.sampled_from([AGREES, DIFFERS, UNREAD]), max_size=9), st.integers(1, 9))
def test_it_is_always_settled_in_time_and_never_without_a_reading_that_agrees(
    tail: list[Attempt], samples: int
) -> None:
    made: list[Attempt] = []
    rest = iter(tail + [UNREAD] * samples)
    while (status := settled(made, samples)) is None:
        made.append(next(rest))
    assert len(made) <= samples
    assert status != "pass" or AGREES in made
