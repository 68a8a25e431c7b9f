"""The fast client on its own: what it is besides what both clients are held to."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator

import pytest
from langchain_core.messages import (
    AIMessageChunk,
    BaseMessage,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    RemoveMessage,
    SystemMessage,
)
from pydantic import SecretStr

from digit_tc.models.failures import RefusedError
from digit_tc.models.fast import FastChat
from digit_tc.models.wire import as_sent, result_of, usage_of
from digit_tc.testing.server import Rule, Served, serve

KEY = "sk-a-key-that-nobody-may-see-0123456789"
RULES = [
    Rule(contains="refuse", status=400, reply=f"not with {KEY}", code="bad"),
    Rule(contains="list", tool_calls=({"name": "look", "arguments": "[1]"},)),
    Rule(reply="fine"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serve(RULES) as served:
        yield served


@pytest.fixture
def chat(server: Served) -> FastChat:
    return FastChat(model="m", base_url=server.base_url, api_key=SecretStr(KEY), max_retries=0)


def test_it_answers_where_no_loop_runs_and_where_one_does(chat: FastChat) -> None:
    async def inside() -> str:
        return str(chat.invoke("hello").text)

    assert chat.invoke("hello").text == "fine"
    assert asyncio.run(inside()) == "fine"


def test_it_serves_one_loop_after_the_other(chat: FastChat) -> None:
    async def once() -> str:
        found = await chat.ainvoke("hello")
        await chat.aclose()
        return str(found.text)

    assert [asyncio.run(once()), asyncio.run(once())] == ["fine", "fine"]


def test_a_stream_comes_as_one_piece(chat: FastChat) -> None:
    async def streamed() -> list[AIMessageChunk]:
        found = [piece async for piece in chat.astream("hello")]
        await chat.aclose()
        return found

    assert "".join(str(piece.text) for piece in asyncio.run(streamed())) == "fine"


def test_a_refusal_says_what_the_server_said_without_the_key(chat: FastChat) -> None:
    with pytest.raises(RefusedError, match=r"HTTP 400: not with \[key\]") as caught:
        chat.invoke("refuse")
    assert (caught.value.status_code, caught.value.code) == (400, "bad")
    assert KEY not in f"{caught.value!r} {caught.value.body} {chat!r} {chat.model_dump()}"


def test_arguments_that_are_no_object_are_no_call(chat: FastChat) -> None:
    reply = chat.invoke("list")
    assert (reply.tool_calls, [call["args"] for call in reply.invalid_tool_calls]) == ([], ["[1]"])


def test_it_does_not_need_the_official_client() -> None:
    code = (
        "import sys; from digit_tc.models import Models, ModelSettings;"
        "Models(default=ModelSettings(model='m', base_url='http://127.0.0.1:9/v1', client='fast')).chat('user');"
        "print(sorted({'openai', 'langchain_openai'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_kind_of_message_has_its_role() -> None:
    developer = SystemMessage("x", additional_kwargs={"__openai_role__": "developer"})
    sent: list[BaseMessage] = [
        developer,
        ChatMessage(content="x", role="judge"),
        FunctionMessage(content="x", name="f"),
        HumanMessage("x", name="Ann"),
    ]
    assert [as_sent(message)["role"] for message in sent] == ["developer", "judge", "function", "user"]
    with pytest.raises(ValueError, match="of type 'remove' cannot be sent"):
        as_sent(RemoveMessage(id="1"))


def test_tokens_that_are_told_apart_are_kept_apart() -> None:
    told = {
        "prompt_tokens": 10,
        "completion_tokens": 4,
        "prompt_tokens_details": {"cached_tokens": 8},
        "completion_tokens_details": {"reasoning_tokens": 3},
    }
    assert usage_of(told) == {
        "input_tokens": 10,
        "output_tokens": 4,
        "total_tokens": 14,
        "input_token_details": {"cache_read": 8},
        "output_token_details": {"reasoning": 3},
    }
    assert usage_of({"prompt_tokens": None, "prompt_tokens_details": None})["total_tokens"] == 0


def test_an_answer_without_choices_is_none() -> None:
    with pytest.raises(ValueError, match="no choices"):
        result_of({"choices": None})
