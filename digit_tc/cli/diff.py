"""The verb `diff`: where two runs of the same scenarios part, over all of them or step by step in one."""

import json
import textwrap
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from digit_tc.cli.columns import fitted
from digit_tc.cli.folder import Place, one, scenarios
from digit_tc.cli.text import plain, printable, short, width, wrapped
from digit_tc.cli.transcript import headline
from digit_tc.errors import OutputError
from digit_tc.experiment.overview import Counting, Overview
from digit_tc.experiment.parting import Moment, Pair, pairs
from digit_tc.planning.references import leaves
from digit_tc.records import Record

Scenario = tuple[int, int]
"""Seed and index."""

_SIDES = ("A", "B")
_VALUES = 8
"""Values that are shown where a step differs in single values."""
_TEXTS = ("request", "report")
_TREES = ("tools", "persona", "world", "verdicts")


def diff(first: Path, second: Path, which: str, *, as_json: bool) -> None:
    """Prints where two runs part.

    Args:
        first: A run's folder, or a file of records.
        second: Another one.
        which: A scenario by its index or the id of one of its two conversations; an overview of all without one.
        as_json: Whether to print JSON.

    Raises:
        OutputError: There is no run, or no such scenario in both.
    """
    left, right = scenarios(first), scenarios(second)
    shared = sorted(left.keys() & right.keys())
    if not shared:
        raise OutputError(f"{first} and {second} have no scenario in common{_seeds(left, right)}")
    if which:
        scenario = _scenario(first, second, which)
        records = _found(first, left, scenario), _found(second, right, scenario)
        steps = pairs(*records)
        if as_json:
            print(json.dumps(_as_json(steps, *records), ensure_ascii=False, indent=2))
        else:
            print("\n".join(_steps(steps, *records)))
        return
    counting = Counting()
    for scenario in shared:
        counting.add(left[scenario].read(), right[scenario].read())
    overview = counting.overview(len(left) - len(shared), len(right) - len(shared))
    print(overview.model_dump_json(indent=2) if as_json else "\n".join(_overview(first, second, overview)))


def _seeds(left: dict[Scenario, Place], right: dict[Scenario, Place]) -> str:
    if not (left and right):
        return "; one of them is empty"
    seeds = [", ".join(str(seed) for seed in sorted({seed for seed, _ in one})) for one in (left, right)]
    if seeds[0] == seeds[1]:
        return "; make more of one of them"
    return f": the seeds are {seeds[0]} and {seeds[1]}; compare runs of one seed"


def _scenario(first: Path, second: Path, which: str) -> Scenario:
    """Returns the scenario of an index, or of an id, which one of the two runs has."""
    try:
        record = one(first, which)
    except OutputError:
        record = one(second, which)
    return record.seed, record.index


def _found(path: Path, where: dict[Scenario, Place], scenario: Scenario) -> Record:
    if scenario not in where:
        raise OutputError(f"{path}: has no scenario {scenario[1]} of the seed {scenario[0]}; name one that both have")
    return where[scenario].read()


def _overview(first: Path, second: Path, found: Overview) -> Iterator[str]:
    yield from wrapped(f"A {first}", width())
    yield from wrapped(f"B {second}", width())
    alone = zip(_SIDES, (found.first_alone, found.second_alone), strict=True)
    yield f"{_counted(found.both)} in both{''.join(f', {count} in {side} alone' for side, count in alone if count)}"
    accepted = found.accepted
    yield (
        f"accepted in both {accepted['both']}, in A alone {accepted['first']}, in B alone {accepted['second']},"
        f" in neither {accepted['neither']}"
    )
    yield f"the same {found.same}, different {found.both - found.same}"
    for some in found.parted:
        yield f"  {some.count} part first in {_WORDS[some.kind]}; scenario {some.example}: {some.step}"
        yield f"      digit-tc diff {first} {second} {some.example}"


_WORDS = {
    "tools": "the tools at hand", "persona": "who asks, or the date", "stratum": "what they show",
    "turn": "what a turn is, or whether there is one", "plan": "a plan",
    "request": "the words of a request", "call": "the arguments of a call", "result": "a result",
    "report": "a report", "world": "the world", "verdicts": "the verdicts", "outcome": "the outcome",
}  # fmt: skip


def _counted(count: int) -> str:
    return f"{count} scenario{'' if count == 1 else 's'}"


def _as_json(steps: list[Pair], first: Record, second: Record) -> dict[str, Any]:
    parted = next((pair.name for pair in steps if not pair.alike), None)
    return {
        "scenario": first.index,
        "seed": first.seed,
        **{
            name: {"id": record.id, "graph": record.graph, "outcome": record.outcome.model_dump(mode="json")}
            for name, record in (("first", first), ("second", second))
        },
        "same": parted is None,
        "parting": parted,
        "steps": [_step(pair) for pair in steps],
    }


