"""Chat models per role: settings in, plain replies out, every failure a `ModelError`.

The client library takes more than a second to import, so it is imported when a role first asks for its model.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from pydantic import BaseModel

from digit_tc.errors import ModelError, SettingsError
from digit_tc.models.client import chat_model, fast_model, key_for
from digit_tc.models.failures import Kind, mapped
from digit_tc.models.imported import imported
from digit_tc.models.local import SLOTS, LocalServer
from digit_tc.models.prices import Price, price_of
from digit_tc.models.pulse import Pulse
from digit_tc.models.replies import Replies
from digit_tc.models.reply import Answer, CallsAnswer, Reply, Said, said
from digit_tc.models.retries import LONGEST_WAIT
from digit_tc.models.server import Servers, Traffic
from digit_tc.models.settings import HOSTED, ModelSettings, Structured
from digit_tc.models.usage import Ledger

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

    from digit_tc.models.forms import Manner, Request
    from digit_tc.models.question import Question

T = TypeVar("T", bound=BaseModel)
A = TypeVar("A")

_UNUSABLE = ("empty", "cut off", "withheld", "shape")
"""Kinds of failures that are found in replies; the others are counted where the server is asked."""


class Models:
    """The chat models of one run, one per role, made when first asked for. Those at one address share its server.

    Args:
        settings: By role.
        default: Those of the other roles.
        replies: The replies that are kept.
        concurrency: Requests at once at most, to each server; None for as many as there are.
    """

    def __init__(
        self,
        settings: Mapping[str, ModelSettings] | None = None,
        *,
        default: ModelSettings | None = None,
        replies: Replies | None = None,
        concurrency: int | None = None,
    ) -> None:
        self._settings = dict(settings or {})
        self._default = default
        self._replies = replies or Replies()
        self._made: dict[str, BaseChatModel] = {}
        self._given: dict[str, BaseChatModel] = {}
        self._local: dict[str, LocalServer] = {}
        self._servers = Servers(concurrency)
        self._pulse = Pulse()
        self._shapes: dict[str, dict[str, Any]] = {}
        self.ledger = Ledger()
        """What has been asked of each role so far."""
        self._prices: dict[str, Price | None] = {}
        self._manners: dict[tuple[str, ...], Manner] = {}

    @classmethod
    def of(
        cls,
        given: Mapping[str, "BaseChatModel"],
        *,
        default: ModelSettings | None = None,
        replies: Replies | None = None,
    ) -> Self:
        """Returns models that are ready made for the roles given; the others follow the default."""
        models = cls(default=default, replies=replies)
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
                " with a model in the configuration file, or --local-model FILE.gguf"
            )
        return settings

    def chat(self, role: str) -> "BaseChatModel":
        """Returns the chat model of a role, the same one each time.

        Raises:
            SettingsError: No model is set for the role, the hosted service is meant and there is no key, or a file of
                weights cannot be served.
            LoadingError: An import string does not lead to a chat model.
        """
        if role in self._given:
            return self._given[role]
        if role not in self._made:
            settings = self.settings(role)
            self._made[role] = imported(role, settings) if settings.use else self._client(role, settings)
        return self._made[role]

    def _client(self, role: str, settings: ModelSettings) -> "BaseChatModel":
        key = "" if settings.local else key_for(settings)
        if settings.local:
            if settings.local not in self._local:
                self._local[settings.local] = LocalServer(Path(settings.local))
            own = self._local[settings.local]
            settings, key = settings.model_copy(update={"model": own.name, "base_url": own.base_url}), own.key
        server = self._servers.at(settings.base_url or HOSTED, SLOTS if settings.local else None)
        made = fast_model if settings.client == "fast" else chat_model
        return made(settings, key, server, partial(self._went_out, role))

    def traffic(self) -> tuple[Traffic, ...]:
        """Returns what goes on at each server that was asked so far."""
        return tuple(self._servers.traffic())

    def price(self, role: str) -> Price | None:
        """Returns how the replies of a role are priced; None where nobody knows."""
        settings = self._settings.get(role, self._default)
        if settings is None or role in self._given:
            return None
        if role not in self._prices:
            self._prices[role] = price_of(settings)
        return self._prices[role]

    def patience(self, role: str) -> float:
        """Returns the longest that one question of a role may take, in seconds, with all that is tried again.

        The time in which it stands in line does not count.
        """
        settings = self.settings(role)
        return (settings.max_retries + 1) * settings.timeout + settings.max_retries * LONGEST_WAIT

    def failed(self, error: ModelError) -> None:
        """Notes that a conversation failed on an error: made again, it shall not meet the replies behind it."""
        self._replies.failed(error.asked)

    def remember(self, replies: Replies) -> None:
        """Keeps replies from now on; those that were kept before are found there."""
        self._replies = replies

    async def aclose(self) -> None:
        """Closes the connections of the models that were made here; a later question opens new ones."""
        self._made.clear()
        for manner in self._manners.values():
            manner.unlock()
        await self._servers.aclose()

    def close(self) -> None:
        """Stops the servers of models on this machine."""
        while self._local:
            self._local.popitem()[1].close()

    async def ask(self, role: str, messages: Sequence["BaseMessage"], *, sample: int = 0, ahead: int = 1) -> Reply:
        """Asks the model of a role once and returns its words.

        Args:
            role: Whose model is asked.
            messages: The question.
            sample: Which of several replies to one question is wanted, counted from 0.
            ahead: How many will be wanted from this one on: a server that can gives them to one request.

        Raises:
            SettingsError: The model cannot be made from its settings.
            ModelError: There is no usable answer; the message holds neither key nor header.
        """
        from digit_tc.models.question import words  # noqa: PLC0415

        samples = range(sample, sample + ahead)
        return await self._asked(role, samples, messages, {}, lambda question: words(question, messages))

    async def ask_for(
        self, role: str, messages: Sequence["BaseMessage"], shape: type[T], *, sample: int = 0, ahead: int = 1
    ) -> Answer[T]:
        """Asks the model of a role for an answer of a shape, which is told to it in the form that its server knows.

        Args:
            role: Whose model is asked.
            messages: The question.
            shape: A pydantic model; what is wrong with a first answer is told to the language model, once.
            sample: Which of several answers to one question is wanted, counted from 0.
            ahead: How many will be wanted from this one on: a server that can gives them to one request.

        Raises:
            SettingsError: The model cannot be made from its settings.
            ShapeError: Its words do not fit the shape, also when it was told why.
            ModelError: There is no usable answer; the message holds neither key nor header.
        """
        from digit_tc.models.forms import shape_of  # noqa: PLC0415
        from digit_tc.models.question import Shaped  # noqa: PLC0415

        wanted = shape_of(shape)

        async def answer(question: "Question") -> Answer[T]:
            value, text = await Shaped(question, self._manner(role), wanted).answer(messages)
            return Answer(value, question.reply(text))

        samples = range(sample, sample + ahead)
        return await self._asked(role, samples, messages, {"schema": wanted.sent.schema}, answer)

    async def ask_calls(
        self,
        role: str,
        messages: Sequence["BaseMessage"],
        tools: Sequence[dict[str, Any]],
        *,
        sample: int = 0,
        ahead: int = 1,
    ) -> CallsAnswer:
        """Asks the model of a role which tools it calls next, or what it says.

        Args:
            role: Whose model is asked.
            messages: The question.
            tools: What it may call: `name`, `description` and `parameters` of each.
            sample: Which of several answers to one question is wanted, counted from 0.
            ahead: How many will be wanted from this one on: a server that can gives them to one request.

        Raises:
            SettingsError: The model cannot be made from its settings.
            ShapeError: Its calls cannot be read, also when it was told why.
            ModelError: There is no usable answer; the message holds neither key nor header.
        """
        from digit_tc.models.calls import called  # noqa: PLC0415

        async def answer(question: "Question") -> CallsAnswer:
            return await called(question, self._manner(role), messages, tools)

        samples = range(sample, sample + ahead)
        return await self._asked(role, samples, messages, {"tools": list(tools)}, answer)

    async def _asked(
        self,
        role: str,
        samples: range,
        messages: Sequence["BaseMessage"],
        wanted: dict[str, Any],
        answer: Callable[["Question"], Awaitable[A]],
    ) -> A:
        question, spending = self._question(role, samples), self.ledger.of(role)
        waiting = nullcontext() if role in self._given else self._pulse.beating()
        with waiting:
            async with self._replies.alone(question.key(messages, asked=wanted)):
                try:
                    return await answer(question)
                except ModelError as error:
                    error.asked = question.asked
                    if error.kind in _UNUSABLE:
                        spending.failures[error.kind] += 1
                    raise
                finally:
                    spending.known += question.known
                    spending.repairs += question.repairs

    def _question(self, role: str, samples: range) -> "Question":
        from digit_tc.models.question import Question  # noqa: PLC0415

        async def exchange(request: "Request") -> list[Said]:
            return await self._exchange(role, request, samples.start)

        known = self._settings.get(role, self._default)
        about = {"model": self._shape(role, known) if known else None}
        nameless = known is None and role in self._given  # nothing tells one such model from another
        weighed = known is not None and known.logprobs
        replies = Replies() if nameless else self._replies
        return Question(role, exchange, replies, self._manner(role), about, samples, weighed=weighed)

    def _shape(self, role: str, settings: ModelSettings) -> dict[str, Any]:
        """Returns what shapes the replies of a role, read once: a file that is edited meanwhile is loaded already."""
        if role not in self._shapes:
            self._shapes[role] = settings.shape()
        return self._shapes[role]

    def _kind(self, role: str) -> Kind:
        if role in self._given:
            return "given"
        return "imported" if self.settings(role).use else "client"

    def _manner(self, role: str) -> "Manner":
        """Returns how the model of a role is asked; roles with one model on one server share what is found out."""
        from digit_tc.models.forms import Manner  # noqa: PLC0415

        settings = self._settings.get(role, self._default)
        if settings is None or self._kind(role) != "client":
            chosen = settings.structured if settings else "auto"
            form: Structured = "tagged" if chosen == "auto" else chosen  # which any model understands
            return self._manners.setdefault((role,), Manner(form, native=True, many=False))
        place = (settings.base_url or settings.local or HOSTED, settings.model, settings.structured)
        return self._manners.setdefault(place, Manner(settings.structured))

    async def _exchange(self, role: str, request: "Request", sample: int) -> list[Said]:
        chat: Any = self.chat(role)
        kind, spending = self._kind(role), self.ledger.of(role)
        again = sample > 0
        spending.asked("\n".join(str(message.text) for message in request.messages), again=again)
        started = time.perf_counter()
        try:
            if request.tools:
                chat = chat.bind_tools(list(request.tools))
            # A client has a limit for each attempt; an object from a program is its own business.
            async with asyncio.timeout(self.patience(role) if kind == "imported" else None):
                came = await _choices(chat, request, self._extra(role, request, sample))
        except Exception as error:
            failure = mapped(role, error, kind)
            if failure is None:
                raise
            spending.failures[failure.kind] += 1
            raise failure from None  # the original carries the request with its headers
        finally:
            spending.seconds += time.perf_counter() - started
        replies = [said(message, (at, len(came))) for at, message in enumerate(came)]
        price = self.price(role)
        whole = replies[0].model_copy(update={"completion_tokens": sum(one.completion_tokens for one in replies)})
        spending.answered(whole, price(whole) if price else 0.0, again=again)
        return replies

    def _extra(self, role: str, request: "Request", sample: int) -> dict[str, Any]:
        if self._kind(role) != "client":
            return {"response_format": request.response_format} if request.response_format else {}
        settings, extra = self.settings(role), dict[str, Any]()
        if request.response_format:  # as a further key: the client would else raise on what is cut off
            extra["extra_body"] = {**settings.extra_body, "response_format": request.response_format}
        if sample and settings.seed is not None:
            extra["seed"] = settings.seed + sample
        if request.weighed:
            extra["logprobs"] = True
        return extra

    def _went_out(self, role: str) -> None:
        self.ledger.of(role).requests += 1


async def _choices(chat: Any, request: "Request", extra: dict[str, Any]) -> list["BaseMessage"]:
    """Returns the replies to one request."""
    if request.choices == 1:
        return [await chat.ainvoke(list(request.messages), **extra)]
    bound = getattr(chat, "bound", None)  # what tools were bound to is a runnable that cannot be asked for several
    kwargs = {**(chat.kwargs if bound is not None else {}), **extra, "n": request.choices}
    result = await (bound if bound is not None else chat).agenerate([list(request.messages)], **kwargs)
    return [one.message for one in result.generations[0]]
