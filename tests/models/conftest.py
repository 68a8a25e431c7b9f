"""A server in place of a real one, in this process: a function from request to reply."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from digit_tc.errors import ModelError
from digit_tc.models.forms import Manner, Request, shape_of
from digit_tc.models.question import Question, Shaped
from digit_tc.models.replies import Replies
from digit_tc.models.reply import Said

ASKED: tuple[BaseMessage, ...] = (SystemMessage("Judge."), HumanMessage("The case."))


@dataclass
class Line:
    """Answers requests by a function and keeps them; an integer is the HTTP status of a refusal."""

    answer: Callable[[Request], str | int | Said]
    requests: list[Request] = field(default_factory=list)
    pause: float = 0.0
    manner: Manner = field(default_factory=Manner)
    replies: Replies = field(default_factory=Replies)

    async def exchange(self, request: Request) -> list[Said]:
        self.requests.append(request)
        await asyncio.sleep(self.pause)
        answer = self.answer(request)
        if isinstance(answer, int):
            raise ModelError(f"refused (HTTP {answer})", status=answer, retryable=answer >= 429)
        return [Said(text=answer, prompt_tokens=10, completion_tokens=2) if isinstance(answer, str) else answer]

    def question(self) -> Question:
        return Question("critic", self.exchange, self.replies, self.manner, {"model": {"model": "m"}})

    async def ask_for(self, kind: type[Any], messages: Sequence[BaseMessage] = ASKED) -> Any:
        return (await Shaped(self.question(), self.manner, shape_of(kind)).answer(messages))[0]

    def forms(self) -> list[str]:
        """The forms of the requests so far."""
        return [str((request.response_format or {"type": "tagged"})["type"]) for request in self.requests]


@pytest.fixture
def line() -> Callable[[Callable[[Request], str | int | Said]], Line]:
    return Line
