"""A chat model that says what a script tells it, for tests of roles and graphs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import ConfigDict, PrivateAttr, SkipValidation

Scripted = str | AIMessage | Exception
"""A reply as text, a whole message, or an error to raise."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of a scripted model: the messages it got and the tools that were bound."""

    messages: tuple[BaseMessage, ...]
    tools: tuple[dict[str, Any], ...] = ()

    @property
    def text(self) -> str:
        """The words of all messages."""
        return "\n".join(str(message.text) for message in self.messages)


class ScriptedModel(BaseChatModel):
    """Gives its replies one after the other, or those of a function of the messages, and keeps what it was asked.

    Give a function where conversations run at the same time: it answers by content, not by order.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    replies: SkipValidation[Sequence[Scripted] | Callable[[Sequence[BaseMessage]], Scripted]]
    _asked: list[Asked] = PrivateAttr(default_factory=list)

    @property
    def asked(self) -> tuple[Asked, ...]:
        """Every call so far."""
        return tuple(self._asked)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Returns the model with the tools; they are kept with each call and change no reply."""
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], tool_choice=tool_choice, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002 - the interface has it
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,
    ) -> ChatResult:
        self._asked.append(Asked(tuple(messages), tuple(kwargs.get("tools", ()))))
        message = self._next(messages)
        if message.usage_metadata is None:
            prompt = sum(_tokens(str(each.text)) for each in messages)
            completion = _tokens(str(message.text))
            usage = UsageMetadata(input_tokens=prompt, output_tokens=completion, total_tokens=prompt + completion)
            message = message.model_copy(update={"usage_metadata": usage})
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _next(self, messages: list[BaseMessage]) -> AIMessage:
        if callable(self.replies):
            reply = self.replies(messages)
        elif len(self._asked) <= len(self.replies):
            reply = self.replies[len(self._asked) - 1]
        else:
            raise LookupError(f"the script has {len(self.replies)} replies and was asked for one more")
        if isinstance(reply, Exception):
            raise reply
        return reply if isinstance(reply, AIMessage) else AIMessage(reply)


def _tokens(text: str) -> int:
    return -(-len(text.encode()) // 4)
