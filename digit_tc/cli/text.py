"""Conversations and values in plain text, for people."""

import json
import shutil
import sys
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


def cut(text: str, limit: int) -> str:
    """Returns a text on one line, cut after a word where it is longer than `limit` characters."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    kept = line[: limit - 1]
    return f"{kept.rpartition(' ')[0] or kept}…"


def counted(count: int) -> str:
    """Returns so many conversations, in words."""
    return f"{count} conversation{'' if count == 1 else 's'}"


def width() -> int:
    """Returns how many columns a line for people may have: those of the terminal, at most 100."""
    return min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns) if sys.stdout.isatty() else WIDTH


def wrapped(line: str, columns: int) -> list[str]:
    """Returns a line in pieces that fit, each as far in as the line is; a longer word, as a path, stays whole."""
    indent = " " * (len(line) - len(line.lstrip()))
    pieces = textwrap.wrap(
        line.strip(),
        columns,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return pieces or [""]


def headline(record: Record) -> str:
    """Returns who a conversation is, in one line."""
    outcome = record.outcome
    ending = outcome.status + (f": {outcome.reason or outcome.code}" if outcome.status != "accepted" else "")
    turns = f"{len(record.turns)} turn{'' if len(record.turns) == 1 else 's'}"
    return f"conversation {record.id} (scenario {record.index}, seed {record.seed}, {turns}, {ending})"


def conversation(record: Record, *, world: bool = False, columns: int = WIDTH) -> Iterator[str]:
    """Renders a conversation line by line; with `world`, what was known after each step as well."""
    for label, text in _rendered(record, world=world):
        if label:
            yield from _said(label, text, columns)
        else:
            yield from wrapped(text, columns)


def _rendered(record: Record, *, world: bool) -> Iterator[tuple[str, str]]:
    """Yields what is said with who says it; what nobody says has no label."""
    yield "", headline(record)
    if record.persona:
        yield "", f"{record.persona.name}, {record.persona.city}; simulated date {record.context.date}"
    if record.context.text:
        yield "system", record.context.text
    step = 0
    for number, turn in enumerate(record.turns, start=1):
        yield "", ""
        yield from _turn(number, turn, record.world.summaries[step:] if world else ())
        step += len(turn.steps)
    problems = [verdict for verdict in record.verdicts if verdict.status != "pass" and verdict.severity == "error"]
    if problems and record.outcome.status != "accepted":
        yield "", ""
        yield from (("", f"{verdict.status}: {verdict.check}: {verdict.evidence}") for verdict in problems)


def _turn(number: int, turn: Turn, summaries: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    yield "", f"— turn {number} —"
    yield "user", turn.user
    for position, step in enumerate(turn.steps):
        for call in step.calls:
            yield from _call(call)
        if position < len(summaries):
            yield "world", summaries[position]
    if turn.assistant:
        yield "assistant", turn.assistant


def _call(call: Call) -> Iterator[tuple[str, str]]:
    arguments = ", ".join(f"{name}={plain(value)}" for name, value in call.arguments.items())
    notes = [word for word, said in (("implicit", call.implicit), ("fault", call.fault)) if said]
    notes += [] if call.train else ["not trained on"]
    yield "call", f"{call.name}({arguments})" + (f"  [{', '.join(notes)}]" if notes else "")
    if call.error:
        yield "  error", f"{call.error.code}: {call.error.message}"
    else:
        yield "  result", short(call.result)


def _said(label: str, text: str, columns: int) -> Iterator[str]:
    indent = " " * _LABEL
    first = f"{label:<{_LABEL}}"
    for line in text.splitlines() or [""]:
        yield from textwrap.wrap(
            line, columns, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
        ) or [first.rstrip()]
        first = indent
