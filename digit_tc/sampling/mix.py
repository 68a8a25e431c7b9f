"""The mix of samplers of a run: which one draws the tools of which conversation."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from digit_tc.errors import SamplingError
from digit_tc.quotas import SILVER, Quotas
from digit_tc.sampling.neighbourhood import Neighbour
from digit_tc.sampling.sampler import Sampler, Wanted, WorkingSet, checked
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow


@dataclass(frozen=True)
class Sampling:
    """How the tools of one conversation are drawn."""

    name: str = "neighbour"
    sampler: Sampler = field(default_factory=Neighbour)
    sizes: tuple[int, int] = (8, 15)
    """Fewest and most tools."""
    number: int = 0
    """How many conversations before this one were drawn by the same sampler."""
    seed: int = 0
    """That of the run."""

    def draw(self, flow: Dataflow, stream: Stream) -> WorkingSet:
        """Draws the tools of the conversation, in the order of the catalogue.

        Raises:
            SamplingError: The sampler does not find what it needs.
        """
        low, high = self.sizes
        return self._drawn(flow, Wanted(low, stream.integer(low, high), stream, self.number, self.seed))

    def rehearse(self, flow: Dataflow) -> None:
        """Draws the smallest number of tools once, to see whether the catalogue has what the sampler needs.

        Raises:
            SamplingError: It has not.
        """
        low = self.sizes[0]
        self._drawn(flow, Wanted(low, low, Stream(self.seed, "sampling", "rehearsal"), self.number, self.seed))

    def _drawn(self, flow: Dataflow, wanted: Wanted) -> WorkingSet:
        try:
            return checked(self.sampler(flow, wanted), flow, wanted)
        except SamplingError as error:
            raise SamplingError(f"the sampler {self.name} {error}", found=error.found) from error


@dataclass(frozen=True)
class Mix:
    """Samplers with their weights, and why some of the default mix are not in it."""

    samplers: Mapping[str, Sampler]
    weights: Mapping[str, float]
    sizes: tuple[int, int]
    left_out: Mapping[str, str] = field(default_factory=dict)

    def of(self, index: int, seed: int) -> Sampling:
        """Returns how the tools of a conversation are drawn; its index in the run and the seed alone decide."""
        quotas = Quotas("sampling", SILVER, list(self.weights.items()))
        name = quotas.kind(index, seed)
        return Sampling(name, self.samplers[name], self.sizes, quotas.before(index, seed), seed)
