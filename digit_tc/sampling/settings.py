"""The settings of sampling, and the samplers that have a name."""

import difflib
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from digit_tc.ranges import as_range, bounds
from digit_tc.section import Section

SAMPLERS: Mapping[str, str] = {
    "neighbour": "digit_tc.sampling.neighbourhood:Neighbour",
    "chain": "digit_tc.sampling.shapes:Chain",
    "fan-in": "digit_tc.sampling.shapes:FanIn",
    "fan-out": "digit_tc.sampling.shapes:FanOut",
    "dag": "digit_tc.sampling.shapes:Dag",
    "namespace": "digit_tc.sampling.spread:Namespace",
    "balanced": "digit_tc.sampling.spread:Balanced",
    "power-law": "digit_tc.sampling.spread:PowerLaw",
    "random": "digit_tc.sampling.spread:Random",
    "distractors": "digit_tc.sampling.distractors:Distractors",
    "near-names": "digit_tc.sampling.distractors:NearNames",
}
"""The import strings of the samplers that have a name."""

DEFAULT_MIX: Mapping[str, float] = {
    "neighbour": 20, "chain": 15, "fan-in": 10, "fan-out": 10, "dag": 10, "namespace": 8, "balanced": 10,
    "power-law": 5, "random": 2, "distractors": 5, "near-names": 5,
}  # fmt: skip
"""The mix where none is given, in percent; what the catalogue cannot serve is left out."""

Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class SamplingSettings(Section):
    """How many tools a conversation has at hand, and which samplers draw them."""

    size: str = "8-15"
    """Fewest and most tools, as MIN-MAX, or one number for both."""
    mix: dict[str, Weight] = Field(default_factory=lambda: dict(DEFAULT_MIX))
    """Weights by the name of a sampler or by an import string."""
    knobs: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Knobs of samplers, by the same names."""

    @field_validator("size", mode="before")
    @classmethod
    def _size_is_a_range(cls, value: Any) -> str:
        return as_range(value, "8-15")

    @field_validator("mix")
    @classmethod
    def _mix_draws_something(cls, value: dict[str, float]) -> dict[str, float]:
        for name in value:
            _require_known(name)
        if not sum(value.values()):
            raise ValueError("must have a weight above 0; leave the table out for the default mix")
        return value

    @model_validator(mode="after")
    def _knobs_turn_something(self) -> "SamplingSettings":
        for name in self.knobs:
            _require_known(name)
            if not self.mix.get(name):
                raise ValueError(f"must have knobs of samplers of the mix alone; give {name} a weight in it")
        return self

    @property
    def sizes(self) -> tuple[int, int]:
        """Fewest and most tools of a conversation."""
        return bounds(self.size)

    @property
    def weights(self) -> dict[str, float]:
        """The weights above 0, in the order of their names, so that the order of a file does not count."""
        return {name: weight for name, weight in sorted(self.mix.items()) if weight}

    @property
    def chosen(self) -> bool:
        """Whether the mix was given, and is not the default one."""
        return "mix" in self.model_fields_set


def _require_known(name: str) -> None:
    if name in SAMPLERS or ":" in name:
        return
    close = difflib.get_close_matches(name, SAMPLERS, n=1)
    known = f"there are {', '.join(SAMPLERS)}, and one of your own is given as module:Name"
    raise ValueError(f"must name samplers, and {name!r} is none; {f'did you mean {close[0]!r}?' if close else known}")
