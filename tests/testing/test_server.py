"""The scripted server speaks like a real one, is seen from this machine only, and ends with its caller."""

import asyncio
import json
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from typing import Any

import pytest
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from digit_tc.testing.server import HOST, Rule, completion, echo_user, serve


def post(base_url: str, body: dict[str, Any]) -> bytes:
    request = urllib.request.Request(f"{base_url}/chat/completions", json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=10) as answer:
        content: bytes = answer.read()
    return content


def said(text: str) -> dict[str, Any]:
    return {"model": "m", "messages": [{"role": "user", "content": text}]}


def test_the_first_rule_that_fits_answers_and_equal_requests_get_equal_bytes() -> None:
    rules = [Rule(contains="rain", reply="wet"), Rule(requests=(2,), reply="second"), Rule(reply={"any": 1})]
    with serve(rules) as server:
        answers = [post(server.base_url, said(text)) for text in ("dry", "dry", "rain", "dry", "rain")]
    texts = [json.loads(answer)["choices"][0]["message"]["content"] for answer in answers]
    assert texts == ['{"any": 1}', "second", "wet", '{"any": 1}', "wet"]
    assert answers[0] == answers[3]
    assert answers[2] == answers[4]


def test_a_request_that_no_rule_fits_fails_loudly() -> None:
    with serve([Rule(contains="rain", reply="wet")]) as server, pytest.raises(urllib.error.HTTPError) as caught:
        post(server.base_url, said("sun"))
    assert caught.value.code == 400
    caught.value.close()


def test_models_are_listed() -> None:
    with serve() as server, urllib.request.urlopen(f"{server.base_url}/models", timeout=10) as answer:
        assert json.load(answer)["data"][0]["id"] == "scripted"


def test_streams_and_tool_calls_are_understood_by_the_client() -> None:
    rules = [Rule(contains="call", tool_calls=({"name": "look", "arguments": {"at": "sky"}},)), Rule(reply="blue sky")]

    async def talk(base_url: str) -> tuple[str, int, Any, Any]:
        model = ChatOpenAI(model="m", base_url=base_url, api_key=SecretStr("none"), stream_usage=True)
        whole = None
        async for chunk in model.astream("hello"):
            whole = chunk if whole is None else whole + chunk
        assert whole is not None
        assert whole.usage_metadata is not None
        called = await model.ainvoke("call")
        streamed = [chunk async for chunk in model.astream("call")]
        await model.root_async_client.close()
        calls = [call for chunk in streamed for call in chunk.tool_call_chunks]
        return str(whole.text), whole.usage_metadata["output_tokens"], called.tool_calls[0], calls[0]

    with serve(rules) as server:
        text, tokens, call, chunk = asyncio.run(talk(server.base_url))
    assert (text, tokens) == ("blue sky", 2)
    assert (call["name"], call["args"]) == ("look", {"at": "sky"})
    assert (chunk["name"], json.loads(chunk["args"])) == ("look", {"at": "sky"})


def test_only_this_machine_can_reach_it() -> None:
    assert HOST == "127.0.0.1"
    with serve() as server, socket.socket() as other:
        other.settimeout(2)
        with pytest.raises(OSError, match=r"."):
            other.connect(("127.0.0.2", server.port))


def test_it_ends_when_its_caller_is_gone() -> None:
    command = [sys.executable, "-m", "digit_tc.testing.server", "--until-eof"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert json.loads(process.stdout.readline())["port"] > 0
        process.stdin.close()
        assert process.wait(timeout=10) == 0


def test_the_echo_reads_the_last_list_of_values() -> None:
    text = 'The list stands between <values> tags.\n<values>\n["a", 2]\n</values>\n'
    assert echo_user(text) == "I need this done, please: a, 2."
    assert echo_user("no list") == "I need this done, please."


def test_an_answer_has_the_usage_of_its_words() -> None:
    usage = completion(Rule(reply="abcde"), said("x" * 9))["usage"]
    assert usage == {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
