"""The tempers of the loopback server: each does what it says, deterministically, and the client copes with it."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from threading import Thread
from typing import Any, Literal

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import HumanMessage, SystemMessage
from pydantic import BaseModel

from digit_tc.errors import ModelError
from digit_tc.models import Answer, CallsAnswer, Models, ModelSettings
from digit_tc.models.schemas import Sent
from digit_tc.streams import Stream
from digit_tc.testing.completion import completions
from digit_tc.testing.invention import Invention
from digit_tc.testing.rule import ChatRequest, Rule
from digit_tc.testing.server import HOST, ScriptedServer, serve
from digit_tc.testing.tempers import Temper, failing

TOOL = {"name": "look", "parameters": {"type": "object", "properties": {"at": {"type": "string"}}, "required": ["at"]}}


class Part(BaseModel):
    id: str
    count: int


class Judgement(BaseModel):
    status: Literal["pass", "fail"]
    parts: list[Part]
    note: str | None = None


def wit(request: ChatRequest) -> dict[str, Any] | str | None:
    """Knows judges by their first line and talkers by theirs."""
    match request.first_line:
        case "You judge.":
            number = sum(map(ord, request.text)) % 7
            return {"status": "fail", "parts": [{"id": f"P-{100 + number}", "count": number}], "note": None}
        case "You look.":
            return {"calls": [{"name": "look", "arguments": {"at": "sky"}}], "text": ""}
        case "You talk.":
            return "It is a fine day."
    return None


@contextmanager
def serving(temper: Temper) -> Iterator[tuple[ScriptedServer, ModelSettings]]:
    """Runs the server in a thread, which starts quicker than a process."""
    with ScriptedServer(0, (), temper, [wit]) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        address = f"http://{HOST}:{server.server_address[1]}/v1"
        try:
            yield server, ModelSettings(model="m", base_url=address, max_retries=3)
        finally:
            server.shutdown()
            thread.join()


def play(temper: Temper, count: int = 30) -> tuple[list[Answer[Judgement] | ModelError], int]:
    """Asks many judges; returns their answers and how many requests that took."""
    with serving(temper) as (server, settings):
        models = Models(default=settings)

        async def one(at: int) -> Answer[Judgement] | ModelError:
            try:
                asked = [SystemMessage("You judge."), HumanMessage(f"Case {at}.")]
                return await models.ask_for("critic", asked, Judgement)
            except ModelError as error:
                return error

        async def every() -> list[Answer[Judgement] | ModelError]:
            async with aclosing(models):
                return list(await asyncio.gather(*map(one, range(count))))

        return asyncio.run(every()), len(server.bodies)


def test_a_well_behaved_server_takes_one_request_each() -> None:
    answers, requests = play("well-behaved")
    assert requests == 30
    assert all(isinstance(one, Answer) and one.value.status == "fail" for one in answers)


def test_nearly_everything_a_sloppy_server_says_is_read_as_it_is_meant() -> None:
    answers, requests = play("sloppy")
    read = [one for one in answers if isinstance(one, Answer)]
    assert len(read) >= 28
    assert all(one.value.status == "fail" and one.value.parts[0].id.startswith("P-10") for one in read)
    assert 31 < requests < 31 + 15, "one refusal, and a repair of what was cut off"
    again, _ = play("sloppy")
    assert [str(one) for one in again] == [str(one) for one in answers], "by the content of the request"


def test_a_drifting_server_keeps_the_form_and_not_the_content() -> None:
    answers, _ = play("drifting")
    values = [one.value for one in answers if isinstance(one, Answer)]
    assert len(values) == 30
    assert {value.status for value in values} == {"pass"}
    assert any(not value.parts for value in values)
    assert any(value.parts and int(value.parts[0].id[2:]) > 106 for value in values)


def test_a_failing_server_fails_in_its_ways_and_a_client_that_tries_again_gets_through() -> None:
    answers, requests = play("failing", 12)
    good = [one for one in answers if isinstance(one, Answer)]
    assert 12 > len(good) > 7
    assert requests > 16
    assert {one.kind for one in answers if isinstance(one, ModelError)} <= {"HTTP 500", "unreadable", "connection"}
    request = ChatRequest({"messages": []})
    faults = {
        failing(Rule(), ChatRequest({"at": at}), 0).fault or failing(Rule(), ChatRequest({"at": at}), 0).status
        for at in range(200)
    }
    assert faults == {200, 429, 500, 503, "cut", "reset", "garbage", "hollow"}
    assert failing(Rule(), request, 0) == failing(Rule(), request, 0)


def test_random_values_fit_the_shape() -> None:
    answers, requests = play("random")
    assert requests == 30
    assert {one.value.status for one in answers if isinstance(one, Answer)} == {"pass", "fail"}


@pytest.mark.parametrize(("temper", "requests"), [("well-behaved", 2), ("sloppy", 5), ("drifting", 2), ("random", 2)])
def test_calls_come_from_every_server(temper: Temper, requests: int) -> None:
    with serving(temper) as (server, settings):
        models = Models(default=settings)

        async def twice() -> list[CallsAnswer]:
            asked = [SystemMessage("You look."), HumanMessage("Now.")]
            async with aclosing(models):
                return [await models.ask_calls("assistant", asked, [TOOL], sample=at) for at in range(2)]

        answers = asyncio.run(twice())
        assert len(server.bodies) <= requests
    if temper != "random":
        assert all(answer.calls[0]["name"] == "look" for answer in answers)


def test_wits_are_given_to_a_process_by_import_string() -> None:
    with serve(temper="well-behaved", wits=[f"{__file__}:wit"]) as server:

        async def once() -> str:
            async with aclosing(Models(default=ModelSettings(model="m", base_url=server.base_url))) as models:
                return (await models.ask("user", [SystemMessage("You talk.")])).text

        assert asyncio.run(once()) == "It is a fine day."


def test_choices_and_log_probabilities() -> None:
    request = {"messages": [{"content": "x"}], "n": 2, "logprobs": True}
    whole = completions([Rule(reply="one two"), Rule(reply="three")], request)
    assert [choice["message"]["content"] for choice in whole["choices"]] == ["one two", "three"]
    weights = whole["choices"][0]["logprobs"]["content"]
    assert "".join(one["token"] for one in weights) == "one two"
    assert all(one["logprob"] <= 0 for one in weights)


SCHEMAS = st.recursive(
    st.sampled_from(
        [
            {"type": "string", "minLength": 8, "maxLength": 9},
            {"type": "integer", "minimum": 4, "maximum": 6},
            {"type": "number"},
            {"type": ["boolean", "null"]},
            {"enum": ["a", 1, None]},
            {"const": "c"},
            {"type": "string", "format": "date"},
            {"$ref": "#/$defs/Leaf"},
        ]
    ),
    lambda inner: (
        st.builds(lambda items, low: {"type": "array", "items": items, "minItems": low}, inner, st.integers(0, 2))
        | st.builds(
            lambda table: {"type": "object", "properties": table, "required": sorted(table)[:1]},
            st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
        )
        | st.builds(lambda one, two: {"anyOf": [one, two]}, inner, inner)
    ),
    max_leaves=8,
)


@given(SCHEMAS, st.integers(0, 99))
def test_what_is_invented_fits_its_schema(schema: dict[str, Any], seed: int) -> None:
    whole = {"type": "object", "properties": {"v": schema}, "required": ["v"], "$defs": {"Leaf": {"type": "integer"}}}
    value = Invention(whole, Stream(seed)).value()
    jsonschema.validate(value, whole)
    assert value == Invention(whole, Stream(seed)).value()
    sent = Sent(whole)
    jsonschema.validate(Invention(sent.schema, Stream(seed)).value(), sent.schema)
    json.dumps(value)


def test_shapes_that_hold_themselves_end() -> None:
    tree = {"type": "object", "properties": {"b": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}, "required": ["b"]}
    for seed in range(50):
        Invention(tree, Stream(seed)).value()
