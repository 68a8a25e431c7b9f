"""The forms in which an answer of a given shape is asked for, and how it is found out which one a server has.

`json_schema`  the server holds the model to the schema
`json_mode`    the server holds the model to JSON; the form stands in the prompt
`tagged`       nothing is asked of the server; the form stands in the prompt, the answer between tags
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Generic, Literal, TypeVar, get_args

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from pydantic import BaseModel

from digit_tc.errors import ContextLengthError, ModelError
from digit_tc.models.fitting import fitted_in
from digit_tc.models.loose_json import TAG
from digit_tc.models.reply import Said
from digit_tc.models.schemas import Sent, example
from digit_tc.models.settings import Structured

T = TypeVar("T")
A = TypeVar("A")
M = TypeVar("M", bound=BaseModel)

Form = Literal["json_schema", "json_mode", "tagged"]
FORMS: tuple[Form, ...] = get_args(Form)

_REFUSALS = frozenset({400, 415, 422, 501})


@dataclass(frozen=True)
class Shape(Generic[T]):
    """What an answer must be."""

    name: str
    sent: Sent
    read: Callable[[Said], T]
    """Reads it from what a model said; raises `Unfit`."""

    def shown(self) -> str:
        """Returns the shape as a model reads it."""
        return example(self.sent.schema)


def shape_of(kind: type[M]) -> Shape[M]:
    """Returns the shape of a pydantic model."""
    return Shape(kind.__name__, _sent(kind), lambda said: fitted_in(kind, said.text))


@lru_cache(maxsize=256)
def _sent(kind: type[BaseModel]) -> Sent:
    return Sent(kind.model_json_schema())


@dataclass(frozen=True)
class Request:
    """What a server is asked."""

    messages: tuple[BaseMessage, ...]
    response_format: dict[str, Any] | None = None
    tools: tuple[dict[str, Any], ...] = ()
    choices: int = 1
    """How many replies are wanted."""
    weighed: bool = False
    """Whether log-probabilities are wanted."""


@dataclass
class Manner:
    """How one model on one server is asked, as far as that is known."""

    chosen: Structured = "auto"
    form: Form = "json_schema"
    settled: bool = False
    native: bool | None = None
    """Whether it makes tool calls; None until that is known."""
    many: bool | None = None
    """Whether it gives several replies to one request; None until that is known."""
    weighs: bool | None = None
    """Whether it tells log-probabilities; None until that is known."""
    finding: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by the one question that finds out."""
    calling: asyncio.Lock = field(default_factory=asyncio.Lock)
    """The same for tool calls."""
    hurried: bool = False
    """Whether the server kept a question waiting in vain: the others do not wait for one another then."""
    odd: set[str] = field(default_factory=set)
    """Names of shapes that the server refuses although it takes others."""

    def __post_init__(self) -> None:
        if self.chosen != "auto":
            self.form, self.settled = self.chosen, True

    async def first(self, lock: asyncio.Lock, known: Callable[[], bool], ask: Callable[[], Awaitable[A]]) -> A:
        """Asks, and lets the others wait until one has found out what is not known yet."""
        if known() or self.hurried:
            return await ask()
        async with lock:
            if not (known() or self.hurried):
                try:
                    return await ask()
                except ModelError as error:
                    self.hurried = error.kind in ("timeout", "connection")
                    raise
        return await ask()

    def unlock(self) -> None:
        """Makes new locks: a later question may come from another loop."""
        self.finding, self.calling = asyncio.Lock(), asyncio.Lock()

    def tries(self, choices: int, *, weighed: bool) -> list[tuple[int, bool]]:
        """Returns how many replies to ask for, and whether with log-probabilities, one after the other as refused."""
        full = (1 if self.many is False else choices, weighed and self.weighs is not False)
        return list(dict.fromkeys([full, (1, full[1]), (1, False)]))

    def granted(self, asked: tuple[int, bool], wanted: tuple[int, bool], came: int) -> None:
        """Notes what a server takes: `wanted` was asked for first, `asked` was taken, and so many replies came."""
        if wanted[0] > 1:
            self.many = asked[0] > 1 and came >= asked[0]
        if wanted[1]:
            self.weighs = asked[1]

    def forms(self, name: str) -> Sequence[Form]:
        """Returns the forms to try for a shape, one after the other as they are refused."""
        if self.chosen != "auto":
            return (self.form,)
        first = FORMS.index(self.form) + (name in self.odd)
        return FORMS[min(first, len(FORMS) - 1) :]

    def took(self, form: Form, name: str) -> None:
        """Notes in which form a question was taken."""
        if form == self.form or self.chosen != "auto":
            return
        if self.settled:
            self.odd.add(name)
        else:
            self.form = form

    def learn(self, *, served: bool) -> None:
        """Notes whether the form did what it promises; where it did not, the next question takes the next one."""
        if served or self.form == "tagged":
            self.settled = True
        elif not self.settled:
            self.form = FORMS[FORMS.index(self.form) + 1]


def refuses(error: ModelError) -> bool:
    """Says whether a server may have refused the form of a request, not what is asked."""
    return error.status in _REFUSALS and not isinstance(error, ContextLengthError)


def framed(form: Form, shape: Shape[Any], messages: Sequence[BaseMessage], before: str = "") -> Request:
    """Returns the request that asks for a shape in a form; `before` is told to the model in every form."""
    if form == "json_schema":
        asked = {"name": shape.name, "schema": shape.sent.schema, "strict": shape.sent.strict}
        return Request(told(messages, before), {"type": "json_schema", "json_schema": asked})
    if form == "json_mode":
        words = f"Answer with one JSON object of this form and nothing else:\n{shape.shown()}"
        return Request(told(messages, before, words), {"type": "json_object"})
    words = f"End with your answer as JSON of this form, between tags:\n<{TAG}>{shape.shown()}</{TAG}>"
    return Request(told(messages, before, words))


def told(messages: Sequence[BaseMessage], *words: str) -> tuple[BaseMessage, ...]:
    """Returns messages with a standing instruction: at the end of the system message, so that prefixes repeat."""
    added = "\n\n".join(word for word in words if word)
    if not added:
        return tuple(messages)
    if messages and isinstance(messages[0], SystemMessage):
        return (SystemMessage(f"{messages[0].text}\n\n{added}"), *messages[1:])
    return (SystemMessage(added), *messages)


def repaired(messages: Sequence[BaseMessage], text: str, problems: Sequence[str]) -> tuple[BaseMessage, ...]:
    """Returns the messages that ask once more, with what was wrong; roles go on to alternate."""
    listed = "\n".join(f"- {problem}" for problem in problems)
    words = f"That answer cannot be used:\n{listed}\nGive the whole answer again, corrected, and nothing else."
    if text:
        return (*messages, AIMessage(text), HumanMessage(words))
    if messages and isinstance(messages[-1], HumanMessage):
        return (*messages[:-1], HumanMessage(f"{messages[-1].text}\n\n{words}"))
    return (*messages, HumanMessage(words))
