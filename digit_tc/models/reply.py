"""What a model said: as it came, as words, as an answer of a given shape, as calls of tools."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, TypedDict, TypeVar

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

T = TypeVar("T", bound=BaseModel)

_THOUGHTS = re.compile(r"\A\s*<think>.*?(</think>|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model said, and what it cost; servers that report no usage leave the tokens at 0.

    Where a question took several attempts, the words are those of the last and the tokens those of all.
    """

    text: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    known: bool = False
    """Whether it was kept from an earlier run, so that nobody had to be asked."""
    logprob: float | None = None
    """Mean log-probability of a token, where the server was asked for it and told it."""


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """An answer of the shape that was asked for."""

    value: T
    reply: Reply


class CalledTool(TypedDict):
    """A call that a model wants to be made."""

    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CallsAnswer:
    """What a model does next: calls of tools, words, or both."""

    calls: tuple[CalledTool, ...]
    text: str
    reply: Reply


class SaidCall(BaseModel):
    """A call as it came: the arguments as JSON text, which nobody has read yet."""

    model_config = ConfigDict(frozen=True)

    name: str
    arguments: str


class Said(BaseModel):
    """One reply as it came from a server, without what the model thought aloud: what is kept of it on disk."""

    model_config = ConfigDict(frozen=True)

    text: str
    ending: Literal["stop", "length", "content_filter"] = "stop"
    calls: tuple[SaidCall, ...] = ()
    prompt_tokens: int = 0
    cached_tokens: int = 0
    """Those of the prompt that the server had in its own cache."""
    completion_tokens: int = 0
    """Of several replies to one request, which reports them together, an equal part."""
    logprob: float | None = None
    """Mean log-probability of a token: a long reply is not at a disadvantage, as it would be with the sum."""


def said(message: "BaseMessage", share: tuple[int, int] = (0, 1)) -> Said:
    """Returns a message of a chat model as it came; `share` is which of how many replies to one request it is."""
    usage: Mapping[str, Any] = getattr(message, "usage_metadata", None) or {}
    details: Mapping[str, Any] = usage.get("input_token_details") or {}
    reason = message.response_metadata.get("finish_reason")
    at, of = share
    return Said(
        text=_THOUGHTS.sub("", str(message.text)).strip(),
        ending=reason if reason in ("length", "content_filter") else "stop",
        calls=tuple(_calls(message)),
        prompt_tokens=int(usage.get("input_tokens") or 0),
        cached_tokens=int(details.get("cache_read") or 0),
        completion_tokens=(int(usage.get("output_tokens") or 0) + of - 1 - at) // of,
        logprob=_logprob(message.response_metadata.get("logprobs")),
    )


def _logprob(told: Any) -> float | None:
    tokens = told.get("content") if isinstance(told, Mapping) else None
    found = [one.get("logprob") for one in tokens or () if isinstance(one, Mapping)]
    known = [float(one) for one in found if isinstance(one, int | float)]
    return round(math.fsum(known) / len(known), 6) if known and len(known) == len(found) else None


def _calls(message: "BaseMessage") -> list[SaidCall]:
    read = getattr(message, "tool_calls", None) or []
    unread = getattr(message, "invalid_tool_calls", None) or []
    return [
        *(SaidCall(name=call["name"], arguments=json.dumps(call["args"])) for call in read),
        *(SaidCall(name=call["name"] or "", arguments=call["args"] or "") for call in unread),
    ]
