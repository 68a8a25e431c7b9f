"""Tools around some others: those that they exchange values with, then those that they are related to."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from digit_tc.errors import SamplingError
from digit_tc.sampling.permutation import Permutation
from digit_tc.sampling.sampler import Wanted, WorkingSet
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow

_RELATED = 2
"""Related tools among which is drawn, for each tool that is wanted."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Draws a tool and its neighbourhood, in its own namespace where that has enough (DiGiT-TC, section 3)."""

    def __call__(self, flow: Dataflow, wanted: Wanted, /) -> WorkingSet:
        """Needs nothing but tools."""
        return WorkingSet(grown(flow, [start(flow, wanted.stream)], wanted))


def start(flow: Dataflow, stream: Stream) -> str:
    """Draws a tool.

    Raises:
        SamplingError: There are none.
    """
    if not flow.names:
        raise SamplingError("needs tools, and there are none")
    return stream.choice(flow.names)


def anywhere(flow: Dataflow, stream: Stream) -> Iterator[str]:
    """Yields every tool once, in a drawn order."""
    return iter(Permutation.drawn(flow.names, stream)) if flow.names else iter(())


def namespace(flow: Dataflow, name: str) -> str:
    """Returns the namespace of a tool, without bringing the tool in."""
    return flow.catalogue.heads[flow.catalogue.place(name)].namespace


def consumers(flow: Dataflow, name: str) -> list[str]:
    """Returns the tools of its namespace that a tool can feed."""
    return _beside(flow, name, [edge.consumer for edge in flow.fed(name)])


def producers(flow: Dataflow, name: str) -> list[str]:
    """Returns the tools of its namespace that can feed a tool."""
    return _beside(flow, name, [edge.producer for edge in flow.feeding(name)])


def _beside(flow: Dataflow, name: str, others: list[str]) -> list[str]:
    space = namespace(flow, name)
    return [other for other in dict.fromkeys(others) if other != name and namespace(flow, other) == space]


def grown(flow: Dataflow, core: Sequence[str], wanted: Wanted, without: Collection[str] = ()) -> list[str]:
    """Adds tools to a core, those nearest to it first, until there are as many as are wanted.

    First come those of the core's namespaces: what exchanges values, what is related, then any. Other namespaces follow
    only where there are still fewer than the least.

    Args:
        flow: The dataflow of the whole catalogue.
        core: At least one tool.
        wanted: How many there are to be.
        without: Tools that are not to be added.
    """
    spaces = list(dict.fromkeys(namespace(flow, name) for name in core))
    beside = [name for space in spaces for name in flow.catalogue.beside(space) if name not in without]
    chosen = dict.fromkeys(core)
    if len(beside) <= wanted.size:
        chosen |= dict.fromkeys(beside)
    else:
        _take(chosen, _exchanging(flow, core, without, wanted), wanted.size)
        _take(chosen, _related(flow, core[0], set(beside), wanted), wanted.size)
        _take(chosen, Permutation.drawn(beside, wanted.stream), wanted.size)
    if len(chosen) < wanted.least:
        others = (name for name in anywhere(flow, wanted.stream) if name not in without)
        _take(chosen, others, wanted.least)
    return list(chosen)


def _take(chosen: dict[str, None], names: Iterator[str] | Permutation[str], most: int) -> None:
    """Adds names one by one while there is room."""
    if len(chosen) < most:
        fresh = (name for name in names if name not in chosen)
        chosen.update(dict.fromkeys(islice(fresh, most - len(chosen))))


def _exchanging(flow: Dataflow, core: Sequence[str], without: Collection[str], wanted: Wanted) -> Iterator[str]:
    """Yields what exchanges values with the core, directly or over others, the nearest first."""
    frontier, seen = list(core), {*core, *without}
    for name in frontier:
        near = dict.fromkeys([*producers(flow, name), *consumers(flow, name)])
        fresh = wanted.stream.shuffled([other for other in near if other not in seen])
        seen.update(fresh)
        frontier += fresh
        yield from fresh


def _related(flow: Dataflow, name: str, beside: Collection[str], wanted: Wanted) -> Iterator[str]:
    """Yields, in a drawn order, tools that have something in common with one."""
    related = [one.name for one in flow.relatedness.neighbours(name, _RELATED * wanted.size)]
    yield from wanted.stream.shuffled([other for other in related if other in beside])
