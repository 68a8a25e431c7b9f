"""Signs of life: a node whose question stands in line must not be taken for one that hangs."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

EVERY = 20.0
"""Seconds between two signs."""


class Pulse:
    """Tells LangGraph while a question is open that the node which asks it is at work.

    A graph gives a node up that shows no sign of work for some time. Where each attempt has a limit of its own, waiting
    in line is work, however long the line. One timer serves all questions.
    """

    def __init__(self) -> None:
        self._open: dict[object, Callable[[], None]] = {}
        self._timer: asyncio.TimerHandle | None = None

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Gives signs for the length of a `with` block."""
        beat = _heartbeat()
        if beat is None:
            yield
            return
        question = object()
        self._open[question] = beat
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(EVERY, self._tick)
        try:
            yield
        finally:
            del self._open[question]
            if not self._open and self._timer is not None:
                self._timer.cancel()
                self._timer = None

    def _tick(self) -> None:
        for beat in self._open.values():
            beat()
        self._timer = asyncio.get_running_loop().call_later(EVERY, self._tick)


def _heartbeat() -> Callable[[], None] | None:
    """Returns what tells the graph run around this task that it is at work; None outside of one."""
    langgraph = sys.modules.get("langgraph.runtime")  # which takes a second to import, and is there in a graph run
    if langgraph is None:
        return None
    try:
        runtime = langgraph.get_runtime()
    except RuntimeError:
        return None
    return getattr(runtime, "heartbeat", None)
