"""Samplers that see to it that the tools at hand can be called in a certain shape along the dataflow.

Each looks for the shape in a drawn order of the tools, so it finds one wherever there is one, and adds the
neighbourhood of what it found. An edge counts within a namespace.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from digit_tc.errors import SamplingError
from digit_tc.sampling.neighbourhood import anywhere, consumers, grown, producers
from digit_tc.sampling.sampler import Wanted, WorkingSet
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow, Edge

_EFFORT = 2_000
"""Paths from one tool that are looked at."""
_REACH = 40
"""Tools behind one tool among which a graph is looked for."""


def _around(flow: Dataflow, wanted: Wanted, found: Iterator[list[str]], size: int, needs: str) -> WorkingSet:
    """Returns the first find of a certain size with its neighbourhood.

    Raises:
        SamplingError: There is none, or no room for one; with the largest find.
    """
    if wanted.size < size:
        raise SamplingError(f"needs room for {size} tools, and the size leaves room for {wanted.size}")
    best: list[str] = []
    for core in found:
        best = max(best, core, key=len)
        if len(core) >= size:
            return WorkingSet(grown(flow, core, wanted))
    most = f"there is no more than {', '.join(best)}" if len(best) > 1 else "no tool here feeds another"
    raise SamplingError(f"needs {needs}, and {most}", found=best)


@dataclass(frozen=True, slots=True)
class Chain:
    """Draws tools in a row, each of which feeds the next, and their neighbourhood."""

    length: int = 3

    def __post_init__(self) -> None:
        if not 2 <= self.length <= 8:
            raise ValueError("length must be from 2 to 8")

    def __call__(self, flow: Dataflow, wanted: Wanted, /) -> WorkingSet:
        """Needs a chain of that length."""
        needs = f"{self.length} tools in a row, each of which feeds the next"
        found = (self._longest(flow, name, wanted.stream) for name in anywhere(flow, wanted.stream))
        return _around(flow, wanted, found, self.length, needs)

    def _longest(self, flow: Dataflow, name: str, stream: Stream) -> list[str]:
        paths = islice(_paths(flow, [name], self.length, stream), _EFFORT)
        best: list[str] = []
        for path in paths:
            best = max(best, path, key=len)
            if len(best) == self.length:
                break
        return best


def _paths(flow: Dataflow, path: list[str], most: int, stream: Stream) -> Iterator[list[str]]:
    """Yields a path and those that go on from it, in a drawn order, none through a tool twice."""
    yield path
    if len(path) < most:
        onward = [name for name in consumers(flow, path[-1]) if name not in path]
        for name in stream.shuffled(onward):
            yield from _paths(flow, [*path, name], most, stream)


@dataclass(frozen=True, slots=True)
class FanIn:
    """Draws a tool, several others each of which feeds an argument of its own, and their neighbourhood."""

    sources: int = 2

    def __post_init__(self) -> None:
        if not 2 <= self.sources <= 8:
            raise ValueError("sources must be from 2 to 8")

    def __call__(self, flow: Dataflow, wanted: Wanted, /) -> WorkingSet:
        """Needs a tool with so many sources."""
        needs = f"{self.sources} tools that feed different arguments of one"
        found = (self._gathered(flow, name, wanted.stream) for name in anywhere(flow, wanted.stream))
        return _around(flow, wanted, found, self.sources + 1, needs)

    def _gathered(self, flow: Dataflow, name: str, stream: Stream) -> list[str]:
        near = set(producers(flow, name))
        edges = stream.shuffled([edge for edge in flow.feeding(name) if edge.producer in near])
        return [name, *list(_matched(edges))[: self.sources]]


def _matched(edges: list[Edge]) -> dict[str, tuple[str, ...]]:
    """Gives as many producers as possible an argument each, no two the same one (a matching, by augmenting paths)."""
    arguments: dict[str, list[tuple[str, ...]]] = {}
    for edge in edges:
        arguments.setdefault(edge.producer, []).append(edge.input)
    holders: dict[tuple[str, ...], str] = {}

    def settle(producer: str, tried: set[tuple[str, ...]]) -> bool:
        for argument in arguments[producer]:
            if argument in tried:
                continue
            tried.add(argument)
            if argument not in holders or settle(holders[argument], tried):
                holders[argument] = producer
                return True
        return False

    for producer in arguments:
        settle(producer, set())
    return {producer: argument for argument, producer in holders.items()}


@dataclass(frozen=True, slots=True)
class FanOut:
    """Draws a tool, several others that it feeds, and their neighbourhood."""

    targets: int = 2

    def __post_init__(self) -> None:
        if not 2 <= self.targets <= 8:
            raise ValueError("targets must be from 2 to 8")

    def __call__(self, flow: Dataflow, wanted: Wanted, /) -> WorkingSet:
        """Needs a tool with so many targets."""
        needs = f"a tool that feeds {self.targets} others"
        found = (
            [name, *wanted.stream.sample(consumers(flow, name), self.targets)] for name in anywhere(flow, wanted.stream)
        )
        return _around(flow, wanted, found, self.targets + 1, needs)


@dataclass(frozen=True, slots=True)
class Dag:
    """Draws a directed acyclic graph that is no chain, and its neighbourhood.

    Two ways lead from its first tool to its last, so it branches and comes together again.
    """

    def __call__(self, flow: Dataflow, wanted: Wanted, /) -> WorkingSet:
        """Needs a tool that is reached over two others, or over one and directly."""
        needs = "a tool to which two ways lead from another"
        found = (_joined(flow, name, wanted) for name in anywhere(flow, wanted.stream))
        return _around(flow, wanted, found, 3, needs)


def _joined(flow: Dataflow, root: str, wanted: Wanted) -> list[str]:
    """Returns the tools of two ways from a tool to another, in an order in which each follows what feeds it."""
    within = list(islice(_ways(flow, root, ""), _REACH))
    for last, _ in wanted.stream.shuffled(within[1:]):
        ways = dict(islice(_ways(flow, root, last), _REACH))
        ends = [name for name in producers(flow, last) if name in ways][:2]
        if len(ends) == 2:
            tools = [*dict.fromkeys(name for end in ends for name in ways[end]), last]
            if len(tools) <= wanted.size:
                return sorted(tools, key=lambda name: len(ways[name]) if name in ways else _REACH)
    return [root, within[1][0]] if len(within) > 1 else [root]


def _ways(flow: Dataflow, root: str, around: str) -> Iterator[tuple[str, list[str]]]:
    """Yields each tool that can be reached from one, with the shortest way to it that leads around another one."""
    ways = {root: [root]}
    frontier = [root]
    for name in frontier:
        yield name, ways[name]
        for target in consumers(flow, name):
            if target not in ways and target != around:
                ways[target] = [*ways[name], target]
                frontier.append(target)
