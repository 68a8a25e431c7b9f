"""LangChain tools as tools, and back."""

import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypedDict

import pytest
from langchain_core.callbacks import CallbackManagerForToolRun, Callbacks
from langchain_core.messages import ToolMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import BaseTool, InjectedToolArg, InjectedToolCallId, StructuredTool, tool
from langchain_core.utils.function_calling import convert_to_openai_tool
from langgraph.prebuilt import InjectedState, ToolRuntime
from langgraph.types import Command
from pydantic import BaseModel, Field

from digit_tc.backend import Backend
from digit_tc.tools.python import tool_of

HERE = __name__


class Address(BaseModel):
    street: str
    zip_code: str = Field(default="0000", alias="zip")


@dataclass
class Order:
    """An order."""

    order_id: str
    total: float = 0


def injected(  # noqa: PLR0917 - one of each kind
    a: int,
    state: Annotated[dict[str, Any], InjectedState],
    user: Annotated[str, InjectedToolArg()],
    call: Annotated[str, InjectedToolCallId],
    config: RunnableConfig,
    runtime: ToolRuntime,
    callbacks: Callbacks = None,
    run_manager: CallbackManagerForToolRun | None = None,
    b: Annotated[int, "How many."] = 1,
) -> Command[str]:
    """Do it."""
    raise AssertionError


def test_what_is_injected_is_no_argument_neither_here_nor_in_langchain() -> None:
    ours, theirs = tool_of(injected), tool_of(tool(injected))
    assert [*ours.properties] == ["a", "b"] == [*theirs.properties]
    assert ours.required == ["a"] == theirs.required
    assert (
        ours.properties["b"] == theirs.properties["b"] == {"type": "integer", "default": 1, "description": "How many."}
    )
    assert ours.output_schema is None
    assert [fix.code for fix in ours.fixes] == ["output-not-json"], "what is injected is no loss"
    assert (ours.source.dialect, theirs.source.dialect) == ("python", "langchain")
    assert ours.source.file == theirs.source.file == f"{HERE}.injected"


class Book(BaseModel):
    """Book a room."""

    room: Literal["a", "b"] = Field(description="Which one.")
    nights: int = 1


class Look(TypedDict):
    """Look for rooms."""

    city: str


class Custom(BaseTool):
    name: str = "custom"
    description: str = "A tool with a class of its own."

    def _run(self, query: str, run_manager: CallbackManagerForToolRun | None = None) -> dict[str, int]:
        raise AssertionError


def pair(city: str, days: int = 3, tags: list[str] | None = None) -> tuple[list[int], ToolMessage]:
    """Give a pair.

    Args:
        city: Where.
    """
    raise AssertionError


def room(room: str, nights: int) -> str:
    """Book it."""
    raise AssertionError


async def ship(address: Address, speed: Literal["slow", "fast"] = "slow") -> Order:
    """Ship it."""
    raise AssertionError


LANGCHAIN: list[BaseTool] = [
    tool("say it", description="With a name of its own.")(pair),
    tool(parse_docstring=True, response_format="content_and_artifact")(pair),
    tool(args_schema=Book)(room),
    StructuredTool.from_function(coroutine=ship, name="order"),
    StructuredTool(name="raw", description="By schema.", args_schema=Book.model_json_schema(), func=str),
    Custom(),
]


@pytest.mark.parametrize("given", LANGCHAIN, ids=lambda each: each.name)
def test_a_langchain_tool_comes_back_as_it_was(given: BaseTool) -> None:
    (back,) = Backend([given]).tools()
    before, after = (convert_to_openai_tool(each)["function"] for each in (given, back))
    before["name"] = before["name"].replace(" ", "_")
    assert json.dumps(after, sort_keys=True) == json.dumps(before, sort_keys=True)


def test_the_content_of_a_langchain_tool_is_its_result() -> None:
    outputs = [tool_of(each).output_schema for each in LANGCHAIN]
    assert outputs[1] == {"type": "array", "items": {"type": "integer"}}
    assert outputs[3] is not None
    assert outputs[3]["title"] == "Order"
    assert (outputs[2], outputs[4]) == (None, None), "that LangChain makes text of it says nothing"
    assert outputs[5] == {"type": "object", "additionalProperties": {"type": "integer"}}


def test_classes_are_tools_as_langchain_takes_them() -> None:
    for kind in (Book, Look):
        theirs = convert_to_openai_tool(kind)["function"]
        read = tool_of(kind)
        assert (read.name, read.description) == (theirs["name"], theirs["description"])
        assert read.parameters == theirs["parameters"]
    assert tool_of(Order).required == ["order_id"]
