"""What an experiment came to, as it is saved: `experiment.json` in its folder.

A share is a number from 0 to 1. Intervals are two-sided, at 95 %; where nobody can tell one, both ends are None.
"""

import json
from pathlib import Path
from typing import Any, Literal

from digit_tc.engine.manifest import PROGRAM
from digit_tc.errors import OutputError
from digit_tc.experiment.intervals import Method
from digit_tc.records import Saved

NAME = "experiment.json"

Ending = Literal["running", "interrupted", "finished"]


class Share(Saved):
    """A share of the scenarios of one variant, with its interval (Wilson 1927)."""

    value: float
    low: float
    high: float


class Cost(Saved):
    """What one accepted conversation took, that which was rejected on the way included.

    The calls and tokens are those of the replies that were used, wherever they came from: what another variant had
    asked before costs as much here as if it had been asked again.
    """

    calls: float
    prompt_tokens: float
    completion_tokens: float
    dollars: float | None
    """None where nobody knows the price of a model."""


class VariantResult(Saved):
    """What one variant came to."""

    name: str
    folder: str
    """Below the folder of the experiment."""
    fingerprint: str
    ending: str
    """How its run ended, as its manifest says."""
    changed: dict[str, Any]
    """What of its settings differs from the baseline, with the values here; None for what is unset."""
    started: int
    accepted: int
    rejected: int
    failed: int
    acceptance: Share | None
    """None before anything has ended."""
    per_accepted: Cost | None
    """None where no role asked a model, or nothing was accepted."""
    asked: dict[str, Any]
    """What was asked of servers for this folder, as its manifest says: what was known already is not in it."""
    reasons: dict[str, int]
    """Conversations that were not accepted, by status and code."""
    checks: dict[str, int]
    """Conversations in which a check failed, at first or for good, by check."""
    statistics: dict[str, Any]
    """The figures of the accepted conversations (`digit_tc.statistics`)."""


class Difference(Saved):
    """How a variant differs from the baseline in one figure, over the scenarios that both have."""

    variant: str
    figure: str
    """A key of `digit_tc.experiment.figures.FIGURES`, or a check."""
    pairs: int
    """Scenarios that were compared."""
    parted: int
    """Those of them in which the two differ."""
    before: float | None
    """The figure of the baseline over these scenarios; None where there is nothing to divide by."""
    after: float | None
    """That of the variant."""
    difference: float | None
    """After minus before."""
    low: float | None
    high: float | None
    method: Method | None
    """How the interval was worked out; None where there is none."""

    @property
    def clear(self) -> bool:
        """Whether the interval lies on one side of zero."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


class Results(Saved):
    """Everything that an experiment came to."""

    program: str = PROGRAM
    status: Ending
    file: str
    """The name of the file that says what is compared."""
    baseline: str
    variants: tuple[VariantResult, ...] = ()
    """The baseline first."""
    differences: tuple[Difference, ...] = ()
    """By variant, in the order of the figures."""
    checks: tuple[Difference, ...] = ()
    """Shares of the conversations in which a check failed."""

    def write(self, out: Path) -> None:
        """Replaces the file in a folder in one go.

        Raises:
            OutputError: It cannot be written.
        """
        partial = out / f"{NAME}.tmp"
        try:
            partial.write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")
            partial.replace(out / NAME)
        except OSError as error:
            raise OutputError(f"{out}: cannot be written to: {error.strerror}; run again to go on") from error


def require_experiment(out: Path) -> None:
    """Sees to it that a folder can be that of an experiment.

    Raises:
        OutputError: There is something else.
    """
    try:
        if not out.exists() or not any(entry.name != f"{NAME}.tmp" for entry in out.iterdir()):
            return
        found: Any = json.loads((out / NAME).read_text(encoding="utf-8"))
    except NotADirectoryError as error:
        raise OutputError(f"{out}: is not a folder; choose another one with --out") from error
    except FileNotFoundError as error:
        raise OutputError(f"{out}: is not empty and holds no experiment; choose another one with --out") from error
    except (OSError, ValueError) as error:
        raise OutputError(f"{out / NAME}: cannot be read; choose another folder with --out") from error
    if not isinstance(found, dict) or found.get("program") != PROGRAM:
        raise OutputError(f"{out / NAME}: was not written by digit-tc; choose another folder with --out")
