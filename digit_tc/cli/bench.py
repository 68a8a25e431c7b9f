"""The verb `bench`: what the project claims about itself, measured."""

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from digit_tc.audit.bench import Bench, Row, Sample, measure, walks
from digit_tc.cli.audit import conversations
from digit_tc.cli.text import counted


def audit(paths: list[Path], *, seed: int, as_json: bool) -> None:
    """Plants defects into the conversations of files, or of random walks, and prints how many the audit notices.

    Raises:
        InputError: A file cannot be read, or a line is neither a record nor a trace.
    """
    given = (Sample(*one) for one in chain.from_iterable(conversations(path) for path in paths))
    measured = measure(given if paths else walks(seed))
    if as_json:
        print(json.dumps(_row(measured)))
    else:
        print("\n".join(_lines(measured)))


def _lines(bench: Bench) -> Iterator[str]:
    share = f" ({bench.alarmed / bench.conversations:.1%})" if bench.conversations else ""
    yield f"{counted(bench.conversations)}; false alarms in {bench.alarmed}{share}"
    yield f"  {'defect':<26}{'planted':>9}{'noticed':>9}{'recall':>9}{'ms each':>9}"
    for name, row in bench.rows.items():
        if row.recall is None:
            yield f"  {name:<26}{0:>9}  nothing to plant it in"
        else:
            yield f"  {name:<26}{row.planted:>9}{row.noticed:>9}{row.recall:>9.1%}{_each(row):>9.2f}"


def _row(bench: Bench) -> dict[str, Any]:
    rows = {
        name: {"planted": row.planted, "noticed": row.noticed, "recall": row.recall, "milliseconds": _each(row)}
        for name, row in bench.rows.items()
    }
    return {"conversations": bench.conversations, "false_alarms": bench.alarmed, "defects": rows}


def _each(row: Row) -> float:
    return round(1000 * row.seconds / row.planted, 3) if row.planted else 0.0
