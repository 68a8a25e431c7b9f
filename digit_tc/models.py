"""Chat models per role: settings in, plain replies out, every failure a `ModelError`.

The client library takes more than a second to import, so it is imported when a role first asks for its model.
"""

import asyncio
import os
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from digit_tc.errors import EmptyReplyError, ModelError, SettingsError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

KEY_VARIABLE = "OPENAI_API_KEY"
HOSTED = "https://api.openai.com/v1"
PLACEHOLDER_KEY = "none"

_THOUGHTS = re.compile(r"\A\s*<think>.*?(</think>|\Z)", re.DOTALL)
_SECRET_LIKE = re.compile(r"\b(bearer|basic)\s+\S+|\bsk-[\w-]{6,}", re.IGNORECASE)
_PASSING_STATUSES = frozenset({408, 409, 425, 429})


class ModelSettings(BaseModel):
    """One model and how it is asked; without `base_url` the hosted service is meant."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    model: str = Field(min_length=1)
    base_url: str | None = None
    temperature: float | None = Field(default=None, ge=0)
    """None leaves it to the server."""
    top_p: float | None = Field(default=None, gt=0, le=1)
    seed: int | None = None
    max_tokens: int = Field(default=2048, ge=1)
    """Longest reply, in tokens."""
    timeout: float = Field(default=120.0, gt=0)
    """Longest wait for one attempt, in seconds."""
    max_retries: int = Field(default=2, ge=0, le=10)
    """Further attempts after an error that may pass."""
    extra_body: dict[str, Any] = Field(default_factory=dict)
    """Further keys of the request, for servers that know more."""

    @field_validator("base_url")
    @classmethod
    def _address_only(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("give a web address such as http://127.0.0.1:8000/v1")
        if parts.username or parts.password or parts.query:
            raise ValueError(f"give the bare address; a key belongs into the environment variable {KEY_VARIABLE}")
        return value.rstrip("/")

    def shape(self) -> dict[str, Any]:
        """Returns what shapes a reply, for fingerprints: neither the address nor how long to wait."""
        return self.model_dump(exclude={"base_url", "timeout", "max_retries"})


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model said, and what it cost; servers that report no usage leave the tokens at 0."""

    text: str
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Models:
    """The chat models of one run, one per role, made when first asked for."""

    def __init__(
        self, settings: Mapping[str, ModelSettings] | None = None, *, default: ModelSettings | None = None
    ) -> None:
        self._settings = dict(settings or {})
        self._default = default
        self._made: dict[str, BaseChatModel] = {}
        self._given: dict[str, BaseChatModel] = {}
        self._closers: list[Callable[[], Awaitable[None]]] = []

    @classmethod
    def of(cls, given: Mapping[str, "BaseChatModel"], *, default: ModelSettings | None = None) -> Self:
        """Returns models that are ready made for the roles given; the others follow the default."""
        models = cls(default=default)
        models._given = dict(given)
        return models

    def settings(self, role: str) -> ModelSettings:
        """Returns the settings of a role.

        Raises:
            SettingsError: No model is set for the role, and no default.
        """
        settings = self._settings.get(role, self._default)
        if settings is None:
            raise SettingsError(
                f"the role {role!r} needs a model and none is set: give --model NAME, or a table [models.{role}]"
                " with a model in the configuration file"
            )
        return settings

    def chat(self, role: str) -> "BaseChatModel":
        """Returns the chat model of a role, the same one each time.

        Raises:
            SettingsError: No model is set for the role, or the hosted service is meant and there is no key.
        """
        if role in self._given:
            return self._given[role]
        if role not in self._made:
            self._made[role] = self._make(self.settings(role))
        return self._made[role]

    async def aclose(self) -> None:
        """Closes the connections of the models that were made here; a later question opens new ones."""
        self._made.clear()
        while self._closers:
            await self._closers.pop()()

    async def ask(self, role: str, messages: Sequence["BaseMessage"]) -> Reply:
        """Asks the model of a role once and returns its words.

        Raises:
            SettingsError: The model cannot be made from its settings.
            ModelError: There is no usable answer; the message holds neither key nor header.
        """
        chat = self.chat(role)
        ours = role not in self._given
        try:
            async with asyncio.timeout(self._patience(role) if ours else None):
                message = await chat.ainvoke(list(messages))
        except Exception as error:
            mapped = _mapped(role, error, ours=ours)
            if mapped is None:
                raise
            raise mapped from None  # the original carries the request with its headers
        return _reply(role, message)

    def _patience(self, role: str) -> float:
        # The client's own limit counts between two bytes; a server that drips would never reach it.
        settings = self.settings(role)
        return (settings.max_retries + 1) * settings.timeout + 60.0 * settings.max_retries

    def _make(self, settings: ModelSettings) -> "BaseChatModel":
        key = _key()
        if not key and settings.base_url is None:
            raise SettingsError(
                f"the model {settings.model!r} needs a key: set the environment variable {KEY_VARIABLE},"
                " or give --base-url of a server that needs none"
            )
        import openai  # noqa: PLC0415 - more than a second, only for runs with a model

        client = openai.DefaultAsyncHttpxClient()  # the default one would be shared with every other run and its loop
        self._closers.append(client.aclose)
        return _chat_model(settings, key, client)


