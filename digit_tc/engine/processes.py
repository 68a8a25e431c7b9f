"""Conversations made by several processes; this one tells them which, and writes what they made.

A process that dies is started again, and what it was making is made anew: from the replies that are kept, where models
are asked. The bytes are those of one process, as no conversation knows where it is made.
"""

import asyncio
import json
import pickle
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from digit_tc.engine.job import Job
from digit_tc.engine.store import Ended
from digit_tc.engine.tally import facts_from
from digit_tc.engine.worker import PROTOCOL, Task
from digit_tc.errors import OutputError, ProcessError

_DEATHS = 3
"""How often processes may die with nothing finished in between."""
_END = 10.0
"""Seconds that a process has to end."""


class Processes:
    """So many processes that make conversations.

    Args:
        job: What is made.
        count: How many processes.
        folder: The output folder, where replies are kept that the settings name no file for, and checkpoints.
    """

    def __init__(self, job: Job, count: int, folder: Path | None = None) -> None:
        each = -(-job.settings.run.concurrency // count)
        run = job.settings.run.model_copy(update={"concurrency": each})
        settings = job.settings.model_copy(update={"run": run})
        self._task = Task(settings, folder, tuple(sys.path))
        self._fingerprint, self._ledger = job.fingerprint, job.models.ledger
        self._hands = [_Hand(self) for _ in range(count)]
        self._deaths = 0
        self.draining = False

    async def make(self, index: int) -> Ended | None:
        """Lets the process with the least to do make a conversation.

        Raises:
            ProcessError: Processes die one after the other.
            OutputError: One cannot keep replies.
        """
        while not self.draining:
            hand = min(self._hands, key=lambda one: one.busy)
            try:
                made = await hand.make(index)
            except EOFError:
                self._deaths += 1
                if self._deaths >= _DEATHS * len(self._hands):
                    raise ProcessError(
                        "the processes that make conversations die one after the other"
                        f" (the last with exit code {hand.code}); run again with fewer --processes, or with 1"
                    ) from None
            else:
                self._deaths = 0
                return made
        return None

    def drain(self) -> None:
        """Ends every conversation after the step that it is at."""
        self.draining = True
        for hand in self._hands:
            hand.drain()

    async def aclose(self) -> None:
        """Ends the processes."""
        await asyncio.gather(*(hand.aclose() for hand in self._hands))

    @property
    def task(self) -> bytes:
        """What each process is told first."""
        content = pickle.dumps(self._task, protocol=PROTOCOL)
        return f"{len(content)}\n".encode() + content

    def check(self, fingerprint: str) -> None:
        """Refuses a process that has read something else than this one.

        Raises:
            ProcessError: It would make other conversations.
        """
        if fingerprint != self._fingerprint:
            raise ProcessError(
                "another process reads another configuration from the same settings: tools given as Python objects,"
                " or files that have changed meanwhile; run with --processes 1"
            )

    def spent(self, usage: Mapping[str, Any], before: Mapping[str, Any]) -> None:
        """Adds what a process has asked for since it was last heard of."""
        self._ledger.add(_less(usage, before))


class _Hand:
    """One process, started when it is first needed."""

    def __init__(self, owner: Processes) -> None:
        self._owner = owner
        self._process: asyncio.subprocess.Process | None = None
        self._ear: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._made: dict[int, asyncio.Future[Ended | None]] = {}
        self._usage: dict[str, Any] = {}
        self.code: int | None = None
        self.busy = 0

    async def make(self, index: int) -> Ended | None:
        """Returns what the process has made.

        Raises:
            EOFError: It died.
        """
        self.busy += 1
        try:
            process = await self._started()
            made: asyncio.Future[Ended | None] = asyncio.get_running_loop().create_future()
            self._made[index] = made
            with suppress(ConnectionError):  # it is dead, and the future is told so
                self._tell(process, f"make {index}\n".encode())
            return await made
        finally:
            self._made.pop(index, None)
            self.busy -= 1

    def drain(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._tell(self._process, b"drain\n")

    async def aclose(self) -> None:
        if self._process is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _END)
        except TimeoutError:
            self._process.kill()
        if self._ear is not None:
            self._ear.cancel()
            await asyncio.gather(self._ear, return_exceptions=True)

    def _tell(self, process: asyncio.subprocess.Process, what: bytes) -> None:
        if process.stdin is not None:
            process.stdin.write(what)

    async def _started(self) -> asyncio.subprocess.Process:
        async with self._starting:
            if self._process is None:
                self._process = await self._start()
            return self._process

    async def _start(self) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "digit_tc.engine.worker"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is meant for this process alone
        )
        self._tell(process, self._owner.task)
        self._usage = {}
        first = await _message(process)
        if first is None:
            raise EOFError
        if "refused" in first:
            raise ProcessError(f"another process cannot begin: {first['refused']}")
        self._owner.check(first["ready"])
        self._ear = asyncio.create_task(self._listen(process))
        if self._owner.draining:
            self.drain()
        return process

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        while (message := await _message(process)) is not None:
            future = self._made.get(message["index"])
            if "usage" in message:
                self._owner.spent(message["usage"], self._usage)
                self._usage = message["usage"]
            if future is None or future.done():
                continue
            if "error" in message:
                future.set_exception(OutputError(message["error"]))
            else:
                future.set_result(_ended(message))
        self.code = await process.wait()
        self._process = None
        for future in self._made.values():
            if not future.done():
                future.set_exception(EOFError())


async def _message(process: asyncio.subprocess.Process) -> dict[str, Any] | None:
    """Returns what a process says next, with the line that belongs to it; None when it has ended."""
    if process.stdout is None:
        return None
    try:
        head = await process.stdout.readuntil(b"\n")
        message: dict[str, Any] = json.loads(head)
        return {**message, "line": await process.stdout.readexactly(message["size"])}
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


def _ended(message: Mapping[str, Any]) -> Ended | None:
    if "facts" not in message:
        return None
    return Ended(facts_from(message["facts"]), message["line"], message["retryable"], message["seconds"])


def _less(usage: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Returns what of some sums was added since; those are numbers in tables of tables."""
    return {
        name: _less(value, before.get(name, {})) if isinstance(value, Mapping) else value - before.get(name, 0)
        for name, value in usage.items()
    }
