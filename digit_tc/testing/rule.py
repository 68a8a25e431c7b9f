"""What the server on loopback is asked, and the rules that answer it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from digit_tc.canonical import digest


class Rule(BaseModel):
    """What is answered to requests that contain a text, or to requests of given numbers, counted from 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    contains: str = ""
    """Text in any message of the request; empty fits all."""
    requests: tuple[int, ...] = ()
    """Numbers of the requests that the rule is for; empty fits all."""
    reply: str | dict[str, Any] = ""
    """An object is sent as JSON text."""
    tool_calls: tuple[dict[str, Any], ...] = ()
    """Calls with `name` and `arguments`, sent beside the reply; arguments that are text are sent as they are."""
    finish_reason: str = "stop"
    fault: Literal["", "cut", "reset", "garbage", "hollow"] = ""
    """`cut` breaks the connection off in the middle of the body, `reset` before any of it; `garbage` sends a body that
    is no answer, `hollow` JSON without one."""
    status: int = 200
    """An HTTP status from 400 up sends `reply` as the error message."""
    code: str = ""
    """What the error message is called by in its body."""
    retry_after: float | None = None
    """Seconds that the header Retry-After asks for."""
    delay: float = 0.0
    """Seconds to wait before the answer."""

    def fits(self, number: int, text: str) -> bool:
        """Tells whether the rule answers this request."""
        return (not self.requests or number in self.requests) and self.contains in text


@dataclass(frozen=True)
class ChatRequest:
    """A chat request as a model would see it."""

    body: Mapping[str, Any]
    sample: int = 0
    """Which of the `n` choices is asked for, counted from 0."""

    @cached_property
    def text(self) -> str:
        """The words of all messages."""
        return "\n".join(map(text_of, self.body.get("messages", [])))

    @property
    def first_line(self) -> str:
        """The first line of the first message, by which the prompt of a role is told from others."""
        return self.text.partition("\n")[0]

    @property
    def form(self) -> str:
        """`json_schema`, `json_object`, or nothing."""
        return str((self.body.get("response_format") or {}).get("type", ""))

    @property
    def shape(self) -> str:
        """The name of the schema, or nothing."""
        return str(self._asked.get("name", ""))

    @property
    def schema(self) -> dict[str, Any] | None:
        """The schema, where one is sent."""
        return self._asked.get("schema")

    @property
    def tools(self) -> list[dict[str, Any]]:
        """The functions that may be called."""
        return [tool["function"] for tool in self.body.get("tools") or ()]

    @cached_property
    def name(self) -> str:
        """What tells the request from others: chance draws from it, so that equal requests get equal answers."""
        return digest(dict(self.body), self.sample)

    @property
    def _asked(self) -> dict[str, Any]:
        asked: dict[str, Any] = (self.body.get("response_format") or {}).get("json_schema") or {}
        return asked


Wit = Callable[[ChatRequest], str | dict[str, Any] | Rule | None]
"""Answers a request as a model would, from its content; None leaves it to the next.

An object with `calls` and `text` is sent as tool calls where the request has tools.
"""


def text_of(message: Mapping[str, Any]) -> str:
    """Returns the words of one message."""
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "\n".join(str(part.get("text", "")) for part in content)
