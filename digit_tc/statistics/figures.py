"""The figures of a dataset as they are saved: in the manifest of a run, and by `digit-tc stats --json`.

A share is a number from 0 to 1, rounded to four digits like every ratio; None where there is nothing to divide by.
`docs/statistics.md` says how each figure is worked out.
"""

from digit_tc.records import Saved


class TurnFigures(Saved):
    """What turns are like on average."""

    turns: int
    turns_with_calls: int
    calls: int
    """Planned calls: neither calls that were made to fail nor wrong ones that are not to be learned."""
    calls_per_turn: float | None
    """Per turn with calls."""
    steps: int
    words_per_request: float | None
    depth_mean: float | None
    """Calls in the longest chain in which each takes a value from the result of the one before, per turn with calls."""
    depth_max: int
    multi_step: float | None
    """Share of the turns with calls that have at least two."""
    true_multi_step: float | None
    """Share of the turns with calls in which a call takes a value from the result of another of the same turn."""
    implicit: float | None
    """Share of the calls that the request does not speak of."""
    hidden: float | None
    """The same as a share of those that it could do without: look-ups that another call depends on."""
    parallel: float | None
    """Share of the steps that make several calls together."""
    recovery: float | None
    """Share of the turns with calls in which a call fails and a later one succeeds."""


class Attempts(Saved):
    """Turns that were accepted as they were first made, beside those in which some role did its work again."""

    retried: float | None
    """Share of the turns that were made again."""
    first: TurnFigures
    again: TurnFigures


class Reach(Saved):
    """How much of the tools is used."""

    tools_offered: int
    """Tools that were at hand in some conversation."""
    tools_called: int
    edges: int
    """Different ways in which a value went from an output of a tool to an argument of one."""


class PlanFigures(Saved):
    """How many different plans the turns with calls have."""

    shapes: int
    """Different shapes: the calls of each step and which takes from which, whatever the tools."""
    plans: int
    """Different shapes together with the tools."""


class RequestFigures(Saved):
    """How much the requests differ from one another."""

    requests: int
    distinct_1: float | None
    """Different words per word of all requests."""
    distinct_2: float | None
    """Different pairs of neighbouring words per such pair."""
    self_bleu: float | None
    """Mean BLEU-4 of each sampled request against all others of the sample: 1 where all are alike."""
    sampled: int
    """Requests in that sample."""
    shared_frame: float | None
    """Share of the requests that are like another one once values and names are masked."""
    shared_sentence: float | None
    """Share of the requests of which a sentence, so masked, stands in another one."""


class Figures(Saved):
    """Everything that is measured of a dataset."""

    conversations: int
    turns_per_conversation: float | None
    all: TurnFigures
    calls_in_turn: dict[str, int]
    """How many turns have how many calls."""
    depths: dict[str, int]
    """How many turns with calls have which depth."""
    strata: dict[str, float]
    """Shares of the conversations."""
    provenance: dict[str, float]
    """Shares of the argument values of the planned calls by origin; `unknown` is a value that has none."""
    reach: Reach
    plans: PlanFigures
    requests: RequestFigures
    attempts: Attempts
    findings: dict[str, float]
    """Shares of the turns that a check warned of without refusing them, by check."""


def ratio(part: float, whole: float) -> float | None:
    """Returns how much of a whole a part is, rounded to four digits; None where there is no whole."""
    return round(part / whole, 4) if whole else None
