"""A result that is offered: taken where the world settles nothing, and never where it would break something."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digit_tc.state import Event
from digit_tc.streams import Streams
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.samples import sample_catalogue
from digit_tc.tools.schema import violations
from digit_tc.tools.tool import Source, Tool
from digit_tc.values.persona import draw_persona
from digit_tc.world.fold import EMPTY, World, fold, replay
from digit_tc.world.offer import NOTHING, Proposal
from digit_tc.world.proposals import settled
from digit_tc.world.simulation import Simulation

TEXT, NUMBER = {"type": "string"}, {"type": "number"}


def tool(name: str, parameters: dict[str, Any], output: dict[str, Any], **more: Any) -> Tool:
    schema = {"type": "object", "properties": parameters, "required": list(parameters)}
    shown = {"type": "object", "properties": output, "required": [key for key in output if key != "note"]}
    return Tool(name=name, parameters=schema, output_schema=shown, source=Source(dialect="plain"), **more)


PARCEL = {
    "parcel_id": TEXT,
    "title": TEXT,
    "weight": NUMBER,
    "carrier": {"type": ["string", "null"]},
    "note": TEXT,
    "tags": {"type": "array", "items": TEXT},
}
TOOLS = Catalogue(
    [
        tool(
            "search_parcels",
            {"max_weight": NUMBER},
            {"parcels": {"type": "array", "items": {"type": "object", "properties": PARCEL, "required": list(PARCEL)}}},
            description="Searches the parcels that weigh at most so much.",
        ),
        tool("get_parcel", {"parcel_id": TEXT}, PARCEL, description="Gets a parcel."),
        tool(
            "create_parcel",
            {"title": TEXT},
            {"parcel_id": TEXT, "title": TEXT, "weight": NUMBER},
            description="Creates a parcel.",
        ),
    ]
)
SIMULATION = Simulation(
    flow=Dataflow(TOOLS),
    tools=TOOLS.names,
    streams=Streams(3),
    persona=draw_persona(Streams(3).of("persona")),
    today=date(2025, 3, 4),
)


def ask(name: str, arguments: dict[str, Any], events: list[Event], offer: Proposal | None = None) -> Event:
    """Makes a call and keeps its event."""
    offers = [offer] if offer else []
    (event,) = SIMULATION.answer_together([(name, arguments)], replay(events), len(events), offers)
    events.append(event)
    return event


def parcel(title: str, **more: Any) -> dict[str, Any]:
    return {
        "parcel_id": "",
        "title": title,
        "weight": 2.5,
        "carrier": None,
        "note": "fragile",
        "tags": ["red"],
        **more,
    }


def test_what_is_offered_stands_where_nothing_is_known() -> None:
    events: list[Event] = []
    offer = Proposal({"parcels": [parcel("Books"), parcel("Tea", carrier="Hermes Post")]})
    first, second = ask("search_parcels", {"max_weight": 9}, events, offer)["result"]["parcels"]
    assert offer.problems == []
    assert (first["title"], first["weight"], first["carrier"], first["tags"]) == ("Books", 2.5, None, ["red"])
    assert (second["title"], second["carrier"]) == ("Tea", "Hermes Post")
    assert first["parcel_id"] != second["parcel_id"], "ids are given out by code"
    assert "" not in (first["parcel_id"], second["parcel_id"])


def test_what_is_known_wins_and_a_determined_read_is_closed() -> None:
    events: list[Event] = []
    ask("search_parcels", {"max_weight": 9}, events, Proposal({"parcels": [parcel("Books")]}))
    (known,) = events[0]["result"]["parcels"]
    again = Proposal(parcel("Bricks", parcel_id="P-1", weight=77))
    event = ask("get_parcel", {"parcel_id": known["parcel_id"]}, events, again)
    assert event["result"] == known
    assert again.open == again.problems == []


def test_places_that_nothing_settles_are_named() -> None:
    events: list[Event] = []
    made = ask("create_parcel", {"title": "Books"}, events, opened := Proposal())
    assert opened.open == ["/weight"]
    assert opened.problems == []
    assert settled(made["result"], opened) == {"parcel_id": made["result"]["parcel_id"], "title": "Books"}
    light: list[Event] = []
    ask("create_parcel", {"title": "Books"}, light, Proposal({"weight": 2}))
    listed = ask("search_parcels", {"max_weight": 9}, light, several := Proposal())["result"]["parcels"]
    assert len(listed) > 1
    assert settled({"parcels": listed}, several)["parcels"] == [{"title": "Books", **_known(listed[0])}]


def _known(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in ("parcel_id", "weight")}


def test_an_entry_is_found_by_its_id_wherever_it_is_offered() -> None:
    events: list[Event] = []
    ask("create_parcel", {"title": "Books"}, events, Proposal({"weight": 1.5}))
    known = events[0]["result"]["parcel_id"]
    offer = Proposal({"parcels": [parcel("Tea"), parcel("Other", parcel_id=known, carrier="Hermes Post")]})
    entries = ask("search_parcels", {"max_weight": 9}, events, offer)["result"]["parcels"]
    assert [(one["title"], one["weight"], one["carrier"]) for one in entries] == [
        ("Books", 1.5, "Hermes Post"),
        ("Tea", 2.5, None),
    ]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({}, "/weight: a value is missing"),
        ({"weight": "heavy"}, "/weight: #: "),
        ({"weight": None}, "/weight: #: "),
        ("done", "/weight: a value is missing"),
        ({"weight": float("nan")}, "/: the result is not JSON"),
    ],
)
def test_what_cannot_be_taken_is_said_and_drawn_instead(value: Any, said: str) -> None:
    events: list[Event] = []
    drawn = ask("create_parcel", {"title": "Books"}, [])["result"]
    event = ask("create_parcel", {"title": "Books"}, events, offer := Proposal(value))
    assert event["result"] == drawn
    assert any(problem.startswith(said) for problem in offer.problems)


def test_an_entry_that_the_filter_shuts_out_is_refused() -> None:
    offer = Proposal({"parcels": [parcel("Books", weight=12)]})
    (entry,) = ask("search_parcels", {"max_weight": 9}, [], offer)["result"]["parcels"]
    assert entry["weight"] <= 9
    assert offer.problems[0].startswith("/parcels/0/weight: ")


def test_an_optional_value_may_be_left_out() -> None:
    value = parcel("Books")
    del value["note"]
    ask("get_parcel", {"parcel_id": "P-77"}, [], offer := Proposal(value))
    assert offer.problems == []


def test_further_changes_are_taken_where_a_tool_can_show_them() -> None:
    events: list[Event] = []
    changes = {"carrier": "Hermes Post", "weight": 3, "status": "sent", "colour": "red", "parcel_id": "P-1"}
    made = ask("create_parcel", {"title": "Books"}, events, offer := Proposal({"weight": 2}, changes))
    shown = ask("get_parcel", {"parcel_id": made["result"]["parcel_id"]}, events)["result"]
    assert (shown["carrier"], shown["weight"]) == ("Hermes Post", 2)
    assert [problem.split(": ")[2] for problem in offer.problems] == ["weight", "status", "colour", "parcel_id"]


def test_a_read_changes_nothing() -> None:
    events: list[Event] = []
    ask("get_parcel", {"parcel_id": "P-77"}, events, offer := Proposal(parcel("Books"), {"weight": 9}))
    assert offer.problems == [], "what a read would change is not even looked at"
    assert ask("get_parcel", {"parcel_id": "P-77"}, events)["result"]["weight"] == 2.5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["parcels", *PARCEL, "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)
SAMPLES = Dataflow(sample_catalogue())


@settings(max_examples=60, deadline=None)
@given(JSON, JSON, st.dictionaries(st.text(max_size=3), JSON, max_size=2))
def test_whatever_is_offered_results_fit_and_reads_repeat(one: Any, other: Any, changes: Mapping[str, Any]) -> None:
    events: list[Event] = []
    made = ask("create_parcel", {"title": "Books"}, events, Proposal(one, changes))
    found = ask("search_parcels", {"max_weight": 9}, events, Proposal(other, changes))
    for event in events:
        assert violations(TOOLS[event["tool"]].output_schema or {}, event["result"]) == []
    for entry in found["result"]["parcels"]:
        read = ask("get_parcel", {"parcel_id": entry["parcel_id"]}, events, again := Proposal())
        assert read["result"] == entry, "what a list shows, a read shows too"
        assert again.open == []
    assert ask("search_parcels", {"max_weight": 9}, events, Proposal(one))["result"] == found["result"]
    assert made["result"]["title"] == "Books"


def test_an_offer_of_nothing_changes_no_answer() -> None:
    """Whether places are noted or not, the packaged tools answer the same."""
    simulation = Simulation(
        flow=SAMPLES, tools=SAMPLES.names, streams=Streams(5), persona=draw_persona(Streams(5).of("persona")),
        today=date(2025, 3, 4),
    )  # fmt: skip
    world: World = EMPTY
    for step, name in enumerate(one for one in SAMPLES.names if not SAMPLES[one].tool.required):
        plain = simulation.answer_together([(name, {})], world, step)
        assert simulation.answer_together([(name, {})], world, step, [Proposal(NOTHING)]) == plain
        world = fold(world, plain[0])
