"""Answers of a shape: the form is found out once, words are read as meant, one repair, then a typed failure."""

import asyncio
import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Literal

import pytest
from pydantic import BaseModel

from digit_tc.errors import ContextLengthError, ModelError, ShapeError
from digit_tc.models.forms import Manner, Request
from digit_tc.models.reply import Said

Lines = Callable[[Callable[[Request], str | int | Said]], Any]

GOOD = '{"label": "good", "why": "it holds"}'


class Verdict(BaseModel):
    label: Literal["good", "bad"]
    why: str = ""
    weight: int | None = None


def only(*forms: str, otherwise: str | int = 400) -> Callable[[Request], str | int]:
    """A server that answers in some forms alone."""

    def answer(request: Request) -> str | int:
        form = str((request.response_format or {"type": "tagged"})["type"])
        return GOOD if form in forms else otherwise

    return answer


def test_where_the_server_has_schemas_one_request_is_enough(line: Lines) -> None:
    server = line(only("json_schema"))
    assert asyncio.run(server.ask_for(Verdict)) == Verdict(label="good", why="it holds")
    (request,) = server.requests
    sent = request.response_format["json_schema"]
    assert sent["strict"] is True
    assert sent["schema"]["required"] == ["label", "why", "weight"]
    assert sent["schema"]["additionalProperties"] is False
    assert [message.text for message in request.messages] == ["Judge.", "The case."], "the prompt stays as it is"


@pytest.mark.parametrize(
    ("has", "tried"),
    [("json_object", ["json_schema", "json_object"]), ("tagged", ["json_schema", "json_object", "tagged"])],
)
def test_a_form_that_is_refused_is_not_asked_for_again(line: Lines, has: str, tried: list[str]) -> None:
    server = line(only(has))
    for _ in range(3):
        assert asyncio.run(server.ask_for(Verdict)).label == "good"
    assert server.forms() == [*tried, has, has]


def test_questions_at_the_same_time_find_out_once(line: Lines) -> None:
    server = line(only("tagged"))

    async def many() -> list[Verdict]:
        return list(await asyncio.gather(*(server.ask_for(Verdict) for _ in range(20))))

    assert {answer.label for answer in asyncio.run(many())} == {"good"}
    assert server.forms().count("json_schema") == 1
    assert server.forms().count("json_object") == 1
    assert server.forms().count("tagged") == 20


def test_a_form_that_is_taken_and_not_kept_is_left_with_the_repair(line: Lines) -> None:
    server = line(only("tagged", otherwise="I cannot say."))
    with pytest.raises(ShapeError):
        asyncio.run(server.ask_for(Verdict))
    assert asyncio.run(server.ask_for(Verdict)).label == "good"
    assert asyncio.run(server.ask_for(Verdict)).label == "good"
    assert server.forms() == ["json_schema", "json_object", "json_object", "tagged", "tagged"]


def test_a_server_that_keeps_to_the_schema_is_not_blamed_for_what_stands_in_it(line: Lines) -> None:
    class Bounded(BaseModel):
        label: Literal["good", "bad"]
        why: str

        def model_post_init(self, _: Any) -> None:
            if self.why == "it holds":
                raise ValueError("say more")

    server = line(lambda _: GOOD)
    with pytest.raises(ShapeError, match="say more"):
        asyncio.run(server.ask_for(Bounded))
    assert server.forms() == ["json_schema", "json_schema"]


def test_what_is_wrong_is_told_once_and_then_it_is_a_typed_failure(line: Lines) -> None:
    server = line(lambda _: '{"label": "maybe"}')
    with pytest.raises(ShapeError, match=r"'critic' gave no usable Verdict.*/label: Input"):
        asyncio.run(server.ask_for(Verdict))
    _, second = server.requests
    assert [message.type for message in second.messages] == ["system", "human", "ai", "human"]
    assert "/label: Input should be 'good' or 'bad'" in second.messages[-1].text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (Said(text='{"label": "good", "why": "it h', ending="length"), "it was cut off"),
        (Said(text='{"label": "good", "why": "it h'), "it was cut off"),
        (Said(text=""), "it is empty"),
    ],
)
def test_half_an_answer_is_none(line: Lines, said: Said, told: str) -> None:
    server = line(lambda request: GOOD if told in request.messages[-1].text else said)
    assert asyncio.run(server.ask_for(Verdict)).label == "good"
    assert server.forms() == ["json_schema", "json_schema"], "it says nothing of the server"
    kinds = [message.type for message in server.requests[-1].messages]
    assert all(here != there for here, there in pairwise(kinds)), "the roles alternate"


