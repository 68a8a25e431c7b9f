"""The settings of planning."""

from typing import Annotated

from pydantic import Field, field_validator

from digit_tc.planning.target import BRANCHES, DEPTHS, IMPLICIT, LENGTHS, PlanTarget
from digit_tc.section import Section

RETRIES = {"offline": 6, "llm": 2, "hybrid": 2}
"""How often a role may be sent back in a turn, by role set: a model's further candidates are tries of their own."""

Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class PlanSettings(Section):
    """What plans are like: calls in a turn, repeats of one role in a turn."""

    max_calls: int = Field(default=4, ge=1)
    lengths: dict[int, Weight] = Field(default_factory=lambda: dict(LENGTHS))
    """Weights of the numbers of calls in a turn."""
    depths: dict[int, Weight] = Field(default_factory=lambda: dict(DEPTHS))
    """Weights of the numbers of calls along the longest chain of references in a turn."""
    connected: bool = True
    """Whether the calls of a turn must be connected by references, over earlier turns as well."""
    substantial: bool = True
    """Whether turns are avoided whose calls have next to no values of their own."""
    branches: float = Field(default=BRANCHES, ge=0, le=1)
    """Share that makes a write depend on what a look-up shows, of the plans that could."""
    implicit: float = Field(default=IMPLICIT, ge=0, le=1)
    """Share that stays unspoken of the look-ups that another call depends on."""
    retries: int | None = Field(default=None, ge=0)
    """None is `RETRIES` of the role set."""

    @field_validator("lengths", "depths")
    @classmethod
    def _some_weight(cls, value: dict[int, float]) -> dict[int, float]:
        if min(value, default=0) < 1 or not any(value.values()):
            raise ValueError("must give weights to whole numbers from 1 up, for example {1 = 1, 2 = 3}")
        return dict(sorted(value.items()))

    @property
    def target(self) -> PlanTarget:
        """What the plans are to be like."""
        return PlanTarget(**self.model_dump(exclude={"retries"}))
