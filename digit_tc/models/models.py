"""Chat models per role: settings in, plain replies out, every failure a `ModelError`.

The client library takes more than a second to import, so it is imported when a role first asks for its model.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self, TypeVar

from pydantic import BaseModel

from digit_tc.errors import SettingsError
from digit_tc.models.client import chat_model, connection, key_for
from digit_tc.models.failures import mapped
from digit_tc.models.replies import Replies
from digit_tc.models.reply import Answer, CallsAnswer, Reply, Said, said
from digit_tc.models.settings import HOSTED, ModelSettings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

    from digit_tc.models.forms import Manner, Request
    from digit_tc.models.question import Question

T = TypeVar("T", bound=BaseModel)


class Models:
    """The chat models of one run, one per role, made when first asked for."""

    def __init__(
        self,
        settings: Mapping[str, ModelSettings] | None = None,
        *,
        default: ModelSettings | None = None,
        replies: Replies | None = None,
    ) -> None:
        self._settings = dict(settings or {})
        self._default = default
        self._replies = replies or Replies()
        self._made: dict[str, BaseChatModel] = {}
        self._given: dict[str, BaseChatModel] = {}
        self._manners: dict[tuple[str, ...], Manner] = {}
        self._closers: list[Callable[[], Awaitable[None]]] = []

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
            settings = self.settings(role)
            key = key_for(settings)
            client = connection(lambda: None)
            self._closers.append(client.aclose)
            self._made[role] = chat_model(settings, key, client)
        return self._made[role]

    async def aclose(self) -> None:
        """Closes the connections of the models that were made here; a later question opens new ones."""
        self._made.clear()
        for manner in self._manners.values():
            manner.finding, manner.calling = (
                asyncio.Lock(),
                asyncio.Lock(),
            )  # a later question may come from another loop
        while self._closers:
            await self._closers.pop()()

    async def ask(self, role: str, messages: Sequence["BaseMessage"], *, sample: int = 0) -> Reply:
        """Asks the model of a role once and returns its words.

        Args:
            role: Whose model is asked.
            messages: The question.
            sample: Which of several replies to one question is wanted, counted from 0.

        Raises:
            SettingsError: The model cannot be made from its settings.
            ModelError: There is no usable answer; the message holds neither key nor header.
        """
        from digit_tc.models.question import words  # noqa: PLC0415

        return await words(self._question(role, sample), messages)

    async def ask_for(
        self, role: str, messages: Sequence["BaseMessage"], shape: type[T], *, sample: int = 0
    ) -> Answer[T]:
        """Asks the model of a role for an answer of a shape, which is told to it in the form that its server knows.

        Args:
            role: Whose model is asked.
            messages: The question.
            shape: A pydantic model; what is wrong with a first answer is told to the language model, once.
            sample: Which of several answers to one question is wanted, counted from 0.

        Raises:
            SettingsError: The model cannot be made from its settings.
            ShapeError: Its words do not fit the shape, also when it was told why.
            ModelError: There is no usable answer; the message holds neither key nor header.
        """
        from digit_tc.models.forms import shape_of  # noqa: PLC0415
        from digit_tc.models.question import Shaped  # noqa: PLC0415

        question = self._question(role, sample)
        value, text = await Shaped(question, self._manner(role), shape_of(shape)).answer(messages)
        return Answer(value, question.reply(text))

    async def ask_calls(
        self, role: str, messages: Sequence["BaseMessage"], tools: Sequence[dict[str, Any]], *, sample: int = 0
    ) -> CallsAnswer:
        """Asks the model of a role which tools it calls next, or what it says.

        Args:
            role: Whose model is asked.
            messages: The question.
            tools: What it may call: `name`, `description` and `parameters` of each.
            sample: Which of several answers to one question is wanted, counted from 0.

        Raises:
            SettingsError: The model cannot be made from its settings.
            ShapeError: Its calls cannot be read, also when it was told why.
            ModelError: There is no usable answer; the message holds neither key nor header.
        """
        from digit_tc.models.calls import called  # noqa: PLC0415

        return await called(self._question(role, sample), self._manner(role), messages, tools)

    def _question(self, role: str, sample: int) -> "Question":
        from digit_tc.models.question import Question  # noqa: PLC0415

        async def exchange(request: "Request") -> Said:
            return await self._exchange(role, request, sample)

        known = self._settings.get(role, self._default)
        about = {"model": known.shape() if known else None, "sample": sample}
        return Question(role, exchange, self._replies, about)

    def _manner(self, role: str) -> "Manner":
        """Returns how the model of a role is asked; roles with one model on one server share what is found out."""
        from digit_tc.models.forms import Manner  # noqa: PLC0415

        settings = self._settings.get(role, self._default)
        if role in self._given or settings is None:
            chosen = settings.structured if settings else "auto"
            return self._manners.setdefault((role,), Manner("tagged" if chosen == "auto" else chosen))
        place = (settings.base_url or HOSTED, settings.model, settings.structured)
        return self._manners.setdefault(place, Manner(settings.structured))

    async def _exchange(self, role: str, request: "Request", sample: int) -> Said:
        chat: Any = self.chat(role)
        ours = role not in self._given
        extra = self._extra(role, request, sample)
        if request.tools:
            chat = chat.bind_tools(list(request.tools))
        try:
            async with asyncio.timeout(self._patience(role) if ours else None):
                return said(await chat.ainvoke(list(request.messages), **extra))
        except Exception as error:
            failure = mapped(role, error, ours=ours)
            if failure is None:
                raise
            raise failure from None  # the original carries the request with its headers

    def _extra(self, role: str, request: "Request", sample: int) -> dict[str, Any]:
        if role in self._given:
            return {"response_format": request.response_format} if request.response_format else {}
        settings, extra = self.settings(role), dict[str, Any]()
        if request.response_format:  # as a further key: the client would else raise on what is cut off
            extra["extra_body"] = {**settings.extra_body, "response_format": request.response_format}
        if sample and settings.seed is not None:
            extra["seed"] = settings.seed + sample
        return extra

    def _patience(self, role: str) -> float:
        # The client's own limit counts between two bytes; a server that drips would never reach it.
        settings = self.settings(role)
        return (settings.max_retries + 1) * settings.timeout + 60.0 * settings.max_retries
