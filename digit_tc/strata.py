"""Strata: which conversations show something else than a task that goes well, by quota.

Each conversation belongs to one stratum. Which one depends on its index and the seed alone, and the quotas are met in
every stretch of a run (`digit_tc.quotas`).
"""

from collections.abc import Mapping
from typing import Literal, get_args

from digit_tc.quotas import GOLDEN, Quotas

StopReason = Literal["done", "not_possible", "changed_mind"]
"""Why a user stops: what was wanted last is done, cannot be done, or is no longer wanted."""
Stratum = Literal[
    "plain",
    "missing_parameter",
    "missing_tool",
    "irrelevant",
    "change_of_mind",
    "error_hint",
    "tool_fault",
    "near_names",
    "several_tasks",
    "long_context",
]
STRATA: tuple[Stratum, ...] = get_args(Stratum)
TurnKind = Literal[
    "task",
    "question",
    "answer",
    "instead",
    "unserved",
    "served",
    "off_topic",
    "correction",
    "closing",
]
"""What a turn is: a task is asked for, carried out and reported, the others are not quite that.

question    a required value is left out, and the assistant asks for it
answer      the user gives it, and what was wanted is done
instead     the user drops what the assistant asked back about, and wants something else
unserved    the tool that it takes is not at hand, and the assistant says so
served      the tool has come, and what was wanted is done
off_topic   the user wants something that none of the tools is for, and the assistant says so
correction  the user takes back or changes what was just done
closing     the user says goodbye, and why they stop is said beside it
"""
CALLLESS: tuple[TurnKind, ...] = ("question", "unserved", "off_topic", "closing")
"""The kinds of turns in which nothing is called."""
HELD: tuple[TurnKind, ...] = ("answer", "served")
"""The kinds of turns in which is done what was wanted in the turn before."""
DEFAULT_MIX: Mapping[Stratum, float] = {
    "missing_parameter": 7,
    "missing_tool": 5,
    "irrelevant": 4,
    "change_of_mind": 5,
    "error_hint": 6,
    "tool_fault": 4,
    "near_names": 4,
    "several_tasks": 3,
    "long_context": 2,
}
"""Percent of the conversations where nothing is said; the other 60 are plain."""


def stratum_of(index: int, seed: int, quotas: Mapping[Stratum, float]) -> Stratum:
    """Returns the stratum of a conversation.

    Args:
        index: Which conversation of the run it is, from 0.
        seed: The seed of the run.
        quotas: Percent of the conversations, by stratum; what they leave is plain.
    """
    shares: dict[Stratum, float] = {stratum: quotas.get(stratum, 0.0) for stratum in STRATA if stratum != "plain"}
    shares["plain"] = max(0.0, 100 - sum(shares.values()))
    return Quotas("strata", GOLDEN, list(shares.items())).kind(index, seed)
