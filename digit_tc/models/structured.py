"""Answers of a shape from a chat model, as LangChain's `with_structured_output` gives them."""

from collections.abc import Callable
from operator import itemgetter
from typing import Any, Literal

from langchain_core.exceptions import OutputParserException
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage
from langchain_core.output_parsers import JsonOutputParser
from langchain_core.output_parsers.openai_tools import JsonOutputKeyToolsParser, PydanticToolsParser
from langchain_core.runnables import Runnable, RunnableLambda, RunnableMap, RunnablePassthrough
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import BaseModel

from digit_tc.models.fitting import Unfit, fitted_in
from digit_tc.models.schemas import Sent

Method = Literal["json_schema", "json_mode", "function_calling"]
Shape = dict[str, Any] | type[BaseModel]


def structured(
    chat: BaseChatModel,
    shape: Shape,
    method: Method,
    *,
    include_raw: bool = False,
    strict: bool | None = None,
    **further: Any,
) -> Runnable[LanguageModelInput, Any]:
    """Returns a model that answers in a shape; see `FastChat.with_structured_output`.

    Raises:
        ValueError: There is no such method, or a JSON Schema has no title.
    """
    if method == "function_calling":
        asked, read = _by_tool(chat, shape, strict, further)
    elif method == "json_mode":
        asked, read = chat.bind(response_format={"type": "json_object"}, **further), _reader(shape)
    elif method == "json_schema":
        asked, read = chat.bind(response_format=_format(shape, strict), **further), _reader(shape)
    else:
        raise ValueError(f"method must be json_schema, json_mode or function_calling; got {method!r}")
    if not include_raw:
        answered: Runnable[LanguageModelInput, Any] = asked | read
        return answered
    parsed = RunnablePassthrough.assign(parsed=itemgetter("raw") | read, parsing_error=lambda _: None)
    failed = RunnablePassthrough.assign(parsed=lambda _: None)
    return RunnableMap(raw=asked) | parsed.with_fallbacks([failed], exception_key="parsing_error")


def _by_tool(chat: BaseChatModel, shape: Shape, strict: bool | None, further: dict[str, Any]) -> tuple[Any, Any]:
    name = convert_to_openai_tool(shape)["function"]["name"]
    asked = chat.bind_tools([shape], tool_choice=name, strict=strict, parallel_tool_calls=False, **further)
    if isinstance(shape, dict):
        return asked, JsonOutputKeyToolsParser(key_name=name, first_tool_only=True)
    return asked, PydanticToolsParser(tools=[shape], first_tool_only=True)


def _format(shape: Shape, strict: bool | None) -> dict[str, Any]:
    if isinstance(shape, dict):
        if not shape.get("title"):
            raise ValueError("the JSON Schema has no title, which is the name of the answer; give it one")
        asked = {"name": shape["title"], "schema": shape, "strict": bool(strict)}
    else:
        sent = Sent(shape.model_json_schema())
        asked = {
            "name": shape.__name__,
            "schema": sent.schema,
            "strict": sent.strict if strict is None else strict,
        }
    return {"type": "json_schema", "json_schema": asked}


def _reader(shape: Shape) -> Runnable[Any, Any]:
    if isinstance(shape, dict):
        return JsonOutputParser()
    return RunnableLambda(_reading(shape))


def _reading(kind: type[BaseModel]) -> Callable[[AIMessage], BaseModel]:
    def read(message: AIMessage) -> BaseModel:
        text = str(message.text)
        try:
            return fitted_in(kind, text)
        except Unfit as unfit:
            raise OutputParserException(f"the reply is no {kind.__name__}: {unfit}", llm_output=text) from None

    return read
