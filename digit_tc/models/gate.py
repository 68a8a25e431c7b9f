"""The gate before one server: requests pass it in the order in which they came, as many at once as its limit says."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from digit_tc.models.limit import Limit
from digit_tc.models.window import Verdict


@dataclass(frozen=True, slots=True)
class Place:
    """The right to have one request at the server."""

    number: int
    since: float


class Gate:
    """Lets requests through to a server. Whoever enters leaves again, whatever happens meanwhile.

    Args:
        cap: Requests at once at most; None for as many as there are.
        clock: What tells the seconds.
    """

    def __init__(self, cap: int | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = Limit(cap)
        self._clock = clock
        self._line: deque[asyncio.Future[Place]] = deque()

    @property
    def waiting(self) -> int:
        """Requests that stand in line."""
        return len(self._line)

    async def enter(self) -> Place:
        """Waits for a place, and takes it."""
        now = self._clock()
        if not self._line and self.limit.free(now):
            return self._taken(now)
        self.limit.waited(now)
        turn: asyncio.Future[Place] = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        self._come_back()
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # its turn had come at the same moment
                self.leave(turn.result())
            elif turn in self._line:
                self._line.remove(turn)
            raise

    def leave(self, place: Place, verdict: Verdict | None = None, pause: float = 0.0) -> None:
        """Gives a place back.

        Args:
            place: Which one.
            verdict: How the request went; None where that tells nothing, as nobody waited for the end.
            pause: For how many seconds the server says that it wants to be left alone.
        """
        now = self._clock()
        if verdict is None:
            self.limit.dropped(now)
        else:
            self.limit.ended(place.number, now, verdict, now - place.since, pause)
        self._admit()

    def _taken(self, now: float) -> Place:
        return Place(self.limit.begun(now), now)

    def _admit(self) -> None:
        now = self._clock()
        while self._line and self.limit.free(now):
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(self._taken(now))
        if self._line:
            self.limit.waited(now)
            self._come_back()

    def _come_back(self) -> None:
        """Looks again when the server has been left alone for long enough."""
        left = self.limit.paused_until - self._clock()
        if left > 0:
            asyncio.get_running_loop().call_later(left, self._admit)
