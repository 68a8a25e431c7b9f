"""A chat model for any OpenAI-compatible server that costs a fraction of the official client's time.

It has LangChain's interface and goes the shortest way to the server. Streams come as one piece; `invoke` opens a
connection for each call, as no loop goes on between two of them.
"""

import asyncio
import os
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatResult
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, SecretStr, SkipValidation
from pydantic_core import from_json, to_json

import digit_tc
from digit_tc.models.failures import RefusedError
from digit_tc.models.server import Answer, Patience, Server, Servers
from digit_tc.models.settings import HOSTED, KEY_VARIABLE, PLACEHOLDER_KEY
from digit_tc.models.structured import Method, structured
from digit_tc.models.wire import as_sent, result_of

T = TypeVar("T")

_SAMPLING = ("temperature", "top_p", "seed")


def _key_there() -> SecretStr:
    return SecretStr(os.environ.get(KEY_VARIABLE, "").strip() or PLACEHOLDER_KEY)


class FastChat(BaseChatModel):
    """A chat model of an OpenAI-compatible server.

        chat = FastChat(model="any", base_url="http://127.0.0.1:8000/v1")
        reply = await chat.ainvoke("Hello")
        await chat.aclose()

    What a call is given besides (`n`, `logprobs`, `response_format`, ...) goes into its request as it is. Refusals
    raise `RefusedError`, attempts that take too long `TimeoutError`, lost connections `ConnectionError`; what may pass
    was tried again before.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    model: str
    base_url: str = HOSTED
    api_key: SecretStr = Field(default_factory=_key_there, exclude=True)
    """The environment variable OPENAI_API_KEY where none is given."""
    temperature: float | None = None
    """None leaves it to the server, as with what follows."""
    top_p: float | None = None
    seed: int | None = None
    max_tokens: int | None = None
    """Longest reply, in tokens."""
    timeout: float = 120.0
    """Longest wait for one attempt, in seconds, to the last byte."""
    max_retries: int = 2
    """Further attempts after an error that may pass."""
    extra_body: dict[str, Any] = Field(default_factory=dict)
    """Further keys of each request."""
    server: SkipValidation[Server | None] = Field(default=None, exclude=True, repr=False)
    """The server at that address, where it is shared with others; None means one of its own."""
    sent: SkipValidation[Callable[[], None]] = Field(default=lambda: None, exclude=True, repr=False)
    """Is told of each request that goes out, those that are made again included."""
    _own: Servers | None = PrivateAttr(default=None)

    @property
    def _llm_type(self) -> str:
        return "fast-chat"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model_name": self.model, **self._settings()}

    async def aclose(self) -> None:
        """Closes the connections of its own; a later question opens new ones."""
        if self._own is not None:
            await self._own.aclose()

    def bind_tools(
        self,
        tools: Sequence[Any],
        *,
        tool_choice: dict[str, Any] | str | bool | None = None,
        strict: bool | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Returns the model with tools.

        Args:
            tools: Functions, pydantic models, LangChain tools, or tools as the server has them.
            tool_choice: The name of the one that must be called; `any`, `required` or True for some; `auto`; `none`.
            strict: Whether the server must hold the calls to the schemas.
            kwargs: Further keys of each request.
        """
        offered = [convert_to_openai_tool(tool, strict=strict) for tool in tools]
        if tool_choice:
            names = {tool["function"]["name"] for tool in offered if "function" in tool}
            kwargs["tool_choice"] = _choice(tool_choice, names)
        return self.bind(tools=offered, **kwargs)

    def with_structured_output(
        self,
        schema: dict[str, Any] | type[BaseModel],
        *,
        method: Method = "json_schema",
        include_raw: bool = False,
        strict: bool | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, Any]:
        """Returns a model that answers with an instance of a pydantic model, or with an object of a JSON Schema.

        Args:
            schema: The shape; a JSON Schema needs a title.
            method: `json_schema` has the server hold the model to the schema, `json_mode` to JSON alone (say in the
                prompt which), `function_calling` has it call a tool of that shape.
            include_raw: Whether to return `raw`, `parsed` and `parsing_error` rather than to raise.
            strict: Whether the server must hold the answer to the schema; None means where it can.
            kwargs: Further keys of each request.
        """
        return structured(self, schema, method, include_raw=include_raw, strict=strict, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002 - the interface has it
        **kwargs: Any,
    ) -> ChatResult:
        body = self._body(messages, stop, kwargs)

        async def once() -> ChatResult:
            servers = Servers()
            try:
                return await self._asked(servers.at(self.base_url), body)
            finally:
                await servers.aclose()

        return _run(once())

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,  # noqa: ARG002 - the interface has it
        **kwargs: Any,
    ) -> ChatResult:
        return await self._asked(self._server(), self._body(messages, stop, kwargs))

    def _server(self) -> Server:
        if self.server is not None:
            return self.server
        if self._own is None:
            self._own = Servers()
        return self._own.at(self.base_url)

    async def _asked(self, server: Server, body: bytes) -> ChatResult:
        key = self.api_key.get_secret_value()
        headers = {
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "User-Agent": f"digit-tc/{digit_tc.__version__}",
        }
        url = f"{self.base_url.rstrip('/')}/chat/completions"
        patience = Patience(self.timeout, self.max_retries)
        answer = await server.post(url, body, headers, patience, self.sent)
        if answer.status >= 400:
            raise _refused(answer, key)
        return result_of(from_json(answer.body))

    def _settings(self) -> dict[str, Any]:
        said = {name: getattr(self, name) for name in _SAMPLING}
        return {name: value for name, value in said.items() if value is not None}

    def _body(self, messages: Sequence[BaseMessage], stop: list[str] | None, asked: dict[str, Any]) -> bytes:
        sent = [as_sent(message) for message in messages]
        body: dict[str, Any] = {"model": self.model, "messages": sent, "stream": False}
        body |= self._settings()
        if self.max_tokens is not None:
            body["max_completion_tokens"] = self.max_tokens
        if stop:
            body["stop"] = stop
        further = {**self.extra_body, **(asked.pop("extra_body", None) or {})}
        body |= {name: value for name, value in asked.items() if value is not None}
        return to_json(body | further)


def _choice(wanted: dict[str, Any] | str | bool, names: set[str]) -> dict[str, Any] | str:
    if isinstance(wanted, str) and wanted in names:
        return {"type": "function", "function": {"name": wanted}}
    return "required" if wanted in ("any", True) else wanted  # type: ignore[return-value]


def _refused(answer: Answer, key: str) -> RefusedError:
    try:
        told = from_json(answer.body)
    except ValueError:
        told = None  # a page for people
    error = told.get("error", told) if isinstance(told, dict) else None
    if isinstance(error, str):
        return RefusedError(answer.status, error, key=key)
    if not isinstance(error, dict):
        return RefusedError(answer.status, key=key)
    return RefusedError(answer.status, str(error.get("message") or ""), str(error.get("code") or ""), key=key)


def _run(asking: Coroutine[Any, Any, T]) -> T:
    """Runs to the end in a loop of its own: in a thread where one runs in this."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(asking)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, asking).result()
