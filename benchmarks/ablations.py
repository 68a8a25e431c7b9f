"""What each part of the method buys: the conversation graph beside the graphs that lack a part of it.

    python benchmarks/ablations.py [NUMBER]

NUMBER conversations (100) of each graph and each of three seeds, over the packaged tools. The first table is made
offline. The second has a scripted model on loopback for the user, one that now and then leaves out a part of what it
should say, and code for the rest but the report: what reading requests back is for.
"""

import asyncio
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from digit_tc.backtranslation.comparison import compare
from digit_tc.backtranslation.recovery import recover
from digit_tc.engine.job import prepare
from digit_tc.engine.output import ACCEPTED
from digit_tc.engine.run import run
from digit_tc.planning.references import leaves
from digit_tc.records import Record
from digit_tc.settings import read_settings
from digit_tc.state import PlannedCall, Reference
from digit_tc.statistics.figures import Figures
from digit_tc.statistics.statistics import Statistics
from digit_tc.statistics.turns import planned
from digit_tc.testing.server import serve
from digit_tc.tools.tool import Source, Tool

SEEDS = (0, 1, 2)
GRAPHS = ("conversation", "no_backtranslation", "no_implicit", "single_turn", "forward")
PLAIN: Mapping[str, Any] = {
    "strata": {"plain": 100},
    "plan": {"branches": 0},
    "roles": {"scenario": {"closing": 0.0}},
}
"""Tasks that are asked for and done, in all graphs: what is compared is the part that one of them lacks."""
WITS = ("digit_tc.testing.actors:forget",)


@dataclass
class Measured:
    """What one graph made."""

    started: int = 0
    turns: int = 0
    faithful: int = 0
    """Turns whose request gives the literal arguments of the calls back, as code reads it."""
    all: Statistics = field(default_factory=Statistics)
    firsts: Statistics = field(default_factory=Statistics)
    """First turns only: as many in each graph, so that what depends on the number of requests can be compared."""

    def add(self, record: Record) -> None:
        """Counts a conversation."""
        self.all.add(record)
        self.firsts.add(record.model_copy(update={"turns": record.turns[:1]}))
        for at in range(len(record.turns)):
            self.turns += 1
            self.faithful += gives_back(record, at)


def gives_back(record: Record, at: int) -> bool:
    """Says whether a request gives the calls of its turn back; what a result gave is not looked for."""
    tools = {one.name: tool(one.model_dump()) for one in record.tools}
    calls = [call for step in record.turns[at].steps for call in step.calls if planned(call)]
    plan = [
        PlannedCall(
            id=call.id,
            tool=call.name,
            arguments=call.arguments,
            references={
                pointer: Reference(call="", path=[])
                for pointer, _ in leaves(call.arguments)
                if pointer in call.provenance and call.provenance[pointer].kind == "result"
            },
            implicit=call.implicit,
            group=0,
        )
        for call in calls
    ]
    used = [tools[call.name] for call in calls]
    earlier = [turn.user for turn in record.turns[:at]]
    recovery = recover(record.turns[at].user, earlier, used, date.fromisoformat(record.context.date))
    return not compare(plan, used, recovery)


def tool(saved: Mapping[str, Any]) -> Tool:
    """Returns a tool as a record has it."""
    kept = {name: saved[name] for name in ("name", "description", "parameters", "output_schema", "annotations")}
    return Tool(**kept, source=Source(dialect="plain"))


def measured(graph: str, number: int, flags: Mapping[str, Any]) -> Measured:
    """Makes the conversations of a graph and counts those that were accepted."""
    found = Measured()
    for seed in SEEDS:
        asked = {"run": {"graph": graph, "num": number, "seed": seed, **flags.get("run", {})}}
        with TemporaryDirectory() as folder, closing(prepare(read_settings(None, {**PLAIN, **flags, **asked}))) as job:
            _, tally = asyncio.run(run(job, Path(folder)))
            found.started += tally.started
            with (Path(folder) / ACCEPTED).open("rb") as lines:
                for line in lines:
                    found.add(Record.model_validate_json(line))
    return found


Row = tuple[str, Callable[[Measured, Figures], object]]
ROWS: tuple[Row, ...] = (
    ("conversations accepted", lambda one, _: one.all.conversations / one.started),
    ("turns made again", lambda _, all_: all_.attempts.retried),
    ("turns per conversation", lambda _, all_: f"{all_.turns_per_conversation:.2f}"),
    ("calls per turn", lambda _, all_: f"{all_.all.calls_per_turn:.2f}"),
    ("depth", lambda _, all_: f"{all_.all.depth_mean:.2f}"),
    ("multi-step", lambda _, all_: all_.all.multi_step),
    ("truly multi-step", lambda _, all_: all_.all.true_multi_step),
    ("implicit calls", lambda _, all_: all_.all.implicit),
    ("different plan shapes", lambda _, all_: all_.plans.shapes),
    ("edges used", lambda _, all_: all_.reach.edges),
    ("arguments from the user", lambda _, all_: all_.provenance.get("user", 0.0)),
    ("arguments from a result", lambda _, all_: all_.provenance.get("result", 0.0)),
    ("arguments from nowhere", lambda _, all_: all_.provenance.get("unknown", 0.0)),
    ("turns with such an argument", lambda _, all_: all_.findings.get("origins_known", 0.0)),
    ("requests that give the calls back", lambda one, _: one.faithful / one.turns if one.turns else 0.0),
    ("words per request", lambda _, all_: f"{all_.all.words_per_request:.1f}"),
    ("distinct-2 of first requests", lambda one, _: f"{one.firsts.figures().requests.distinct_2:.3f}"),
    ("self-BLEU of first requests", lambda one, _: f"{one.firsts.figures().requests.self_bleu:.3f}"),
)


def table(columns: Mapping[str, Measured]) -> Iterator[str]:
    """Yields the figures of some graphs as a Markdown table."""
    figures = {graph: one.all.figures() for graph, one in columns.items()}
    yield f"| | {' | '.join(f'`{graph}`' for graph in columns)} |"
    yield f"|---|{'--:|' * len(columns)}"
    for name, value in ROWS:
        cells = [shown(value(one, figures[graph])) for graph, one in columns.items()]
        yield f"| {name} | {' | '.join(cells)} |"


def shown(value: object) -> str:
    """Returns a share in percent, anything else as it is."""
    return f"{value:.1%}" if isinstance(value, float) else str(value)


def compared(graphs: Sequence[str], number: int, flags: Mapping[str, Any]) -> None:
    """Prints the table of some graphs."""
    print("\n".join(table({graph: measured(graph, number, flags) for graph in graphs})), flush=True)


def main() -> None:
    """Prints both tables."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    compared(GRAPHS, number, {})
    print()
    with serve(temper="well-behaved", wits=WITS) as server:
        models = {"models": {"default": {"model": "scripted", "base_url": server.base_url}}}
        compared(GRAPHS[:2], max(1, number // 4), {**models, "run": {"roles": "hybrid"}})


if __name__ == "__main__":
    main()
