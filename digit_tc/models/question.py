"""One question of a role with all its attempts, until there is an answer."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import jsonschema_rs
from langchain_core.messages import BaseMessage

from digit_tc.canonical import digest
from digit_tc.errors import EmptyReplyError, ModelError, ShapeError
from digit_tc.models.fitting import Unfit
from digit_tc.models.forms import Manner, Request, Shape, framed, refuses, repaired
from digit_tc.models.loose_json import cut_off, values_in
from digit_tc.models.replies import Replies
from digit_tc.models.reply import Reply, Said

T = TypeVar("T")

Exchange = Callable[[Request], Awaitable[Sequence[Said]]]
"""Asks the server and returns at least one reply; raises `ModelError`."""


class Question:
    """Keeps what the attempts said and cost, and finds those that were made before.

    Args:
        role: Who asks.
        exchange: What asks the server.
        replies: The replies that are kept.
        manner: How the server is asked, as far as that is known.
        about: What tells the question from others besides its words.
        samples: Which of several replies is wanted; where more than one is named, the server may give all at once.
        weighed: Whether log-probabilities are wanted.
    """

    def __init__(  # noqa: PLR0913 - all of it tells one question from another
        self,
        role: str,
        exchange: Exchange,
        replies: Replies,
        manner: Manner,
        about: Mapping[str, Any],
        samples: range = range(1),
        *,
        weighed: bool = False,
    ) -> None:
        self.role = role
        self.fresh = False
        """Whether the last reply came from the server."""
        self.known = 0
        """Replies that had been kept."""
        self.repairs = 0
        self._exchange, self._replies, self._manner, self._about = exchange, replies, manner, about
        self._samples, self._weighed = samples, weighed
        self._said: dict[str, Said] = {}

    def key(self, messages: Sequence[BaseMessage], /, *, sample: int | None = None, **asked: Any) -> str:
        """Returns what tells an attempt from others: not the form in which a server had to be asked."""
        about = {**self._about, "sample": self._samples.start if sample is None else sample}
        return digest(about, [_shown(message) for message in messages], asked)

    @property
    def asked(self) -> tuple[str, ...]:
        """The keys of the attempts that were answered."""
        return tuple(self._said)

    def knows(self, key: str) -> bool:
        """Says whether the reply to an attempt was kept."""
        return self._replies.find(key) is not None

    async def send(self, messages: Sequence[BaseMessage], asked: Mapping[str, Any], request: Request) -> Said:
        """Returns the reply to an attempt, one that was kept where there is one.

        Args:
            messages: What is asked, whatever the form.
            asked: The shape or the tools of the answer.
            request: What the server is sent.

        Raises:
            ModelError: There is none.
        """
        key = self.key(messages, **asked)
        held = self._replies.ahead(key)
        known = held or self._replies.find(key)
        self.fresh = known is None
        self.known += known is not None and held is None
        if known is None:
            self._replies.need(self.role)
            found = await self._fetched(request)
            self._replies.keep(
                {self.key(messages, sample=at, **asked): said for at, said in zip(self._samples, found, strict=False)}
            )
            known = found[0]
        self._samples = self._samples[:1]  # what is asked further is about this one reply
        self._said[key] = known
        if known.ending == "content_filter":
            raise ModelError(
                f"the server of role {self.role!r} withheld the reply by its content filter", kind="withheld"
            )
        return known

    async def _fetched(self, request: Request) -> Sequence[Said]:
        """Asks for all replies at once, and again without what the server may have refused."""
        tries = self._manner.tries(len(self._samples), weighed=self._weighed)
        refusal: ModelError | None = None
        for choices, weighed in tries:
            try:
                found = await self._exchange(replace(request, choices=choices, weighed=weighed))
            except ModelError as error:
                if not refuses(error):
                    raise
                refusal = refusal or error
            else:
                self._manner.granted((choices, weighed), tries[0], len(found))
                return found
        raise refusal or AssertionError("nothing was tried")

    def cut_off(self) -> ModelError:
        """Returns the error of a reply that ends before its end."""
        message = f"the model of role {self.role!r} was cut off in its reply: raise max_tokens in its settings"
        return ModelError(message, retryable=True, kind="cut off")

    def reply(self, text: str) -> Reply:
        """Returns the reply of the whole question: the words, and what all attempts cost."""
        return Reply(
            text=text,
            prompt_tokens=sum(said.prompt_tokens for said in self._said.values()),
            completion_tokens=sum(said.completion_tokens for said in self._said.values()),
            known=self.known == len(self._said),
            logprob=list(self._said.values())[-1].logprob if self._said else None,
        )


async def words(question: Question, messages: Sequence[BaseMessage]) -> Reply:
    """Returns the words of a model.

    Raises:
        ModelError: There are none, or not all of them.
    """
    said = await question.send(messages, {}, Request(tuple(messages)))
    if said.ending == "length":
        raise question.cut_off()
    if not said.text:
        raise EmptyReplyError(f"the model of role {question.role!r} gave an empty reply", retryable=True)
    return question.reply(said.text)


class Shaped:
    """A question for an answer of a shape; `before` is told to the model in every form."""

    def __init__(self, question: Question, manner: Manner, shape: Shape[Any], before: str = "") -> None:
        self._question, self._manner, self._shape, self._before = question, manner, shape, before

    async def answer(self, messages: Sequence[BaseMessage], **asked: Any) -> tuple[Any, str]:
        """Returns the answer and the words that it was read from, after one repair at most.

        Raises:
            ShapeError: The words do not fit the shape, also when the model was told why.
            ModelError: There are no words.
        """
        asked = asked or {"schema": self._shape.sent.schema}
        manner = self._manner
        return await manner.first(manner.finding, lambda: manner.settled, lambda: self._answered(messages, asked))

    async def _answered(self, messages: Sequence[BaseMessage], asked: Mapping[str, Any]) -> tuple[Any, str]:
        said = await self._taken(messages, asked)
        try:
            value = self._shape.read(said)
        except Unfit as unfit:
            problems = _problems(said, unfit, "be shorter")
            self._learn(said, served=False)
        else:
            self._learn(said, served=True)
            return value, said.text
        self._question.repairs += 1
        again = repaired(messages, said.text, problems)
        said = await self._taken(again, asked)
        try:
            value = self._shape.read(said)
        except Unfit as unfit:
            told = "; ".join(_problems(said, unfit, "raise max_tokens in its settings"))[:400]
            who = f"the model of role {self._question.role!r}"
            raise ShapeError(
                f"{who} gave no usable {self._shape.name}, also when told why: {told}", retryable=True
            ) from None
        self._learn(said, served=True)
        return value, said.text

    async def _taken(self, messages: Sequence[BaseMessage], asked: Mapping[str, Any]) -> Said:
        """Asks in the first form that the server takes."""
        name = self._shape.name
        *others, last = self._manner.forms(name)
        for form in others:
            try:
                said = await self._question.send(messages, asked, framed(form, self._shape, messages, self._before))
            except ModelError as error:
                if not refuses(error):
                    raise
            else:
                self._took(form)
                return said
        said = await self._question.send(messages, asked, framed(last, self._shape, messages, self._before))
        self._took(last)
        return said

    def _took(self, form: Any) -> None:
        if self._question.fresh:
            self._manner.took(form, self._shape.name)

    def _learn(self, said: Said, *, served: bool) -> None:
        if not self._question.fresh or (not served and (not said.text or _cut(said))):
            return  # which tells nothing of the server
        self._manner.learn(served=served or (self._manner.form == "json_schema" and _held(said, self._shape)))


def _held(said: Said, shape: Shape[Any]) -> bool:
    """Says whether a server held the model to the schema, though the answer is of no use."""
    try:
        return bool(jsonschema_rs.is_valid(shape.sent.schema, json.loads(said.text)))
    except (ValueError, RecursionError, jsonschema_rs.ReferencingError):
        return False


def _cut(said: Said) -> bool:
    return said.ending == "length" or (not any(values_in(said.text)) and cut_off(said.text))


def _problems(said: Said, unfit: Unfit, mend: str) -> list[str]:
    if not said.text:
        return ["it is empty"]
    if _cut(said):
        return [f"it was cut off before its end: {mend}"]
    return unfit.problems


def _shown(message: BaseMessage) -> list[Any]:
    calls = [[call["name"], call["args"], call["id"]] for call in getattr(message, "tool_calls", ())]
    return [message.type, str(message.text), *([calls] if calls else []), *_answered_call(message)]


def _answered_call(message: BaseMessage) -> list[str]:
    found = getattr(message, "tool_call_id", None)
    return [found] if found else []
