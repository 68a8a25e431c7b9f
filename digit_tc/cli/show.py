"""The verb `show`: one conversation, for people, with the world beside it where that is asked for."""

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from digit_tc.cli.changes import told
from digit_tc.cli.columns import beside, fitted, widths
from digit_tc.cli.folder import one
from digit_tc.cli.steps import Steps, standing
from digit_tc.cli.text import WIDTH, terminal, width
from digit_tc.cli.transcript import conversation, passages
from digit_tc.cli.worldview import Worldview
from digit_tc.errors import InputError
from digit_tc.records import Record
from digit_tc.world.difference import row
from digit_tc.world.fold import shown
from digit_tc.world.moments import Moment, moments, taken_back

_VALUE = 60
"""Characters of a value that are shown among the changes of a call."""
_CHANGES = 12
"""Changes of one call that are shown beside it; `--at` shows them all."""
_INDENT = " " * 11


def show(folder: Path, which: str, *, world: bool, at: str | None, steps: bool, as_json: bool) -> None:
    """Prints the conversation with that id, beginning of an id, or scenario index; without one, the first.

    Args:
        folder: A run's folder, or a file of records.
        which: Which conversation.
        world: Whether to say what each call changed in the world.
        at: The number of a call: the transcript ends there, and the whole world right after it is shown, with the
            state of the graph where there are checkpoints.
        steps: Whether to list the steps of its graph in place of what was said.
        as_json: Whether to print JSON: the record, with `at` the moment, or with `steps` one list.

    Raises:
        OutputError: There is no such conversation, or there are no checkpoints of it to list the steps from.
        InputError: There is no such call.
    """
    record = one(folder, which)
    made = _moments(record, folder) if steps or at is not None or (world and not as_json) else []
    if steps:
        listed = Steps.of(folder, record, made)
        print(json.dumps(listed.as_json(), indent=2) if as_json else "\n".join(listed.lines(width())))
    elif at is not None:
        number = _number(at, record, len(made))
        graph = Steps.of(folder, record, made, required=False).at(number)
        print(_moment(made[number - 1], graph) if as_json else "\n".join(_at(record, made, number, graph, world=world)))
    elif as_json:
        print(record.model_dump_json(indent=2))
    elif world:
        print("\n".join(_with_changes(record, made, f"digit-tc show {folder} {which or record.index}")))
    else:
        print("\n".join(conversation(record, columns=width())))


def _moments(record: Record, folder: Path) -> list[Moment]:
    try:
        return moments(record)
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # a log that somebody else wrote or mended
        problem = "its event log does not fold to a world; show it without --world and --at, or generate it anew"
        raise InputError(f"{folder}: conversation {record.id}: {problem}") from error


def _number(at: str, record: Record, count: int) -> int:
    """Reads the number of a call."""
    if not count:
        raise InputError(f"conversation {record.id} has no calls; leave --at out")
    if not (at.isdecimal() and len(at) < 8 and 1 <= int(at) <= count):
        calls = "1, the only call" if count == 1 else f"a number from 1 to {count}, the calls"
        raise InputError(f"--at must be {calls} of conversation {record.id}, not {at!r}")
    return int(at)


def _moment(moment: Moment, graph: dict[str, Any]) -> str:
    told_of = {
        "step": moment.number,
        "event": moment.event,
        "changes": [row(change) for change in moment.changes],
        "world": shown(moment.after),
        "summary": moment.summary,
        **({"graph": graph} if graph else {}),
    }
    return json.dumps(told_of, indent=2, ensure_ascii=True)


def _at(record: Record, made: list[Moment], number: int, graph: dict[str, Any], *, world: bool) -> Iterator[str]:
    view = [*Worldview(made, number).lines(), *standing(graph)]
    if terminal() >= WIDTH:
        left, _ = widths(terminal())
        text = list(chain.from_iterable(_below(record, made if world else [], left, until=number)))
        yield from beside([(text, view)], terminal())
        return
    yield from chain.from_iterable(_below(record, made if world else [], width(), until=number))
    yield ""
    yield from chain.from_iterable(fitted(line, width()) for line in view)


def _with_changes(record: Record, made: list[Moment], command: str) -> Iterator[str]:
    if terminal() >= WIDTH:
        left, _ = widths(terminal())
        rows = ((list(one.lines(left)), _changes(made, one.call)) for one in passages(record))
        yield from beside(rows, terminal())
    else:
        yield from chain.from_iterable(_below(record, made, width()))
    if unshown := taken_back(record):
        calls = "1 more call is" if unshown == 1 else f"{unshown} more calls are"
        yield f"\n{calls} in the event log, of turns that were taken back or not finished"
    if made:
        yield f"\nThe whole world after a call, here the last:\n    {command} --at {len(made)}"


def _below(record: Record, made: list[Moment], columns: int, until: int = 0) -> Iterator[list[str]]:
    """Yields the passages of a transcript, what each call changed indented below it."""
    for passage in passages(record, until):
        changes = _changes(made, passage.call)
        pieces = chain.from_iterable(fitted(_INDENT + line, columns) for line in changes)
        yield [*passage.lines(columns), *pieces]


def _changes(made: list[Moment], call: int) -> list[str]:
    """Returns what a call changed; nothing for what is no call, or where the world is not asked for."""
    if not (call and made):
        return []
    lines = list(told(made[call - 1].changes, _VALUE))
    left = len(lines) - _CHANGES
    return [*lines[:_CHANGES], f"and {left} more: --at {call}"] if left > 1 else lines
