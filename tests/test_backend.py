"""The simulated backend on its own: what it answers, what it remembers, and that it repeats."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import ToolMessage

from digit_tc.backend import Backend
from digit_tc.canonical import digest
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dialects import read_tool
from digit_tc.world.fold import EMPTY, fold, shown
from digit_tc.world.seeding import entities

TICKET = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "title": {"type": "string"},
        "status": {"type": "string", "enum": ["open", "closed"]},
    },
    "required": ["id", "title", "status"],
}
BY_ID = {"type": "object", "properties": {"ticket_id": {"type": "integer"}}, "required": ["ticket_id"]}


def _tool(name: str, parameters: dict[str, Any], output: dict[str, Any], description: str = "") -> dict[str, Any]:
    return {"name": name, "description": description, "parameters": parameters, "output_schema": output}


TITLED = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}
LIST = {
    "type": "object",
    "properties": {"tickets": {"type": "array", "items": TICKET}, "count": {"type": "integer"}},
    "required": ["tickets", "count"],
}
SPECIFIED = [
    _tool("create_ticket", TITLED, TICKET),
    _tool("get_ticket", BY_ID, TICKET),
    _tool("list_tickets", {"type": "object", "properties": {}}, LIST),
    _tool("close_ticket", BY_ID, TICKET, "Close a ticket. A ticket cannot be closed if it is already closed."),
    _tool("delete_ticket", BY_ID, {"type": "object", "properties": {"success": {"type": "boolean"}}}),
]


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue(read_tool(raw) for raw in SPECIFIED)


def test_what_is_created_can_be_read_and_listed(catalogue: Catalogue) -> None:
    backend = Backend(catalogue)
    first = backend.call("list_tickets", {}).result
    made = backend.call("create_ticket", {"title": "Printer jams"})
    assert made.result["title"] == "Printer jams"
    assert made.result["id"] not in [ticket["id"] for ticket in first["tickets"]]
    assert backend.call("get_ticket", {"ticket_id": made.result["id"]}).result == made.result
    listed = backend.call("list_tickets", {}).result
    assert listed["tickets"] == [*first["tickets"], made.result]
    assert listed["count"] == len(listed["tickets"])


def test_what_is_deleted_is_gone(catalogue: Catalogue) -> None:
    backend = Backend(catalogue)
    made = backend.call("create_ticket", {"title": "Printer jams"}).result
    assert not backend.call("delete_ticket", {"ticket_id": made["id"]}).is_error
    gone = backend.call("get_ticket", {"ticket_id": made["id"]})
    assert gone.is_error
    assert gone.result["error"]["code"] == "not_found"
    assert made["id"] not in [ticket["id"] for ticket in backend.call("list_tickets", {}).result["tickets"]]


def test_a_precondition_of_the_specification_holds(catalogue: Catalogue) -> None:
    backend = Backend(catalogue)
    made = backend.call("create_ticket", {"title": "Printer jams"}).result
    assert backend.call("close_ticket", {"ticket_id": made["id"]}).result["status"] == "closed"
    again = backend.call("close_ticket", {"ticket_id": made["id"]})
    assert again.is_error
    assert again.result["error"]["code"] == "precondition_failed"
    assert backend.call("get_ticket", {"ticket_id": made["id"]}).result["status"] == "closed"


def test_after_all_were_listed_another_id_is_not_found(catalogue: Catalogue) -> None:
    backend = Backend(catalogue)
    known = {ticket["id"] for ticket in backend.call("list_tickets", {}).result["tickets"]}
    other = max(known) + 1
    assert backend.call("get_ticket", {"ticket_id": other}).is_error
    assert backend.world["absent"] == {"ticket": {str(other): 2}}


def test_unknown_ids_are_made_up_or_rejected(catalogue: Catalogue) -> None:
    assert not Backend(catalogue).call("get_ticket", {"ticket_id": 7}).is_error
    assert Backend(catalogue, unknown_ids="reject").call("get_ticket", {"ticket_id": 7}).is_error


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("no_such_tool", {}, "unknown_tool"),
        ("get_ticket", {}, "invalid_arguments"),
        ("get_ticket", {"ticket_id": "seven"}, "invalid_arguments"),
    ],
)
def test_a_bad_call_is_an_error_result(catalogue: Catalogue, name: str, arguments: Any, code: str) -> None:
    answer = Backend(catalogue).call(name, arguments)
    assert answer.is_error
    assert answer.result["error"]["code"] == code


def test_a_given_state_is_what_there_is(catalogue: Catalogue) -> None:
    held = {"TicketAPI": {"ticket_queue": [{"id": 1, "title": "Refund", "status": "open"}], "ticket_counter": 2}}
    backend = Backend(catalogue, state=held, unknown_ids="reject")
    assert backend.call("get_ticket", {"ticket_id": 1}).result == held["TicketAPI"]["ticket_queue"][0]  # type: ignore[index]
    assert backend.call("get_ticket", {"ticket_id": 2}).is_error


def test_records_are_found_in_maps_too() -> None:
    state = {"orders": {"#W1": {"total": 5}}, "users": {"u1": {"user_id": "u1", "name": "Ada"}}}
    found = [(op["type"], op["id"], op["set"]) for op in entities(state, {"order", "user"})]
    assert found == [("order", "#W1", {"total": 5}), ("user", "u1", {"id": "u1", "name": "Ada"})]


def test_the_world_is_the_fold_of_its_events(catalogue: Catalogue) -> None:
    backend = Backend(catalogue, state={"tickets": [{"id": 1, "title": "Refund", "status": "open"}]})
    for name, arguments in (("list_tickets", {}), ("get_ticket", {"ticket_id": 1}), ("close_ticket", {"ticket_id": 1})):
        backend.call(name, arguments)
    world = EMPTY
    for event in backend.events:
        world = fold(world, event)
    assert shown(world) == backend.world


def test_an_agent_can_call_the_tools(catalogue: Catalogue) -> None:
    tools = {tool.name: tool for tool in Backend(catalogue).tools()}
    call = {"type": "tool_call", "id": "1", "name": "create_ticket", "args": {"title": "Printer jams"}}
    made = asyncio.run(tools["create_ticket"].ainvoke(call))
    assert json.loads(made.content)["title"] == "Printer jams"
    wrong = {"type": "tool_call", "id": "2", "name": "get_ticket", "args": {"ticket_id": "seven"}}
    refused = tools["get_ticket"].invoke(wrong)
    assert isinstance(refused, ToolMessage)
    assert refused.status == "error"


def _simulated(tools: Path, lines: list[str], seed: str, *more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "digit_tc", "simulate", "--tools", str(tools), *more],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": seed},
    )


def test_the_verb_answers_every_line_and_repeats(tmp_path: Path) -> None:
    tools, trace = tmp_path / "tools.json", tmp_path / "trace.jsonl"
    tools.write_text(json.dumps(SPECIFIED))
    lines = [
        '{"id": "a", "name": "create_ticket", "arguments": {"title": "Printer jams"}}',
        "not json",
        "[1]",
        '{"id": "b", "name": "get_ticket", "arguments": {"ticket_id": NaN}}',
        '{"id": "c", "name": "nobody", "arguments": {}}',
        '{"id": "d", "name": "list_tickets", "arguments": {}}',
    ]
    first = _simulated(tools, lines, "1", "--trace", str(trace))
    answers = [json.loads(line) for line in first.stdout.splitlines()]
    assert [(answer["id"], answer["is_error"]) for answer in answers] == [
        ("a", False), (None, True), (None, True), (None, True), ("c", True), ("d", False),
    ]  # fmt: skip
    assert first.returncode == 0
    assert first.stderr == ""
    assert [step["call"]["id"] for step in json.loads(trace.read_text())["steps"]] == ["a", "c", "d"]
    assert digest(first.stdout) == digest(_simulated(tools, lines, "2").stdout)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--state", "nowhere.json"), "nowhere.json: cannot be read"),
        (("--unknown-ids", "maybe"), "--unknown-ids must be create or reject"),
        (("--trace", "no/such/folder.jsonl"), "there is no folder"),
    ],
)
def test_wrong_input_is_one_sentence(tmp_path: Path, more: tuple[str, ...], said: str) -> None:
    tools = tmp_path / "tools.json"
    tools.write_text(json.dumps(SPECIFIED))
    answer = _simulated(tools, [], "0", *more)
    assert answer.returncode == 2
    assert said in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_something_new_has_an_id_of_its_own_beside_that_of_what_it_is_made_for() -> None:
    text = {"type": "string"}

    def specification(tool: str, takes: str, **gives: Any) -> dict[str, Any]:
        made = {"type": "object", "properties": {"id": text, **gives}, "required": ["id", *gives]}
        taken = {"type": "object", "properties": {takes: text}, "required": [takes]}
        return {"name": tool, "description": "", "parameters": taken, "output_schema": made}

    backend = Backend([specification("addPet", "name", name=text), specification("placeOrder", "petId", petId=text)])
    pet = backend.call("addPet", {"name": "Rex"}).result["id"]
    orders = [backend.call("placeOrder", {"petId": pet}).result for _ in range(2)]
    assert [order["petId"] for order in orders] == [pet, pet]
    assert len({pet, *(order["id"] for order in orders)}) == 3


def test_a_write_that_was_carried_out_says_so_and_leaves_no_mark() -> None:
    text = {"type": "string"}
    taken = {"type": "object", "properties": {"note_id": text, "text": text}, "required": ["note_id", "text"]}
    backend = Backend([{"name": "update_note", "description": "Changes a note", "parameters": taken}], seed=3)
    answers = [backend.call("update_note", {"note_id": f"N-{at}", "text": "x"}) for at in range(8)]
    assert [answer.result["success"] for answer in answers] == [True] * 8
    assert all("success" not in thing["attrs"] for thing in backend.world["entities"]["note"].values())
