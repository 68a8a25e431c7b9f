"""What came of the requests to a server under one limit, and how that compares with another.

Useful answers per second are reckoned by Little's law, requests at once divided by seconds for each useful answer: a
count over so short a time would swing with the waves in which answers of equal length come.
"""

import math
from dataclasses import dataclass
from typing import Literal, Self

Verdict = Literal["good", "pushed", "other"]
"""A useful answer; push-back; what tells nothing of load, such as a refusal of what was asked."""

MOST_NORMAL = 0.6
"""A larger share is never normal."""

_WORTH = 0.25
"""Part of what a step up allows that the server must give more for it."""
_FLOOD = 8
"""Requests that are pushed back before there is talk of most."""
_LOST = 8
"""Requests in a row that are pushed back before a server counts as gone."""
_UNLIKELY = 3.0
"""Standard deviations from which on push-back is more than its normal share."""
_RARE = 0.01
"""Share of push-back that no server is blamed for."""
_REMEMBERED = 2000.0
"""Requests of which the normal share is known at most."""
_SLOWER = 2.0
"""From how many times the seconds on an answer counts as late."""
_NO_FEWER = 0.7
"""Part of the requests at once that still counts as no fewer."""


@dataclass(slots=True)
class Window:
    """What came of the requests that went out under one limit."""

    limit: int
    first: int
    """Number of the first request that went out under it; earlier ones tell of another limit."""
    sent: int = 0
    good: int = 0
    pushed: int = 0
    other: int = 0
    seconds: float = 0.0
    """That the counted requests took, together."""
    good_seconds: float = 0.0
    held: float = 0.0
    """Requests at once, summed over the seconds in which the server was not left alone."""
    elapsed: float = 0.0
    full: bool = False
    """Whether a request had to wait because of the limit."""

    @property
    def counted(self) -> int:
        """Requests that came back."""
        return self.good + self.pushed + self.other

    @property
    def share(self) -> float:
        """The part of them that was pushed back."""
        return self.pushed / self.counted if self.counted else 0.0

    @property
    def flooded(self) -> bool:
        """Whether most requests are pushed back, so that there is no time to see more of it."""
        return self.pushed >= _FLOOD and self.pushed > max(self.sent, self.counted) / 2

    @property
    def lost(self) -> bool:
        """Whether nearly nothing comes back, so that there is no need to see more of it."""
        return self.pushed >= _LOST and not self.good and self.pushed >= 0.8 * max(self.sent, self.counted)

    @property
    def occupancy(self) -> float:
        """Mean number of requests at once."""
        return self.held / self.elapsed if self.elapsed > 0 else 0.0

    @property
    def goodput(self) -> float:
        """Useful answers per second."""
        return self.occupancy * self.good / self.seconds if self.seconds > 0 else 0.0

    @property
    def latency(self) -> float:
        """Mean seconds of a useful answer; 0 where there was none."""
        return self.good_seconds / self.good if self.good else 0.0


@dataclass(frozen=True, slots=True)
class Normal:
    """The share of requests that a server fails whatever its load, and of how many requests that is known."""

    pushed: float = 0.0
    counted: float = 0.0

    @classmethod
    def of(cls, *windows: Window) -> Self:
        """Returns what windows tell of it."""
        return cls(sum(one.pushed for one in windows), sum(one.counted for one in windows))

    @property
    def share(self) -> float:
        """The part of the requests; 0 where nothing is known."""
        return self.pushed / self.counted if self.counted else 0.0

    def explains(self, pushed: int, of: int) -> bool:
        """Says whether so many of so many requests are no more than is to be expected; most of them never are."""
        if pushed >= _FLOOD and pushed > MOST_NORMAL * of:
            return False
        share = max(self.share, _RARE)
        unsure = of / self.counted if self.share > _RARE else 0.0
        return pushed <= of * share + _UNLIKELY * math.sqrt(of * share * max(0.0, 1 - share) * (1 + unsure))

    def seen(self, window: Window) -> "Normal":
        """Returns what is known after another window in which nothing was wrong; the newest counts most."""
        if not self.share:
            return self
        fewest = window.counted * self.share - _UNLIKELY * math.sqrt(window.counted * self.share * (1 - self.share))
        if window.pushed < fewest:
            return Normal.of(window)
        kept = min(1.0, _REMEMBERED / (self.counted + window.counted))
        return Normal((self.pushed + window.pushed) * kept, (self.counted + window.counted) * kept)


def was_load(before: Window, after: Window) -> bool:
    """Says whether a step down relieved the server, rather than only cost answers."""
    if not before.good or not after.good or max(before.share, after.share) > MOST_NORMAL:
        return True
    ratio = after.occupancy / before.occupancy if before.occupancy else 1.0
    if after.goodput >= before.goodput * (1 + ratio) / 2:
        return True
    return cleared(before, after)


def cleared(before: Window, after: Window) -> bool:
    """Says whether so much less is pushed back after a step down that it is no chance.

    What has not come back yet counts as if it had gone well before it: that makes the verdict a safe one.
    """
    asked, answered = max(before.sent, before.counted), after.counted
    share = (before.pushed + after.pushed) / (asked + answered)
    spread = math.sqrt(share * (1 - share) * (1 / asked + 1 / answered))
    return before.pushed / asked - after.share > _UNLIKELY * spread > 0


def was_worth_it(before: Window, after: Window) -> bool:
    """Says whether a step up brought useful answers."""
    ratio = after.occupancy / before.occupancy if before.occupancy else 1.0
    return after.goodput >= before.goodput * (1 + _WORTH * (ratio - 1))


def is_late(before: Window, after: Window) -> bool:
    """Says whether answers take much longer than they did, and no more of them come for it."""
    longer = 0 < before.latency * _SLOWER < after.latency
    return longer and after.occupancy > _NO_FEWER * before.occupancy and after.goodput < before.goodput
