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
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from digit_tc.engine import manifest
from digit_tc.engine.conversation import converse
from digit_tc.engine.job import Job
from digit_tc.engine.output import Folder, claimed
from digit_tc.engine.tally import Tally
from digit_tc.records import Record

Ending = Literal["finished", "interrupted", "nothing to do"]
Observer = Callable[[Tally], None]

WINDOW = 4
"""Conversations that may wait for the writer, per worker."""
PATIENCE = 50
"""Scenarios that `until_accepted` starts at most, per conversation asked for."""


def default_folder(job: Job) -> Path:
    """Returns the folder that a run uses when none is named: equal settings lead to the same one."""
    shard = job.settings.run.shard.replace("/", "-of-")
    return Path("runs") / (job.fingerprint[:12] + (f"-{shard}" if shard else ""))


async def run(job: Job, path: Path, observe: Observer) -> tuple[Ending, Tally]:
    """Makes what is missing in the folder and returns how it ended, with the counts of the whole folder.

    Ctrl-C ends it after the conversations that have begun are written; a second one ends it at once.

    Raises:
        OutputError: The folder cannot be used, or can no longer be written to.
    """
    with claimed(path, job) as folder:
        if next(_todo(job, folder), None) is None:
            folder.settle()
            return "nothing to do", folder.tally
        started = time.perf_counter()
        before = folder.tally.started
        manifest.write(path, manifest.compose(job, folder.tally, "running", {}))
        ending: Ending = "interrupted"
        try:
            if await _Crew(job, folder, observe).work():
                ending = "finished"
        finally:
            folder.settle()
            seconds = time.perf_counter() - started
            made = folder.tally.started - before
            measured = {"seconds": round(seconds, 3), "conversations_per_second": round(made / seconds, 2)}
            manifest.write(path, manifest.compose(job, folder.tally, ending, measured))
        return ending, folder.tally


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
        self._places = asyncio.Semaphore(job.settings.run.concurrency)
        self._waiting: deque[asyncio.Task[Record | None]] = deque()
        self._stop = asyncio.Event()
        self._skipped = False

    async def work(self) -> bool:
        """Makes and writes what is missing; false when it was told to stop before the end."""
        window = self._job.settings.run.concurrency * WINDOW
        try:
            with _interruptible(self._stop):
                for index in _todo(self._job, self._folder):
                    if len(self._waiting) >= window:
                        await self._write_next()
                    if self._over():
                        break
                    self._waiting.append(asyncio.create_task(self._one(index)))
                while self._waiting and not self._satisfied():
                    await self._write_next()
        finally:
            for task in self._waiting:
                task.cancel()
            await asyncio.gather(*self._waiting, return_exceptions=True)
        return not self._skipped

    async def _one(self, index: int) -> Record | None:
        async with self._places:
            if self._stop.is_set():
                return None
            return await converse(self._job.graph, self._job.context(index), self._job.identity(index))

    async def _write_next(self) -> None:
        record = await self._waiting.popleft()
        if record is None:
            self._skipped = True
            return
        self._folder.append(record)
        self._observe(self._folder.tally)

    def _over(self) -> bool:
        self._skipped |= self._stop.is_set()
        return self._skipped or self._satisfied()

    def _satisfied(self) -> bool:
        goal = self._job.settings.run.until_accepted
        return goal is not None and self._folder.tally.accepted >= goal


@contextmanager
def _interruptible(stop: asyncio.Event) -> Iterator[None]:
    """Sets the event on the first Ctrl-C and leaves the second to Python."""
    loop = asyncio.get_running_loop()

    def first() -> None:
        stop.set()
        loop.remove_signal_handler(signal.SIGINT)

    with suppress(NotImplementedError, RuntimeError, ValueError):  # no such handlers on Windows, or off the main thread
        loop.add_signal_handler(signal.SIGINT, first)
    try:
        yield
    finally:
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.remove_signal_handler(signal.SIGINT)
