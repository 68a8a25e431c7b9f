"""What makes conversations: this process itself, or others that it tells to (`digit_tc.engine.processes`)."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from langgraph.errors import GraphDrained
from langgraph.runtime import RunControl

from digit_tc.engine.checkpoints import NAME, opened
from digit_tc.engine.conversation import converse
from digit_tc.engine.job import Job
from digit_tc.engine.output import ended
from digit_tc.engine.store import Ended
from digit_tc.state import ConversationState

Watch = Callable[[int, ConversationState], None]


class Maker(Protocol):
    """Makes conversations, several at the same time."""

    async def make(self, index: int) -> Ended | None:
        """Makes one conversation and returns it as it is saved; None where it was given up because of `drain`.

        What asking models came to has been added to the ledger of the job by then.
        """

    def drain(self) -> None:
        """Ends every conversation after the step that it is at; what has been replied is kept."""

    async def aclose(self) -> None:
        """Lets go of everything."""


class Here:
    """Makes conversations in the event loop of this process.

    Args:
        job: What is made.
        folder: The output folder, where each step is to be kept there.
        watch: Is shown each conversation after each of its steps, by its scenario.

    Raises:
        OutputError: Checkpoints cannot be kept there.
    """

    def __init__(self, job: Job, folder: Path | None = None, watch: Watch | None = None) -> None:
        self._watch = watch
        self._saver = opened(folder / NAME) if folder and job.settings.run.checkpoint == "step" else None
        self._graph = job.graph.copy({"checkpointer": self._saver}) if self._saver else job.graph
        self._job = job
        self._controls: dict[int, RunControl] = {}
        self._draining = False

    async def make(self, index: int) -> Ended | None:
        """Runs the graph once."""
        if self._draining:
            return None
        control = self._controls[index] = RunControl()
        began = time.perf_counter()
        try:
            identity, see = self._job.identity(index), partial(self._watch, index) if self._watch else None
            record = await converse(self._graph, self._job.context(index), identity, control, see=see)
        except GraphDrained:
            return None
        finally:
            del self._controls[index]
        return ended(record, time.perf_counter() - began)

    def drain(self) -> None:
        """Asks every run of the graph to stop at its next step, as LangGraph's run control does."""
        self._draining = True
        for control in self._controls.values():
            control.request_drain()

    async def aclose(self) -> None:
        """Closes the file of checkpoints; graph and models are those of the job."""
        if self._saver:
            self._saver.close()
