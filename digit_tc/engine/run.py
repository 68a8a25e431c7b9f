"""One event loop that makes many conversations and writes them in scenario order.

Conversations are started in order, at most `concurrency` at once and at most a window ahead of the writer, so memory
does not grow with their number. Results are awaited in the same order: what is on disk is always the beginning of the
run, whatever finished first.
"""

import asyncio
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Literal

from digit_tc.engine import checkpoints, manifest
from digit_tc.engine.budget import Budget
from digit_tc.engine.conversation import converse
from digit_tc.engine.job import Job
from digit_tc.engine.output import Folder, claimed
from digit_tc.engine.tally import Tally
from digit_tc.models.replies import NAME, Replies
from digit_tc.records import Record
from digit_tc.statistics.figures import Figures

Ending = Literal["finished", "interrupted", "spent", "nothing to do"]
"""`spent`: a bound on cost or tokens was reached, and what had begun was finished."""
Observer = Callable[[Tally], None]
Notice = Callable[[int], None]
"""Is told, when a run begins to stop, for how many conversations it waits."""

WINDOW = 4
"""Conversations that may wait for the writer, per worker."""
PATIENCE = 50
"""Scenarios that `until_accepted` starts at most, per conversation asked for."""


def default_folder(job: Job) -> Path:
    """Returns the folder that a run uses when none is named: equal settings lead to the same one."""
    shard = job.settings.run.shard.replace("/", "-of-")
    return Path("runs") / (job.fingerprint[:12] + (f"-{shard}" if shard else ""))


def _unheard(_: object) -> None:
    pass


async def run(job: Job, path: Path, observe: Observer = _unheard, stopping: Notice = _unheard) -> tuple[Ending, Tally]:
    """Makes what is missing in the folder and returns how it ended, with the counts of the whole folder.

    Ctrl-C or SIGTERM ends it after the conversations that have begun are written; a second one ends it at once.

    Raises:
        OutputError: The folder cannot be used, or can no longer be written to.
    """
    with ExitStack() as stack:
        folder = stack.enter_context(claimed(path, job))
        if next(_todo(job, folder), None) is None:
            folder.settle()
            return "nothing to do", folder.tally
        replies = stack.enter_context(_remembering(job, path))
        if folder.tally.failed:
            replies.try_again()
        if job.settings.run.checkpoint == "step":
            saver = stack.enter_context(closing(checkpoints.opened(path / checkpoints.NAME)))
            job = replace(job, graph=job.graph.copy({"checkpointer": saver}))
        started = time.perf_counter()
        before = folder.tally.started
        manifest.write(path, manifest.compose(job, folder.tally, "running", {}), job.catalogue)
        ending: Ending = "interrupted"
        figures: Figures | None = None
        crew = _Crew(job, folder, observe)
        with _interruptible(lambda: crew.told_to_stop(stopping)):
            try:
                ending = await crew.work()
                figures = None if ending == "interrupted" else folder.figures()
            finally:
                await job.models.aclose()
                folder.settle()
                seconds = time.perf_counter() - started
                made = folder.tally.started - before
                measured = {"seconds": round(seconds, 3), "conversations_per_second": round(made / seconds, 2)}
                manifest.write(path, manifest.compose(job, folder.tally, ending, measured, figures), job.catalogue)
        return ending, folder.tally


@contextmanager
def _remembering(job: Job, path: Path) -> Iterator[Replies]:
    """Lets the models know what was kept, and what asking came to before in this folder."""
    saved = manifest.read(path) or {}
    job.models.ledger.roles.clear()
    job.models.ledger.add(saved.get("usage", {}).get("roles", {}))
    if job.replies is not None or not job.asks_models:
        yield job.replies or Replies()
        return
    with closing(Replies(path / NAME, late=True)) as replies:
        job.models.remember(replies)
        yield replies


def _todo(job: Job, folder: Folder) -> Iterator[int]:
    goal = job.settings.run.until_accepted
    if goal is not None and folder.tally.accepted >= goal:
        return
    remainder, divisor = job.settings.run.shard_part
    for index in range(remainder, PATIENCE * goal if goal else job.settings.run.num, divisor):
        if not folder.finished(index):
            yield index


class _Crew:
    """The workers of one run and their writer."""

    def __init__(self, job: Job, folder: Folder, observe: Observer) -> None:
        self._job = job
        self._folder = folder
        self._observe = observe
        self._budget = Budget.of(job.settings.run)
        self._places = asyncio.Semaphore(job.settings.run.concurrency)
        self._waiting: deque[asyncio.Task[Record | None]] = deque()
        self._stop = False
        self._halt = False
        self._skipped = False
        self._busy = 0

    async def work(self) -> Ending:
        """Makes and writes what is missing, to the end or until something stops it."""
        window = self._job.settings.run.concurrency * WINDOW
        try:
            for index in _todo(self._job, self._folder):
                if len(self._waiting) >= window:
                    await self._write_next()
                if self._over():
                    break
                self._waiting.append(asyncio.create_task(self._one(index)))
            while self._waiting and not self._satisfied():
                await self._write_next()
        except asyncio.CancelledError:
            if not self._halt:
                raise
            self._skipped = True  # what finished after the one that was broken off is made again: no gap is written
        finally:
            for task in self._waiting:
                task.cancel()
            await asyncio.gather(*self._waiting, return_exceptions=True)
        return self._ending()

    def _ending(self) -> Ending:
        if not self._skipped:
            return "finished"
        return "interrupted" if self._stop else "spent"

    def told_to_stop(self, notice: Notice) -> None:
        """Begins nothing more; told once more, breaks off what has begun. Further times change nothing."""
        if not self._stop:
            self._stop = True
            notice(self._busy)
        elif not self._halt:
            self._halt = True
            for task in self._waiting:
                task.cancel()

    async def _one(self, index: int) -> Record | None:
        async with self._places:
            if self._stop or self._budget.spent(self._job.models):
                return None
            self._busy += 1
            try:
                return await converse(self._job.graph, self._job.context(index), self._job.identity(index))
            finally:
                self._busy -= 1

    async def _write_next(self) -> None:
        record = await self._waiting[0]
        self._waiting.popleft()
        if record is None:
            self._skipped = True
            return
        self._folder.append(record)
        self._observe(self._folder.tally)

    def _over(self) -> bool:
        self._skipped |= self._stop
        return self._skipped or self._satisfied()

    def _satisfied(self) -> bool:
        goal = self._job.settings.run.until_accepted
        return goal is not None and self._folder.tally.accepted >= goal


@contextmanager
def _interruptible(told: Callable[[], None]) -> Iterator[None]:
    """Calls the function at every Ctrl-C and SIGTERM, between two steps of the loop."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    with suppress(NotImplementedError, RuntimeError, ValueError):  # no such handlers on Windows, or off the main thread
        for each in signals:
            loop.add_signal_handler(each, told)
    try:
        yield
    finally:
        with suppress(NotImplementedError, RuntimeError, ValueError):
            for each in signals:
                loop.remove_signal_handler(each)
