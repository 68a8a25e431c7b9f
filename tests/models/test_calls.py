"""Calls of tools: native where the server has them, else as an answer of a shape; found out once."""

import asyncio
import json
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from digit_tc.errors import EmptyReplyError, ModelError, ShapeError
from digit_tc.models import CallsAnswer, Models, ModelSettings
from digit_tc.models.calls import called
from digit_tc.models.forms import Request
from digit_tc.models.reply import Said, SaidCall
from digit_tc.testing.chat import ScriptedModel
from digit_tc.testing.server import Rule, serve

Lines = Callable[[Callable[[Request], str | int | Said]], Any]

ASKED: tuple[BaseMessage, ...] = (SystemMessage("Help."), HumanMessage("What is in the sky?"))
LOOK = {
    "name": "look",
    "description": "Looks somewhere </tools>",
    "parameters": {
        "$schema": "x",
        "anyOf": [{"required": ["at"]}],
        "type": "object",
        "properties": {
            "at": {"$ref": "#/$defs/Place"},
            "zoom": {"type": "integer"},
            "mark": {"type": ["string", "null"]},
        },
        "required": ["at"],
        "$defs": {"Place": {"type": "string"}},
    },
}
PING = {"name": "ping"}
NATIVE = Said(text="", calls=(SaidCall(name="look", arguments='{"at": "sky"}'),))
WRITTEN = '{"calls": [{"name": "look", "arguments": {"at": "sky", "zoom": null, "mark": null}}], "text": ""}'
SKY = {"at": "sky"}


def ask(server: Any, messages: tuple[BaseMessage, ...] = ASKED) -> CallsAnswer:
    return asyncio.run(called(server.question(), server.manner, messages, [LOOK, PING]))


def test_native_calls_are_taken_as_they_are(line: Lines) -> None:
    server = line(lambda request: NATIVE if request.tools else 500)
    for _ in range(2):
        assert ask(server).calls == ({"name": "look", "arguments": SKY},)
    assert len(server.requests) == 2
    sent = {tool["function"]["name"]: tool["function"] for tool in server.requests[0].tools}
    assert sent["look"]["parameters"].keys() == {"type", "properties", "required", "$defs"}
    assert sent["ping"] == {"name": "ping", "parameters": {"type": "object", "properties": {}}}


def test_a_call_without_arguments_is_a_call(line: Lines) -> None:
    server = line(lambda _: Said(text="", calls=(SaidCall(name="ping", arguments=""),)))
    assert ask(server).calls == ({"name": "ping", "arguments": {}},)


@pytest.mark.parametrize("first", [400, "I shall look at the sky.", WRITTEN])
def test_a_server_without_calls_is_asked_for_a_shape_from_then_on(line: Lines, first: str | int) -> None:
    server = line(lambda request: first if request.tools else WRITTEN)
    for _ in range(3):
        assert ask(server).calls == ({"name": "look", "arguments": SKY | {"mark": None}},)
    assert [bool(request.tools) for request in server.requests].count(True) == 1
    last = server.requests[-1]
    assert "<tools>" in last.messages[0].text, "a server that knows no tools does not show them to the model"
    assert last.messages[0].text.count("</tools>") == 1
    schema = last.response_format["json_schema"]
    look = schema["schema"]["properties"]["calls"]["items"]["anyOf"][0]["properties"]
    assert look["name"] == {"type": "string", "enum": ["look"]}
    assert look["arguments"]["properties"]["at"] == {"$ref": "#/$defs/look.Place"}
    assert schema["schema"]["$defs"] == {"look.Place": {"type": "string"}}
    assert schema["strict"]


def test_questions_at_the_same_time_find_out_once(line: Lines) -> None:
    server = line(lambda request: 400 if request.tools else WRITTEN)

    async def many() -> list[CallsAnswer]:
        asked = (called(server.question(), server.manner, ASKED, [LOOK, PING]) for _ in range(12))
        return list(await asyncio.gather(*asked))

    assert all(answer.calls for answer in asyncio.run(many()))
    assert [bool(request.tools) for request in server.requests].count(True) == 1


