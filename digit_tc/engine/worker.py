"""A process that makes conversations for another one: `python -m digit_tc.engine.worker`, started by `processes`.

On standard input come a pickled `Task`, its length in a line before it, then lines: `make INDEX` and `drain`. When it
ends, so does the process, at once. On standard output goes a JSON line for each message; that of a conversation is
followed by its record, as many bytes as it says.
"""

import asyncio
import ctypes
import json
import os
import pickle
import signal
import sys
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from digit_tc.engine.collector import calm_collector
from digit_tc.engine.job import Job, prepare
from digit_tc.engine.maker import Here
from digit_tc.engine.store import Ended
from digit_tc.errors import InputError
from digit_tc.models.replies import NAME, Replies
from digit_tc.settings import Settings

PROTOCOL = pickle.HIGHEST_PROTOCOL
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Task:
    """What a worker is told first."""

    settings: Settings
    folder: Path | None
    """The output folder, where replies are kept that the settings name no file for, and checkpoints."""
    path: tuple[str, ...]
    """Where modules are found."""


class _Worker:
    """Makes what it is told to and says what came of it."""

    def __init__(self, job: Job, folder: Path | None, out: BinaryIO) -> None:
        self._job, self._out = job, out
        self._here = Here(job, folder)
        self._tasks = set[asyncio.Task[None]]()

    async def serve(self, lines: asyncio.StreamReader) -> None:
        """Does as the lines say until there are no more."""
        self._say({"ready": self._job.fingerprint})
        async for line in lines:
            word, _, index = line.decode().strip().partition(" ")
            if word == "drain":
                self._here.drain()
            else:
                task = asyncio.create_task(self._make(int(index)))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _make(self, index: int) -> None:
        try:
            made = await self._here.make(index)
        except Exception as error:
            said = str(error) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"
            self._say({"index": index, "error": said})
            return
        usage = self._job.models.ledger.as_json()
        if made is None:
            self._say({"index": index, "usage": usage})
        else:
            self._say({"index": index, "usage": usage, **_told(made)}, made.line)

    def _say(self, message: dict[str, Any], line: bytes = b"") -> None:
        self._out.write(json.dumps({**message, "size": len(line)}).encode() + b"\n" + line)
        self._out.flush()


def _told(made: Ended) -> dict[str, Any]:
    return {"facts": asdict(made.facts), "retryable": made.retryable, "seconds": made.seconds}


async def _work(task: Task, out: BinaryIO) -> None:
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin.buffer)
    with closing(prepare(task.settings)) as job:
        if job.replies is None and job.asks_models and task.folder is not None:
            job.models.remember(Replies(task.folder / NAME, late=True))
        with calm_collector():
            await _Worker(job, task.folder, out).serve(lines)


def _end_with_parent() -> None:
    """Has the system end this process when the other one dies, in the middle of whatever it does.

    Where it cannot, standard input ends then, which is noticed between two steps: a run that is begun again at once
    might meet the last step of this one.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    """Serves one process until it ends."""
    _end_with_parent()
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what roles print belongs to people
    task: Task = pickle.loads(_exactly(int(_line())))  # noqa: S301 - from the process that started this one
    sys.path[:] = task.path
    try:
        asyncio.run(_work(task, out))
    except InputError as error:
        out.write(json.dumps({"refused": str(error), "size": 0}).encode() + b"\n")
        out.flush()
    os._exit(0)  # nothing is tidied up that the other process may wait for


def _line() -> bytes:
    """Reads a line, and nothing ahead of it: what follows is for others to read."""
    held = b""
    while not held.endswith(b"\n"):
        held += os.read(0, 1) or b"\n"
    return held


def _exactly(size: int) -> bytes:
    held = b""
    while len(held) < size:
        held += os.read(0, size - len(held))
    return held


if __name__ == "__main__":
    main()
