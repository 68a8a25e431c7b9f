"""Progress of a run: a bar on a terminal, plain lines elsewhere, JSON lines for machines."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from digit_tc.cli.text import counted, duration
from digit_tc.cli.watch import Feed, Panes
from digit_tc.engine.crew import Observer
from digit_tc.engine.maker import Watch
from digit_tc.engine.standing import Standing
from digit_tc.engine.store import Ended

LogFormat = Literal["text", "json"]
_EVERY = 5.0
"""Seconds between two lines of progress where there is no terminal."""


@contextmanager
def progress(form: LogFormat, *, watch: bool = False) -> Iterator[tuple[Observer, Watch | None]]:
    """Shows how a run stands for the length of a `with` block, on standard error.

    Yields:
        What is to be told how it stands, and with `watch` what is to be shown the conversations.
    """
    console = Console(stderr=True)
    if form == "json":
        yield _Lines(_as_json), None
    elif not console.is_terminal:
        yield _Lines(_as_text), Feed().see if watch else None
    else:
        columns = (TextColumn("conversations"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
        bar = Progress(*columns, console=console, transient=True)
        panes = Panes(console, bar) if watch else None
        with Live(panes or bar, console=console, transient=True, refresh_per_second=8):
            yield _Bar(bar, panes), panes.see if panes else None


def stopping(form: LogFormat, count: int) -> None:
    """Says that a run begins to stop, and for how many conversations it waits."""
    if form == "json":
        log("stopping", running=count)
    else:
        told = f"stopping: waiting for the next step of {counted(count)}; Ctrl-C again stops at once"
        print(told, file=sys.stderr, flush=True)


def log(event: str, **what: Any) -> None:
    """Writes one event as a JSON line to standard error; `at` is seconds since 1970."""
    line = {"event": event, "at": round(time.time(), 3), **what}
    print(json.dumps(line, ensure_ascii=False), file=sys.stderr, flush=True)


def sentence(standing: Standing) -> str:
    """Returns how a run stands in one line."""
    counts = f"{standing.accepted} accepted, {standing.rejected} rejected, {standing.failed} failed"
    return "; ".join([counts, *_speed(standing), *_trouble(standing)])


def _speed(standing: Standing) -> Iterator[str]:
    yield f"{standing.running} in flight, {standing.rate:.1f}/s"
    if standing.share is not None and standing.rejected + standing.failed:
        yield f"yield {standing.share:.0%}"
    if standing.cost:
        yield f"{standing.cost:.2f} dollars"
    for server in standing.servers:
        if server["pushed"] or server["waiting"]:
            places = f"{server['in_flight']} of {server['limit']} places at {server['address']}"
            yield f"{places}, {server['waiting']} waiting"
    if standing.left:
        yield f"{duration(standing.left)} left"


def _trouble(standing: Standing) -> Iterator[str]:
    """Yields what went wrong, by class."""
    found = [*standing.codes.items(), *sorted(standing.failures.items())]
    if found:
        yield ", ".join(f"{count} x {name}" for name, count in found)


class _Bar:
    """Keeps a bar up to date."""

    def __init__(self, bar: Progress, panes: Panes | None) -> None:
        self._bar, self._panes = bar, panes
        self._task = bar.add_task("", total=None)

    def __call__(self, standing: Standing, ended: Ended | None) -> None:
        if self._panes is not None and ended is not None:
            self._panes.over(ended)
        done = standing.accepted if standing.goal.accepted else standing.ended
        self._bar.update(self._task, total=standing.goal.number, completed=done, description=sentence(standing))


class _Lines:
    """Prints a line now and then."""

    def __init__(self, tell: Observer) -> None:
        self._tell = tell
        self._last = time.monotonic()

    def __call__(self, standing: Standing, ended: Ended | None) -> None:
        if ended is not None:
            self._tell(standing, ended)
        now = time.monotonic()
        if now - self._last >= _EVERY:
            self._last = now
            self._tell(standing, None)


def _as_text(standing: Standing, ended: Ended | None) -> None:
    if ended is None:
        goal = f"{standing.goal.number}{' to accept' if standing.goal.accepted else ''}"
        print(f"{standing.ended} of {goal}: {sentence(standing)}", file=sys.stderr, flush=True)


def _as_json(standing: Standing, ended: Ended | None) -> None:
    if ended is None:
        log("progress", **standing.as_json())
        return
    facts = ended.facts
    what: dict[str, Any] = {"scenario": facts.index, "status": facts.status, "seconds": round(ended.seconds, 3)}
    if facts.status != "accepted":
        what |= {"code": facts.code, "retryable": ended.retryable}
    log("conversation", **what)