def _step(pair: Pair) -> dict[str, Any]:
    sides = {"first": pair.first, "second": pair.second}
    said = {} if pair.alike else {name: side.value if side else None for name, side in sides.items()}
    return {"step": pair.name, "kind": pair.kind, "turn": pair.turn, "alike": pair.alike, **said}


def _steps(steps: list[Pair], first: Record, second: Record) -> Iterator[str]:
    columns = width()
    for side, record in zip(_SIDES, (first, second), strict=True):
        yield from wrapped(f"{side} {headline(record)}", columns)
    again = _again(first), _again(second)
    for alike, run in groupby(steps, lambda pair: pair.alike):
        if alike:
            yield from ("", *fitted(f"= {_folded(list(run))}", columns))
            continue
        for pair in run:
            alone = [side for side, one in zip(_SIDES, (pair.first, pair.second), strict=True) if one is not None]
            yield from ("", f"≠ {pair.name}" + (f", in {alone[0]} alone" if len(alone) == 1 else ""))
            for side, lines in zip(_SIDES, _sides(pair), strict=True):
                yield from _said(side, lines, columns)
            yield from _made_again(pair, again, columns)
    if all(pair.alike for pair in steps):
        yield from ("", "the same but for ids and for what they cost")


def _made_again(pair: Pair, again: tuple[dict[int, list[str]], ...], columns: int) -> Iterator[str]:
    """Says once of a turn what it was made again for, below the plan or the request in which the two part."""
    if pair.kind in ("plan", "request"):
        for side, found in zip(_SIDES, again, strict=True):
            for why in found.pop(pair.turn or 0, []):
                yield from _said(side, [f"made this turn again: {why}"], columns)


def _folded(run: list[Pair]) -> str:
    """Names steps that are alike, those of one turn together."""
    parts = []
    for turn, some in groupby(run, lambda pair: pair.turn):
        names = [pair.name.partition(", ")[2] if turn is not None else pair.name for pair in some]
        said = ", ".join(name for name in names if name)
        parts.append(said if turn is None else f"turn {turn}: {said}" if said else f"turn {turn}")
    return "; ".join(parts)


def _again(record: Record) -> dict[int, list[str]]:
    """Returns what turns were made again for, by turn, counted from 1."""
    found: dict[int, list[str]] = {}
    for verdict in record.verdicts:
        if verdict.status != "pass" and verdict.severity == "error" and verdict.turn is not None:
            found.setdefault(verdict.turn + 1, []).append(f"{verdict.check}: {verdict.evidence}")
    return found


def _said(side: str, lines: list[str], columns: int) -> Iterator[str]:
    first = f"  {side}  "
    for line in lines:
        yield from textwrap.wrap(
            printable(line), columns, initial_indent=first, subsequent_indent=" " * 5, break_on_hyphens=False
        ) or [first.rstrip()]
        first = " " * 5


def _sides(pair: Pair) -> tuple[list[str], list[str]]:
    """Returns what both say where they differ."""
    first, second = pair.first, pair.second
    if first is None or second is None or pair.kind not in _TREES:
        return _lines(first), _lines(second)
    left, right = _leaves(first), _leaves(second)
    apart = [pointer for pointer in dict.fromkeys([*left, *right]) if left.get(pointer) != right.get(pointer)]
    return _values(apart, left), _values(apart, right)


def _leaves(moment: Moment) -> dict[str, str]:
    return {pointer: short(value, 80) for pointer, value in leaves(moment.value)}


def _values(apart: list[str], side: dict[str, str]) -> list[str]:
    there = [pointer for pointer in apart if pointer in side]
    shown = [f"{pointer.lstrip('/')}: {side[pointer]}" for pointer in there[:_VALUES]]
    more = len(there) - len(shown)
    return [*shown, f"and {more} more: --json"] if more else shown or ["nothing of that"]


def _lines(moment: Moment | None) -> list[str]:
    """Returns the lines of a step, for people."""
    if moment is None:
        return []
    value = moment.value
    if moment.kind in _TEXTS:
        return str(value).splitlines() or ["nothing"]
    if moment.kind == "call":
        return [_call(value["name"], value["arguments"])]
    if moment.kind == "plan":
        return [", ".join(_planned(call) for call in step) for step in value] or ["no calls"]
    if moment.kind == "outcome":
        return [": ".join(part for part in value if part)]
    if moment.kind == "result":
        return [short(value.get("result", value))]
    return [value if isinstance(value, str) else short(value)]


def _planned(call: dict[str, Any]) -> str:
    said = {pointer.lstrip("/"): value for pointer, value in call["arguments"].items()}
    notes = [name for name in ("implicit", "fault") if call[name]]
    return _call(call["name"], said) + (f" [{', '.join(notes)}]" if notes else "")


def _call(name: str, arguments: dict[str, Any]) -> str:
    return f"{name}({', '.join(f'{key}={plain(value)}' for key, value in arguments.items())})"
