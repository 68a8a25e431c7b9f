"""Requests and reports in words."""

from datetime import date
from typing import Any

import pytest

from digit_tc.phrasing.goals import VERBS, goal
from digit_tc.phrasing.report import Report, Shown
from digit_tc.phrasing.request import Request
from digit_tc.phrasing.spoken import listed, said_date, said_enum, said_money, said_number, said_time
from digit_tc.planning.references import literals
from digit_tc.state import PlannedCall, Reference
from digit_tc.streams import Stream
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.samples import sample_catalogue
from digit_tc.tools.tool import Source, Tool
from digit_tc.values.persona import draw_persona

from ..independent.origin import unknown_origins

TODAY = date(2025, 3, 5)
PERSONA = draw_persona(Stream("somebody"))


@pytest.fixture(scope="module")
def flow() -> Dataflow:
    return Dataflow(sample_catalogue())


def call(
    number: int, tool: str, arguments: dict[str, Any], *, implicit: bool = False, **refs: Reference
) -> PlannedCall:
    references = {f"/{name}": reference for name, reference in refs.items()}
    return PlannedCall(
        id=f"${number}", tool=tool, arguments=arguments, references=references, implicit=implicit, group=number
    )


def requests(flow: Dataflow, *plan: PlannedCall, count: int = 30) -> list[str]:
    return [Request(flow, list(plan), [], PERSONA, TODAY, Stream("wording", seed)).text() for seed in range(count)]


SEARCH = {"origin_city": "Oslo", "destination_city": "Lima", "departure_date": "2025-04-01"}
PASSENGER = {"passenger": {"name": "Ana Silva", "email": "ana@example.com"}}
CHEAPEST = Reference(call="$1", path=["flights", "lowest:price", "flight_id"])


def said(text: str, plan: list[PlannedCall], flow: Dataflow) -> bool:
    """Whether every literal of a plan has its origin in the text, by the instrument that shares no code."""
    steps: list[dict[str, Any]] = [{"user": text}]
    for one in plan:
        given = {pointer: value for pointer, value in literals(one)}
        arguments = {pointer.removeprefix("/"): value for pointer, value in given.items() if pointer.count("/") == 1}
        steps.append({"call": {"id": one["id"], "name": one["tool"], "arguments": arguments}, "result": {}})
    tools = [flow[one["tool"]].tool for one in plan]
    declared = [{"name": tool.name, "description": "", "parameters": tool.parameters} for tool in tools]
    row = {"id": "x", "context": "Today is 2025-03-05.", "tools": declared, "steps": steps}
    return unknown_origins(row) == []


def test_every_value_is_woven_in_and_no_tool_is_named(flow: Dataflow) -> None:
    plan = [call(1, "search_flights", SEARCH), call(2, "book_flight", PASSENGER, flight_id=CHEAPEST)]
    for text in requests(flow, *plan):
        assert said(text, plan, flow), text
        assert "Ana Silva" in text
        assert "ana@example.com" in text
        assert "_" not in text
        assert "$1" not in text


def test_a_hidden_look_up_is_not_spoken_of_but_its_values_are(flow: Dataflow) -> None:
    hidden = call(1, "search_flights", SEARCH, implicit=True)
    for text in requests(flow, hidden, call(2, "book_flight", PASSENGER, flight_id=CHEAPEST)):
        assert "search" not in text.lower()
        assert "find" not in text.lower()
        assert "Oslo" in text
        assert "Lima" in text
        assert any(word in text for word in ("cheapest", "least expensive", "most affordable"))


def test_the_goal_comes_before_what_follows_from_it(flow: Dataflow) -> None:
    plan = [call(1, "search_flights", SEARCH), call(2, "book_flight", PASSENGER, flight_id=CHEAPEST)]
    for text in requests(flow, *plan):
        assert text.index("Oslo") < text.index("Ana Silva")


def test_one_plan_is_asked_for_in_many_ways(flow: Dataflow) -> None:
    texts = requests(flow, call(1, "search_flights", SEARCH), count=60)
    assert len(set(texts)) >= 50


