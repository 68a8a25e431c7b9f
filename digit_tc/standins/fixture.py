"""Recorded calls that are played again.

A file of JSON lines. A line is a call as the trace form has it, `{"call": {"name", "arguments"}, "result"}`, the same
without the inner object, `{"name", "arguments", "result", "is_error"?}`, or a whole trace, whose calls are taken.
Records of equal calls are played in their order; the last one stays. Equal are arguments with equal canonical JSON.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from digit_tc.canonical import canonical
from digit_tc.errors import SettingsError
from digit_tc.standins.standin import TOOL_ERROR, Question, Reply
from digit_tc.tools.tool import Tool

NOT_RECORDED = "not_recorded"
"""The code of the error result of a call that the file does not hold."""


class Fixture:
    """The recorded calls of one tool as a stand-in.

    Args:
        path: The file.
        tool: The tool whose calls are played; its name in its own file is known too.
        fallback: Whether the simulation answers what is not recorded; else it is an error result.

    Raises:
        SettingsError: The file cannot be read, or holds no call of the tool.
    """

    source = "fixture"
    blocks = False

    def __init__(self, path: Path, tool: Tool, *, fallback: bool = False) -> None:
        self._tool, self._fallback = tool.name, fallback
        self._replies: dict[str, list[Reply]] = {}
        others: dict[str, None] = {}
        for name, arguments, reply in _recorded(path):
            if name in (tool.name, tool.alias):
                self._replies.setdefault(canonical(arguments), []).append(reply)
            else:
                others[name] = None
        if not self._replies:
            held = f"it has calls of {', '.join(others)}" if others else "it is empty"
            raise SettingsError(f"{path} holds no call of {tool.name}; {held}")

    def ask(self, question: Question) -> Reply | None:
        """Plays the record of the call."""
        replies = self._replies.get(canonical(question.arguments))
        if replies:
            return replies[min(question.played, len(replies) - 1)]
        if self._fallback:
            return None
        return Reply(code=NOT_RECORDED, message=f"no call of {self._tool} with these arguments is recorded")

    def close(self) -> None:
        """Holds nothing."""


def _recorded(path: Path) -> Iterator[tuple[str, dict[str, Any], Reply]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}; correct the path") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield from _calls(json.loads(line))
            except (ValueError, RecursionError) as error:
                raise SettingsError(f"{path}:{number} is no recorded call: {error}; correct it") from error


def _calls(row: Any) -> Iterator[tuple[str, dict[str, Any], Reply]]:
    if not isinstance(row, dict):
        raise ValueError("it is not an object")
    if isinstance(row.get("steps"), list):
        for step in row["steps"]:
            if isinstance(step, dict) and "call" in step and not step.get("fault"):
                yield from _calls(step)
        return
    call = row.get("call", row)
    name, arguments = (call.get("name"), call.get("arguments", {})) if isinstance(call, dict) else (None, None)
    if not isinstance(name, str) or not isinstance(arguments, dict):
        raise ValueError("name must be a text and arguments an object")
    if "result" not in row:
        raise ValueError("it has no result")
    yield name, arguments, _error(row["result"]) if row.get("is_error") else Reply(row["result"])


def _error(result: Any) -> Reply:
    """Returns an error result as it was recorded, in our own form or in anybody's words."""
    told = result.get("error") if isinstance(result, Mapping) else None
    if isinstance(told, dict) and isinstance(told.get("code"), str) and isinstance(told.get("message"), str):
        return Reply(code=told["code"] or TOOL_ERROR, message=told["message"])
    said = result if told is None else told
    return Reply(code=TOOL_ERROR, message=said if isinstance(said, str) else canonical(said))
