"""When a request is made again: what may pass, and how long to wait for it."""

import random
import time
from collections.abc import Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime

from digit_tc.models.limit import LONGEST_PAUSE

SPENT = "insufficient_quota"
"""The code of a refusal that no waiting helps against."""
PASSING = frozenset({408, 409, 425, 429})
"""Refusals that may pass, besides those of a server that fails."""

_FIRST = 0.5
"""Seconds before the second attempt; twice as long before each further one."""
_LONGEST = 8.0
_SPREAD = 0.25
"""Part of a wait that is left to chance, so that what failed together does not come back together."""
LONGEST_WAIT = LONGEST_PAUSE * (1 + _SPREAD / 10)
"""Seconds between two attempts at most."""
_NEVER = 501
"""The server does not know what is asked for, and will not know it later."""


def may_pass(status: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Says whether the same request may go well later; a server that says so itself is believed."""
    told = headers.get("x-should-retry", "").lower()
    if told in ("true", "false"):
        return told == "true"
    return (status in PASSING or is_failure(status)) and not is_spent(status, body)


def is_push_back(status: int, body: bytes) -> bool:
    """Says whether an answer tells that a server has too much to do, or too little to do it with."""
    return (status in (408, 425, 429) or is_failure(status)) and not is_spent(status, body)


def is_failure(status: int) -> bool:
    """Says whether a server failed at what it knows to do."""
    return status >= 500 and status != _NEVER


def is_spent(status: int, body: bytes) -> bool:
    """Says whether a quota is used up."""
    return status == 429 and SPENT.encode() in body


def asked_pause(headers: Mapping[str, str]) -> float:
    """Returns for how many seconds a server asks to be left alone, at most `LONGEST_PAUSE`; 0 where it does not.

    It says so in milliseconds (`retry-after-ms`), in seconds, or with the date until when (RFC 9110, section 10.2.3).
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        with suppress(ValueError):
            seconds = float(headers.get(name, "")) * unit
            if seconds > 0:
                return min(seconds, LONGEST_PAUSE)
    with suppress(ValueError, TypeError, OverflowError):
        until = parsedate_to_datetime(headers.get("retry-after", "")).timestamp()
        return min(max(until - time.time(), 0.0), LONGEST_PAUSE)
    return 0.0


def wait_before(attempt: int, pause: float = 0.0) -> float:
    """Returns the seconds to wait before an attempt, counted from 0.

    Args:
        attempt: Which one; the first does not wait.
        pause: Seconds for which the server asked to be left alone: it is never asked before.
    """
    wait = min(_FIRST * 2 ** (attempt - 1), _LONGEST)
    spread = random.random() * _SPREAD  # noqa: S311 - it moves a request in time and shapes nothing
    return pause * (1 + spread / 10) if pause else wait * (1 - spread)
