"""Calls that a model wrote become a plan, or one sentence about why they do not."""

from typing import Any

import pytest

from digit_tc.errors import PlanError
from digit_tc.forward.written import reference, written
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.samples import sample_catalogue

FLIGHTS = {"origin_city": "Oslo", "destination_city": "Rome", "departure_date": "2024-05-03"}


@pytest.fixture(scope="module")
def flow() -> Dataflow:
    return Dataflow(sample_catalogue())


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("$3.id", ["id"]),
        ("$3.orders[0].id", ["orders", 0, "id"]),
        ("$3/orders/0/id", ["orders", 0, "id"]),
        ("$3[1]", [1]),
    ],
)
def test_a_reference_says_call_and_path(text: str, path: list[str | int]) -> None:
    assert reference(text) == {"call": "$3", "path": path}


@pytest.mark.parametrize("value", ["$3", "$3 off", "$3.50", "3.id", "costs $3.50 each", 3, None])
def test_other_values_are_none(value: Any) -> None:
    assert reference(value) is None


def test_a_plan_is_numbered_on_and_its_references_are_found(flow: Dataflow) -> None:
    book = {"flight_id": "$4.flights[0].flight_id", "passenger": {"name": "Ana", "email": "a@x.org"}}
    plan = written([("search_flights", FLIGHTS), ("book_flight", book)], flow.names, flow, 4)
    assert [call["id"] for call in plan] == ["$4", "$5"]
    assert plan[1]["references"] == {"/flight_id": {"call": "$4", "path": ["flights", 0, "flight_id"]}}
    assert [call["group"] for call in plan] == [0, 1]
    assert not any(call["implicit"] for call in plan)


@pytest.mark.parametrize(
    ("calls", "said"),
    [
        ([], "no call was planned"),
        ([("fly_away", {})], "there is no tool 'fly_away'"),
        ([("get_hotel", {"hotel_id": "$1.id"})], "a call of get_hotel refers to one that does not come before it"),
        ([("search_flights", {"origin_city": 3})], "a call of search_flights does not fit its schema"),
    ],
)
def test_what_is_no_plan(calls: list[tuple[str, dict[str, Any]]], said: str, flow: Dataflow) -> None:
    with pytest.raises(PlanError, match=said):
        written(calls, flow.names, flow, 1)