def test_an_answer_that_was_whole_before_the_end_counts(line: Lines) -> None:
    server = line(lambda _: Said(text=f"{GOOD} And furtherm", ending="length"))
    assert asyncio.run(server.ask_for(Verdict)).label == "good"


@pytest.mark.parametrize("status", [401, 429, 500])
def test_other_failures_do_not_count_as_refusals(line: Lines, status: int) -> None:
    server = line(lambda _: status)
    with pytest.raises(ModelError):
        asyncio.run(server.ask_for(Verdict))
    assert server.forms() == ["json_schema"]
    assert (server.manner.form, server.manner.settled) == ("json_schema", False)


def test_a_server_that_hangs_does_not_let_questions_wait_for_one_another(line: Lines) -> None:
    def answer(_: Request) -> str:
        raise ModelError("late", kind="timeout", retryable=True)

    server = line(answer)
    server.pause = 0.02
    waiting: list[int] = []

    async def one() -> None:
        with pytest.raises(ModelError):
            await server.ask_for(Verdict)
        waiting.append(len(server.requests))

    async def many() -> None:
        await asyncio.gather(*(one() for _ in range(9)))

    asyncio.run(many())
    assert waiting == [1, *[9] * 8], "the first alone, then all at once"


def test_a_request_that_is_refused_in_every_form_teaches_nothing(line: Lines) -> None:
    server = line(lambda _: 400)
    with pytest.raises(ModelError):
        asyncio.run(server.ask_for(Verdict))
    assert len(server.requests) == 3
    assert (server.manner.form, server.manner.settled) == ("json_schema", False)


def test_too_long_a_question_is_not_asked_in_other_forms(line: Lines) -> None:
    def answer(_: Request) -> str:
        raise ContextLengthError("too long", status=400)

    server = line(answer)
    with pytest.raises(ContextLengthError):
        asyncio.run(server.ask_for(Verdict))
    assert len(server.requests) == 1


def test_a_shape_that_alone_is_refused_is_asked_for_in_another_form(line: Lines) -> None:
    class Odd(BaseModel):
        label: str

    def answer(request: Request) -> str | int:
        schema = (request.response_format or {}).get("json_schema")
        return 400 if schema and schema["name"] == "Odd" else GOOD

    server = line(answer)
    for kind in (Verdict, Odd, Odd, Verdict):
        assert asyncio.run(server.ask_for(kind)).label == "good"
    assert server.forms() == ["json_schema", "json_schema", "json_object", "json_object", "json_schema"]


@pytest.mark.parametrize("form", ["json_schema", "json_mode", "tagged"])
def test_a_chosen_form_is_the_only_one(line: Lines, form: Any) -> None:
    server = line(lambda _: 400)
    server.manner = Manner(form)
    with pytest.raises(ModelError):
        asyncio.run(server.ask_for(Verdict))
    assert len(server.requests) == 1


def test_the_shape_stands_in_the_prompt_where_the_server_does_not_know_it(line: Lines) -> None:
    server = line(lambda _: "Well: <answer>{'label': 'bad'}</answer> no, <answer>{'label': 'good'}</answer>")
    server.manner = Manner("tagged")
    assert asyncio.run(server.ask_for(Verdict)).label == "good"
    system, human = server.requests[0].messages
    assert '<answer>{"label": "good" | "bad", "why": "text" | null, "weight": 0 | null}</answer>' in system.text
    assert human.text == "The case.", "what changes comes last, as it is"


def test_open_shapes_are_sent_as_such(line: Lines) -> None:
    class Open(BaseModel):
        result: Any
        patch: dict[str, Any] = {}

    server = line(lambda _: json.dumps({"result": [1], "patch": {"a": 2}}))
    assert asyncio.run(server.ask_for(Open)) == Open(result=[1], patch={"a": 2})
    sent = server.requests[0].response_format["json_schema"]
    assert sent["strict"] is False
    assert sent["schema"]["properties"]["patch"]["anyOf"][0]["additionalProperties"] is True
