"""Conversations and values in plain text, for people."""

import json
import textwrap
from collections.abc import Iterator
from typing import Any

from digit_tc.records import Call, Record, Turn

WIDTH = 100
_LABEL = 11


def plain(value: Any) -> str:
    """Returns a JSON value on one line, with blanks at which it can be wrapped."""
    return json.dumps(value, ensure_ascii=False)


def short(value: Any, limit: int = 160) -> str:
    """Returns a JSON value on one line, cut to `limit` characters with a word on what is missing."""
    text = plain(value)
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text):,} characters)"


def headline(record: Record) -> str:
    """Returns who a conversation is, in one line."""
    outcome = record.outcome
    ending = outcome.status + (f": {outcome.reason or outcome.code}" if outcome.status != "accepted" else "")
    turns = f"{len(record.turns)} turn{'' if len(record.turns) == 1 else 's'}"
    return f"conversation {record.id} (scenario {record.index}, seed {record.seed}, {turns}, {ending})"


def conversation(record: Record, *, world: bool = False) -> Iterator[str]:
    """Renders a conversation line by line; with `world`, what was known after each step as well."""
    yield headline(record)
    if record.persona:
        yield f"{record.persona.name}, {record.persona.city}; simulated date {record.context.date}"
    if record.context.text:
        yield from _said("system", record.context.text)
    step = 0
    for number, turn in enumerate(record.turns, start=1):
        yield ""
        yield from _turn(number, turn, record.world.summaries[step:] if world else ())
        step += len(turn.steps)
    problems = [verdict for verdict in record.verdicts if verdict.status != "pass" and verdict.severity == "error"]
    if problems and record.outcome.status != "accepted":
        yield ""
        yield from (f"{verdict.status}: {verdict.check}: {verdict.evidence}" for verdict in problems)


def _turn(number: int, turn: Turn, summaries: tuple[str, ...]) -> Iterator[str]:
    yield f"— turn {number} —"
    yield from _said("user", turn.user)
    for position, step in enumerate(turn.steps):
        for call in step.calls:
            yield from _call(call)
        if position < len(summaries):
            yield from _said("world", summaries[position])
    if turn.assistant:
        yield from _said("assistant", turn.assistant)


def _call(call: Call) -> Iterator[str]:
    arguments = ", ".join(f"{name}={plain(value)}" for name, value in call.arguments.items())
    notes = [word for word, said in (("implicit", call.implicit), ("fault", call.fault)) if said]
    notes += [] if call.train else ["not trained on"]
    yield from _said("call", f"{call.name}({arguments})" + (f"  [{', '.join(notes)}]" if notes else ""))
    if call.error:
        yield from _said("  error", f"{call.error.code}: {call.error.message}")
    else:
        yield from _said("  result", short(call.result))


def _said(label: str, text: str) -> Iterator[str]:
    indent = " " * _LABEL
    first = f"{label:<{_LABEL}}"
    for line in text.splitlines() or [""]:
        yield from textwrap.wrap(
            line, WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
        ) or [first.rstrip()]
        first = indent