def test_a_request_is_the_same_for_the_same_stream(flow: Dataflow) -> None:
    plan = [call(1, "search_flights", SEARCH)]
    assert requests(flow, *plan, count=5) == requests(flow, *plan, count=5)


def test_values_are_said_as_people_say_them() -> None:
    stream = Stream("said")
    dates = {said_date("2025-03-08", TODAY, stream) for _ in range(80)}
    assert {"March 8", "March 8th", "8 March", "Saturday, March 8"} <= dates
    assert {said_date("2025-03-06", TODAY, stream) for _ in range(40)} >= {"tomorrow"}
    assert all("2026" in said_date("2026-03-08", TODAY, stream) for _ in range(40))
    assert {said_time("14:30", stream) for _ in range(40)} == {"2:30 pm", "2:30pm", "14:30"}
    assert {said_money(1250.5, stream) for _ in range(60)} == {
        "$1,250.50",
        "1,250.50 dollars",
        "$1250.50",
        "1250.50 dollars",
    }
    assert {said_number(3, stream, words=True) for _ in range(30)} == {"3", "three"}
    assert said_enum("in_progress") == "in progress"
    assert said_enum("saturday") == "Saturday"
    assert listed(["a", "b", "c"]) == "a, b and c"


@pytest.mark.parametrize(
    ("name", "description", "known", "words"),
    [
        ("book_hotel", "Book a hotel.", False, {"book a hotel", "reserve a hotel"}),
        ("cancel_order", "Cancel an order.", True, {"cancel the order", "call off the order"}),
        ("list_open_tickets", "", False, {f"{verb} open tickets" for verb in VERBS["list"]}),
        ("ls", "List the contents of the current directory.", True, {"list the contents"}),
        ("mean", "Calculates the mean of a list of numbers.", False, {"calculate the mean of a list of numbers"}),
        ("get_user_details", "", True, {f"{verb} my details" for verb in VERBS["get"]}),
    ],
)
def test_tools_are_worded_as_goals(name: str, description: str, known: bool, words: set[str]) -> None:
    tool = Tool(name=name, description=description, parameters={"type": "object"}, source=Source(dialect="flat"))
    understood = Dataflow(Catalogue([tool]))[name]
    worded = {goal(understood, Stream("goal", seed), known=known).phrase for seed in range(30)}
    assert worded <= words | {"list the contents of the current directory"}
    assert worded & words or name == "ls"


def report(flow: Dataflow, *calls: Shown, seed: int = 0) -> str:
    return Report(flow, calls, Stream("report", seed)).text()


def test_a_report_tells_the_values_of_the_result(flow: Dataflow) -> None:
    booked = {"flight_booking_id": "FB-12345", "flight_id": "FL-1", "price": 420.5, "status": "confirmed"}
    text = report(flow, Shown("book_flight", {"flight_id": "FL-1"}, booked, "", goal=True))
    assert "FB-12345" in text
    assert "420.50" in text
    assert "FL-1" not in text  # the user gave it


def test_a_report_counts_and_lists_what_was_found(flow: Dataflow) -> None:
    hotels = [
        {"hotel_id": f"HT-{at}", "name": f"Hotel {at}", "city": "Oslo", "nightly_rate": 90 + at} for at in range(6)
    ]
    text = report(flow, Shown("search_hotels", {"city": "Oslo"}, {"hotels": hotels}, "", goal=True))
    assert "6 hotels" in text
    assert "Hotel 0" in text
    assert "and 2 more" in text
    assert "Oslo" not in text  # all of them are there, and it was asked for
    assert "no hotels" in report(flow, Shown("search_hotels", {"city": "Oslo"}, {"hotels": []}, "", goal=True))


def test_a_report_admits_what_failed(flow: Dataflow) -> None:
    text = report(flow, Shown("book_flight", {}, None, "card expired", goal=False))
    assert "could not" in text
    assert "card expired" in text


def test_hidden_look_ups_are_not_reported(flow: Dataflow) -> None:
    found = Shown("search_hotels", {}, {"hotels": [{"hotel_id": "HT-1", "name": "Sea View"}]}, "", goal=False)
    assert "Sea View" not in report(flow, found)
