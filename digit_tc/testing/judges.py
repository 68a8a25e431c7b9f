"""What a wise model answers to our verifier and our critic, worked out by code from the question alone.

The verifier's answer is that of the code that reads requests: right more often than not. The critic finds no fault.
Both are wits of the server on loopback: `serve(temper="well-behaved", wits=["digit_tc.testing.judges:verifier"])`.
"""

import json
import re
from contextlib import suppress
from datetime import date
from typing import Any

from digit_tc.audit.opinions import QUESTIONS
from digit_tc.backtranslation.booleans import spoken as told
from digit_tc.backtranslation.recovery import RecoveredCall, Recovery, recover
from digit_tc.backtranslation.slots import Slot
from digit_tc.testing.actors import clause
from digit_tc.testing.rule import ChatRequest
from digit_tc.tools.names import spoken as words
from digit_tc.tools.tool import Source, Tool


def verifier(request: ChatRequest) -> dict[str, Any] | None:
    """Returns the calls that the request in a question of the verifier asks for, one of each tool."""
    if not request.first_line.startswith("You read what a person asked"):
        return None
    question = request.text
    tools = [tool_of(line) for line in _lines(question, "tools")]
    earlier = [turn["person"] for turn in _lines(question, "earlier")]
    (said,), (today,), (known,) = (_lines(question, tag) for tag in ("request", "date", "person"))
    recovery = recover(said, earlier, tools, date.fromisoformat(today))
    by_name = {tool.name: tool for tool in tools}
    return {
        "calls": [
            {"tool": call.tool, "arguments": arguments_of(call, recovery, known, by_name[call.tool])}
            for call in recovery.calls
        ]
    }


def critic(request: ChatRequest) -> dict[str, Any] | None:
    """Returns the answer of a critic that finds no fault."""
    if not request.first_line.startswith("You judge one turn"):
        return None
    return {name: {"status": "pass", "evidence": ""} for name in QUESTIONS}


def tool_of(line: dict[str, Any]) -> Tool:
    """Returns a tool as a prompt shows it."""
    return Tool(**line, source=Source(dialect="plain"))


def _lines(question: str, tag: str) -> list[Any]:
    """Returns what stands between the last tags of a name, a JSON value on each line."""
    between = question.rpartition(f"<{tag}>\n")[2].partition(f"</{tag}>")[0]
    found = []
    for line in between.splitlines():
        with suppress(ValueError):
            found.append(json.loads(line))
    return found


def _parts(said: str, tool: Tool) -> tuple[str, str]:
    """Returns where a person asks for a tool, as `actors` has them ask, and what they say of the things they mean."""
    _, asked, rest = said.partition(f" {clause(tool.description)}")
    wish, *_ = re.split(r"\. (?:Also, please|I mean) ", rest, maxsplit=1)
    return wish if asked else "", ". ".join(said.split(". I mean ")[1:])


def _written(part: str, slot: Slot, tool: Tool) -> list[Any]:
    """Returns the values that stand behind the name or the description of an argument."""
    names = {words(slot.name), clause(str(tool.properties[slot.path[0]].get("description") or ""))} - {""}
    pattern = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    pairs = re.findall(rf'\b(?:{pattern}) (?:"([^"]*)"|(-?\d+(?:\.\d+)?))', part)
    return [text or json.loads(number) for text, number in pairs]


def arguments_of(call: RecoveredCall, recovery: Recovery, known: dict[str, str], tool: Tool) -> dict[str, Any]:
    """Returns what a request that is worded as `actors` words one gives a call."""
    found: dict[str, Any] = {}
    wish, asides = _parts(recovery.request.text, tool)
    answer = recovery.request.text.partition("\n")[2]  # said once the assistant had asked back
    for slot in call.slots:
        values = [one.value for one in call.arguments.get("/" + "/".join(slot.path), ())]
        own = known.get(words(slot.name))
        if own and len(slot.path) > 1 and own in recovery.request.text:
            values = [own]  # who writes an address down mostly means their own
        if slot.kind == "boolean":
            values = [value for value in (True, False) if told(recovery.request, slot, value)]
        elif wish:
            values = _written(wish, slot, tool) or _written(answer, slot, tool)
        else:
            values = _written(asides, slot, tool) or values
        if values:
            _put(found, slot.path, values)
    return found


def _put(found: dict[str, Any], path: tuple[str, ...], values: list[Any]) -> None:
    """Puts values at a path; a list of objects gets one object."""
    keys = [key for key in path if key != "*"]
    for key in keys[:-1]:
        found = found.setdefault(key, {})
    found[keys[-1]] = values if path[-1] == "*" else values[0]
