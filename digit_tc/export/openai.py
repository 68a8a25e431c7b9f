"""Rows for OpenAI chat fine-tuning: arguments as a JSON string, one tool message per call.

A tool name must match `[a-zA-Z0-9_-]{1,64}`; one that does not is changed, and its description ends with the original.
Output schemas have no field in this format and are left out. A message with a call that was put in as a mistake gets
weight 0; if right calls stand beside it in the same message, they are not trained on either. A row has one list of
tools: where one was added only later, the message that declines for want of it gets weight 0 as well.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from digit_tc.canonical import digest
from digit_tc.export.trace import result_value
from digit_tc.records import Record, Step, ToolRecord

_REFUSED = re.compile(r"[^a-zA-Z0-9_-]")
_LONGEST = 64
_FITTING = re.compile(r"[a-zA-Z0-9_-]{1,64}")

Row = dict[str, Any]


def openai_row(record: Record) -> Row:
    """Returns a record as one row of a fine-tuning file."""
    names = tool_names(record)
    row: Row = {
        "messages": list(_messages(record, names)),
        "tools": [_tool(tool, names[tool.name]) for tool in record.tools],
    }
    if any(len(step.calls) > 1 for turn in record.turns for step in turn.steps):
        row["parallel_tool_calls"] = True
    return row


def tool_names(record: Record) -> dict[str, str]:
    """Maps each tool name of a record to one that the format takes; two names never become one."""
    called = [call.name for turn in record.turns for step in turn.steps for call in step.calls]
    known = list(dict.fromkeys([*(tool.name for tool in record.tools), *called]))
    names = {name: name for name in known if _FITTING.fullmatch(name)}
    for name in known:
        if name not in names:
            names[name] = _fitted(name, set(names.values()))
    return names


def _fitted(name: str, taken: set[str]) -> str:
    plain = _REFUSED.sub("_", name)
    if plain and len(plain) <= _LONGEST and plain not in taken:
        return plain
    return f"{plain[: _LONGEST - 9]}_{digest(name)[:8]}"


def _messages(record: Record, names: dict[str, str]) -> Iterator[Row]:
    if record.context.text:
        yield {"role": "system", "content": record.context.text}
    added = [at for at, turn in enumerate(record.turns) if turn.tools_added]
    for at, turn in enumerate(record.turns):
        yield {"role": "user", "content": turn.user}
        for step in turn.steps:
            yield _calling(step, names)
            for call in step.calls:
                yield {"role": "tool", "tool_call_id": call.id, "content": _text(result_value(call))}
        if turn.assistant:
            said: Row = {"role": "assistant", "content": turn.assistant}
            unsaid = turn.kind == "unserved" and any(at < later for later in added)
            yield {**said, "weight": 0} if unsaid else said


def _calling(step: Step, names: dict[str, str]) -> Row:
    message: Row = {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": names[call.name], "arguments": _text(call.arguments)},
            }
            for call in step.calls
        ],
    }
    return message if all(call.train for call in step.calls) else {**message, "weight": 0}


def _tool(tool: ToolRecord, name: str) -> Row:
    description = tool.description
    if name != tool.name:
        description = f"{description} (original name: {tool.name})".strip()
    return {
        "type": "function",
        "function": {"name": name, "description": description, "parameters": tool.parameters},
    }


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
