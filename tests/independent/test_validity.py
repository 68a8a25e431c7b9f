"""Each violation, planted once in a clean trace, must be noticed."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from .validity import violations

Plant = Callable[[dict[str, Any]], Any]

CLEAN: dict[str, Any] = {
    "id": "v",
    "tools": [
        {
            "name": "create_ticket",
            "description": "Opens a ticket.",
            "parameters": {
                "type": "object",
                "properties": {
                    "title": {"type": "string"},
                    "due": {"type": "string", "format": "date"},
                    "at": {"type": "string", "format": "time"},
                },
                "required": ["title"],
                "additionalProperties": False,
            },
            "output_schema": {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]},
        },
        {"name": "sort", "description": "Sorts.", "parameters": {"type": "object"}},
        {"name": "API.listAll", "description": "Lists.", "parameters": {}, "output_schema": None},
    ],
    "steps": [
        {"user": "Please sort (by date) and create a ticket 'Rain', due on 2024-03-05 at 14:30."},
        {"call": {"id": "c1", "name": "sort", "arguments": {}}, "result": None},
        {
            "call": {
                "id": "c2",
                "name": "create_ticket",
                "arguments": {"title": "Rain", "due": "2024-03-05", "at": "14:30"},
            },
            "result": {"id": 4},
        },
        {"assistant": "It is ticket 4."},
        {"user": "Thanks. Anything else?"},
        {"assistant": "No."},
        {"user": "Once more, then."},
        {
            "call": {"id": "c3", "name": "create_ticket", "arguments": {"title": "x"}},
            "result": "down",
            "is_error": True,
        },
        {"call": {"id": "c4", "name": "API.listAll", "arguments": {}}, "result": [1]},
        {"assistant": "That failed."},
    ],
}


def _say(text: str) -> Plant:
    """Plant a user text."""
    return lambda trace: trace["steps"][0].update(user=text)


def _argue(arguments: Any) -> Plant:
    """Plant arguments of the ticket call."""
    return lambda trace: trace["steps"][2]["call"].update(arguments=arguments)


def _schema(schema: Any) -> Plant:
    """Plant a parameter schema."""
    return lambda trace: trace["tools"][0].update(parameters=schema)


def _put(index: int, *steps: dict[str, Any]) -> Plant:
    """Plant steps at a place."""
    return lambda trace: trace["steps"].__setitem__(slice(index, index), list(steps))


def _drop(index: int) -> Plant:
    """Take a step away."""
    return lambda trace: trace["steps"].pop(index)


def _planted(plant: Plant) -> list[str]:
    """Judge the clean trace with one thing changed."""
    trace = copy.deepcopy(CLEAN)
    plant(trace)
    return violations(trace)


def test_clean_trace() -> None:
    """The clean trace is clean: errors are not held to the output schema, nor times to an offset."""
    assert violations(CLEAN) == []


CASES: list[tuple[Plant, str]] = [
    (lambda trace: trace["steps"][1]["call"].update(name="sorted"), "no such tool"),
    (_argue({}), "arguments: $: 'title' is a required property"),
    (_argue({"title": 5}), "arguments: $.title: 5 is not of type"),
    (_argue({"title": "a", "extra": 1}), "arguments: $: Additional properties"),
    (_argue({"title": "a", "due": "2024-13-05"}), "arguments: $.due: '2024-13-05' is not a 'date'"),
    (_argue(None), "arguments: $: None is not of type 'object'"),
    (_schema({"type": "dict"}), "the schema is invalid"),
    (_schema({"$ref": "#/nowhere"}), "the schema cannot be resolved"),
    (lambda trace: trace["steps"][2].update(result={"id": "4"}), "result: $.id: '4' is not of type"),
    (lambda trace: trace["steps"][2].update(result=None), "result: $: None is not of type"),
    (lambda trace: trace["steps"][7].pop("is_error"), "result: $: 'down' is not of type"),
    (lambda trace: trace["steps"][1].pop("result"), "the call has no result"),
    (lambda trace: trace["steps"][2]["call"].update(id="c1"), "call id c1 is used 2 times"),
    (lambda trace: trace["steps"][2]["call"].pop("id"), "a call has no id"),
    (lambda trace: trace["steps"][2]["call"].update(id=""), "a call has no id"),
    (_say(""), "the user text is empty"),
    (_say(" \n"), "the user text is empty"),
    (lambda trace: trace["steps"][3].update(assistant=" "), "the assistant text is empty"),
    (lambda trace: trace["steps"][3].update(assistant=None), "the assistant text is empty"),
    (_drop(0), "call outside a turn"),
    (_drop(3), "a turn begins before the last one ended"),
    (_drop(5), "a turn begins before the last one ended"),
    (_drop(9), "the last turn does not end with an assistant text"),
    (_put(4, {"assistant": "Again."}), "assistant outside a turn"),
    (_put(1, {"assistant": "Wait."}), "call outside a turn"),
    (_put(1, {"user": "Hello?"}), "a turn begins before the last one ended"),
    (_put(1, {"note": "x"}), "is not exactly one of"),
    (_put(4, {"user": "a", "assistant": "b"}), "is not exactly one of"),
    (lambda trace: trace["steps"].insert(1, "x"), "is not exactly one of"),
    (lambda trace: trace["steps"][1].update(call="sort"), "the call is not an object"),
    (lambda trace: trace["steps"].clear(), "the trace has no steps"),
    (_say("Use create_ticket, please."), "the tool name create_ticket"),
    (_say("Use Create_Ticket."), "the tool name create_ticket"),
    (_say("Use 'API.listAll'."), "the tool name API.listAll"),
    (_say("Do a listAll."), "the tool name listAll"),
    (_say("Run sort(x)."), "the tool name sort in code form"),
    (_say("Run `sort`."), "the tool name sort in code form"),
    (_say("Run `sort notes.txt`."), "the tool name sort in code form"),
    (_say("Run ```sort```."), "the tool name sort in code form"),
]


@pytest.mark.parametrize(("plant", "expected"), CASES)
def test_planted_violation(plant: Plant, expected: str) -> None:
    """The violation is noticed, and the clean trace above shows that nothing else would have been."""
    assert any(expected in found for found in _planted(plant)), _planted(plant)


@pytest.mark.parametrize(
    "text",
    [
        "Create a ticket, sort it.",
        "My recreate_tickets folder",
        "Use resort(x).",
        "Open `sort.txt`.",
        "Open `sort-order`.",
        "The API lists all.",
    ],
)
def test_harmless_texts(text: str) -> None:
    """Plain words of a tool name, and longer names that hold it, are a user's own."""
    assert _planted(_say(text)) == []


def test_names_with_digits_and_inner_capitals() -> None:
    """Any mark of a code name counts; a plain or merely capitalised word does not."""
    for name, leaks in (("base64", True), ("listFiles", True), ("Weather", False), ("weather", False)):
        trace = copy.deepcopy(CLEAN)
        trace["tools"].append({"name": name, "description": "", "parameters": {}})
        trace["steps"][0]["user"] = f"Tell me {name} things."
        assert bool(violations(trace)) is leaks, name
