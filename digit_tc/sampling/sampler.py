"""What a sampler is: it draws the tools that one conversation has at hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from digit_tc.errors import SamplingError
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a sampler: from `least` to `size` tools, where the catalogue has as many.

    A sampler gives fewer than `size` where more would have nothing to do with the others.
    """

    least: int
    size: int
    stream: Stream
    """The only source of chance."""
    number: int = 0
    """How many conversations before this one were drawn by the same sampler."""
    seed: int = 0
    """That of the run."""


@dataclass(frozen=True, slots=True)
class WorkingSet:
    """Different tools by name; `distractors` are those among them that are offered and must not be called."""

    tools: Sequence[str]
    distractors: Sequence[str] = field(default=())


class Sampler(Protocol):
    """Draws the tools of one conversation; a frozen dataclass whose fields are its knobs, or a function.

    What it draws depends on its arguments alone.
    """

    def __call__(self, flow: Dataflow, wanted: Wanted, /) -> WorkingSet:
        """Draws from the tools of `flow.catalogue`.

        Raises:
            SamplingError: They have not what the sampler needs; the message goes on from "the sampler NAME".
        """
        ...


def checked(drawn: Any, flow: Dataflow, wanted: Wanted) -> WorkingSet:
    """Returns what a sampler has drawn, in the order of the catalogue; a sampler may be anybody's code.

    Raises:
        SamplingError: It is no working set of these tools.
    """
    if not isinstance(drawn, WorkingSet):
        raise SamplingError(f"must return a WorkingSet, not a {type(drawn).__name__}")
    strangers = [name for name in (*drawn.tools, *drawn.distractors) if name not in flow.catalogue]
    if strangers:
        raise SamplingError(f"drew {strangers[0]!r}, which is no tool of the catalogue", found=drawn.tools)
    tools = sorted(set(drawn.tools), key=flow.catalogue.place)
    distractors = [name for name in tools if name in drawn.distractors]
    if len(tools) < len(drawn.tools):
        raise SamplingError("drew a tool twice", found=tools)
    if len(distractors) < len(set(drawn.distractors)):
        raise SamplingError("drew distractors that are not among its tools", found=tools)
    if len(tools) > wanted.size:
        raise SamplingError(f"drew {len(tools)} tools where {wanted.size} were asked for", found=tools)
    if len(distractors) == len(tools):
        raise SamplingError("drew no tool that may be called", found=tools)
    return WorkingSet(tools, distractors)
