"""Asking a model for what specifications leave out, one tool after the other, each content once.

What the model says is checked like any specification. Where it says nothing of use, the rules are left to infer.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digit_tc.canonical import digest
from digit_tc.errors import ModelError
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.inference.gaps import Gaps, gaps_of
from digit_tc.tools.inference.proposal import filled, proposal_in
from digit_tc.tools.inference.subject import Subject
from digit_tc.tools.tool import Tool

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

Question = Callable[[Tool, Gaps, Sequence[Tool]], "list[BaseMessage]"]
"""Words the question about one tool and its gaps, with related tools beside it."""

Ask = Callable[["list[BaseMessage]"], Awaitable[str]]
"""Asks a model and returns its words."""

_BESIDE = 4
"""Related tools that the model sees: enough to call an id as the others do."""


@dataclass
class Answers:
    """What came of it: how many tools were asked about, how many replies were known, what could not be used."""

    asked: int = 0
    known: int = 0
    problems: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Replies:
    """Replies of a model on disk, by the content of what was asked.

    Args:
        folder: Where they lie; None keeps nothing.
        model: What tells the model from others, and how it is asked.
    """

    folder: Path | None
    model: Mapping[str, Any]

    def find(self, question: "list[BaseMessage]") -> str | None:
        """Returns the reply to the same question, or None."""
        path = self._path(question)
        try:
            found = json.loads(path.read_text("utf-8")) if path else None
        except (OSError, ValueError):
            return None  # not there, or not whole: it is asked again
        return found if isinstance(found, str) else None

    def keep(self, question: "list[BaseMessage]", text: str) -> None:
        """Keeps a reply; where nothing can be kept, it is asked again another time."""
        if (path := self._path(question)) is None:
            return
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(f".{digest(text)[:8]}")
            partial.write_text(json.dumps(text), "utf-8")
            partial.replace(path)

    def _path(self, question: "list[BaseMessage]") -> Path | None:
        key = digest(dict(self.model), [[message.type, message.text] for message in question])
        return self.folder / f"{key}.json" if self.folder else None


@dataclass(frozen=True)
class Specifier:
    """A model that is asked about the gaps of tools, and the replies that it has given before."""

    question: Question
    ask: Ask
    replies: Replies

    async def about(self, tool: Tool, gaps: Gaps, beside: Sequence[Tool]) -> tuple[str, bool]:
        """Returns the model's words about a tool, and whether they were known.

        Raises:
            ModelError: There is no usable answer.
        """
        question = self.question(tool, gaps, beside)
        if (known := self.replies.find(question)) is not None:
            return known, True
        text = await self.ask(question)
        if not isinstance(proposal_in(text), str):  # of a reply that says nothing of use, another one may be had
            self.replies.keep(question, text)
        return text, False


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
                text, known = await specifier.about(tool, gaps, related(tool))
            except ModelError as error:
                if not error.retryable:
                    raise
                answers.problems[tool.name] = (str(error),)
                return tool
        answers.known += known
        answers.asked += not known
        return _laid_over(tool, gaps, text, answers)

    tasks = [asyncio.ensure_future(one(tool)) for tool in catalogue]
    try:
        return catalogue.with_tools(await asyncio.gather(*tasks)), answers
    finally:
        for task in tasks:
            task.cancel()


def _laid_over(tool: Tool, gaps: Gaps, text: str, answers: Answers) -> Tool:
    proposal = proposal_in(text)
    if isinstance(proposal, str):
        answers.problems[tool.name] = (proposal,)
        return tool
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
