"""Samplers that offer tools which must not be called, beside those that may."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice

from digit_tc.errors import SamplingError
from digit_tc.sampling.neighbourhood import anywhere, grown, namespace
from digit_tc.sampling.sampler import Wanted, WorkingSet
from digit_tc.tools.dataflow import Dataflow

_RELATED = 20
"""Tools related to one that is for use, none of which may distract from it."""
_LOOKED_AT = 400
"""Tools at most that are looked at for distractors."""
_TRIES = 30
"""Neighbourhoods to which tools of no use are looked for."""


@dataclass(frozen=True, slots=True)
class Distractors:
    """Draws a neighbourhood, and tools that have nothing to do with it, which must not be called.

    `share` is the share of the tools that distract, above 0 and below 1. They come from other namespaces where there
    are some (ToolSandbox, arXiv 2408.04682, has distractors of this kind).
    """

    share: float = 0.3

    def __post_init__(self) -> None:
        _require_part(self.share)

    def __call__(self, flow: Dataflow, wanted: Wanted, /) -> WorkingSet:
        """Needs tools that neither exchange values nor share words."""
        wanted = _within(flow, wanted)
        problem = SamplingError("needs tools of no use")
        for name in islice(anywhere(flow, wanted.stream), _TRIES):
            try:
                return _with_strangers(flow, wanted, self.share, name)
            except SamplingError as error:
                problem = error
        raise problem


@dataclass(frozen=True, slots=True)
class NearNames:
    """Draws a neighbourhood, and tools with names like one of it that do something else and must not be called.

    `share` is the share of the tools that distract, above 0 and below 1; tools that have nothing to do with the
    neighbourhood make up for what is missing of it.
    """

    share: float = 0.3

    def __post_init__(self) -> None:
        _require_part(self.share)

    def __call__(self, flow: Dataflow, wanted: Wanted, /) -> WorkingSet:
        """Needs two tools with half of the words of their names in common, and not most of their other words."""
        wanted = _within(flow, wanted)
        for name in anywhere(flow, wanted.stream):
            alike = flow.relatedness.confusable(name)
            if alike:
                near = wanted.stream.sample(alike, _strangers(wanted, self.share))
                return _with_strangers(flow, wanted, self.share, name, near)
        raise SamplingError("needs two tools whose names have half of their words in common, and there are none")


def _require_part(share: float) -> None:
    if not 0 < share < 1:
        raise ValueError("share must be above 0 and below 1")


def _within(flow: Dataflow, wanted: Wanted) -> Wanted:
    """Returns what is wanted, as far as there are tools, so that the share is one of them.

    Raises:
        SamplingError: There is no room for both, or there are no tools for both.
    """
    count = len(flow.names)
    if wanted.size < 2:
        raise SamplingError(f"needs room for 2 tools, and the size leaves room for {wanted.size}")
    if count < 2:
        raise SamplingError("needs 2 tools, and there are fewer", found=flow.names)
    return replace(wanted, least=min(wanted.least, count), size=min(wanted.size, count))


def _strangers(wanted: Wanted, share: float) -> int:
    return min(wanted.size - 1, max(1, round(share * wanted.size)))


def _with_strangers(
    flow: Dataflow, wanted: Wanted, share: float, core: str, near: Collection[str] = ()
) -> WorkingSet:  # fmt: skip
    """Returns the neighbourhood of a tool, and distractors: those near to it in name, then tools of no use.

    Raises:
        SamplingError: There is no tool of no use.
    """
    most = _strangers(wanted, share)
    tools = grown(flow, [core], replace(wanted, least=1, size=wanted.size - most), without=near)
    found = list(islice(chain(near, _of_no_use(flow, tools, near, wanted)), most))
    if not found:
        raise SamplingError("needs tools that have nothing to do with others, and there are none", found=tools)
    if len(tools) + len(found) < wanted.least:
        rest = replace(wanted, least=wanted.least - len(found), size=wanted.size - len(found))
        tools = grown(flow, tools, rest, without=found)
    return WorkingSet([*tools, *found], found)


def _of_no_use(flow: Dataflow, tools: list[str], near: Collection[str], wanted: Wanted) -> Iterator[str]:
    """Yields tools that neither exchange values nor have words in common with some; other namespaces first."""
    spaces = {namespace(flow, name) for name in tools}
    useful = {*tools, *near}
    for name in tools:
        useful.update(edge.producer for edge in flow.feeding(name))
        useful.update(edge.consumer for edge in flow.fed(name))
        useful.update(one.name for one in flow.relatedness.neighbours(name, _RELATED))
    others = [name for name in islice(anywhere(flow, wanted.stream), _LOOKED_AT) if name not in useful]
    yield from sorted(others, key=lambda name: namespace(flow, name) in spaces)
