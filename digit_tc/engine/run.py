"""A run: what is missing in a folder is made, whatever was there before."""

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, aclosing, closing, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from digit_tc.engine.crew import Crew, Ending, Notice, Observer, scenarios
from digit_tc.engine.job import Job
from digit_tc.engine.maker import Here, Maker, Watch
from digit_tc.engine.manifest import Manifest, Rest, manifest_of, usage_of
from digit_tc.engine.output import Folder, claimed
from digit_tc.engine.processes import Processes
from digit_tc.engine.tally import Tally
from digit_tc.models.replies import NAME, Replies
from digit_tc.statistics.figures import Figures


def default_folder(job: Job) -> Path:
    """Returns the folder that a run uses when none is named: equal settings lead to the same one."""
    shard = job.settings.run.shard.replace("/", "-of-")
    return Path("runs") / (job.fingerprint[:12] + (f"-{shard}" if shard else ""))


def _unheard(*_: object) -> None:
    pass


async def run(
    job: Job,
    path: Path,
    observe: Observer = _unheard,
    stopping: Notice = _unheard,
    watch: Watch | None = None,
) -> tuple[Ending, Tally]:
    """Makes what is missing in the folder and returns how it ended, with the counts of the whole folder.

    Ctrl-C or SIGTERM ends it once each conversation has come to the end of its step; a second one ends it at once.

    Args:
        job: What is made.
        path: The output folder.
        observe: Is told how the run stands, after each conversation and now and then.
        stopping: Is told that the run was told to stop.
        watch: Is shown each conversation after each of its steps; not those of other processes.

    Raises:
        OutputError: The folder cannot be used, or can no longer be written to.
    """
    goal = job.settings.run.until_accepted
    about = manifest_of(job)
    with ExitStack() as stack:
        folder = stack.enter_context(claimed(path, about, lambda tally: goal is not None and tally.accepted >= goal))
        folder.flush()
        if next(scenarios(job, folder), None) is None:
            folder.settle()
            return "nothing to do", folder.tally
        stack.enter_context(_remembering(job, folder))
        about.write(path, "running", folder.tally)
        maker = _maker(job, folder, watch)
        crew = Crew(job, folder, maker, observe)
        async with aclosing(job.models), aclosing(maker):
            with _interruptible(lambda: crew.told_to_stop(stopping)):
                return await _made(job, folder, about, crew), folder.tally


async def _made(job: Job, folder: Folder, about: Manifest, crew: Crew) -> Ending:
    started, before = time.perf_counter(), folder.tally.started
    ending: Ending = "interrupted"
    figures: Figures | None = None
    folder.store.note(goal=asdict(crew.standing().goal), began=time.time())
    try:
        ending = await crew.work()
        folder.settle()
        figures = None if ending == "interrupted" else folder.figures()
    finally:
        seconds = time.perf_counter() - started
        made = folder.tally.started - before
        measured = {"seconds": round(seconds, 3), "conversations_per_second": round(made / seconds, 2)}
        usage = usage_of(job.models.ledger, folder.tally.accepted)
        about.write(folder.path, ending, folder.tally, usage, Rest(measured, figures))
    return ending


def _maker(job: Job, folder: Folder, watch: Watch | None) -> Maker:
    count = job.settings.run.processes
    return Processes(job, count, folder.path) if count > 1 else Here(job, folder.path, watch)


@contextmanager
def _remembering(job: Job, folder: Folder) -> Iterator[None]:
    """Lets the models know what was kept, and what asking came to before in this folder."""
    job.models.ledger.roles.clear()
    job.models.ledger.add(folder.store.about("usage", {}))
    if not job.asks_models:
        yield
        return
    replies = job.replies or Replies(folder.path / NAME, late=True)
    with ExitStack() as stack:
        if job.replies is None:
            stack.enter_context(closing(replies))
            job.models.remember(replies)
        if folder.again:
            replies.try_again()
        yield


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
