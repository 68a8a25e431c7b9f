"""Dataflow edges against labels that were made by hand."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow, Edge
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
