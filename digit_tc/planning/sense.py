"""Which call makes sense after which, in one request."""

from functools import lru_cache

from digit_tc.tools.meaning import Understood
from digit_tc.tools.names import words
from digit_tc.world.effects import effect_of

_ABSURD = {("create", "delete"), ("update", "delete"), ("delete", "read"), ("delete", "update"), ("delete", "delete"),
           ("delete", "create")}  # fmt: skip
_DULL = {("create", "read"), ("update", "read"), ("create", "update"), ("update", "update"), ("read", "read")}
"""Pairs that nobody asks for in one breath: what was just written need not be read or written again."""
_LATER = {"return", "refund", "review", "exchange", "rate", "complaint", "feedback", "reschedule", "refill", "renew"}
"""What nobody does to a thing in the request that makes it."""
_OVER = {"close", "resolve", "complete", "cancel", "archive", "finish"}
"""After these, nothing more is done to a thing."""


@lru_cache(maxsize=4096)
def sense(first: Understood, second: Understood) -> float:
    """Weighs one call following another in one turn, from 0 (never) to 2 (a look-up and then what it was for)."""
    same = effect_of(first).entity == effect_of(second).entity
    if first.action == "delete" or (same and (first.action, second.action) in _ABSURD):
        return 0
    if _at_hand(first, second) or (same and set(words(first.tool.name)) & _OVER):
        return 0
    if first.action in ("create", "update") and set(words(second.tool.name)) & _LATER:
        return 0
    if same and (first.action, second.action) in _DULL:
        return 0
    if first.action == "update" and second.action in ("create", "update"):
        return 0.1
    return 2 if first.action in ("search", "read") else 1


def _at_hand(first: Understood, second: Understood) -> bool:
    """Says whether the second call looks up the id of what the first one is about."""
    outputs = second.outputs
    return bool(outputs) and outputs[0].path == () and second.yields[()].entity == effect_of(first).entity
