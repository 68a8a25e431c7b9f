"""Strata: which conversations show something else than a task that goes well, by quota.

Each conversation belongs to one stratum. Which one depends on its index and the seed alone, and the quotas are met in
every stretch of a run (`digit_tc.quotas`).
"""

from collections.abc import Mapping
from typing import Literal, get_args

from digit_tc.quotas import GOLDEN, Quotas

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
