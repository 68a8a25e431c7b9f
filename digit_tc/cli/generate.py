"""The verb `generate`: a run with its progress, its summary and one conversation to look at."""

import asyncio
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from digit_tc.cli.flags import refuse_unused
from digit_tc.cli.progress import log, progress, stopping
from digit_tc.cli.text import counted, cut, duration, outcomes, width, wrapped
from digit_tc.cli.transcript import conversation
from digit_tc.cli.watch import refuse_watching
from digit_tc.engine.budget import Budget
from digit_tc.engine.collector import calm_collector
from digit_tc.engine.crew import Ending
from digit_tc.engine.estimate import PACE, Estimate, estimate
from digit_tc.engine.job import Job, prepare
from digit_tc.engine.output import first_line, first_reasons
from digit_tc.engine.run import default_folder, run
from digit_tc.engine.standing import goal_of
from digit_tc.engine.tally import Tally
from digit_tc.models.usage import Ledger, Spending
from digit_tc.records import Record
from digit_tc.settings import read_settings


def generate(config: Path | None, flags: Mapping[str, Any], *, watch: bool = False) -> int:
    """Runs what the settings ask for and returns the exit code; with `watch` conversations are shown as they grow.

    Raises:
        InputError: The settings, the tools, the graph or the folder cannot be used.
    """
    with closing(prepare(read_settings(config, flags))) as job:
        return _generate(job, flags, watch=watch)


def estimated(config: Path | None, flags: Mapping[str, Any]) -> int:
    """Says what a run would ask of models, what it would cost and how long it would take; returns the exit code.

    Raises:
        InputError: The settings, the tools or the graph cannot be used.
    """
    settings = read_settings(config, flags)
    for line in _estimate(asyncio.run(estimate(settings))):
        print("\n".join(wrapped(line, width())))
    return 0


def _estimate(found: Estimate) -> Iterator[str]:
    yield (
        f"{counted(found.started)} would be started; {found.played} of them were played against a server of our own"
        f" that behaves well, {found.accepted} were accepted"
    )
    for role, spent in sorted(found.roles.items()):
        cost = f", {found.of(found.costs[role]):.2f} dollars" if role in found.costs else ", at a price nobody knows"
        calls, *tokens = (round(found.of(getattr(spent, name))) for name, *_ in _EACH)
        yield f"  {role}: {calls} calls, {tokens[0]} prompt tokens, {tokens[1]} completion tokens{cost}"
    if not found.roles:
        yield f"no role asks a model; it would take about {duration(found.seconds)} here"
        return
    if found.costs:
        yield f"in all about {found.of(sum(found.costs.values())):.2f} dollars"
    begin, read, write = PACE
    yield (
        f"about {duration(found.seconds)} at --concurrency {found.concurrency}, with a server that begins after"
        f" {begin:g} s, reads {read:g} and writes {write:g} tokens a second for each question"
    )
    yield "a model that has to be asked again costs more"


def _generate(job: Job, flags: Mapping[str, Any], *, watch: bool) -> int:
    refuse_unused(job, flags, "--roles hybrid or --role user=IMPORT")
    path = Path(job.settings.run.out) if job.settings.run.out else default_folder(job)
    if left_out := len(job.catalogue.skipped):
        files = "1 file that holds" if left_out == 1 else f"{left_out} files that hold"
        print(f"digit-tc: skipped {files} no tools; digit-tc tools show names them", file=sys.stderr)
    if next(job.dataflow.edges, None) is None:
        print("digit-tc: no output of these tools can feed an argument: every step makes single calls", file=sys.stderr)
    form = job.settings.run.log_format
    if watch:
        refuse_watching(job.settings.run)
    if form == "json":
        log("started", folder=str(path), fingerprint=job.fingerprint, goal=goal_of(job.settings.run).number)
    with calm_collector(), progress(form, watch=watch) as (observe, see):
        ending, tally = asyncio.run(run(job, path, observe, partial(stopping, form), see))
    if form == "json":
        log("ended", ending=ending, **tally.as_json()["counts"])
    _report(job, path, ending, tally)
    if ending == "interrupted":
        return 130
    return 1 if tally.started and tally.failed == tally.started else 0


