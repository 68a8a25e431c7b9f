"""The trace form keeps everything that it has a place for."""

import json
from itertools import groupby
from typing import Any

import pytest

from digit_tc.errors import InputError
from digit_tc.export.trace import CallStep, Trace, UserStep, error_value, parse_trace, trace, trace_row
from digit_tc.records import Call, CallError, Record, Step, Turn


def written(record: Record) -> str:
    return json.dumps(trace_row(record), ensure_ascii=False, allow_nan=False)


def turns_of(read: Trace) -> list[Turn]:
    """The turns of a record, made again from nothing but its trace."""
    turns: list[Turn] = []
    for step in read.steps:
        if isinstance(step, UserStep):
            turns.append(Turn(user=step.user, steps=(), assistant=""))
        elif isinstance(step, CallStep):
            turns[-1] = turns[-1].model_copy(update={"steps": (*turns[-1].steps, step)})
        else:
            turns[-1] = turns[-1].model_copy(update={"assistant": step.model_dump()["assistant"]})
    return [turn.model_copy(update={"steps": tuple(_steps(turn.steps))}) for turn in turns]


def _steps(calls: Any) -> list[Step]:
    return [Step(calls=tuple(map(_call, group))) for _, group in groupby(calls, key=lambda call: call.group)]


def _call(step: CallStep) -> Call:
    error = CallError(**step.result["error"]) if step.is_error and isinstance(step.result, dict) else None  # type: ignore[arg-type]
    return Call(
        id=step.call.id,
        name=step.call.name,
        arguments=step.call.arguments,
        provenance={},
        result=None if error else step.result,
        error=error,
        fault=step.fault,
        train=step.train,
    )


def without_what_a_trace_cannot_hold(turns: tuple[Turn, ...]) -> list[Turn]:
    plain = {"implicit": False, "provenance": {}}
    return [
        turn.model_copy(
            update={
                "steps": tuple(
                    Step(calls=tuple(call.model_copy(update=plain) for call in step.calls)) for step in turn.steps
                )
            }
        )
        for turn in turns
    ]


def test_a_record_comes_back_from_its_trace(record: Record) -> None:
    read = parse_trace(written(record))
    assert read == trace(record)
    assert read.row() == trace_row(record)
    assert turns_of(read) == without_what_a_trace_cannot_hold(record.turns)
    assert [tool.parameters for tool in read.tools] == [tool.parameters for tool in record.tools]
    assert (read.id, read.context) == (record.id, record.context.text)


def test_whole_floats_and_text_that_looks_like_a_number_stay_what_they_are(record: Record) -> None:
    results = [step["result"] for step in json.loads(written(record))["steps"] if "call" in step]
    assert [repr(result) for result in results[2:5]] == ["'bewölkt'", "7", "[]"]
    assert [repr(result) for result in (results[0], results[1], results[6], results[8])] == [
        "{'t': 4}", "None", "'4'", "4.0"
    ]  # fmt: skip


def test_calls_of_one_message_share_a_group_that_no_other_call_has(record: Record) -> None:
    steps = trace_row(record)["steps"]
    assert [step["group"] for step in steps if "call" in step] == [0, 0, 1, 1, 1, 2, 3, 4, 5]


def test_marks_are_there_only_where_they_say_something(record: Record) -> None:
    calls = {step["call"]["id"]: step for step in trace_row(record)["steps"] if "call" in step}
    marks = {name: set(step) - {"call", "result", "group"} for name, step in calls.items()}
    assert {name: found for name, found in marks.items() if found} == {
        "call_6": {"is_error", "train"},
        "call_8": {"is_error", "fault"},
    }
    assert calls["call_6"]["train"] is False
    assert calls["call_6"]["result"] == error_value(CallError(code="bad", message="not a number"))


def test_a_turn_without_calls_is_what_was_said(record: Record) -> None:
    assert {"user": "Thanks!"} in trace_row(record)["steps"]
    assert trace_row(record)["steps"].index({"assistant": "You are welcome."}) == 8


def test_traces_of_others_may_say_more_and_less() -> None:
    row = {
        "id": "x",
        "source": "elsewhere",
        "tools": [{"name": "f", "parameters": {}, "strict": True}],
        "steps": [{"user": "go"}, {"tools_added": ["f"]}, {"call": {"id": "1", "name": "f", "arguments": {}}}],
    }
    read = parse_trace(json.dumps(row))
    assert read.steps[1].model_dump() == {"tools_added": ("f",)}
    assert isinstance(read.steps[2], CallStep)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{", "/"),
        ("[]", "/"),
        ('{"id": "x", "tools": []}', "/steps"),
        ('{"id": "x", "tools": [{"name": "f"}], "steps": []}', "/tools/0/parameters"),
        ('{"id": "x", "tools": [], "steps": [{"call": {"id": "1", "name": "f", "arguments": "{}"}}]}', "/steps/0"),
    ],
)
def test_what_is_no_trace_is_refused_with_the_place(text: str, place: str) -> None:
    with pytest.raises(InputError, match=f" at {place}"):
        parse_trace(text)


def test_a_record_of_an_older_version_has_no_effects(record: Record) -> None:
    old = record.model_dump(mode="json")
    for tool in old["tools"]:
        assert tool.pop("effect", "") != ""
    assert all(tool.effect is None for tool in Record.model_validate(old).tools)
