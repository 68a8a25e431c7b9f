"""The verb `stats`: what datasets are like, in figures, side by side."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from digit_tc.cli.folder import records
from digit_tc.cli.text import printable, width
from digit_tc.errors import OutputError
from digit_tc.records import Record
from digit_tc.sampling.coverage import Coverage, Reach, catalogue_of, coverage
from digit_tc.statistics.figures import Figures, TurnFigures
from digit_tc.statistics.statistics import Statistics
from digit_tc.tools.catalogue import Catalogue

Row = tuple[str, str, list[str]]
"""Group, figure, and its value in each dataset."""


def stats(paths: Sequence[Path], *, as_json: bool) -> None:
    """Prints the figures of each folder or file of records.

    Raises:
        InputError: There is no such folder or file, it is none of records, or it holds no conversation.
    """
    measured, covered = list[Figures](), list[Coverage]()
    for path in paths:
        found, tools = _read(path)
        measured.append(found)
        covered.append(coverage(records(path), tools))
    if as_json:
        for path, one, reached in zip(paths, measured, covered, strict=True):
            told = {"path": str(path), **one.model_dump(mode="json"), "coverage": reached.model_dump(mode="json")}
            print(json.dumps(told, ensure_ascii=False))
        return
    columns = max(width(), 44 + 14 * len(paths))
    Console(width=columns, highlight=False, soft_wrap=False).print(_table(paths, measured, covered))


def _read(path: Path) -> tuple[Figures, Catalogue]:
    """Returns the figures of the accepted conversations of a run, or of all in a file of records, and their tools.

    Raises:
        OutputError: It cannot be read, or holds no conversation.
    """
    found = Statistics()
    tools = catalogue_of(_counted(records(path), found))
    if not found.conversations:
        what = "no accepted conversation" if path.is_dir() else "no conversation"
        raise OutputError(f"{path}: holds {what}; name the output folder of a run, or a file of records")
    return found.figures(), tools


def _counted(conversations: Iterable[Record], found: Statistics) -> Iterator[Record]:
    """Passes conversations on and counts them."""
    for record in conversations:
        found.add(record)
        yield record


def _table(paths: Sequence[Path], measured: Sequence[Figures], covered: Sequence[Coverage]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=True)
    table.add_column()
    table.add_column()
    for path in paths:
        table.add_column(printable(str(path)), justify="right", overflow="fold")
    last = ""
    for group, name, values in figure_rows(measured, covered):
        table.add_row(printable(group if group != last else ""), printable(name), *values)
        last = group
    return table


def figure_rows(all_: Sequence[Figures], covered: Sequence[Coverage] = ()) -> Iterator[Row]:
    """Yields what is measured of some datasets; what is covered of their tools where that is given."""

    def row(group: str, name: str, value: Callable[[Figures], object]) -> Row:
        return group, name, [_shown(value(one)) for one in all_]

    yield row("dataset", "conversations", lambda one: one.conversations)
    yield row("dataset", "turns per conversation", lambda one: _number(one.turns_per_conversation))
    yield row("dataset", "turns", lambda one: one.all.turns)
    yield row("dataset", "turns with calls", lambda one: one.all.turns_with_calls)
    yield row("dataset", "calls", lambda one: one.all.calls)
    yield from _turn_rows("turns", [one.all for one in all_])
    yield row("turns", "depth, highest", lambda one: one.all.depth_max)
    yield row("plans", "different shapes", lambda one: one.plans.shapes)
    yield row("plans", "different plans", lambda one: one.plans.plans)
    yield from _coverage_rows(covered)
    yield row("requests", "distinct-1", lambda one: _number(one.requests.distinct_1, 3))
    yield row("requests", "distinct-2", lambda one: _number(one.requests.distinct_2, 3))
    yield row("requests", "self-BLEU", lambda one: _number(one.requests.self_bleu, 3))
    yield row("requests", "that share their frame", lambda one: one.requests.shared_frame)
    yield row("requests", "that share a sentence frame", lambda one: one.requests.shared_sentence)
    yield from _named("strata", [one.strata for one in all_])
    yield from _named("arguments from", [one.provenance for one in all_])
    yield from _named("turns noted for", [one.findings for one in all_])
    yield row("attempts", "turns made again", lambda one: one.attempts.retried)
    yield from _turn_rows("at first", [one.attempts.first for one in all_])
    yield from _turn_rows("made again", [one.attempts.again for one in all_])


def _turn_rows(group: str, turns: Sequence[TurnFigures]) -> Iterator[Row]:
    if not any(one.turns for one in turns):
        return
    yield group, "calls per turn", [_number(one.calls_per_turn) for one in turns]
    yield group, "depth", [_number(one.depth_mean) for one in turns]
    yield group, "words per request", [_number(one.words_per_request, 1) for one in turns]
    yield group, "multi-step", [_shown(one.multi_step) for one in turns]
    yield group, "truly multi-step", [_shown(one.true_multi_step) for one in turns]
    yield group, "implicit calls", [_shown(one.implicit) for one in turns]
    yield group, "of those that may be", [_shown(one.hidden) for one in turns]
    yield group, "parallel steps", [_shown(one.parallel) for one in turns]
    yield group, "with recovery", [_shown(one.recovery) for one in turns]


def _coverage_rows(covered: Sequence[Coverage]) -> Iterator[Row]:
    if not covered:
        return
    yield "tools", "called, of those at hand", [_of(one.tools) for one in covered]
    yield "tools", "arguments given, of all", [_of(one.parameters) for one in covered]
    yield "tools", "enumerated values given, of all", [_of(one.values) for one in covered]
    yield "tools", "edges of the dataflow used, of all", [_of(one.edges) for one in covered]


def _named(group: str, shares: Sequence[dict[str, float]]) -> Iterator[Row]:
    for name in dict.fromkeys(name for share in shares for name in share):
        yield group, name, [_shown(share.get(name, 0.0)) for share in shares]


def _of(reach: Reach) -> str:
    return f"{reach.reached}/{reach.there_are}"


def _shown(value: object) -> str:
    """Returns a share in percent, a count or a word as it is, and a dash where there is nothing to divide by."""
    if value is None:
        return "-"
    return f"{value:.1%}" if isinstance(value, float) else str(value)


def _number(value: float | None, digits: int = 2) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
