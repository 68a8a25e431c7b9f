"""How things stand: the members of a status that leave something to be done, and those at which all is over."""

from typing import Any

from digit_tc.streams import Stream
from digit_tc.tools.names import words

_ENDED = ("cancel", "expir", "clos", "complet", "deliver", "return", "refus", "fail", "archiv", "inactiv",
          "delet", "declin",
          "reject", "overdue", "used", "block", "frozen", "discontinu", "suspend", "revok", "out")  # fmt: skip


def likely(options: list[Any], stream: Stream) -> Any:
    """Draws a status for something that was never met: mostly one with which something can still be done."""
    live = [one for one in options if isinstance(one, str) and not any(part.startswith(_ENDED) for part in words(one))]
    return stream.choice(live) if live and stream.chance(0.9) else stream.choice(options)
