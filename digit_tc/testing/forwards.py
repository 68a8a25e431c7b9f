"""What a model would answer to the roles of generation forwards, worked out from the words of the question alone.

A wit of the server on loopback: the person asks for what the services are for and gives all that they must be told;
the planner finds the tools whose descriptions the request has, with the values behind the names of their arguments.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from digit_tc.backtranslation.recovery import recover
from digit_tc.streams import Stream
from digit_tc.testing.actors import clause, openings, told
from digit_tc.testing.judges import arguments_of, tool_of
from digit_tc.testing.rule import ChatRequest
from digit_tc.values.patterns import matching

_FORMS = {"date": "2024-03-05", "time": "09:30", "email": "ana.silva@example.com", "date-time": "2024-03-05T09:30:00Z"}


def act(request: ChatRequest) -> str | dict[str, Any] | None:
    """Answers the prompts of the forward user and of the forward planner; None for any other."""
    if request.first_line.startswith("You make up what a person asks"):
        return _request(request)
    return _calls(request) if request.first_line.startswith("You decide which calls") else None


def _request(request: ChatRequest) -> str:
    (facts,), stream = told(request.text, "facts"), Stream("forwards", request.name)
    wishes = []
    for opening, service in zip(openings(), told(request.text, "services"), strict=False):
        details = " and ".join(_details(service["needs"], facts, stream))
        wishes.append(f"{opening} {clause(service['does'])}{', with ' if details else ''}{details}.")
    return " ".join(wishes)


def _details(needs: Mapping[str, Any], facts: Mapping[str, str], stream: Stream) -> Iterator[str]:
    for name, need in needs.items():
        if need.get("optional") or need.get("kind") in ("object", "array"):
            continue
        value = facts.get(name) or _value(need, stream)
        yield f'{name} "{value}"' if isinstance(value, str) else f"{name} {value}"


def _value(need: Mapping[str, Any], stream: Stream) -> str | int:
    if "choices" in need:
        return str(stream.choice(need["choices"]))
    if need.get("kind") in ("integer", "number"):
        return stream.integer(1, 20)
    form = str(need.get("form") or "")
    return _FORMS.get(form) or matching(form or "[A-Z][a-z]{5} [A-Z][a-z]{6}", stream) or "Blue Harbour"


def _calls(request: ChatRequest) -> dict[str, Any]:
    (said,), (today,), (known,) = (told(request.text, tag) for tag in ("request", "date", "person"))
    tools = [tool_of(line) for line in told(request.text, "tools")]
    asked = [tool for tool in tools if f" {clause(tool.description)}" in said]
    recovery = recover(said, [], asked, date.fromisoformat(today))
    return {
        "calls": [
            {"tool": call.tool, "arguments": arguments_of(call, recovery, known, tool)}
            for call, tool in zip(recovery.calls, asked, strict=True)
        ]
    }
