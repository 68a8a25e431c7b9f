"""Simulated calls: results fit their schemas, and one id shows one set of attributes."""

from datetime import date
from typing import Any

import pytest

from digit_tc.planning.filling import Filling
from digit_tc.planning.past import Past
from digit_tc.state import Event, PlannedCall
from digit_tc.streams import Stream, Streams
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.samples import sample_catalogue
from digit_tc.tools.schema import violations
from digit_tc.tools.tool import Source, Tool
from digit_tc.values.persona import draw_persona
from digit_tc.world.fold import EMPTY, World, fold
from digit_tc.world.simulation import Simulation

TODAY = date(2025, 3, 5)
PERSONA = draw_persona(Stream("somebody"))


class Backend:
    """A simulation together with its world."""

    def __init__(self, flow: Dataflow, seed: int = 0) -> None:
        names = list(flow.names)
        self.simulation = Simulation(flow, names, Streams("test", seed), PERSONA, TODAY)
        self.world: World = EMPTY
        self.step = 0

    def event(self, tool: str, /, **arguments: Any) -> Event:
        """Makes a call and commits it."""
        event = self.simulation.answer(tool, arguments, self.world)
        event["event_id"], event["step"], event["index"], event["turn"] = f"{self.step}.0", self.step, 0, 0
        self.step += 1
        self.world = fold(self.world, event)
        return event

    def call(self, tool: str, /, **arguments: Any) -> Any:
        """Makes a call that must succeed and returns its result."""
        event = self.event(tool, **arguments)
        assert event["outcome"] == "ok", event["error"]
        return event["result"]


@pytest.fixture(scope="module")
def flow() -> Dataflow:
    return Dataflow(sample_catalogue())


@pytest.fixture
def backend(flow: Dataflow) -> Backend:
    return Backend(flow)


def test_every_sample_tool_answers_within_its_schema(flow: Dataflow) -> None:
    past = Past((), EMPTY, 0)
    for name in flow.names:
        for seed in range(5):
            bare = PlannedCall(id="$1", tool=name, arguments={}, references={}, implicit=False, group=0)
            filled = Filling(flow, past.said(flow), PERSONA, TODAY, Stream(name, seed)).fill([bare])[0]
            assert violations(flow[name].tool.parameters, filled["arguments"]) == []
            event = Backend(flow, seed).event(name, **filled["arguments"])
            assert event["outcome"] == "ok", event
            assert violations(flow[name].tool.output_schema or {}, event["result"]) == []


def test_what_was_listed_is_shown_again(backend: Backend) -> None:
    listed = backend.call("search_hotels", city="Lisbon")["hotels"]
    assert len({hotel["hotel_id"] for hotel in listed}) == len(listed) > 1
    for hotel in listed:
        shown = backend.call("get_hotel", hotel_id=hotel["hotel_id"])
        assert {key: shown[key] for key in hotel if key in shown} == {key: hotel[key] for key in hotel if key in shown}
    assert backend.call("search_hotels", city="Lisbon")["hotels"] == listed


def test_a_search_keeps_to_what_was_asked(backend: Backend) -> None:
    for limit in (70, 120, 300):
        hotels = backend.call("search_hotels", city="Oslo", max_nightly_rate=limit)["hotels"]
        assert all(hotel["city"] == "Oslo" and hotel["nightly_rate"] <= limit for hotel in hotels)
    other = backend.call("search_hotels", city="Lima")["hotels"]
    assert all(hotel["city"] == "Lima" for hotel in other)


def test_another_search_term_does_not_find_the_same_things(backend: Backend) -> None:
    kettles = {one["product_id"] for one in backend.call("search_products", query="kettle")["products"]}
    scarves = {one["product_id"] for one in backend.call("search_products", query="scarf")["products"]}
    assert not kettles & scarves


def test_what_is_made_is_new_each_time_and_can_be_read(backend: Backend) -> None:
    first = backend.call("create_event", title="Standup", date="2025-03-06", start_time="09:00", end_time="09:30")
    second = backend.call("create_event", title="Review", date="2025-03-07", start_time="10:00", end_time="11:00")
    assert first["event_id"] != second["event_id"]
    shown = backend.call("get_event", event_id=first["event_id"])
    assert (shown["title"], shown["date"], shown["start_time"]) == ("Standup", "2025-03-06", "09:00")


