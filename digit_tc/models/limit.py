"""How many requests one server can take at once, found out from how it answers.

The limit doubles from a few until the server pushes back or gives nothing more for it, then grows in small steps and
shrinks by a part (additive increase, multiplicative decrease: Chiu and Jain 1989; slow start: Jacobson 1988). What is
told from each answer is kept in windows of about as many requests as run at once, and every change of the limit is an
experiment whose window is compared with the one before it:

- After a step up, the useful answers per second must rise by a part of what the step allowed. A server that works in
  batches gets slower with each request and still gives more; one that lets them queue only gets slower.
- After a step down because of push-back, either the share of push-back has fallen or the useful answers per second
  have not: then it was load, and the limit stays down. Else the server fails so often whatever is asked of it: that
  share is its normal one from then on, and the limit goes back up. Now and then it is tested anew.
"""

import math
from dataclasses import dataclass, field, replace

from digit_tc.models.window import MOST_NORMAL, Normal, Verdict, Window, cleared, is_late, was_load, was_worth_it

START = 16
"""Requests at once that a server is first given."""
LONGEST_PAUSE = 120.0
"""Seconds for which a server is left alone at most because it says so."""

_BACK = 0.7
"""Part of the limit that a step down leaves."""
_BELOW = 0.95
"""Part of a limit that proved too high where the next climb rests."""
_SPAN = 1.5
"""How far small steps go before they are judged together: what one alone changes is lost in noise."""
_FEW = 24
"""Requests in a window at least, once it decides more than a doubling."""
_SLOWING = 1.3
"""From how many times the seconds on a doubling is looked at more closely."""
_TESTED = 32
"""Windows after which a normal share is tested for the first time; each test that confirms it doubles them."""
_LONGEST_TESTED = 1024
_LONGEST_REST = 16
"""Windows that the limit stays at most where the last climb ended in vain."""


@dataclass(slots=True)
class _Trial:
    """A step down that is still to be judged."""

    origin: float
    """The limit before it, and before those steps down that led to it."""
    before: Window
    whole: bool
    """Whether the window before it is long enough to compare with."""
    rising: bool
    """Whether the limit was doubling."""
    late: bool = False
    """Whether it was late answers that gave rise to it."""
    known: Normal = field(default_factory=Normal)
    """The normal share, where it is that which is tested."""


