"""Planned faults: which calls of a conversation fail for no fault of theirs, decided before any call is made."""

from digit_tc.state import Fault
from digit_tc.streams import Streams

CALLS = 64
"""For how many calls faults are planned; longer conversations go on without."""
_KINDS = (
    ("timeout", "the service did not answer in time; try again"),
    ("unavailable", "the service is temporarily unavailable; try again in a moment"),
    ("rate_limited", "too many requests; try again in a moment"),
)


class Faults:
    """The planned faults of a conversation of any length: which calls fail depends on seed and number alone."""

    def __init__(self, rate: float, streams: Streams) -> None:
        self._rate, self._streams = rate, streams

    def of(self, number: int, *, surely: bool = False) -> Fault | None:
        """Returns the fault of a call, counted from 0; None where it is answered."""
        stream = self._streams.of("fault", number)
        if not stream.chance(self._rate) and not surely:
            return None
        code, message = stream.choice(_KINDS)
        return Fault(code=code, message=message)


def plan_faults(rate: float, streams: Streams, calls: int = CALLS, *, surely: int | None = None) -> dict[str, Fault]:
    """Draws which calls fail, each from a stream of its own.

    Args:
        rate: The share of calls that fail, from 0 to 1.
        streams: Where the draws come from.
        calls: How many calls are planned for.
        surely: A call that fails whatever the rate, by its number from 0.

    Returns:
        The faults by the number of the call, from 0, as text.
    """
    faults = Faults(rate, streams)
    drawn = ((str(number), faults.of(number, surely=number == surely)) for number in range(calls))
    return {number: fault for number, fault in drawn if fault is not None}
