"""What plans are to be like: how many calls, how deep, how connected, and how much of them stays unspoken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from digit_tc.streams import Stream

LENGTHS: Mapping[int, float] = MappingProxyType({1: 10, 2: 40, 3: 32, 4: 18})
DEPTHS: Mapping[int, float] = MappingProxyType({1: 20, 2: 55, 3: 20, 4: 5})
IMPLICIT = 0.6


@dataclass(frozen=True, slots=True)
class Aim:
    """What one plan is to be like."""

    length: int
    """Calls."""
    depth: int
    """Calls along the longest chain of references."""


@dataclass(frozen=True, slots=True)
class PlanTarget:
    """What the plans of a run are to be like (DiGiT-TC, plan generation)."""

    max_calls: int = 4
    """Calls of a turn at most."""
    lengths: Mapping[int, float] = field(default_factory=lambda: LENGTHS)
    """Weights of the numbers of calls; what is above `max_calls` counts as that."""
    depths: Mapping[int, float] = field(default_factory=lambda: DEPTHS)
    """Weights of the depths; what is above the number of calls counts as that."""
    connected: bool = True
    """Whether only calls are kept that references connect, over the conversation so far as well."""
    substantial: bool = True
    """Whether plans are avoided whose calls have next to no values of their own; see `substantial`."""
    implicit: float = IMPLICIT
    """Share that stays unspoken of the look-ups that another call depends on."""

    def aim(self, stream: Stream) -> Aim:
        """Draws what the next plan is to be like."""
        length = min(self.max_calls, stream.weighted(list(self.lengths.items())))
        return Aim(length, min(length, stream.weighted(list(self.depths.items()))))
