"""Rows for OpenAI fine-tuning, checked against the rules of that format and read back."""

import json
import re
from typing import Any

from digit_tc.export.openai import openai_row, tool_names
from digit_tc.records import Call, CallError, Record, Step, Turn

NAME = re.compile(r"^[a-zA-Z0-9_-]{1,64}$")


def row_of(record: Record) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(json.dumps(openai_row(record), ensure_ascii=False, allow_nan=False))
    return row


def turns_of(row: dict[str, Any], names: dict[str, str]) -> list[Turn]:
    """The turns of a record, made again from nothing but its row."""
    original = {fitting: name for name, fitting in names.items()}
    turns: list[Turn] = []
    results = {m["tool_call_id"]: json.loads(m["content"]) for m in row["messages"] if m["role"] == "tool"}
    for message in row["messages"]:
        if message["role"] == "user":
            turns.append(Turn(user=message["content"], steps=(), assistant=""))
        elif message["role"] == "assistant" and message.get("tool_calls"):
            step = Step(calls=tuple(_call(made, message, results, original) for made in message["tool_calls"]))
            turns[-1] = turns[-1].model_copy(update={"steps": (*turns[-1].steps, step)})
        elif message["role"] == "assistant":
            turns[-1] = turns[-1].model_copy(update={"assistant": message["content"]})
    return turns


def _call(made: dict[str, Any], message: dict[str, Any], results: dict[str, Any], original: dict[str, str]) -> Call:
    result = results[made["id"]]
    failed = isinstance(result, dict) and set(result) == {"error"}
    return Call(
        id=made["id"],
        name=original[made["function"]["name"]],
        arguments=json.loads(made["function"]["arguments"]),
        provenance={},
        result=None if failed else result,
        error=CallError(**result["error"]) if failed else None,
        train=message.get("weight", 1) == 1,
    )


def test_a_record_comes_back_from_its_row(record: Record) -> None:
    kept = {"implicit": False, "fault": False}  # the format has no place for these two
    expected = [
        turn.model_copy(
            update={"steps": tuple(Step(calls=tuple(c.model_copy(update=kept) for c in s.calls)) for s in turn.steps)}
        )
        for turn in record.turns
    ]
    row = row_of(record)
    assert turns_of(row, tool_names(record)) == expected
    assert [tool["function"]["parameters"] for tool in row["tools"]] == [tool.parameters for tool in record.tools]
    assert row["messages"][0] == {"role": "system", "content": record.context.text}


def test_every_call_is_answered_right_after_its_message_and_once(record: Record) -> None:
    messages = row_of(record)["messages"]
    for position, message in enumerate(messages):
        ids = [call["id"] for call in message.get("tool_calls", [])]
        answers = messages[position + 1 : position + 1 + len(ids)]
        assert [answer.get("tool_call_id") for answer in answers] == ids
    answered = [message["tool_call_id"] for message in messages if message["role"] == "tool"]
    assert answered == [f"call_{number}" for number in range(1, 10)]


def test_values_have_the_types_that_the_format_demands(record: Record) -> None:
    row = row_of(record)
    assert set(row) == {"messages", "tools", "parallel_tool_calls"}
    assert row["parallel_tool_calls"] is True
    for message in row["messages"]:
        assert message["content"] is None or isinstance(message["content"], str)
        for call in message.get("tool_calls", []):
            assert call["type"] == "function"
            assert isinstance(call["function"]["arguments"], str)
            assert NAME.match(call["function"]["name"])
    by_id = {call["id"]: call for m in row["messages"] for call in m.get("tool_calls", [])}
    assert by_id["call_2"]["function"]["arguments"] == "{}"
    assert "東京" in by_id["call_3"]["function"]["arguments"]


def test_names_that_must_change_stay_apart_and_keep_the_original_in_words(record: Record) -> None:
    tools = row_of(record)["tools"]
    names = [tool["function"]["name"] for tool in tools]
    assert len(set(names)) == len(record.tools)
    assert all(NAME.match(name) for name in names)
    assert names[3] == "weather_get", "a name that fits is kept even if another one would become it"
    assert "original name: weather.get" in tools[0]["function"]["description"]
    long = record.tools[0].model_copy(update={"name": "é" * 90})
    other = record.tools[0].model_copy(update={"name": "é" * 91})
    names = list(tool_names(record.model_copy(update={"tools": (long, other), "turns": ()})).values())
    assert len(set(names)) == 2
    assert all(NAME.match(name) for name in names)


def test_only_a_message_with_a_wrong_call_has_a_weight(record: Record) -> None:
    weights = {m["tool_calls"][0]["id"]: m.get("weight") for m in row_of(record)["messages"] if m.get("tool_calls")}
    assert weights == {"call_1": None, "call_3": None, "call_6": 0, "call_7": None, "call_8": None, "call_9": None}


def test_without_parallel_calls_and_system_text_nothing_is_said_of_them(record: Record) -> None:
    plain = record.model_copy(
        update={"turns": record.turns[1:], "context": record.context.model_copy(update={"text": ""})}
    )
    row = row_of(plain)
    assert "parallel_tool_calls" not in row
    assert row["messages"][0]["role"] == "user"