def _chat_model(settings: ModelSettings, key: str, client: object) -> "BaseChatModel":
    from langchain_openai import ChatOpenAI  # noqa: PLC0415

    return ChatOpenAI(
        model=settings.model,
        base_url=settings.base_url or HOSTED,
        api_key=SecretStr(key or PLACEHOLDER_KEY),
        http_async_client=client,
        temperature=settings.temperature,
        top_p=settings.top_p,
        seed=settings.seed,
        max_completion_tokens=settings.max_tokens,
        timeout=settings.timeout,
        max_retries=settings.max_retries,
        extra_body=settings.extra_body or None,
        use_responses_api=False,
    )


def _key() -> str:
    key = os.environ.get(KEY_VARIABLE, "").strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise SettingsError(f"the environment variable {KEY_VARIABLE} holds blanks or other signs that no key has")
    return key


def _reply(role: str, message: "BaseMessage") -> Reply:
    text = _THOUGHTS.sub("", str(message.text)).strip()
    reason = message.response_metadata.get("finish_reason")
    if reason == "length":
        raise ModelError(
            f"the model of role {role!r} was cut off in its reply: raise max_tokens in its settings", retryable=True
        )
    if reason == "content_filter":
        raise ModelError(f"the server of role {role!r} withheld the reply by its content filter")
    if not text:
        raise EmptyReplyError(f"the model of role {role!r} gave an empty reply", retryable=True)
    usage: Mapping[str, Any] = getattr(message, "usage_metadata", None) or {}
    return Reply(text, int(usage.get("input_tokens") or 0), int(usage.get("output_tokens") or 0))


def _mapped(role: str, error: Exception, *, ours: bool) -> ModelError | None:
    """Returns the error in our words, or None when it is no failure of a model or its server."""
    import openai  # noqa: PLC0415

    who = f"the server of role {role!r}"
    status = getattr(error, "status_code", None)
    if isinstance(error, ModelError | SettingsError):
        return None
    if isinstance(error, openai.APITimeoutError | TimeoutError):
        return ModelError(f"{who} did not answer in time: raise timeout in its settings or ask less", retryable=True)
    if isinstance(error, openai.APIConnectionError | ConnectionError):
        return ModelError(f"{who} cannot be reached or broke off the connection", retryable=True)
    if isinstance(status, int) and status >= 400:
        return _refused(who, status, error)
    if ours:
        return ModelError(f"{who} gave an answer that cannot be read ({type(error).__name__})", retryable=True)
    return None


def _refused(who: str, status: int, error: Exception) -> ModelError:
    code = getattr(error, "code", None)
    if status in (401, 403):
        return ModelError(f"{who} refused the key (HTTP {status}): check {KEY_VARIABLE}")
    if status == 429 and code == "insufficient_quota":
        return ModelError(f"{who} says that the quota is used up (HTTP 429)")
    if status in _PASSING_STATUSES:
        return ModelError(f"{who} is too busy (HTTP {status})", retryable=True)
    if status >= 500:
        return ModelError(f"{who} failed (HTTP {status})", retryable=status != 501)
    return ModelError(f"{who} refused the request (HTTP {status}): {_words(error)}")


def _words(error: Exception) -> str:
    """Returns what the server said, on one line, cut, without anything that looks like a key."""
    body = getattr(error, "body", None)
    said = body.get("message") if isinstance(body, dict) else body
    line = " ".join(said.split()) if isinstance(said, str) else ""
    key = os.environ.get(KEY_VARIABLE, "").strip()
    if key:
        line = line.replace(key, "[key]")
    return _SECRET_LIKE.sub("[key]", line)[:200] or "no reason given"
