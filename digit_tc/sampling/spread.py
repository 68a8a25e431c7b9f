"""Samplers that decide how evenly the tools of a catalogue are drawn."""

from dataclasses import dataclass
from itertools import islice

from digit_tc.errors import SamplingError
from digit_tc.sampling.neighbourhood import anywhere, grown, start
from digit_tc.sampling.permutation import Permutation
from digit_tc.sampling.sampler import Wanted, WorkingSet
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow


@dataclass(frozen=True, slots=True)
class Random:
    """Draws any tools, each as likely as any other, whether they have to do with one another or not."""

    def __call__(self, flow: Dataflow, wanted: Wanted, /) -> WorkingSet:
        """Needs nothing but tools."""
        start(flow, wanted.stream)
        return WorkingSet(list(islice(anywhere(flow, wanted.stream), wanted.size)))


@dataclass(frozen=True, slots=True)
class Namespace:
    """Draws any tools of one namespace, each namespace as likely as any other; of more where one has too few."""

    def __call__(self, flow: Dataflow, wanted: Wanted, /) -> WorkingSet:
        """Needs two namespaces."""
        spaces = flow.catalogue.namespaces
        if len(spaces) < 2:
            raise SamplingError("needs tools of two namespaces, and there is one", found=flow.names[: wanted.size])
        tools: list[str] = []
        for space in Permutation.drawn(spaces, wanted.stream):
            if len(tools) >= wanted.least:
                break
            beside = Permutation.drawn(flow.catalogue.beside(space), wanted.stream)
            tools += islice(beside, wanted.size - len(tools))
        return WorkingSet(tools)


@dataclass(frozen=True, slots=True)
class Balanced:
    """Draws the tools first that this sampler has drawn least, then their neighbourhood.

    The tools are gone through in a drawn order, `fresh` of them for each conversation, and again in another order when
    all have had their turn. So every tool is drawn once before any has its second turn.
    """

    fresh: int = 3

    def __post_init__(self) -> None:
        if self.fresh < 1:
            raise ValueError("fresh must be at least 1")

    def __call__(self, flow: Dataflow, wanted: Wanted, /) -> WorkingSet:
        """Needs nothing but tools."""
        start(flow, wanted.stream)
        turns = range(wanted.number * self.fresh, (wanted.number + 1) * self.fresh)
        core = list(dict.fromkeys(_turn(flow, wanted.seed, turn) for turn in turns))
        return WorkingSet(grown(flow, core[: wanted.size], wanted))


def _turn(flow: Dataflow, seed: int, turn: int) -> str:
    """Returns the tool whose turn it is."""
    passed, rank = divmod(turn, len(flow.names))
    return Permutation.drawn(flow.names, Stream(seed, "sampling", "balanced", passed))[rank]


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """Draws a tool by a power law, and its neighbourhood: a few tools are met often, most of them rarely.

    Which tools are the popular ones depends on the seed of the run; the k-th is met in proportion to k**-exponent
    (a Pareto distribution in whole steps, as tools are used in the wild: Toucan, arXiv 2510.01179).
    """

    exponent: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.exponent <= 10:
            raise ValueError("exponent must be above 0 and at most 10")

    def __call__(self, flow: Dataflow, wanted: Wanted, /) -> WorkingSet:
        """Needs nothing but tools."""
        start(flow, wanted.stream)
        popular = Permutation.drawn(flow.names, Stream(wanted.seed, "sampling", "power-law"))
        centre = popular[self._rank(len(flow.names), wanted.stream.unit()) - 1]
        return WorkingSet(grown(flow, [centre], wanted))

    def _rank(self, count: int, mark: float) -> int:
        """Returns the rank, from 1 to count, below which a mark from 0 to 1 falls."""
        if self.exponent == 1:
            rank = (count + 1) ** mark
        else:
            bent = 1 - self.exponent
            rank = (1 + mark * ((count + 1) ** bent - 1)) ** (1 / bent)
        return min(count, int(rank))
