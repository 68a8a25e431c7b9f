"""The verb `experiment`: variants on the same scenarios and seeds, run and compared."""

import asyncio
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from digit_tc.cli.comparison import told
from digit_tc.cli.folder import records
from digit_tc.cli.progress import LogFormat, log, progress, stopping
from digit_tc.cli.text import width, wrapped
from digit_tc.cli.writing import write
from digit_tc.engine.collector import calm_collector
from digit_tc.experiment.comparison import compared
from digit_tc.experiment.conduct import conduct
from digit_tc.experiment.plots import acceptance, forest
from digit_tc.experiment.results import NAME, Results
from digit_tc.experiment.rows import rows
from digit_tc.experiment.variants import Experiment, Variant, checked, read_experiment

PLOTS = {"acceptance.svg": acceptance, "differences.svg": forest}


def experiment(file: Path, out: Path | None, flags: Mapping[str, Any], *, as_json: bool) -> int:
    """Runs what is missing of an experiment, compares its variants and returns the exit code.

    Raises:
        InputError: The file, a variant or a folder cannot be used; nothing was run then.
    """
    found = checked(read_experiment(file, flags, out))
    form = found.baseline.settings.run.log_format
    with calm_collector(), progress(form) as (observe, _):
        announce = partial(_announced, form, len(found.variants))
        ending = asyncio.run(conduct(found, announce, observe, partial(stopping, form)))
    begun = [variant for variant in found.variants if (found.folder(variant) / "conversations.jsonl").is_file()]
    results = compared(found, {variant.name: _rows(found, variant) for variant in begun}, ending)
    results.write(found.out)
    for name, plot in PLOTS.items():
        write(found.out / name, [plot(results)])
    if as_json:
        print(results.model_dump_json(indent=2))
    else:
        _print(found, results)
    if ending == "interrupted":
        return 130
    return 1 if any(one.started and one.failed == one.started for one in results.variants) else 0


def _rows(found: Experiment, variant: Variant) -> Any:
    return rows(records(found.folder(variant), rejected=True), variant.settings)


def _announced(form: LogFormat, number: int, variant: Variant, at: int) -> None:
    if form == "json":
        log("variant", name=variant.name, number=at, of=number, fingerprint=variant.fingerprint)
    else:
        print(f"variant {variant.name} ({at} of {number})", file=sys.stderr, flush=True)


def _print(found: Experiment, results: Results) -> None:
    columns = max(width(), 72)
    console = Console(width=columns, highlight=False, soft_wrap=False)
    if results.status == "interrupted":
        print("\n".join(wrapped("stopped before the end; run the same command again to go on", columns)))
        return
    for part in told(results):
        if isinstance(part, str):
            print("\n".join(wrapped(part, columns)))
        else:
            console.print(part)
    print(f"\nin {found.out}: {NAME}, {', '.join(PLOTS)}, and a run in the folder of each variant")
    for name in [one.name for one in results.variants if one.name != results.baseline][:1]:
        base = found.folder(found.baseline)
        print(f"Next: digit-tc diff {base} {found.out / name}    digit-tc stats {base} {found.out / name}")
