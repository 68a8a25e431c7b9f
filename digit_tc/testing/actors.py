"""What a model would answer to the acting roles, from the words of the question: planner, user, assistant, simulator.

Functions for the server on loopback (`digit_tc.testing.rule.Wit`): `act` answers sensibly, `blunder` as models go
wrong: new ids on every read, forgotten writes, wrong sums, claims that nothing shows, plans that are not there.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from digit_tc.streams import Stream
from digit_tc.testing.rule import ChatRequest

_TEXTS = {
    "email": ("ana.silva@example.com", "max.weber@example.com"),
    "date": ("2024-03-05", "2024-03-06"),
    "date-time": ("2024-03-05T09:30:00Z", "2024-03-06T10:00:00Z"),
    "uri": ("https://example.com/a", "https://example.com/b"),
}
_PATTERNS = {"[0-3]": ("09:30", "10:15"), "\\+": ("+4915112345", "+4915154321"), "{5}": ("80331", "10115")}
_NUMERAL = re.compile(r"\b(?:on a given|in a) day\b|\b(?:one|two|three|given)\b|\b\d\S*", re.IGNORECASE)
_STARTS = {
    "You play a person": "person",
    "You are the backend behind": "backend",
    "You plan what": "plan",
    "You are an assistant": "assistant",
}
_OCCASIONS = {
    "try again": "Please try it once more now.",
    "drop what": "Forget that.",
    "one value": "Sorry, I want that changed, the rest stays the same.",
    "have it undone": "Sorry, I have changed my mind about that.",
}
"""What a person says first, by a sign in the words that tell why they write."""
_CLAIMS = ("", "Your total is $98,765.43.", "I also booked it for 2031-04-05 as QX-99812.")


def act(request: ChatRequest) -> str | dict[str, Any] | None:
    """Answers the prompts of the acting roles as they ask; None for any other."""
    return _answer(request, {"person": _said, "backend": _results, "plan": _choice, "assistant": _report})


def forget(request: ChatRequest) -> str | dict[str, Any] | None:
    """Answers as `act` does, but that the person now and then leaves the end of a sentence out."""
    said = act(request)
    stream = Stream("forget", request.name)
    if not isinstance(said, str) or not request.first_line.startswith("You play a person") or not stream.chance(0.3):
        return said
    sentences = said.split(". ")
    at = stream.integer(0, len(sentences) - 1)
    return ". ".join([*sentences[:at], sentences[at].partition(" and ")[0].rstrip("."), *sentences[at + 1 :]]) + "."


def blunder(request: ChatRequest) -> str | dict[str, Any] | None:
    """Answers the prompts of the acting roles as they should not be answered; None for any other."""
    wrong: Answers = {"backend": _wrong_results, "plan": _wrong_choice, "assistant": _wrong_report}
    return _answer(request, {"person": _wrong_request, **wrong})


Answers = Mapping[str, Callable[[ChatRequest], str | dict[str, Any]]]
"""What each role says."""


def _answer(request: ChatRequest, answers: Answers) -> str | dict[str, Any] | None:
    role = next((role for start, role in _STARTS.items() if request.first_line.startswith(start)), "")
    return answers[role](request) if role and "<" in request.text else None


def told(text: str, tag: str) -> list[Any]:
    """Returns the JSON values that a prompt has between a pair of tags, one a line."""
    _, there, rest = text.rpartition(f"<{tag}>\n")
    return [json.loads(line) for line in rest.partition(f"</{tag}>")[0].splitlines()] if there else []


def _said(request: ChatRequest) -> str | dict[str, Any]:
    """Ends the conversation where it is at its end, else says what is wished."""
    return _stop(request) if "has come to its end" in request.text else _request(request)


def _stop(request: ChatRequest) -> dict[str, Any]:
    (*_, last) = told(request.text, "earlier")
    refused = any(word in last["assistant"] for word in ("can't", "cannot", "not able", "unable"))
    return {"message": "Thank you, that is all.", "stop": True, "reason": "not_possible" if refused else "done"}


def _request(request: ChatRequest) -> str:
    """Says each wish with its details, then the facts in the background; turned down, it says less."""
    words = 3 if "<rejected>" in request.text.rpartition("</background>")[2] else None
    wishes = [
        f"{opening} {' '.join(clause(one['wish']).split()[:words])}{_told(one['details'], ', with ')}"
        for opening, one in zip(openings(), told(request.text, "wishes"), strict=False)
    ]
    asides = [
        f"I mean the {fact.pop('of')}{_told(fact, ' with ')}"
        for facts in told(request.text, "background")
        for fact in facts
    ]
    said = " ".join(f"{sentence}." for sentence in (*wishes, *asides))
    return f"{_before(request)} {said}".strip()


def _before(request: ChatRequest) -> str:
    """Says what the occasion asks for beside the wishes."""
    occasion = " ".join(str(line) for line in told(request.text, "occasion"))
    return next((words for sign, words in _OCCASIONS.items() if sign in occasion), "")


def openings() -> Iterator[str]:
    """Yields how a person begins to ask for one thing after the other."""
    yield "I would like to"
    while True:
        yield "Also, please"


def _told(details: Mapping[str, Any], joint: str) -> str:
    parts = [part for what, value in details.items() for part in _detail(clause(what), value)]
    return joint + " and ".join(parts) if parts else ""


def _detail(what: str, value: Any) -> Iterator[str]:
    if isinstance(value, bool):
        yield what if value else f"no {what}"
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _detail(name.replace("_", " "), inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _detail(what, inner)
    else:
        yield f'{what} "{value}"' if isinstance(value, str) else f"{what} {value}"


def clause(text: str) -> str:
    """Returns what a description says first, without numbers: who asks must say none that are not meant."""
    first = re.split(r"\. |, | \(|; ", text, maxsplit=1)[0].rstrip(".")
    bare = " ".join(_NUMERAL.sub("", first).split())
    return bare[:1].lower() + bare[1:]


def _wrong_request(request: ChatRequest) -> str | dict[str, Any]:
    flaws = (" Your total is $98,765.43.", " How can I help you today?", " Use list_items for it.", "")
    said = _said(request)
    return said if isinstance(said, dict) else said + Stream("blunder", request.name).choice(flaws)


def _results(request: ChatRequest) -> dict[str, Any]:
    calls = told(request.text, "calls")
    return {
        f"call_{call['call']}": {"result": _over(_made(call["output"] or {}), call["settled"]), "changes": {}}
        for call in calls
    }


def _wrong_results(request: ChatRequest) -> dict[str, Any]:
    stream = Stream("blunder", request.name)
    return {
        f"call_{call['call']}": {"result": _drifted(_made(call["output"] or {}), stream), "changes": {"status": "new"}}
        for call in told(request.text, "calls")
    }


def _choice(request: ChatRequest) -> dict[str, Any]:
    return {"plan": len(told(request.text, "plans")), "values": []}


def _wrong_choice(request: ChatRequest) -> dict[str, Any]:
    stream = Stream("blunder", request.name)
    values = [{"call": "$1", "argument": f"/{name}", "value": "${x}"} for name in ("id", "name", "date")]
    return {"plan": stream.integer(0, 9), "values": values}


def _report(request: ChatRequest) -> str:
    situation = " ".join(str(line) for line in told(request.text, "situation"))
    if situation:
        missing = re.search(r"has not said the (.+?)\. Ask", situation)
        return f"Could you tell me the {missing[1]}?" if missing else "I am sorry, I cannot do that."
    said = []
    for one in told(request.text, "results"):
        if "failed" in one:
            said.append(f"That did not work: {one['failed']}.")
        elif "not_done_because" in one:
            said.append(f"That was left alone: {one['not_done_because']}.")
        elif one["asked"]:
            values = [str(value) for value in _scalars(one["result"])][:3]
            said.append(f"I got {', '.join(values)}." if values else "That is done.")
    return " ".join(said) or "That is done."


def _wrong_report(request: ChatRequest) -> str:
    return f"{_report(request)} {Stream('blunder', request.name).choice(_CLAIMS)}".strip()


def _made(schema: Mapping[str, Any], at: int = 0, name: str = "result") -> Any:
    """Returns a value that fits a schema; `at` tells the entries of a list apart."""
    kinds = schema.get("type")
    kind = kinds[0] if isinstance(kinds, list) else kinds
    if "enum" in schema:
        return schema["enum"][0]
    if kind == "object":
        return {key: _made(inner, at, key) for key, inner in schema.get("properties", {}).items()}
    if kind == "array":
        return [_made(schema.get("items", {}), one, name) for one in range(2)]
    if kind in ("integer", "number"):
        return schema.get("minimum", 10) + 1 + at
    return True if kind == "boolean" else _text(schema, at, name)


def _text(schema: Mapping[str, Any], at: int, name: str) -> str:
    if schema.get("format") in _TEXTS:
        return _TEXTS[schema["format"]][at % 2]
    for part, examples in _PATTERNS.items():
        if part in schema.get("pattern", ""):
            return examples[at % 2]
    return f"{('Blue', 'Green')[at % 2]} {name.replace('_', ' ')}"


def _over(value: Any, settled: Any) -> Any:
    if isinstance(value, dict) and isinstance(settled, dict):
        return {**value, **{key: _over(value.get(key), inner) for key, inner in settled.items()}}
    if isinstance(value, list) and isinstance(settled, list):
        return [*settled, *value]
    return value if settled is None else settled


def _drifted(value: Any, stream: Stream) -> Any:
    if isinstance(value, dict):
        return {key: _drifted(inner, stream) for key, inner in value.items() if stream.chance(0.9)}
    if isinstance(value, list):
        return [_drifted(inner, stream) for inner in value for _ in range(stream.integer(0, 2))]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value + stream.integer(-5, 50)
    if isinstance(value, str):
        return stream.choice((value, f"ID-{stream.integer(1, 99999)}", ""))
    return value


def _scalars(value: Any) -> list[Any]:
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return [scalar for one in inner for scalar in _scalars(one)]
    return [] if isinstance(value, bool) or value in (None, "") else [value]
