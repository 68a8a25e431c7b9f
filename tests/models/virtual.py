"""A server and those who ask it, in time that only passes when something happens: hours take no time."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from digit_tc.models.limit import Limit
from digit_tc.models.window import Verdict

Told = tuple[float, Verdict, float]
"""How many seconds an answer takes, how it goes, and the seconds that its Retry-After asks for."""


@dataclass
class World:
    """So many workers, each of which asks, waits for the answer, and asks again; after push-back not at once."""

    limit: Limit
    behaviour: "Callable[[World], Told]"
    workers: int
    seed: int = 0
    now: float = 0.0
    good: int = 0
    """Useful answers so far."""
    at_server: int = 0
    _ready: int = 0
    _events: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _number: int = 0

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self._ready = self.workers

    def run(self, seconds: float) -> float:
        """Lets time pass; returns the useful answers per second."""
        until, before = self.now + seconds, self.good
        self._admit()
        while self._events and self._events[0][0] <= until:
            self.now, _, happens = heapq.heappop(self._events)
            happens()
            self._admit()
        self.now = until
        return (self.good - before) / seconds

    def _at(self, time: float, happens: Callable[[], None]) -> None:
        self._number += 1
        heapq.heappush(self._events, (time, self._number, happens))

    def _admit(self) -> None:
        while self._ready and self.limit.free(self.now):
            self._ready -= 1
            self._ask()
        if self._ready:
            self.limit.waited(self.now)
            if self.now < self.limit.paused_until:
                self._at(self.limit.paused_until, lambda: None)

    def _ask(self) -> None:
        number, since = self.limit.begun(self.now), self.now
        self.at_server += 1
        seconds, verdict, pause = self.behaviour(self)

        def end() -> None:
            self.at_server -= 1
            self.limit.ended(number, self.now, verdict, self.now - since, pause)
            if verdict == "good":
                self.good += 1
                self._ready += 1
            else:
                self._at(self.now + max(pause, self.random.uniform(0.375, 0.5)), self._come_back)

        self._at(self.now + seconds, end)

    def _come_back(self) -> None:
        self._ready += 1


def healthy(latency: float) -> Callable[[World], Told]:
    """Answers everything, however much it is."""
    return failing(latency, 0.0)


def failing(latency: float, share: float) -> Callable[[World], Told]:
    """Fails a share of the calls in five ways, whatever is asked of it."""

    def behave(world: World) -> Told:
        ways: list[Told] = [
            (0.01, "pushed", 1.0),  # 429 with Retry-After
            (0.01, "pushed", 0.0),  # 503
            (3 * latency, "pushed", 0.0),  # a timeout
            (0.5 * latency, "pushed", 0.0),  # a body that is cut off
            (0.005, "pushed", 0.0),  # a connection that is reset
        ]
        return world.random.choice(ways) if world.random.random() < share else (latency, "good", 0.0)

    return behave


def bounded(latency: float, places: int, pause: float = 0.0) -> Callable[[World], Told]:
    """Turns away at once what is too much."""

    def behave(world: World) -> Told:
        if world.at_server > places:
            return 0.005, "pushed", pause
        return latency * world.random.uniform(0.7, 1.3), "good", 0.0

    return behave


def queueing(latency: float, places: int) -> Callable[[World], Told]:
    """Lets what is too much stand in line."""
    free = [0.0] * places

    def behave(world: World) -> Told:
        end = max(world.now, heapq.heappop(free)) + latency * world.random.uniform(0.7, 1.3)
        heapq.heappush(free, end)
        return end - world.now, "good", 0.0

    return behave


def batching(latency: float, slower: float) -> Callable[[World], Told]:
    """Gets slower with each request, and gives more all the same."""
    return lambda world: (
        latency * (1 + slower * world.at_server) * world.random.uniform(0.7, 1.3),
        "good",
        0.0,
    )
