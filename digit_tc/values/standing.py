"""How things stand: the members of a status that leave something to be done, and those at which all is over."""

from collections.abc import Sequence
from typing import Any

from digit_tc.streams import Stream
from digit_tc.tools.names import words

_ENDED = ("cancel", "expir", "clos", "complet", "deliver", "return", "refus", "fail", "archiv", "inactiv",
          "delet", "declin",
          "reject", "overdue", "used", "block", "frozen", "discontinu", "suspend", "revok", "out")  # fmt: skip


def likely(options: list[Any], stream: Stream, needed: Sequence[str] = ()) -> Any:
    """Draws a status for something that was never met: mostly one with which something can still be done.

    Args:
        options: The members of the status.
        stream: Where the draw comes from.
        needed: Statuses that the tools at hand need, as words: a delivered order can be returned.
    """
    named = [one for one in options if isinstance(one, str)]
    wanted = [one for one in named if words(one) in [(word,) for word in needed]]
    live = wanted or [one for one in named if not _ended(one)]
    return stream.choice(live) if live and stream.chance(0.9) else stream.choice(options)


def _ended(status: str) -> bool:
    return any(part.startswith(_ENDED) for part in words(status))
