"""How much of what is wrong the audit notices: defects of known kinds planted into clean conversations."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from itertools import islice

from digit_tc.audit.auditing import Auditor, Played
from digit_tc.audit.defects import PLANTERS
from digit_tc.audit.finding import Audit
from digit_tc.audit.walk import walk
from digit_tc.export.trace import Trace
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.reading import parse_tools
from digit_tc.tools.samples import read_sample, sample_names

SITES = 4
"""Defects of one kind that are planted into one conversation at most, each on its own."""
_CALLS = 40
_WALKS = (2, 10)
"""Walks over each packaged catalogue, and over the one with every kind of tool."""


@dataclass(frozen=True)
class Sample:
    """A conversation to plant into, the day on which it takes place, and whether it was recorded elsewhere."""

    trace: Trace
    today: date | None
    recorded: bool
    known: Played | None = None
    """What its record tells beside the trace."""


def walks(seed: int) -> Iterator[Sample]:
    """Yields random walks over the packaged samples and over a catalogue that lists, deletes and adds up."""
    notes = files("digit_tc.audit").joinpath("notes.json").read_text("utf-8")
    catalogues = {name: read_sample(name) for name in sample_names()} | {
        "notes": Catalogue(parse_tools(notes, "notes"))
    }
    for name, catalogue in catalogues.items():
        for number in range(_WALKS[name == "notes"]):
            backend = walk(catalogue, seed + number, _CALLS)
            yield Sample(backend.trace(f"{name}-{number}"), None, recorded=False)


@dataclass
class Row:
    """The figures of one kind of defect."""

    planted: int = 0
    noticed: int = 0
    seconds: float = 0.0
    """Spent in audits of conversations with the defect."""

    @property
    def recall(self) -> float | None:
        """The share that was noticed; None where nothing could be planted."""
        return self.noticed / self.planted if self.planted else None


@dataclass(frozen=True)
class Bench:
    """What was measured."""

    conversations: int
    alarmed: int
    """Clean conversations with an error finding: false alarms."""
    rows: dict[str, Row]


def measure(samples: Iterable[Sample]) -> Bench:
    """Plants every kind of defect wherever it can be planted; noticed is what makes a new error or warning.

    Raises:
        InputError: A tool of a conversation cannot be read.
    """
    auditor, rows = Auditor(), {name: Row() for name in PLANTERS}
    conversations = alarmed = 0
    for sample in samples:
        conversations += 1
        clean = auditor.audit(sample.trace, recorded=sample.recorded, today=sample.today, known=sample.known)
        alarmed += clean.failed
        known = _findings(clean)
        for name, planter in PLANTERS.items():
            for spoilt in islice(planter(sample.trace), SITES):
                begun = time.perf_counter()
                found = auditor.audit(spoilt, recorded=sample.recorded, today=sample.today, known=sample.known)
                rows[name].seconds += time.perf_counter() - begun
                rows[name].planted += 1
                rows[name].noticed += bool(_findings(found) - known)
    return Bench(conversations, alarmed, rows)


def _findings(audit: Audit) -> set[tuple[str, int, str]]:
    return {(one.code, one.step, one.pointer) for one in audit.findings if one.severity != "info"}
