"""A conversation as a transcript: who says what, and the calls, counted from 1."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from digit_tc.cli.text import WIDTH, brief, plain, short, wrapped
from digit_tc.records import Call, Fork, Record, Step, Turn

_LABEL = 11


@dataclass(frozen=True)
class Passage:
    """What belongs together in a transcript: texts, each with who says it; what nobody says has no label."""

    said: tuple[tuple[str, str], ...]
    call: int = 0
    """The number of the call that it tells of, 0 for none."""

    def lines(self, columns: int) -> Iterator[str]:
        """Renders the passage line by line."""
        for label, text in self.said:
            yield from _said(label, text, columns) if label else wrapped(text, columns)


def headline(record: Record) -> str:
    """Returns who a conversation is, in one line."""
    outcome = record.outcome
    ending = outcome.status + (f": {outcome.reason or outcome.code}" if outcome.status != "accepted" else "")
    shows = "" if record.stratum == "plain" else f"{record.stratum}, "
    turns = f"{shows}{len(record.turns)} turn{'' if len(record.turns) == 1 else 's'}"
    return f"conversation {record.id} (scenario {record.index}, seed {record.seed}, {turns}, {ending})"


def origin(fork: Fork) -> str:
    """Returns from where a conversation branched off, and how the rest of it was made, in one line."""
    place = f"after call {fork.call}" if fork.call else "before its first call"
    seed = [f"under the seed {fork.seed}"] if fork.seed is not None else []
    changed = [f"{key}={brief(value, 60)}" for key, value in fork.changed.items()]
    return ", ".join([f"from conversation {fork.id} {place}", *seed, *changed])


def conversation(record: Record, *, columns: int = WIDTH) -> Iterator[str]:
    """Renders a conversation line by line."""
    for passage in passages(record):
        yield from passage.lines(columns)


def passages(record: Record, until: int = 0) -> Iterator[Passage]:
    """Yields the passages of a conversation, with `until` only those up to the call of that number."""
    yield Passage(tuple(_opening(record)))
    number = 0
    for at, turn in enumerate(record.turns, start=1):
        for passage in _turn(at, turn, number):
            yield passage
            number = passage.call or number
            if until and passage.call == until:
                return
    problems = [verdict for verdict in record.verdicts if verdict.status != "pass" and verdict.severity == "error"]
    if problems and record.outcome.status != "accepted":
        told = (("", f"{verdict.status}: {verdict.check}: {verdict.evidence}") for verdict in problems)
        yield Passage((("", ""), *told))


def _opening(record: Record) -> Iterator[tuple[str, str]]:
    yield "", headline(record)
    if record.fork:
        yield "", f"forked {origin(record.fork)}"
    if record.persona:
        yield "", f"{record.persona.name}, {record.persona.city}; simulated date {record.context.date}"
    if record.context.text:
        yield "system", record.context.text


def _turn(at: int, turn: Turn, number: int) -> Iterator[Passage]:
    kind = "" if turn.kind == "task" else f" ({turn.kind.replace('_', ' ')})"
    added = [("tools", f"{', '.join(turn.tools_added)} can be called from here on")] if turn.tools_added else []
    yield Passage((("", ""), ("", f"— turn {at}{kind} —"), *added, ("user", turn.user)))
    for step in turn.steps:
        yield from _step(step, number)
        number += len(step.calls)
    if turn.assistant:
        yield Passage((("assistant", turn.assistant),))


def _step(step: Step, number: int) -> Iterator[Passage]:
    for at, call in enumerate(step.calls, start=1):
        beside = (f"together with call {number + 1}",) if at > 1 else ()
        yield Passage(tuple(_call(call, number + at, beside)), number + at)


def _call(call: Call, number: int, beside: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    arguments = ", ".join(f"{name}={plain(value)}" for name, value in call.arguments.items())
    marks = (("implicit", call.implicit), ("fault", call.fault), ("blocked", call.blocked))
    notes = [word for word, said in marks if said]
    notes += [*beside] if call.train else [*beside, "not trained on"]
    yield f"call {number}", f"{call.name}({arguments})" + (f"  [{', '.join(notes)}]" if notes else "")
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