def test_a_change_is_seen_by_later_reads_and_nothing_else_changes(backend: Backend) -> None:
    made = backend.call("create_event", title="Standup", date="2025-03-06", start_time="09:00", end_time="09:30")
    before = backend.call("get_event", event_id=made["event_id"])
    backend.call("update_event", event_id=made["event_id"], title="Retro", start_time="09:00", end_time="09:30")
    after = backend.call("get_event", event_id=made["event_id"])
    assert after["title"] == "Retro"
    assert {**after, "title": "", "status": ""} == {**before, "title": "", "status": ""}


def test_what_was_deleted_is_gone(backend: Backend) -> None:
    event = backend.call("create_event", title="Standup", date="2025-03-06", start_time="09:00", end_time="09:30")
    reminder = backend.call(
        "create_reminder", event_id=event["event_id"], remind_at="2025-03-06T08:00:00Z", channel="email"
    )
    backend.call("delete_reminder", reminder_id=reminder["reminder_id"])
    again = backend.event("delete_reminder", reminder_id=reminder["reminder_id"])
    assert again["outcome"] == "error"
    assert again["error"]["code"] == "not_found"


def test_two_bookings_of_one_flight_are_two_bookings(backend: Backend) -> None:
    passenger = {"name": "Ana Silva", "email": "ana@example.com"}
    flight = backend.call("search_flights", origin_city="Oslo", destination_city="Lima", departure_date="2025-04-01")
    identity = flight["flights"][0]["flight_id"]
    first = backend.call("book_flight", flight_id=identity, passenger=passenger)
    second = backend.call("book_flight", flight_id=identity, passenger=passenger, checked_bags=2)
    assert first["flight_booking_id"] != second["flight_booking_id"]
    assert first["price"] == second["price"] == flight["flights"][0]["price"]


def test_bad_arguments_are_an_error_result_and_change_nothing(backend: Backend) -> None:
    for name, arguments in (("get_event", {}), ("get_event", {"event_id": 7}), ("no_such_tool", {})):
        event = backend.event(name, **arguments)
        assert event["outcome"] == "error"
        assert event["error"]["message"]
        assert event["effect"] == []
    assert backend.world["entities"] == {}


def test_the_same_calls_give_the_same_world_whatever_else_was_drawn(flow: Dataflow) -> None:
    first, second = Backend(flow), Backend(flow)
    second.call("search_products", query="lamp")
    assert first.call("get_hotel", hotel_id="HT-12345") == second.call("get_hotel", hotel_id="HT-12345")
    assert Backend(flow, 1).call("get_hotel", hotel_id="HT-12345") != first.call("get_hotel", hotel_id="HT-12345")


def made_of(name: str, parameters: dict[str, Any], output: dict[str, Any] | None) -> Dataflow:
    tool = Tool(
        name=name, description="", parameters={"type": "object", **parameters}, output_schema=output,
        source=Source(dialect="flat"),
    )  # fmt: skip
    return Dataflow(Catalogue([tool]))


def test_sums_are_right() -> None:
    number = {"type": "number"}
    parameters = {"properties": {"a": number, "b": number}, "required": ["a", "b"]}
    backend = Backend(made_of("multiply", parameters, {"type": "object", "properties": {"result": number}}))
    assert backend.call("multiply", a=6, b=7) == {"result": 42}
    divided = Backend(made_of("divide", parameters, {"type": "object", "properties": {"result": number}}))
    assert divided.event("divide", a=1, b=0)["outcome"] == "error"


def test_a_tool_without_arguments_or_without_an_output_schema_answers() -> None:
    assert Backend(made_of("ping_server", {"properties": {}}, None)).call("ping_server") == {"success": True}


def test_a_person_found_by_name_has_that_name() -> None:
    text = {"type": "string"}
    find = Tool(
        name="find_user_id_by_name", description="Find a user id.", output_schema=text, source=Source(dialect="flat"),
        parameters={"type": "object", "properties": {"first_name": text, "last_name": text}},
    )  # fmt: skip
    details = Tool(
        name="get_user_details", description="Get a user.", source=Source(dialect="flat"),
        parameters={"type": "object", "properties": {"user_id": text}, "required": ["user_id"]},
        output_schema={
            "type": "object",
            "properties": {
                "user_id": text,
                "name": {"type": "object", "properties": {"first_name": text, "last_name": text}},
            },
        },
    )  # fmt: skip
    backend = Backend(Dataflow(Catalogue([find, details])))
    identity = backend.call("find_user_id_by_name", first_name="Ana", last_name="Silva")
    assert backend.call("get_user_details", user_id=identity)["name"] == {"first_name": "Ana", "last_name": "Silva"}
    assert backend.call("find_user_id_by_name", first_name="Ana", last_name="Silva") == identity
