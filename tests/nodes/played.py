"""What a model would answer to the questions of the acting roles, made from the words of the question alone.

`wise` answers sensibly, `drifting` as models go wrong: new ids on every read, forgotten writes, wrong sums, claims that
nothing shows, plans that do not exist.
"""

import json
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any

from langchain_core.messages import BaseMessage

from digit_tc.testing.server import HOST, Rule, ScriptedServer

Play = Callable[[str], str]
"""Answers the words of a question."""


class PlayedServer(ScriptedServer):
    """Answers every request by a function of its words."""

    def __init__(self, play: Play) -> None:
        super().__init__(0, [])
        self._play = play

    def rule(self, body: dict[str, Any]) -> Rule:
        self.bodies.append(body)
        return Rule(reply=self._play("\n".join(str(message.get("content")) for message in body["messages"])))

    @property
    def base_url(self) -> str:
        return f"http://{HOST}:{self.server_address[1]}/v1"


@contextmanager
def served(play: Play) -> Iterator[PlayedServer]:
    """Runs a server on loopback, in a thread, for the length of a `with` block."""
    with PlayedServer(play) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.stopping.set()
            server.shutdown()
            thread.join()


def section(text: str, tag: str) -> str:
    """Returns what stands between the last pair of tags of a name."""
    return text.rpartition(f"<{tag}>\n")[2].partition(f"\n</{tag}>")[0]


def lines(text: str, tag: str) -> list[Any]:
    """Returns the JSON values between tags, one a line."""
    return [json.loads(line) for line in section(text, tag).splitlines()]


def words_of(messages: Sequence[BaseMessage]) -> str:
    return "\n".join(str(message.text) for message in messages)


def role_of(text: str) -> str:
    """Returns which role asks, by the tags of its prompt."""
    tags = {"<calls>\n": "tool_simulator", "<plans>\n": "planner", "<results>\n": "assistant", "<wishes>\n": "user"}
    return next((role for tag, role in tags.items() if tag in text), "")


def wise(text: str) -> str:
    """Returns a sensible answer."""
    match role_of(text):
        case "tool_simulator":
            return json.dumps({f"call_{call['call']}": {"result": result(call)} for call in lines(text, "calls")})
        case "planner":
            return json.dumps({"plan": len(lines(text, "plans")), "values": []})
        case "assistant":
            return report(lines(text, "results"))
        case _:
            return request(text)


def drifting(text: str) -> str:
    """Returns an answer that goes wrong, each question in its own way."""
    chance = Random(zlib.crc32(text.encode()))
    match role_of(text):
        case "tool_simulator":
            changes = {"status": "new"}
            answers = {
                f"call_{call['call']}": {"result": _drifted(made(call["output"], 0), chance), "changes": changes}
                for call in lines(text, "calls")
            }
            return json.dumps(answers)
        case "planner":
            values = [
                {"call": "$1", "argument": f"/{name}", "value": f"${{{name}}}"} for name in ("id", "name", "date")
            ]
            return json.dumps({"plan": chance.randint(0, 9), "values": values})
        case "assistant":
            claim = chance.choice(["", "Your total is $98,765.43.", "I also booked it for 2031-04-05 as QX-99812."])
            return f"{report(lines(text, 'results'))} {claim}".strip()
        case _:
            return request(text)


def request(text: str) -> str:
    """Returns a request that says the values which the prompt of the user lists."""
    values = json.loads(section(text, "values"))
    return f"I need this done, please: {', '.join(str(value) for value in values)}."


def report(results: list[dict[str, Any]]) -> str:
    """Returns a report that tells a few values of each result that was asked for."""
    told = []
    for one in results:
        if "failed" in one:
            told.append(f"That did not work: {one['failed']}.")
        elif one["asked"]:
            values = [str(value) for value in _scalars(one["result"])][:3]
            told.append(f"I got {', '.join(values)}." if values else "That is done.")
    return " ".join(told) or "That is done."


def result(call: dict[str, Any]) -> Any:
    """Returns a result that fits the output schema and repeats what is settled."""
    return _over(made(call["output"] or {}, 0), call["settled"])


_TEXTS = {
    "email": ("ana.silva@example.com", "max.weber@example.com"),
    "date": ("2024-03-05", "2024-03-06"),
    "date-time": ("2024-03-05T09:30:00Z", "2024-03-06T10:00:00Z"),
    "uri": ("https://example.com/a", "https://example.com/b"),
}
_PATTERNS = {"[0-3]": ("09:30", "10:15"), "\\+": ("+4915112345", "+4915154321"), "{5}": ("80331", "10115")}


def made(schema: dict[str, Any], at: int, name: str = "result") -> Any:
    """Returns a value that fits a schema; `at` tells entries of a list apart."""
    kinds = schema.get("type")
    kind = kinds[0] if isinstance(kinds, list) else kinds
    if "enum" in schema:
        return schema["enum"][0]
    match kind:
        case "object":
            return {key: made(inner, at, key) for key, inner in schema.get("properties", {}).items()}
        case "array":
            return [made(schema.get("items", {}), one, name) for one in range(2)]
        case "integer" | "number":
            return schema.get("minimum", 10) + 1 + at
        case "boolean":
            return True
    return _text(schema, at, name)


def _text(schema: dict[str, Any], at: int, name: str) -> str:
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


def _drifted(value: Any, chance: Random) -> Any:
    if isinstance(value, dict):
        return {key: _drifted(inner, chance) for key, inner in value.items() if chance.random() > 0.1}
    if isinstance(value, list):
        return [_drifted(inner, chance) for inner in value for _ in range(chance.randint(0, 2))]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value + chance.randint(-5, 50)
    if isinstance(value, str):
        return chance.choice([value, f"ID-{chance.randint(1, 99999)}", ""])
    return value


def _scalars(value: Any) -> list[Any]:
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return [scalar for one in inner for scalar in _scalars(one)]
    return [] if isinstance(value, bool) or value in (None, "") else [value]
