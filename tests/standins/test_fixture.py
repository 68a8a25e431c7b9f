"""Recorded calls answer in place of the simulation."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from digit_tc.backend import Backend
from digit_tc.errors import SettingsError
from digit_tc.standins.fixture import Fixture
from digit_tc.streams import Stream, Streams
from digit_tc.tools.dataflow import Dataflow
from digit_tc.values.persona import draw_persona
from digit_tc.world.fold import EMPTY, fold
from digit_tc.world.simulation import Simulation

from .conftest import catalogue

Make = Callable[..., Backend]


def order(status: str, total: float = 5) -> dict[str, Any]:
    return {"order_id": "A-1", "status": status, "total": total}


def row(result: Any, **more: Any) -> dict[str, Any]:
    return {"name": "get_order", "arguments": {"order_id": "A-1"}, "result": result, **more}


def recorded(folder: Path, *rows: Any, fallback: bool = False, tool: str = "get_order") -> Fixture:
    path = folder / "recorded.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return Fixture(path, catalogue()[tool], fallback=fallback)


def test_records_are_played_in_their_order_and_the_last_one_stays(backend: Make, tmp_path: Path) -> None:
    held = backend({"get_order": recorded(tmp_path, row(order("pending")), row(order("shipped")))})
    shown = [held.call("get_order", {"order_id": "A-1"}).result["status"] for _ in range(3)]
    assert shown == ["pending", "shipped", "shipped"]
    again = held.fork(1)
    assert again.call("get_order", {"order_id": "A-1"}).result["status"] == "shipped"
    assert held.fork(0).call("get_order", {"order_id": "A-1"}).result["status"] == "pending"
    assert held.call("track.order", {"order_id": "A-1"}).result == order("shipped"), "simulated tools agree"


def test_two_conversations_play_from_the_start(backend: Make, tmp_path: Path) -> None:
    fixture = recorded(tmp_path, row(order("pending")), row(order("shipped")))
    for _ in range(2):
        held = backend({"get_order": fixture})
        assert held.call("get_order", {"order_id": "A-1"}).result["status"] == "pending"


def test_a_planned_fault_plays_nothing(tmp_path: Path) -> None:
    simulation = Simulation(
        Dataflow(catalogue()), catalogue().names, Streams("test"), draw_persona(Stream("somebody")), date(2025, 3, 5),
        fault=lambda number: None if number else {"code": "timeout", "message": "try again"},
        standins={"get_order": recorded(tmp_path, row(order("pending")), row(order("shipped")))},
    )  # fmt: skip
    world, shown = EMPTY, []
    for step in range(3):
        event = simulation.answer_together([("get_order", {"order_id": "A-1"})], world, step)[0]
        world = fold(world, event)
        shown.append(event["result"] and event["result"]["status"])
    assert shown == [None, "pending", "shipped"]


def test_what_is_not_recorded_is_an_error_or_simulated(backend: Make, tmp_path: Path) -> None:
    strict = backend({"get_order": recorded(tmp_path, row(order("pending")))})
    answer = strict.call("get_order", {"order_id": "B-2"})
    assert answer.result["error"]["code"] == "not_recorded"
    lenient = backend({"get_order": recorded(tmp_path, row(order("pending")), fallback=True)})
    answer = lenient.call("get_order", {"order_id": "B-2"})
    assert (answer.is_error, answer.result["order_id"]) == (False, "B-2")
    assert "answered_by" not in lenient.events[0]


def test_recorded_errors_keep_their_code_or_get_one(backend: Make, tmp_path: Path) -> None:
    ours = {"error": {"code": "not_found", "message": "order A-1 does not exist"}}
    held = backend({"get_order": recorded(tmp_path, row(ours, is_error=True), row("gone", is_error=True))})
    assert held.call("get_order", {"order_id": "A-1"}).result == ours
    assert held.call("get_order", {"order_id": "A-1"}).result == {"error": {"code": "tool_error", "message": "gone"}}


def test_a_recorded_result_that_does_not_fit_is_an_error_result(backend: Make, tmp_path: Path) -> None:
    held = backend({"get_order": recorded(tmp_path, row({"order_id": "A-1"}))})
    assert held.call("get_order", {"order_id": "A-1"}).result["error"]["code"] == "invalid_result"


def test_every_form_of_a_record_is_read(backend: Make, tmp_path: Path) -> None:
    call = {"name": "get_order", "arguments": {"order_id": "A-1"}}
    steps = [{"user": "?"}, {"call": call, "result": order("cancelled")}, {"call": call, "result": 1, "fault": True}]
    fixture = recorded(
        tmp_path, row(order("pending")), "", {"call": {"id": "c", **call}, "result": order("shipped")}, {"steps": steps}
    )
    held = backend({"get_order": fixture})
    shown = [held.call("get_order", {"order_id": "A-1"}).result["status"] for _ in range(4)]
    assert shown == ["pending", "shipped", "cancelled", "cancelled"]


def test_a_trace_of_the_simulated_backend_can_be_played(backend: Make, tmp_path: Path) -> None:
    first = backend({})
    answers = [first.call("track.order", {"order_id": identity}).result for identity in ("A-1", "A-2")]
    path = tmp_path / "trace.jsonl"
    path.write_text(json.dumps(first.trace().row()), encoding="utf-8")
    held = backend({"track.order": Fixture(path, catalogue()["track_order"])}, seed=9)
    assert [held.call("track.order", {"order_id": identity}).result for identity in ("A-1", "A-2")] == answers


def test_equal_arguments_are_equal_whatever_their_form(backend: Make, tmp_path: Path) -> None:
    made = {"name": "create_order", "arguments": {"total": 1.0}, "result": {"order_id": "N-1"}}
    held = backend({"create_order": recorded(tmp_path, made, tool="create_order")})
    assert held.call("create_order", {"total": 1}).result == {"order_id": "N-1"}


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        (["{"], r"recorded.jsonl:1 is no recorded call"),
        ([row(1), "[]"], r"recorded.jsonl:2 is no recorded call: it is not an object"),
        ([{"name": "get_order", "arguments": {}}], "it has no result"),
        ([{"arguments": {}, "result": 1}], "name must be a text"),
        ([{"name": "get_ordr", "arguments": {}, "result": 1}], "holds no call of get_order; it has calls of get_ordr"),
        ([], "it is empty"),
    ],
)
def test_a_broken_file_is_one_sentence_with_the_line(tmp_path: Path, rows: list[Any], word: str) -> None:
    with pytest.raises(SettingsError, match=word):
        recorded(tmp_path, *rows)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.jsonl cannot be read"):
        Fixture(tmp_path / "nowhere.jsonl", catalogue()["get_order"])
