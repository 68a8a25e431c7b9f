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


def plan_faults(rate: float, streams: Streams, calls: int = CALLS) -> dict[str, Fault]:
    """Draws which calls fail, each from a stream of its own.

    Args:
        rate: The share of calls that fail, from 0 to 1.
        streams: Where the draws come from.
        calls: How many calls are planned for.

    Returns:
        The faults by the number of the call, from 0, as text.
    """
    drawn = ((number, streams.of("fault", number)) for number in range(calls if rate > 0 else 0))
    found = {str(number): stream.choice(_KINDS) for number, stream in drawn if stream.chance(rate)}
    return {number: Fault(code=code, message=message) for number, (code, message) in found.items()}
