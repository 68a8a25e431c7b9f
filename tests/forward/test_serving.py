"""A request that was written without a plan is served by the tools that it names, with the values that it gives."""

from datetime import date

import pytest

from digit_tc.backtranslation.reading import read
from digit_tc.errors import PlanError
from digit_tc.forward.recognition import recognised
from digit_tc.forward.serving import Serving
from digit_tc.forward.wishes import Wishes, drawn
from digit_tc.planning.past import Past
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.samples import sample_catalogue
from digit_tc.values.persona import draw_persona
from digit_tc.world.fold import EMPTY

TODAY = date(2024, 3, 5)
TRAVEL = ["search_flights", "book_flight", "cancel_flight_booking", "search_hotels", "get_hotel", "book_hotel"]
PAST = Past((), EMPTY, 0)


@pytest.fixture(scope="module")
def serving() -> Serving:
    flow = Dataflow(sample_catalogue())
    return Serving(flow, TRAVEL, PAST, draw_persona(Stream("persona")), TODAY)


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("Please find flights to Rome. Then look for hotels there.", ["search_flights", "search_hotels"]),
        ("Call off the flight booking FB-12345.", ["cancel_flight_booking"]),
        ("Book a hotel for two. Thanks! It is urgent.", ["book_hotel"]),
        ("What is the weather like?", []),
    ],
)
def test_tools_are_recognised_in_the_order_of_the_text(said: str, names: list[str]) -> None:
    assert recognised(read(said, TODAY), TRAVEL) == names


def test_what_is_said_is_taken_and_nothing_optional_is_added(serving: Serving) -> None:
    said = "Please find flights from Oslo to Rome on May 3, 2024."
    (call,) = serving.plan(said, [], Stream("any"), 4)
    assert call["tool"] == "search_flights"
    assert call["arguments"] == {"origin_city": "Oslo", "destination_city": "Rome", "departure_date": "2024-05-03"}
    assert call["references"] == {}


def test_what_is_not_said_comes_from_an_earlier_call_or_is_made_up(serving: Serving) -> None:
    said = "Find flights from Oslo to Rome on May 3, 2024. Then book a flight."
    search, book = serving.plan(said, [], Stream("any"), 4)
    assert book["references"]["/flight_id"]["call"] == search["id"]
    (alone,) = serving.plan("Please get that hotel.", [], Stream("any"), 4)
    assert set(alone["arguments"]) == {"hotel_id"}
    assert str(alone["arguments"]["hotel_id"]).startswith("HT-")


def test_a_request_that_no_tool_serves(serving: Serving) -> None:
    with pytest.raises(PlanError, match="asks for nothing that a tool does"):
        serving.plan("What is the weather like?", [], Stream("any"), 4)


def test_wishes_know_no_dataflow(serving: Serving) -> None:
    wishes = Wishes(serving.flow, PAST, serving.persona, TODAY)
    for seed in range(5):
        names = drawn(TRAVEL, {"search_flights"}, Stream(seed), 3)
        assert len(names) == 3
        assert "search_flights" not in names  # used before, and there are others
        made = wishes.of(names, Stream(seed))
        assert [wish["tool"] for wish in made] == names
        assert not any(wish["references"] or wish["implicit"] for wish in made)
    with pytest.raises(PlanError, match="no tools to ask for"):
        wishes.of([], Stream(0))
