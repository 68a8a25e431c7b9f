"""Asking a model for what specifications leave out, one tool after the other, each content once.

What the model says is checked like any specification. Where it says nothing of use, the rules are left to infer.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from digit_tc.errors import ModelError
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.inference.gaps import Gaps, gaps_of
from digit_tc.tools.inference.proposal import Proposal, filled
from digit_tc.tools.inference.subject import Subject
from digit_tc.tools.tool import Tool

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from digit_tc.models import Answer

Question = Callable[[Tool, Gaps, Sequence[Tool]], "list[BaseMessage]"]
"""Words the question about one tool and its gaps, with related tools beside it."""

Ask = Callable[["list[BaseMessage]"], Awaitable["Answer[Proposal]"]]
"""Asks a model for a proposal."""

_BESIDE = 4
"""Related tools that the model sees: enough to call an id as the others do."""


@dataclass
class Answers:
    """What came of it: how many tools were asked about, how many replies were known, what could not be used."""

    asked: int = 0
    known: int = 0
    problems: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Specifier:
    """A model that is asked about the gaps of tools."""

    question: Question
    ask: Ask

    async def about(self, tool: Tool, gaps: Gaps, beside: Sequence[Tool]) -> "Answer[Proposal]":
        """Returns what the model says about a tool.

        Raises:
            ModelError: There is no usable answer.
        """
        return await self.ask(self.question(tool, gaps, beside))


async def asked(catalogue: Catalogue, specifier: Specifier, *, concurrency: int = 8) -> tuple[Catalogue, Answers]:
    """Returns the catalogue with what a model says of its gaps, and what came of asking.

    Raises:
        ModelError: The model cannot be asked at all. What may pass, or is wrong with one tool, is among the problems.
    """
    answers, gate, related = Answers(), asyncio.Semaphore(concurrency), _related(catalogue)

    async def one(tool: Tool) -> Tool:
        gaps = gaps_of(tool)
        if not gaps:
            return tool
        async with gate:
            try:
                answer = await specifier.about(tool, gaps, related(tool))
            except ModelError as error:
                if not error.retryable:
                    raise
                answers.problems[tool.name] = (str(error),)
                return tool
        answers.known += answer.reply.known
        answers.asked += not answer.reply.known
        return _laid_over(tool, gaps, answer.value, answers)

    tasks = [asyncio.ensure_future(one(tool)) for tool in catalogue]
    try:
        return catalogue.with_tools(await asyncio.gather(*tasks)), answers
    finally:
        for task in tasks:
            task.cancel()


def _laid_over(tool: Tool, gaps: Gaps, proposal: Proposal, answers: Answers) -> Tool:
    done = filled(tool, gaps, proposal)
    if done.problems:
        answers.problems[tool.name] = done.problems
    return done.tool


def _related(catalogue: Catalogue) -> Callable[[Tool], list[Tool]]:
    """Returns a function that gives the other tools about the same thing, in the order of the catalogue."""
    about: dict[str, list[Tool]] = {}
    for tool in catalogue:
        about.setdefault(Subject.of(tool).noun, []).append(tool)
    return lambda tool: [other for other in about[Subject.of(tool).noun] if other is not tool][:_BESIDE]
