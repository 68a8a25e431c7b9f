"""The origin matcher must find what was said and, above all, must not find what was not."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from .origin import Unknown, unknown_origins

MONDAY = "Today is 2024-03-04. The customer is Ana Ruiz."  # the simulated date of most cases below


def _trace(value: Any, user: str, context: str = "", schema: dict[str, Any] | None = None) -> dict[str, Any]:
    """Build the smallest trace: one user text, one call with one argument."""
    parameters = {"type": "object", "properties": {"item": schema or {}}}
    trace: dict[str, Any] = {
        "id": "t",
        "tools": [{"name": "act", "description": "Acts.", "parameters": parameters}],
        "steps": [
            {"user": user},
            {"call": {"id": "c1", "name": "act", "arguments": {"item": value}}, "result": {}},
            {"assistant": "Done."},
        ],
    }
    return trace | ({"context": context} if context else {})


def _known(value: Any, user: str, context: str = "", schema: dict[str, Any] | None = None) -> bool:
    """Ask whether nothing in the smallest trace is of unknown origin."""
    return unknown_origins(_trace(value, user, context, schema)) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("log.txt", "Open 'log.txt' please."),
        ("log.txt", "Please open log.txt."),
        ("Log.TXT", "open log.txt"),
        ("New York", "a flight to new  york, please"),
        ("new_york", "a flight to New York"),
        ("in-progress", "set it to in progress"),
        ("Collaboration leads to success.", 'write "Collaboration leads to success" into it'),
        ("#W123", "my order is #W123"),
        ("W123", "my order is #W123."),
        ("#W123", "my order W123"),
        ("Simona", "Simona\u2019s notes"),
        ("high", "make it a high-priority ticket"),
        ("projects", "go to workspace/projects"),
        ("ana.ruiz@example.com", "it is Ana.Ruiz@example.com."),
        ("19122", "I live at zip code 19122."),
        ("5", "give it a five"),
        (".", "look in '.' for it"),
        ("2024", "the year 2024"),
        ("5 stars", "5 stars"),
    ],
)
def test_string_said(value: str, text: str) -> None:
    """What stands in the text as a whole, give or take its dress, is said."""
    assert _known(value, text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("log", "open log.txt"),
        ("txt", "open log.txt"),
        ("12", "account 4123"),
        ("report", "open annual_report.txt"),
        ("error", "open error-log.txt"),
        ("W123", "order W123-88"),
        ("W12", "order W123"),
        ("W123", "order W124"),
        ("ana", "mail ana@example.com"),
        ("example.com", "mail ana@example.com"),
        ("smith", "smithson called"),
        ("New York", "I love York, a new city"),
        ("New York", "Newark or York"),
        (".", "That is all."),
        (".", "open 'log.txt'."),
        ("..", "open 'log.txt'. "),
        ("6789", "zip 12345-6789"),
        ("250", "it costs $1,250"),
        ("500", "it costs $500.50"),
        ("30", "at 14:30"),
        ("-5", "say 5"),
        ("5", "say -5"),
        ("007", "say 7"),
        ("", "say ''"),
        ("  ", "say something"),
        ("Tokyo", ""),
        ("electronics", "any electronic thing"),
        ("Brien", "ask O'Brien"),
    ],
)
def test_string_not_said(value: str, text: str) -> None:
    """A part of a token, a near miss and an empty value are not said."""
    assert not _known(value, text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1250.5, "pay 1,250.50 now"),
        (1250.5, "pay $1,250.50."),
        (1250.5, "pay 1250.5"),
        (1250, "pay 1,250, please"),
        (40, "a 40% discount"),
        (0.4, "a 40% discount"),
        (5.0, "say 5"),
        (25, "twenty-five of them"),
        (25, "twenty five of them"),
        (0, "zero"),
        (20, "twenty"),
        (90, "ninety minutes"),
        (2, "a couple of tickets"),
        (12, "a dozen eggs"),
        (6, "half a dozen eggs"),
        (24, "two dozen eggs"),
        (-4, "set it to minus 4"),
        (-4, "set it to minus four"),
        (-4, "set it to -4"),
        (4, "ten minus 4"),
        (10, "pages 5-10"),
        (4123, "ticket #4123"),
        (3, "a 3-day trip"),
        (5, "about 5kg"),
        (2, "at 2pm"),
        (250, "two hundred and fifty"),
        (2500, "two thousand, five hundred"),
        (3_000_000, "3 million"),
        (100, "a hundred"),
        (2, "numbers 1,2,3"),
        (8, "from 3 to 8."),
        (1, "just one ticket"),
    ],
)
def test_number_said(value: float, text: str) -> None:
    """Amounts have many spellings."""
    assert _known(value, text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12, "account 4123"),
        (412, "account 4123"),
        (250, "pay 1,250"),
        (1250, "pay 1,250.50"),
        (50, "pay 1,250.50"),
        (4, "set it to -4"),
        (4, "set it to minus four"),
        (-4, "set it to 4"),
        (-10, "pages 5-10"),
        (2, "two hundred"),
        (2, "two dozen"),
        (50, "nothing at all"),
        (20, "twenty-five"),
        (5, "twenty-five"),
        (12, "half a dozen"),
        (3, "on 2024-03-05"),
        (2024, "on 2024-03-05"),
        (14, "at 14:30"),
        (30, "at 14:30"),
        (12, "open report_12.txt"),
        (12, "open 12.txt"),
        (1, "version 1.2.3"),
        (10, "order W-10"),
        (10, "order W10"),
        (1, "that one, please"),
        (1, "the newer one"),
        (1, "a one-way ticket"),
        (1, "someone"),
        (10, "often"),
        (7, "5th, 6th and 7th"),
        (1234, "call 415-555-1234"),
        (6789, "zip 12345-6789"),
        (7, "agent 007"),
        (0.5, "5"),
        (2, "1/2"),
        (1250.51, "1,250.50"),
    ],
)
def test_number_not_said(value: float, text: str) -> None:
    """Digits that belong to something else, and numbers near by, are not said."""
    assert not _known(value, text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2024-03-05", "on 2024-03-05."),
        ("2024-03-05", "on March 5"),
        ("2024-03-05", "on March 5th, please"),
        ("2024-03-05", "on 5 March"),
        ("2024-03-05", "on the 5th of March"),
        ("2024-03-05", "on Mar 5"),
        ("2024-03-05", "on Mar. 5th"),
        ("2024-03-05", "on March 5, 2024"),
        ("2024-03-05", "the 5th of March 2024."),
        ("2024-03-05", "Tuesday, March 5th"),
        ("2024-03-05", "on Tuesday the 5th of March"),
        ("2025-03-05", "on March 5"),
        ("2023-03-05", "on March 5"),
        ("2024-03-15", "March 5 or March 15"),
        ("2030-03-05", "on March 5, 2030"),
        ("2024-03-04", "do it today"),
        ("2024-03-04", "tonight"),
        ("2024-03-05", "tomorrow then"),
        ("2024-03-06", "the day after tomorrow"),
        ("2024-03-03", "since yesterday"),
        ("2024-03-11", "next Monday"),
        ("2024-03-18", "next Monday"),
        ("2024-03-08", "this Friday"),
        ("2024-03-08", "on Friday"),
        ("2024-03-15", "next Friday"),
        ("2024-03-11", "on Monday"),
        ("2024-09-07", "Sept 7"),
    ],
)
def test_date_said(value: str, text: str) -> None:
    """Dates are said in many ways, some of them against the simulated date."""
    assert _known(value, text, MONDAY)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2024-03-05", "on March 15"),
        ("2024-03-15", "on March 5"),
        ("2024-03-05", "on March 6"),
        ("2024-03-05", "on May 5"),
        ("2026-03-05", "on March 5"),
        ("2022-03-05", "on March 5"),
        ("2024-03-05", "on March 5, 2025"),
        ("2024-03-05", "on 5 March 2025"),
        ("2024-03-05", "in March, 5 of us"),
        ("2024-03-05", "open log_2024-03-05.txt"),
        ("2024-03-05", "on 2024-03-06"),
        ("2024-03-05", "the day after tomorrow"),
        ("2024-03-06", "tomorrow"),
        ("2024-03-15", "on Friday"),
        ("2024-03-15", "this Friday"),
        ("2024-03-18", "on Monday"),
        ("2024-03-08", "last Friday"),
        ("2024-03-08", "every Friday"),
        ("2024-03-22", "next Friday"),
        ("2024-03-12", "Tuesday, March 19th"),
        ("2024-03-05", "on Tuesday, March 12th"),
        ("2024-02-30", "on February 30"),
        ("2024-03-05", "soon"),
    ],
)
def test_date_not_said(value: str, text: str) -> None:
    """Another day, month or year is another date; a weekday that prefixes a date is not one of its own."""
    assert not _known(value, text, MONDAY)


@pytest.mark.parametrize("text", ["March 5", "tomorrow", "on Tuesday"])
def test_date_needs_the_simulated_date(text: str) -> None:
    """Without a "now" such a date has no year, so no origin."""
    assert _known("2024-03-05", text, MONDAY)
    assert not _known("2024-03-05", text)
    assert not _known("2024-03-05", text, "The customer is Ana Ruiz.")


def test_simulated_date_is_the_first_one() -> None:
    """A later date in the context is data, not "now"."""
    context = "It is 2024-03-04T09:00:00. The lease ends on 2026-01-01."
    assert _known("2024-03-05", "tomorrow", context)
    assert not _known("2026-01-02", "tomorrow", context)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("14:30", "at 14:30."),
        ("14:30", "at 2:30 pm"),
        ("14:30", "at 2:30pm"),
        ("14:30", "at 2:30 p.m."),
        ("14:00", "at 2 PM"),
        ("14:00", "at 2pm"),
        ("14:00", "at two in the afternoon"),
        ("02:00", "at 2 am"),
        ("09:05", "at 9:05"),
        ("12:00", "at noon"),
        ("00:00", "at midnight"),
        ("00:00", "at 12 am"),
        ("12:00", "at 12 pm"),
        ("14:30", "at half past two"),
        ("14:30:00", "at 2:30 pm"),
        ("16:00", "from 14:30-16:00"),
    ],
)
def test_time_said(value: str, text: str) -> None:
    """Times come on both clocks."""
    assert _known(value, text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("14:30", "at 2:30"),
        ("02:30", "at 2:30 pm"),
        ("14:00", "at 2"),
        ("14:30", "at 2 pm"),
        ("14:30", "at 14:31"),
        ("14:30", "at 14:30:15"),
        ("12:00", "in the afternoon"),
        ("12:00", "at 12 am"),
        ("14:00", "$2 pm"),
        ("04:30", "at 14:30"),
        ("25:00", "at 1 am"),
    ],
)
def test_time_not_said(value: str, text: str) -> None:
    """Without am or pm, digits are on the 24-hour clock."""
    assert not _known(value, text)


@pytest.mark.parametrize("value", ["2024-03-05T14:30", "2024-03-05T14:30:00", "2024-03-05T14:30:00Z"])
def test_date_time_needs_both_parts_in_one_text(value: str) -> None:
    """A date-time is said by a text that says its date and its time."""
    assert _known(value, "tomorrow at 2:30 pm", MONDAY)
    assert _known(value, f"at {value}")
    assert not _known(value, "tomorrow", MONDAY)
    assert not _known(value, "at 2:30 pm", MONDAY)
    assert not _known(value, "tomorrow at 3:30 pm", MONDAY)
    split = _trace(value, "tomorrow", MONDAY)
    split["steps"].insert(0, {"user": "at 2:30 pm"})
    assert unknown_origins(split) != []


def test_context_says_values_too() -> None:
    """The context is given to the assistant, so what it says is known."""
    assert _known("Ana Ruiz", "Who am I?", MONDAY)
    assert not _known("Ana Ruis", "Who am I?", MONDAY)


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        ("w", {"type": "string", "enum": ["l", "w", "c"]}),
        ("l", {"type": "string", "default": "l"}),
        (10, {"default": 10}),
        ("x", {"const": "x"}),
        (None, {"default": None}),
        (None, {"anyOf": [{"type": "string"}, {"enum": [None]}]}),
        ([], {"default": []}),
        ({}, {"default": {}}),
        ("", {"default": ""}),
        (["a", 1], {"default": ["a", 1]}),
        (["a"], {"items": {"enum": ["a", "b"]}}),
        ({"mode": "a"}, {"properties": {"mode": {"enum": ["a"]}}}),
        ({"mode": "a"}, {"additionalProperties": {"default": "a"}}),
        ({"mode": "a"}, {"patternProperties": {"^mo": {"default": "a"}}}),
        (["a"], {"prefixItems": [{"const": "a"}]}),
        ("a", {"allOf": [{"oneOf": [{"const": "a"}]}]}),
    ],
)
def test_declared_value(value: Any, schema: dict[str, Any]) -> None:
    """Defaults, constants and enum members come from the schema."""
    assert _known(value, "Go.", schema=schema)


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        ("x", {"type": "string", "enum": ["l", "w", "c"]}),
        (11, {"default": 10}),
        (1, {"default": True}),
        (None, {"type": ["string", "null"]}),
        ([], {"default": [1]}),
        ([], {"type": "array"}),
        ({}, {"type": "object"}),
        ("", {"type": "string"}),
        ("a", {"items": {"enum": ["a"]}}),
        ("a", {"properties": {"mode": {"enum": ["a"]}}}),
        ("a", {"examples": ["a"]}),
        ("a", {"description": "for instance a"}),
    ],
)
def test_undeclared_value(value: Any, schema: dict[str, Any]) -> None:
    """An example is no default, an empty container is a claim, and true is not 1."""
    assert not _known(value, "Go.", schema=schema)


def test_reference_is_followed_even_round_in_a_circle() -> None:
    """A recursive schema must neither hide a default nor hang the matcher."""
    node = {"properties": {"kind": {"default": "leaf"}, "next": {"$ref": "#/$defs/node"}}}
    trace = _trace({"kind": "leaf", "next": {"kind": "leaf"}}, "Go.", schema={"$ref": "#/$defs/node"})
    trace["tools"][0]["parameters"]["$defs"] = {"node": node, "loop": {"$ref": "#/$defs/loop"}}
    assert unknown_origins(trace) == []
    trace["tools"][0]["parameters"]["properties"]["item"] = {"$ref": "#/$defs/loop"}
    assert len(unknown_origins(trace)) == 2


def _flag(name: str, value: bool, user: str, schema: dict[str, Any] | None = None) -> bool:
    """Ask whether a boolean property is accounted for."""
    trace = _trace(value, user)
    trace["tools"][0]["parameters"]["properties"] = {name: schema or {"type": "boolean"}}
    trace["steps"][1]["call"]["arguments"] = {name: value}
    trace["steps"].insert(0, {"call": {"id": "c0", "name": "act", "arguments": {}}, "result": {"x": value}})
    return unknown_origins(trace) == []


@pytest.mark.parametrize(
    ("name", "user"),
    [
        ("hidden", "also the hidden ones"),
        ("show_hidden", "also the hidden ones"),
        ("includeArchived", "search the archives too"),
        ("notify_owner", "send a notification"),
        ("vip", "for VIPs"),
        ("wifi", "it needs wi-fi"),
        ("refundable", "I want a refund"),
        ("is_active", "active ones"),
    ],
)
def test_boolean_spoken_of(name: str, user: str) -> None:
    """A boolean is said by speaking of its property, whichever way."""
    assert _flag(name, True, user)
    assert _flag(name, False, user)


@pytest.mark.parametrize(
    ("name", "user"),
    [
        ("hidden", "list everything"),
        ("include_hidden", "include the price"),
        ("is_active", "what is it? true"),
        ("a", "open a file"),
        ("vip", "very important person"),
        ("notify_owner", "not now"),
        ("hidden", "true"),
    ],
)
def test_boolean_not_spoken_of(name: str, user: str) -> None:
    """Neither a truth value in a result or text nor a filler word of the name gives a boolean an origin."""
    assert not _flag(name, True, user)
    assert not _flag(name, False, user)


def test_boolean_default() -> None:
    """The default is free, its opposite is not; an enum of both says nothing."""
    assert _flag("hidden", False, "Go.", {"default": False})
    assert not _flag("hidden", True, "Go.", {"default": False})
    assert not _flag("hidden", True, "Go.", {"enum": [True, False]})
    assert _flag("hidden", True, "Go.", {"const": True})


def _chain() -> dict[str, Any]:
    """Build a trace in which the second call draws upon the first, and the third upon the second turn."""
    item = {"type": "object", "properties": {"who": {"type": "string"}, "n": {"type": "number"}}}
    return {
        "id": "chain",
        "context": MONDAY,
        "tools": [{"name": name, "description": "", "parameters": item} for name in ("look", "act")],
        "steps": [
            {"user": "Find the account of Bo Lind."},
            {
                "call": {"id": "c1", "name": "look", "arguments": {"who": "Bo Lind"}},
                "result": {"accounts": [{"key": "bo_88", "balance": 41.25, "by_card": {"visa-17": "open"}}]},
            },
            {"call": {"id": "c2", "name": "act", "arguments": {"who": "bo_88", "n": 41.25}}, "result": "receipt-5"},
            {"assistant": "Done."},
            {"user": "Undo that, and move $1,300 to Ana Ruiz tomorrow."},
            {"call": {"id": "c3", "name": "act", "arguments": {"who": "receipt-5"}}, "result": None},
            {
                "call": {
                    "id": "c4",
                    "name": "act",
                    "arguments": {"who": "Ana Ruiz", "n": 1300, "on": "2024-03-05", "via": ["visa-17"]},
                },
                "result": {},
            },
            {"assistant": "Done."},
        ],
    }


def test_chained_values_are_known() -> None:
    """Leaves and keys of earlier results are origins, in later turns too."""
    assert unknown_origins(_chain()) == []


@pytest.mark.parametrize(
    ("step", "key", "pointer", "altered"),
    [
        (1, "who", "/who", "Bo Lindt"),
        (2, "who", "/who", "bo_89"),
        (2, "n", "/n", 41.52),
        (5, "who", "/who", "receipt-6"),
        (6, "who", "/who", "Ana Ruis"),
        (6, "n", "/n", 13000),
        (6, "on", "/on", "2024-03-06"),
        (6, "via", "/via/0", "visa-71"),
        (6, "via", "/via", []),
    ],
)
def test_planted_value_is_noticed(step: int, key: str, pointer: str, altered: Any) -> None:
    """Altering any one argument of a clean trace yields exactly that finding."""
    trace = _chain()
    call = trace["steps"][step]["call"]
    call["arguments"][key] = [altered] if pointer.endswith("/0") else altered
    assert unknown_origins(trace) == [Unknown(call["id"], call["name"], pointer, altered)]


def test_altered_result_is_noticed() -> None:
    """The matcher reads the results, not just the texts."""
    trace = _chain()
    trace["steps"][1]["result"]["accounts"][0]["key"] = "bo_89"
    assert [found.call_id for found in unknown_origins(trace)] == ["c2"]


def test_parallel_calls_cannot_draw_upon_each_other() -> None:
    """Calls of one group are made before any of their results is in; a later group may use them."""
    trace = _chain()
    for index in (1, 2):
        trace["steps"][index]["group"] = 0
    assert {(found.call_id, found.pointer) for found in unknown_origins(trace)} == {("c2", "/who"), ("c2", "/n")}
    trace["steps"][2]["group"] = 1
    assert unknown_origins(trace) == []


def test_groups_may_be_numbered_per_turn() -> None:
    """Group 0 of the second turn is not group 0 of the first."""
    trace = _chain()
    for index, group in ((1, 0), (2, 1), (5, 0), (6, 1)):
        trace["steps"][index]["group"] = group
    assert unknown_origins(trace) == []


def test_own_and_later_results_are_no_origin() -> None:
    """A call cannot know what it, or a later one, will return; nor what the user will say."""
    trace = _trace("bo_88", "Go.")
    trace["steps"][1]["result"] = {"key": "bo_88"}
    assert len(unknown_origins(trace)) == 1
    again = {"call": {"id": "c2", "name": "act", "arguments": {"item": "bo_88"}}, "result": {}}
    trace["steps"][2:2] = [again]
    assert [found.call_id for found in unknown_origins(trace)] == ["c1"]
    late = _trace("bo_88", "Go.")
    late["steps"] += [{"user": "bo_88"}, {"assistant": "Yes."}]
    assert len(unknown_origins(late)) == 1


def test_assistant_texts_are_no_origin() -> None:
    """What the assistant said of its own accord grounds nothing."""
    trace = _trace("bo_88", "Go.")
    trace["steps"][:0] = [{"user": "Hi."}, {"assistant": "It is bo_88."}]
    assert len(unknown_origins(trace)) == 1


def test_part_of_a_result_string_is_no_origin() -> None:
    """Results are matched leaf by leaf; a number and the string that spells it are one leaf."""
    steps: list[tuple[Any, Any, bool]] = [
        ("count is 9", 9, False),
        (9, "9", True),
        ("9", 9, True),
        ("2024-03-05T14:30:00Z", "2024-03-05T14:30", True),
        ("2024-03-05T14:30:00Z", "2024-03-05", False),
        (True, "true", False),
        (1, True, False),
        (None, None, False),
    ]
    for shown, value, expected in steps:
        trace = _trace(value, "Go.")
        trace["steps"].insert(1, {"call": {"id": "c0", "name": "act", "arguments": {}}, "result": {"x": shown}})
        assert (unknown_origins(trace) == []) is expected, (shown, value)


def test_nested_pointers() -> None:
    """Pointers are JSON pointers into the arguments."""
    found = unknown_origins(_trace({"a/b": [{"c~d": "nope"}], "e": "yes"}, "yes"))
    assert found == [Unknown("c1", "act", "/item/a~1b/0/c~0d", "nope")]


def test_no_arguments_and_no_tools() -> None:
    """Tools without parameters, and traces without anything, pose no question; undeclared tools still do."""
    assert unknown_origins({}) == []
    trace = _trace("x", "Go.")
    trace["tools"] = []
    assert len(unknown_origins(trace)) == 1
    trace["steps"][1]["call"]["arguments"] = {}
    assert unknown_origins(trace) == []


def test_trace_is_left_alone() -> None:
    """An instrument does not change what it measures."""
    trace = _chain()
    before = copy.deepcopy(trace)
    unknown_origins(trace)
    assert trace == before


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9))
def test_any_integer(said: int, other: int) -> None:
    """An integer is found where it is said, plainly or with separators, and no other integer is."""
    assert _known(said, f"Take {said}, please.")
    assert _known(said, f"Take {said:,}.")
    assume(said != other)
    assert not _known(other, f"Take {said}, please.")
    assert not _known(other, f"Take {said:,}.")


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_any_date(said: date, other: date) -> None:
    """A full date is found in its spellings, and no other date is."""
    spelt = f"{said:%B} {said.day}, {said.year}"
    assert _known(said.isoformat(), f"On {said.isoformat()}.")
    assert _known(said.isoformat(), f"On {spelt}, please.", MONDAY)
    assume(other not in (said, date(2024, 3, 4)))  # the simulated date is said by the context
    assert not _known(other.isoformat(), f"On {spelt}, please.", MONDAY)


@given(st.text(alphabet="abcXYZ019", min_size=1, max_size=8), st.text(alphabet="abcXYZ019", min_size=1, max_size=3))
def test_any_token(token: str, more: str) -> None:
    """A token is found by itself, never within a longer one."""
    assert _known(token, f"It is '{token}'.")
    assert not _known(token, f"It is {token + more}.")
    assert not _known(token, f"It is {more}_{token}.txt.")
