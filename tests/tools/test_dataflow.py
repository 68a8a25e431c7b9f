"""Dataflow edges against labels that were made by hand."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import CLOSEST, Dataflow, Edge
from digit_tc.tools.reading import read_catalogue
from digit_tc.tools.samples import read_sample, sample_names
from digit_tc.tools.tool import Source, Tool

LABELS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("edges.json").read_text("utf-8"))
CATALOGUES = Path(__file__).parent.parent / "catalogues"


def catalogue(name: str) -> Catalogue:
    return read_sample(name) if name in sample_names() else read_catalogue([CATALOGUES / f"{name}.json"])


@pytest.fixture(scope="module")
def predicted() -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for name in sorted({label["catalogue"] for label in LABELS}):
        for edge in Dataflow(catalogue(name)).edges:
            found.add((name, edge.producer, ".".join(edge.output), edge.consumer, ".".join(edge.input)))
    return found


def key(label: dict[str, Any]) -> tuple[str, ...]:
    return tuple(label[part] for part in ("catalogue", "producer", "output", "consumer", "input"))


def test_there_are_a_hundred_labels_of_both_kinds() -> None:
    assert len({key(label) for label in LABELS}) == len(LABELS) >= 100
    assert sum(not label["sensible"] for label in LABELS) >= 30


def test_the_edges_make_sense(predicted: set[tuple[str, ...]]) -> None:
    claimed = [label for label in LABELS if key(label) in predicted]
    wrong = [key(label) for label in claimed if not label["sensible"]]
    assert len(claimed) >= 50
    assert 1 - len(wrong) / len(claimed) >= 0.9, wrong


TRACES = os.environ.get("DIGIT_TC_TRACES", "")


@pytest.mark.skipif(not TRACES, reason="DIGIT_TC_TRACES names no folder of recorded traces")
def test_the_edges_among_the_tools_of_recorded_traces_make_sense() -> None:
    labels = json.loads(Path(__file__).with_name("edges_traces.json").read_text("utf-8"))
    found: set[tuple[str, ...]] = set()
    for name in ("bfcl_base", "tau2_retail"):
        for edge in Dataflow(read_catalogue([Path(TRACES) / f"{name}.jsonl"])).edges:
            found.add((name, edge.producer, ".".join(edge.output), edge.consumer, ".".join(edge.input)))
    claimed = [label for label in labels if key(label) in found]
    wrong = [key(label) for label in claimed if not label["sensible"]]
    assert len(claimed) >= 40
    assert 1 - len(wrong) / len(claimed) >= 0.9, wrong


def test_few_sensible_edges_are_missed(predicted: set[tuple[str, ...]]) -> None:
    sensible = [label for label in LABELS if label["sensible"]]
    missed = [key(label) for label in sensible if key(label) not in predicted]
    assert 1 - len(missed) / len(sensible) >= 0.8, missed


def tool(name: str, inputs: dict[str, Any], outputs: dict[str, Any] | None) -> Tool:
    return Tool(
        name=name,
        parameters={"type": "object", "properties": inputs, "required": list(inputs)},
        output_schema={"type": "object", "properties": outputs} if outputs else None,
        source=Source(dialect="flat"),
    )


def edges(*tools: Tool) -> list[tuple[str, str]]:
    return [(edge.producer, edge.consumer) for edge in Dataflow(Catalogue(tools)).edges]


TEXT = {"type": "string"}


def test_ids_of_another_form_do_not_match() -> None:
    hotel = {"type": "string", "pattern": "^HT-[0-9]+$"}
    search = tool(
        "search_hotels", {"city": TEXT}, {"hotels": {"type": "array", "items": {"properties": {"hotel_id": hotel}}}}
    )
    assert edges(search, tool("get_hotel", {"hotel_id": hotel}, None)) == [("search_hotels", "get_hotel")]
    assert edges(search, tool("get_hotel", {"hotel_id": {**hotel, "pattern": "^X[0-9]+$"}}, None)) == []


def test_an_input_that_comes_back_feeds_nothing() -> None:
    assert (
        edges(tool("get_order", {"order_id": TEXT}, {"order_id": TEXT}), tool("pay_order", {"order_id": TEXT}, None))
        == []
    )


def test_types_must_agree() -> None:
    number = {"type": "integer"}
    assert edges(tool("create_order", {}, {"order_id": number}), tool("get_order", {"order_id": TEXT}, None)) == []
    found = edges(tool("create_order", {}, {"order_id": number}), tool("get_order", {"order_id": number}, None))
    assert found == [("create_order", "get_order")]


def test_a_status_does_not_feed_a_status() -> None:
    assert (
        edges(tool("get_order", {"order_id": TEXT}, {"status": TEXT}), tool("list_users", {"status": TEXT}, None)) == []
    )


def test_every_edge_says_why_and_how_sure_it_is() -> None:
    for name in sample_names():
        for edge in Dataflow(read_sample(name)).edges:
            assert isinstance(edge, Edge)
            assert edge.why
            assert 0 < edge.score <= 1


WHOLE = {"type": "integer"}
SHAPED = {"type": "string", "pattern": "^HT-[0-9]+$"}
LEAVES = st.dictionaries(
    st.sampled_from(
        ["order_id", "id", "hotel_id", "city", "email", "amount", "value", "file_name", "content", "status"]
    ),
    st.sampled_from([TEXT, WHOLE, {"type": "number"}, SHAPED, {"type": ["string", "null"]}, {"type": "boolean"}]),
    max_size=3,
)
NAMES = [f"{verb}_{noun}" for verb in ("get", "create", "search", "calculate") for noun in ("order", "hotel", "file")]


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=6))
    return Catalogue(tool(name, draw(LEAVES), draw(LEAVES)) for name in names)


@settings(max_examples=60, deadline=None)
@given(found=catalogues())
def test_edges_that_are_looked_up_are_those_of_every_two_tools(found: Catalogue) -> None:
    flow = Dataflow(found)
    everything = list(flow.edges)
    pairs = [(first, second) for first in found for second in found if first is not second]
    of_two = [edge for pair in pairs for edge in Dataflow(Catalogue(pair)).edges if edge.producer == pair[0].name]
    assert sorted(everything, key=repr) == sorted(of_two, key=repr)
    for name in found.names:
        assert flow.feeding(name) == tuple(edge for edge in everything if edge.consumer == name)
        assert flow.fed(name) == tuple(edge for edge in everything if edge.producer == name)


@settings(max_examples=40, deadline=None)
@given(found=catalogues(), data=st.data())
def test_some_of_the_tools_are_seen_as_if_there_were_no_others(found: Catalogue, data: st.DataObject) -> None:
    flow = Dataflow(found)
    names = data.draw(
        st.lists(st.sampled_from(found.names), unique=True).map(lambda some: sorted(some, key=found.place))
    )
    view = flow.only(names)
    assert view.names == names
    assert list(view.edges) == [edge for edge in flow.edges if {edge.producer, edge.consumer} <= set(names)]
    assert all(view[name] is flow[name] for name in names)
    assert set(view.shapes) <= set(flow.shapes)


def test_of_very_many_producers_the_closest_are_taken() -> None:
    makers = [tool(f"make_{letter * 3}_order", {}, {"order_id": TEXT}) for letter in "abcdefghijklmnopqrstuvwxyz"]
    beside = [
        one.model_copy(update={"name": f"{one.name}_{at}", "namespace": "own"}) for at in (1, 2) for one in makers
    ]
    spoken = makers[20].model_copy(update={"name": "zebra_maker", "namespace": "own", "description": "stripes stripes"})
    consumer = tool("get_order", {"order_id": TEXT}, None).model_copy(
        update={"namespace": "own", "description": "stripes"}
    )
    found = Catalogue([consumer, *makers, *beside, spoken])
    producers = [edge.producer for edge in Dataflow(found).feeding("get_order")]
    assert len(producers) == CLOSEST
    assert "zebra_maker" in producers, "what has words in common comes before what only stands earlier"
    assert all(found[name].namespace == "own" for name in producers)
    assert producers == sorted(producers, key=found.place)


def test_what_is_said_of_an_effect_counts_for_the_edges() -> None:
    found = Catalogue([tool("find_town", {}, {"city": TEXT}), tool("tell_weather", {"city": TEXT}, None)])
    assert [edge.consumer for edge in Dataflow(found).edges] == ["tell_weather"]
    said = found["tell_weather"].model_copy(update={"effect": {"kind": "create"}})
    told = found.with_changed({"tell_weather": said})
    assert list(Dataflow(told).edges) == []
    assert told.names == found.names


def test_codes_that_name_a_thing_travel_and_what_one_thing_has_does_not_go_to_the_next() -> None:
    book = {"books": {"type": "array", "items": {"type": "object", "properties": {"isbn": TEXT}, "required": ["isbn"]}}}
    found = Catalogue([tool("search_books", {"title": TEXT}, book), tool("reserve_book", {"isbn": TEXT}, None)])
    assert [(edge.producer, edge.consumer) for edge in Dataflow(found).edges] == [("search_books", "reserve_book")]
    member = {"member_id": TEXT, "email": TEXT}
    tools = [tool("get_member", {"member_id": TEXT}, member), tool("register_member", {"email": TEXT}, None)]
    assert list(Dataflow(Catalogue(tools)).edges) == []
