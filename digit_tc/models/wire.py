"""LangChain messages as an OpenAI-compatible server has them, and its answers as LangChain messages."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
    convert_to_openai_messages,
)
from langchain_core.messages.ai import InputTokenDetails, OutputTokenDetails, UsageMetadata
from langchain_core.messages.tool import invalid_tool_call, tool_call
from langchain_core.outputs import ChatGeneration, ChatResult

_DEVELOPER = "__openai_role__"
"""Where LangChain keeps the newer name of a system message."""


def as_sent(message: BaseMessage) -> dict[str, Any]:
    """Returns a message as it is sent.

    Raises:
        ValueError: The server has no such kind of message.
    """
    if not isinstance(message.content, str):
        sent: dict[str, Any] = convert_to_openai_messages([message])[0]
        return sent
    sent = {"content": message.content, "role": _role(message)}
    if isinstance(message, ToolMessage):
        return {**sent, "tool_call_id": message.tool_call_id}
    if message.name is not None:
        sent["name"] = message.name
    if isinstance(message, AIMessage) and (message.tool_calls or message.invalid_tool_calls):
        sent["tool_calls"] = [*map(_call_as_sent, message.tool_calls), *map(_call_as_sent, message.invalid_tool_calls)]
        sent["content"] = message.content or None
    return sent


def _role(message: BaseMessage) -> str:
    if isinstance(message, ChatMessage):
        return message.role
    if isinstance(message, SystemMessage):
        return str(message.additional_kwargs.get(_DEVELOPER, "system"))
    for kind, role in _ROLES.items():
        if isinstance(message, kind):
            return role
    raise ValueError(f"a message of type {message.type!r} cannot be sent")


_ROLES: Mapping[type[BaseMessage], str] = {
    HumanMessage: "user",
    AIMessage: "assistant",
    ToolMessage: "tool",
    FunctionMessage: "function",
}


def _call_as_sent(call: Mapping[str, Any]) -> dict[str, Any]:
    arguments = call["args"]
    text = arguments if isinstance(arguments, str) else json.dumps(arguments or {}, ensure_ascii=False)
    return {"type": "function", "id": call["id"], "function": {"name": call["name"], "arguments": text}}


def result_of(body: Mapping[str, Any]) -> ChatResult:
    """Returns the replies in the body of an answer, each with what the server says about it.

    Raises:
        ValueError: It holds none.
    """
    choices: Sequence[Mapping[str, Any]] = body.get("choices") or ()
    if not choices:
        raise ValueError("the answer holds no choices")
    usage = body.get("usage") or {}
    about = {
        "token_usage": usage,
        "model_name": body.get("model", ""),
        "system_fingerprint": body.get("system_fingerprint", ""),
        "id": body.get("id", ""),
    }
    return ChatResult(generations=[_generation(choice, usage) for choice in choices], llm_output=about)


def _generation(choice: Mapping[str, Any], usage: Mapping[str, Any]) -> ChatGeneration:
    about = {"finish_reason": choice.get("finish_reason")}
    if "logprobs" in choice:
        about["logprobs"] = choice["logprobs"]
    message = _message(choice["message"])
    if usage:
        message.usage_metadata = usage_of(usage)
    return ChatGeneration(message=message, generation_info=about)


def _message(said: Mapping[str, Any]) -> AIMessage:
    further = {"refusal": said["refusal"]} if said.get("refusal") else {}
    read, unread = [], []
    for call in said.get("tool_calls") or ():
        function = call["function"]
        name, text = function["name"], function.get("arguments") or ""
        try:
            arguments = json.loads(text or "{}", strict=False)
            if not isinstance(arguments, dict):
                raise ValueError("the arguments are no object")
        except ValueError as error:
            unread.append(invalid_tool_call(name=name, args=text, id=call.get("id"), error=str(error)))
        else:
            read.append(tool_call(name=name, args=arguments, id=call.get("id")))
    return AIMessage(
        content=said.get("content") or "", additional_kwargs=further, tool_calls=read, invalid_tool_calls=unread
    )


def usage_of(told: Mapping[str, Any]) -> UsageMetadata:
    """Returns the tokens of an answer; what the server does not tell is 0 or left out."""
    prompt, completion = told.get("prompt_tokens") or 0, told.get("completion_tokens") or 0
    read, written = told.get("prompt_tokens_details") or {}, told.get("completion_tokens_details") or {}
    usage = UsageMetadata(
        input_tokens=prompt, output_tokens=completion, total_tokens=told.get("total_tokens") or prompt + completion
    )
    if (cached := read.get("cached_tokens")) is not None:
        usage["input_token_details"] = InputTokenDetails(cache_read=cached)
    if (thought := written.get("reasoning_tokens")) is not None:
        usage["output_token_details"] = OutputTokenDetails(reasoning=thought)
    return usage