def _report(job: Job, path: Path, ending: Ending, tally: Tally) -> None:
    columns = width()
    for line in (*_summary(path, tally), *_costs(job.models.ledger, tally), *_notices(job, path, ending, tally)):
        whole = line.lstrip().startswith("digit-tc ")  # a command is there to be copied
        print(line if whole else "\n".join(wrapped(line, columns)))
    if ending == "interrupted":
        return
    sample = first_line(path)
    if sample and tally.fresh:
        print()
        print("\n".join(conversation(Record.model_validate_json(sample), columns=columns)))
    if sample:
        print(f"\nNext: digit-tc show {path} INDEX    digit-tc export {path} --format openai --out train.jsonl")


def _summary(path: Path, tally: Tally) -> Iterator[str]:
    yield f"{counted(tally.started)} in {path}: {outcomes(tally.statuses)}"
    reasons = tally.as_json()["funnel"]["reasons"]
    firsts = first_reasons(path, reasons)
    for kind, count in reasons.items():
        index, reason = firsts[kind]
        yield f"  {count} x {kind}"
        yield f"      {cut(reason, 160)}"
        yield f"      digit-tc show {path} {index}"
    if tally.accepted:
        yield (
            f"accepted ones have {tally.ratio('turns'):.1f} turns and {tally.ratio('calls'):.1f} calls each;"
            f" {tally.ratio('multi_step', 'turns'):.0%} of the turns take several steps,"
            f" {tally.ratio('implicit', 'calls'):.0%} of the calls are look-ups the user never asks for"
        )


def _costs(ledger: Ledger, tally: Tally) -> Iterator[str]:
    """Yields what asking models came to: a line for each role, then for each accepted conversation."""
    for role, spending in sorted(ledger.roles.items()):
        yield f"{role}: {', '.join(_spent(spending))}{_failures(spending)}"
    total = ledger.total()
    if total.calls and tally.accepted:
        each = [f"{getattr(total, name) / tally.accepted:.{digits}f} {word}" for name, word, digits in _EACH]
        dollars = f", {total.cost / tally.accepted:.4f} dollars" if total.cost else ""
        yield f"for each accepted conversation {', '.join(each)}{dollars}"


_EACH = (("calls", "calls", 1), ("prompt_tokens", "prompt tokens", 0), ("completion_tokens", "completion tokens", 0))


def _spent(spending: Spending) -> Iterator[str]:
    if spending.calls:
        cached = f" ({spending.cached_tokens} of them cached there)" if spending.cached_tokens else ""
        again = spending.again["calls"]
        yield f"{spending.calls} calls{f' ({again} of them further attempts)' if again else ''}"
        yield f"{spending.prompt_tokens} prompt tokens{cached}"
        yield f"{spending.repeated:.0%} of the prompts as in the call before"
        yield f"{spending.completion_tokens} completion tokens"
        yield f"{spending.seconds:.1f} s"
    if spending.repairs:
        yield f"{spending.repairs} answers asked for again"
    if spending.known or not spending.calls:
        yield f"{spending.known} replies kept from before"
    if spending.cost:
        yield f"{spending.cost:.4f} dollars"


def _failures(spending: Spending) -> str:
    listed = ", ".join(f"{count} x {kind}" for kind, count in sorted(spending.failures.items()))
    return f"; failed: {listed}" if listed else ""


def _notices(job: Job, path: Path, ending: Ending, tally: Tally) -> Iterator[str]:
    asked, goal = job.settings.run, goal_of(job.settings.run).number
    if ending == "interrupted":
        yield "stopped before the end; run the same command again to go on"
    elif ending == "spent":
        yield f"{Budget.of(asked).spent(job.models)}; run again with more to go on"
    elif ending == "nothing to do":
        yield f"{path} is finished; nothing to do"
    if asked.until_accepted and ending == "finished" and tally.accepted < asked.until_accepted:
        yield f"gave up: only {tally.accepted} of {asked.until_accepted} were accepted, {tally.started} were started"
    elif not asked.until_accepted and tally.started > goal and not asked.shard:
        yield f"the folder already held more than --num {asked.num} asks for; nothing was taken away"