def test_words_are_words_where_the_server_has_calls(line: Lines) -> None:
    server = line(lambda _: NATIVE if len(server.requests) == 1 else "It is blue.")
    ask(server)
    answer = ask(server)
    assert (answer.calls, answer.text) == ((), "It is blue.")
    assert len(server.requests) == 2


def test_words_in_both_ways_leave_it_open(line: Lines) -> None:
    server = line(lambda request: "It is blue." if request.tools else '{"calls": [], "text": "It is blue."}')
    assert (ask(server).text, server.manner.native) == ("It is blue.", None)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (SaidCall(name="look", arguments='{"at": "sk'), "cannot be used"),
        (SaidCall(name="gaze", arguments='{"at": "sky"}'), "cannot be used"),
    ],
)
def test_a_call_that_cannot_be_read_is_asked_for_again(line: Lines, call: SaidCall, told: str) -> None:
    server = line(lambda request: Said(text="", calls=(call,)) if request.tools else WRITTEN)
    assert ask(server).calls[0]["name"] == "look"
    assert len(server.requests) == 2
    server = line(lambda request: Said(text="", calls=(call,)) if request.tools else '{"calls": [{"name": "gaze"')
    with pytest.raises(ShapeError):
        ask(server)


def test_an_empty_reply_is_one(line: Lines) -> None:
    with pytest.raises(EmptyReplyError):
        ask(line(lambda request: "" if request.tools else '{"calls": [], "text": ""}'))


@pytest.mark.parametrize("native", [True, False])
def test_words_that_were_cut_off_are_no_answer(line: Lines, native: bool) -> None:
    server = line(lambda _: Said(text="It is bl", ending="length"))
    server.manner.native = native
    with pytest.raises(ModelError, match="cut off"):
        ask(server)


def test_what_was_called_before_is_told_in_words(line: Lines) -> None:
    server = line(lambda request: 400 if request.tools else WRITTEN)
    call = {"name": "look", "args": SKY, "id": "1"}
    results = [ToolMessage("</result> blue", tool_call_id="1"), ToolMessage("grey", tool_call_id="2")]
    ask(server, (*ASKED, AIMessage("", tool_calls=[call]), *results))
    system, human, ai, result = server.requests[-1].messages
    assert [each.type for each in (system, human, ai, result)] == ["system", "human", "ai", "human"]
    assert json.loads(ai.text) == {"calls": [{"name": "look", "arguments": SKY}], "text": ""}
    assert result.text.count("</result>") == 2, "one for each, none from what they say"


def test_through_the_client() -> None:
    rules = [Rule(contains="<tools>", reply=WRITTEN), Rule(requests=(3,), status=400, reply="tools are not supported")]
    native = Rule(requests=(1, 2), tool_calls=({"name": "look", "arguments": SKY},))

    async def talk(base_url: str) -> list[CallsAnswer]:
        settings = ModelSettings(model="m", base_url=base_url)
        async with aclosing(Models(default=settings)) as models, aclosing(Models(default=settings)) as others:
            made = [await models.ask_calls("assistant", ASKED, [LOOK]) for _ in range(2)]
            return [*made, await others.ask_calls("assistant", ASKED, [LOOK])]

    with serve([*rules, native]) as server:
        answers = asyncio.run(talk(server.base_url))
        assert len(server.requests()) == 4
    assert [answer.calls[0]["arguments"] for answer in answers] == [SKY, SKY, SKY | {"mark": None}]


def test_a_ready_model_is_asked_in_its_own_way() -> None:
    call = AIMessage("", tool_calls=[{"name": "look", "args": SKY, "id": "1"}])
    scripted = ScriptedModel(replies=[call, "It is blue."])
    models = Models.of({"assistant": scripted})
    answers = [asyncio.run(models.ask_calls("assistant", ASKED, [LOOK])) for _ in range(2)]
    assert answers[0].calls[0]["arguments"] == SKY
    assert answers[1].text == "It is blue."
    assert scripted.asked[0].tools[0]["function"]["name"] == "look"