class Limit:
    """The limit of one server. It knows no clock: all times are seconds of one that never goes back.

    Args:
        cap: Requests at once at most; None for as many as there are.
    """

    def __init__(self, cap: int | None = None) -> None:
        self._cap = math.inf if cap is None else max(1, cap)
        self._exact = float(min(START, self._cap))
        self._rising = True
        self._ceiling = math.inf
        self._normal = Normal()
        self._untested, self._test = 0, _TESTED
        self._rest, self._next_rest, self._stride = 0, 0, 1.0
        self._anchor: Window | None = None
        self._trial: _Trial | None = None
        self._number = 0
        self._at: float | None = None
        self._window = Window(self.value, 0)
        self.paused_until = -math.inf
        """When the server may be asked again."""
        self.in_flight = 0
        self.pushed = 0
        """Push-backs in all."""

    @property
    def value(self) -> int:
        """Requests that may run at once."""
        return max(1, int(self._exact))

    @property
    def normal(self) -> float:
        """The share of requests that the server fails whatever its load."""
        return self._normal.share

    def free(self, now: float) -> bool:
        """Says whether another request may go out."""
        return self.in_flight < self.value and now >= self.paused_until

    def waited(self, now: float) -> None:
        """Is told that a request has to wait."""
        self._window.full |= now >= self.paused_until

    def begun(self, now: float) -> int:
        """Is told that a request goes out, and returns its number."""
        self._advance(now)
        self.in_flight += 1
        self._window.sent += 1
        self._number += 1
        return self._number - 1

    def ended(self, number: int, now: float, verdict: Verdict, seconds: float, pause: float = 0.0) -> None:
        """Is told what came of a request.

        Args:
            number: Which one.
            now: The time.
            verdict: How it went.
            seconds: How long it took.
            pause: For how many seconds the server says that it wants to be left alone.
        """
        self._advance(now)
        self.in_flight -= 1
        window = self._window
        if number >= window.first:
            setattr(window, verdict, getattr(window, verdict) + 1)
            window.seconds += seconds
            window.good_seconds += seconds if verdict == "good" else 0.0
        self.pushed += verdict == "pushed"
        if verdict == "pushed" and pause > 0 and not self._explained(window):
            self.paused_until = max(self.paused_until, now + min(pause, LONGEST_PAUSE))
        seen = max(window.sent, window.counted)
        if verdict == "pushed" and window.flooded and not self._expected.explains(window.pushed, seen):
            self._retreat()
        elif window.counted >= self._needed or window.lost:
            self._close()

    def dropped(self, now: float) -> None:
        """Is told that nobody waits any more for a request: it tells nothing."""
        self._advance(now)
        self.in_flight -= 1

    def _advance(self, now: float) -> None:
        since = now if self._at is None else max(self._at, self.paused_until)
        if now > since:
            self._window.held += self.in_flight * (now - since)
            self._window.elapsed += now - since
        self._at = now

    def _explained(self, window: Window) -> bool:
        known = self._trial.known if self._trial and self._trial.known.share else self._normal
        seen = max(window.sent, window.counted)
        return known.share > 0 and (seen < _FEW or known.explains(window.pushed, seen)) and not window.flooded

    @property
    def _expected(self) -> Normal:
        before = Normal.of(self._trial.before) if self._trial else self._normal
        return max(self._normal, before, key=lambda normal: normal.share)

    @property
    def _needed(self) -> int:
        anchor, window = self._anchor, self._window
        slowing = anchor is not None and window.latency > _SLOWING * anchor.latency
        doubling = self._rising and self._trial is None and not slowing and self.value < self._cap
        return -(-self.value // 2) if doubling else self._whole

    @property
    def _whole(self) -> int:
        return max(_FEW, 2 * self.value)

    def _open(self) -> None:
        # Those that went out under the same limit count on: of those that follow, the quick ones come back first.
        same = self._window.limit == self.value
        first, sent = (self._window.first, self.in_flight) if same else (self._number, 0)
        self._window = Window(self.value, first, sent)

    def _retreat(self) -> None:
        """Steps down at once: the server pushes back more than it is known to."""
        window, trial = self._window, self._trial
        if self.value == 1 and not window.good:
            self._start_over()
            return
        whole = window.counted >= self._needed
        if trial is None:
            self._trial = _Trial(self._exact, window, whole, self._rising)
        else:
            trial.before, trial.whole = window, whole
        self._step_down()

    def _step_down(self) -> None:
        most = max(self._window.occupancy, 1.0)  # where fewer ran than might, the limit was not what bounded them
        self._exact = max(1.0, min(self._exact, most if self._window.counted >= self._needed else math.inf) * _BACK)
        self._open()

    def _close(self) -> None:
        window = self._window
        if self._trial is not None:
            self._judge(self._trial, window)
        elif not self._normal.explains(window.pushed, window.counted):
            if self.value == 1 and not window.good:
                self._start_over()
            elif window.counted >= self._whole:  # till then nobody knows what it would be compared with
                self._retreat()
        else:
            self._consider(window)

    def _judge(self, trial: _Trial, window: Window) -> None:
        """Decides after a step down whether it was load."""
        excess = not trial.late and not self._normal.explains(window.pushed, window.counted)
        if excess and self.value == 1:
            if window.good and window.share <= MOST_NORMAL:
                self._normal = Normal.of(window)  # with one request at a time, what is left is not load of ours
            self._start_over()
        elif excess and (not trial.whole or was_load(trial.before, window)):
            trial.before, trial.whole = window, True
            self._step_down()
        elif not trial.whole and not cleared(trial.before, window):
            self._look_again(trial)
        elif was_load(trial.before, window):
            if trial.late and self.value > 1:
                trial.origin, trial.before = self._exact, window  # perhaps even fewer give as much
                self._step_down()
            else:
                self._settle(trial, window, load=True)
        else:
            if not trial.late:
                self._normal = Normal.of(trial.before, window)
                self._test = min(2 * self._test, _LONGEST_TESTED) if trial.known.share else _TESTED
            self._settle(trial, window, load=False)

    def _start_over(self) -> None:
        """Asks one at a time, and doubles again as soon as there is an answer: what was known holds no more."""
        self._trial, self._anchor, self._rising, self._ceiling, self._exact = None, None, True, math.inf, 1.0
        self._open()

    def _look_again(self, trial: _Trial) -> None:
        """Goes back to where too little was seen to compare with, and sees more of it."""
        self._trial, self._exact, self._rising = None, trial.origin, trial.rising
        self._window = replace(trial.before, first=self._number)

    def _settle(self, trial: _Trial, window: Window, *, load: bool) -> None:
        self._trial, self._untested = None, 0
        if load:
            below = min(trial.origin - 1, trial.origin * _BELOW)
            self._ceiling, self._rising, self._anchor = max(self._exact, below), False, window
            if not trial.late:  # where a few were too many, the server can take nearly as many
                self._exact = max(self._exact, min(below, trial.origin * (1 - 2 * trial.before.share)))
            self._tire()
        else:
            self._exact, self._rising = trial.origin, trial.rising
            self._anchor = trial.before if trial.late else None
        self._open()

    def _consider(self, window: Window) -> None:
        """Decides on the next step while nothing is wrong."""
        anchor = self._anchor
        if window.full and self._doubted(window) and window.counted < self._whole:
            return  # a little more may show that it was worth it
        self._untested += 1
        self._normal = self._normal.seen(window)
        if self._normal.share and self._untested >= self._test:
            self._trial = _Trial(self._exact, window, True, self._rising, known=self._normal)
            self._normal = Normal()
            self._step_down()
        elif anchor is not None and self.value > 1 and is_late(anchor, window):
            self._trial = _Trial(self._exact, window, True, self._rising, late=True)
            self._step_down()
        else:
            if window.full:
                self._climb(window)
            self._open()

    def _doubted(self, window: Window) -> bool:
        """Says whether the steps up since the last one that was judged look as if they brought nothing."""
        anchor = self._anchor
        far = anchor is not None and window.occupancy >= _SPAN * anchor.occupancy
        return anchor is not None and far and not was_worth_it(anchor, window)

    def _climb(self, window: Window) -> None:
        anchor = self._anchor
        if anchor is not None and self._doubted(window):
            self._exact = self._ceiling = float(anchor.limit)
            self._anchor, self._rising = None, False
            self._tire()
            return
        if anchor is None or not anchor.occupancy <= window.occupancy < _SPAN * anchor.occupancy:
            self._anchor = window
        if self._exact >= self._ceiling:
            if self._rest:
                self._rest -= 1
                return
            self._ceiling = math.inf
        elif self._ceiling == math.inf:
            self._next_rest = 0
        self._exact = min(self._cap, self._exact + self._step())

    def _tire(self) -> None:
        """Stays longer the next time where a climb ended, as it was in vain once more."""
        self._rest, self._next_rest = self._next_rest, min(2 * self._next_rest + 1, _LONGEST_REST)
        self._stride = self._exact / 16

    def _step(self) -> float:
        if self._rising:
            return self._exact
        if self._ceiling == math.inf:
            self._stride = min(2 * self._stride, self._exact / 2)
            return max(1.0, self._stride)
        return min(self._ceiling - self._exact, max(1.0, (self._ceiling - self._exact) / 2))
