"""Work in threads of its own. They are daemons: what never returns cannot keep the program from ending."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

_T = TypeVar("_T")
_END = 5.0
"""Seconds that what is given up has to tidy up."""


async def aside(work: Callable[[], _T]) -> _T:
    """Does in a thread what would keep the event loop from everything else, and awaits it."""
    future: Future[_T] = Future()
    future.set_running_or_notify_cancel()
    threading.Thread(target=_settle, args=(future, work), daemon=True).start()
    return await asyncio.wrap_future(future)


def _settle(future: "Future[_T]", work: Callable[[], _T]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:  # whatever it is, the one who waits must hear of it
        future.set_exception(error)


class Loop:
    """An event loop in a thread, for code that cannot await itself. It starts with the first work."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def begin(self, work: Coroutine[Any, Any, _T]) -> "Future[_T]":
        """Starts a coroutine and returns its future; may be called from any thread."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=_serve, args=(self._loop,), daemon=True)
                self._thread.start()
            return asyncio.run_coroutine_threadsafe(work, self._loop)

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Waits for a coroutine."""
        return self.begin(work).result()

    def close(self) -> None:
        """Stops the loop; what it still had to do is given up."""
        with self._lock:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._loop.stop)
                if self._thread is not None:
                    self._thread.join(_END)
                self._loop = self._thread = None


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
