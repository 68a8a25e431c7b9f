"""The workers of a run and their one writer.

So many workers as may work at once take the scenarios in order; each makes one conversation after the other. What has
ended goes to the folder at once, which keeps it in order. Memory does not grow with the number of scenarios.
"""

import asyncio
from collections.abc import Callable, Iterator
from typing import Literal

from digit_tc.engine.budget import Budget
from digit_tc.engine.job import Job
from digit_tc.engine.maker import Maker
from digit_tc.engine.output import Folder
from digit_tc.engine.standing import Pace, Standing, goal_of, standing
from digit_tc.engine.store import Ended

Ending = Literal["finished", "interrupted", "spent", "nothing to do"]
"""`spent`: a bound on cost or tokens was reached, and what had begun was finished."""
Observer = Callable[[Standing, Ended | None], None]
"""Is told how the run stands, and what has just ended where something has."""
Notice = Callable[[int], None]
"""Is told, when a run begins to stop, for how many conversations it waits."""

_AHEAD = 4
"""Scenarios that may be begun ahead of the one to be written, per worker, where nobody knows how many it takes."""
_TICK = 1.0
"""Seconds between two looks at how the run stands."""
PATIENCE = 50
"""Scenarios that `until_accepted` starts at most, per conversation asked for."""


def scenarios(job: Job, folder: Folder) -> Iterator[int]:
    """Yields what is still to be made, in order."""
    run = job.settings.run
    if folder.full:
        return
    first, step = run.shard_part
    for index in range(first, PATIENCE * run.until_accepted if run.until_accepted else run.num, step):
        if not folder.finished(index):
            yield index


class Crew:
    """The workers of one run."""

    def __init__(self, job: Job, folder: Folder, maker: Maker, observe: Observer) -> None:
        self._job, self._folder, self._maker, self._observe = job, folder, maker, observe
        self._budget = Budget.of(job.settings.run)
        self._left = scenarios(job, folder)
        self._written = asyncio.Event()
        self._workers: list[asyncio.Task[None]] = []
        self._pace = Pace()
        self._running: set[int] = set()
        self._stop = self._halt = self._spent = False
        self._last = -1
        self._ended = sum(folder.store.counts().states.get(state, 0) for state in ("accepted", "rejected"))

    async def work(self) -> Ending:
        """Makes what is missing, to the end or until something stops it."""
        self._workers = [asyncio.create_task(self._worker()) for _ in range(self._job.settings.run.concurrency)]
        clock = asyncio.create_task(self._tick())
        try:
            done, _ = await asyncio.wait(self._workers, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for task in (clock, *self._workers):
                task.cancel()
            await asyncio.gather(clock, *self._workers, return_exceptions=True)
        for worker in done:
            if not worker.cancelled() and (error := worker.exception()) is not None:
                raise error
        if self._folder.full:
            return "finished"
        return "interrupted" if self._stop else "spent" if self._spent else "finished"

    def told_to_stop(self, notice: Notice) -> None:
        """Begins nothing more and lets each conversation end with its step; told once more, breaks off at once."""
        if not self._stop:
            self._stop = True
            notice(len(self._running))
            self._maker.drain()
            self._written.set()
        elif not self._halt:
            self._halt = True
            for worker in self._workers:
                worker.cancel()

    def standing(self) -> Standing:
        """Returns how the run stands."""
        return standing(
            goal_of(self._job.settings.run),
            self._folder.tally,
            self._job.models,
            running=len(self._running),
            ended=self._ended,
            rate=self._pace.rate(),
        )

    async def _tick(self) -> None:
        """Tells now and then how the run stands, also while nothing ends."""
        while True:
            await asyncio.sleep(_TICK)
            standing = self.standing()
            self._folder.store.note(servers=[dict(one) for one in standing.servers])
            self._observe(standing, None)

    async def _worker(self) -> None:
        while (index := await self._next()) is not None:
            self._running.add(index)
            self._folder.store.begin(index)
            made: Ended | None = None
            try:
                made = await self._maker.make(index)
            finally:
                self._running.discard(index)
                if made is None:
                    self._folder.store.release([index])
            if made is not None:
                self._end(made)

    async def _next(self) -> int | None:
        """Returns the next scenario, once there may be one more."""
        while self._too_far():
            self._written.clear()
            await self._written.wait()
        if self._stop or self._folder.full:
            return None
        self._spent = self._spent or bool(self._budget.spent(self._job.models))
        if self._spent:
            return None
        index = next(self._left, None)
        self._last = max(self._last, -1 if index is None else index)
        return index

    def _too_far(self) -> bool:
        """Says whether more is begun than may be needed."""
        run = self._job.settings.run
        if run.until_accepted is None or self._stop or self._folder.full:
            return False
        return (self._last - self._folder.turn) // run.shard_part[1] >= _AHEAD * run.concurrency

    def _end(self, made: Ended) -> None:
        self._folder.end(made, usage=self._job.models.ledger.as_json())
        self._ended += 1
        self._pace.beat()
        if self._folder.full:
            for worker in self._workers:
                worker.cancel()
        self._written.set()
        self._observe(self.standing(), made)
