"""Chat models come from settings, and their failures become errors that hold no key."""

import asyncio
import subprocess
import sys
from contextlib import aclosing
from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from pydantic import BaseModel, ValidationError

from digit_tc.errors import EmptyReplyError, ModelError, SettingsError
from digit_tc.models import PLACEHOLDER_KEY, Models, ModelSettings, Reply
from digit_tc.testing.chat import ScriptedModel
from digit_tc.testing.server import Rule, serve

KEY = "sk-a-key-that-nobody-may-see-0123456789"


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


def ask(models: Models, text: str = "hello") -> Reply:
    async def once() -> Reply:
        async with aclosing(models):
            return await models.ask("user", [HumanMessage(text)])

    return asyncio.run(once())


def failure(rule: Rule, **settings: Any) -> tuple[ModelError, int]:
    """Asks a server that follows one rule; returns the error and the number of tries."""
    with serve([rule]) as server:
        chosen = {"model": "m", "base_url": server.base_url, "timeout": 5.0, "max_retries": 1} | settings
        with pytest.raises(ModelError) as caught:
            ask(Models(default=ModelSettings.model_validate(chosen)))
        tries = len(server.requests())
    assert KEY not in f"{caught.value!r} {caught.value}"
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__, "a traceback would print the request"
    assert "uthorization" not in str(caught.value)
    return caught.value, tries


def test_a_reply_comes_with_its_tokens_and_the_settings_arrive() -> None:
    with serve([Rule(contains="hello", reply=" Hi there. ")]) as server:
        settings = ModelSettings(
            model="m", base_url=server.base_url + "/", temperature=0.5, seed=7, max_tokens=99, extra_body={"min_p": 0.1}
        )
        assert ask(Models({"user": settings})) == Reply("Hi there.", prompt_tokens=2, completion_tokens=3)
        (body,) = server.requests()
    assert body["messages"] == [{"content": "hello", "role": "user"}]
    assert (body["model"], body["temperature"], body["seed"], body["min_p"]) == ("m", 0.5, 7, 0.1)
    assert body["max_completion_tokens"] == 99


@pytest.mark.parametrize(
    ("rule", "retryable", "tries", "said"),
    [
        (Rule(status=429, retry_after=0.05, reply="slow down"), True, 2, "too busy (HTTP 429)"),
        (Rule(status=500, reply=f"crashed with {KEY}"), True, 2, "failed (HTTP 500)"),
        (Rule(status=503), True, 2, "failed (HTTP 503)"),
        (Rule(fault="garbage"), True, 1, "cannot be read"),
        (Rule(fault="cut"), True, 2, "broke off the connection"),
        (Rule(status=401, reply=f"Incorrect key {KEY[:12]}"), False, 1, "refused the key (HTTP 401)"),
        (
            Rule(status=400, reply=f"too long for Bearer {KEY}\nand more"),
            False,
            1,
            "too long for [key] and",
        ),
        (Rule(status=404, reply="no such model"), False, 1, "(HTTP 404): no such model"),
        (Rule(reply="half a sent", finish_reason="length"), True, 1, "raise max_tokens"),
        (Rule(finish_reason="content_filter"), False, 1, "content filter"),
        (Rule(reply="<think>what should I", finish_reason="stop"), True, 1, "empty reply"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_every_failure_is_ours_and_says_whether_to_try_again(
    rule: Rule, retryable: bool, tries: int, said: str
) -> None:
    error, tried = failure(rule)
    assert said in str(error)
    assert "'user'" in str(error)
    assert (error.retryable, tried) == (retryable, tries)


def test_a_server_that_refuses_schemas_in_the_words_of_the_hosted_one_is_asked_in_another_form() -> None:
    class Colour(BaseModel):
        name: str

    said = "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model"
    with serve([Rule(requests=(1,), status=400, reply=said), Rule(reply='{"name": "blue"}')]) as server:

        async def once() -> Colour:
            async with aclosing(Models(default=ModelSettings(model="m", base_url=server.base_url))) as models:
                return (await models.ask_for("user", [HumanMessage("hello")], Colour)).value

        assert asyncio.run(once()).name == "blue"
        assert [body.get("response_format", {}).get("type") for body in server.requests()] == [
            "json_schema",
            "json_object",
        ]


def test_a_slow_server_is_a_failure_that_may_pass() -> None:
    error, tries = failure(Rule(delay=30, reply="late"), timeout=0.2, max_retries=1)
    assert error.retryable
    assert "did not answer in time" in str(error)
    assert tries == 2


def test_a_server_that_is_not_there_is_a_failure_that_may_pass() -> None:
    with serve() as server:
        address = server.base_url
    with pytest.raises(ModelError, match="cannot be reached") as caught:
        ask(Models(default=ModelSettings(model="m", base_url=address, max_retries=0)))
    assert caught.value.retryable


def test_an_empty_reply_is_an_error_of_its_own() -> None:
    error, _ = failure(Rule(reply=" \n"))
    assert isinstance(error, EmptyReplyError)
    assert error.retryable


def test_a_fault_that_passes_is_not_seen() -> None:
    with serve([Rule(requests=(1,), status=429, retry_after=0.01), Rule(reply="fine")]) as server:
        assert ask(Models(default=ModelSettings(model="m", base_url=server.base_url))).text == "fine"
        assert len(server.requests()) == 2


def test_thoughts_are_no_part_of_a_reply() -> None:
    models = Models.of({"user": ScriptedModel(replies=["<think>\nHm.\n</think>\n\nYes, a <think> tag."])})
    assert ask(models).text == "Yes, a <think> tag."


def test_without_a_key_the_hosted_service_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(SettingsError, match="set the environment variable OPENAI_API_KEY, or give --base-url"):
        Models(default=ModelSettings(model="m")).chat("user")


def test_without_a_key_a_server_of_ones_own_gets_a_placeholder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    made: Any = Models(default=ModelSettings(model="m", base_url="http://127.0.0.1:9/v1")).chat("user")
    assert made.openai_api_key.get_secret_value() == PLACEHOLDER_KEY


def test_the_address_comes_from_the_settings_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/elsewhere")
    monkeypatch.setenv("OPENAI_API_BASE", "http://127.0.0.1:1/elsewhere")
    made: Any = Models(default=ModelSettings(model="m")).chat("user")
    assert str(made.root_async_client.base_url) == "https://api.openai.com/v1/"


@pytest.mark.parametrize("broken", ["two words", "kéy", "line\nbreak"])
def test_a_key_that_cannot_be_sent_is_said_and_not_shown(monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", broken)
    with pytest.raises(SettingsError) as caught:
        Models(default=ModelSettings(model="m")).chat("user")
    assert broken not in str(caught.value)


def test_each_role_has_one_model_and_its_own_settings() -> None:
    models = Models({"user": ModelSettings(model="small")}, default=ModelSettings(model="large"))
    assert models.chat("user") is models.chat("user")
    assert models.chat("user") is not models.chat("critic")
    assert (models.settings("user").model, models.settings("critic").model) == ("small", "large")


def test_a_role_without_a_model_says_how_to_give_one() -> None:
    with pytest.raises(SettingsError, match=r"give --model NAME, or a table \[models\.user\]"):
        Models().chat("user")


def test_ready_models_serve_as_they_are() -> None:
    model = ScriptedModel(replies=["one"])
    models = Models.of({"user": model})
    assert models.chat("user") is model
    assert ask(models, "what?").text == "one"
    assert [asked.text for asked in model.asked] == ["what?"]


def test_a_bug_in_a_ready_model_is_not_hidden() -> None:
    with pytest.raises(KeyError):
        ask(Models.of({"user": ScriptedModel(replies=[KeyError("bug")])}))
    with pytest.raises(ModelError):
        ask(Models.of({"user": ScriptedModel(replies=[ConnectionError("gone")])}))


@pytest.mark.parametrize(
    "address", ["ftp://a/v1", "localhost:80", "http://u:secret@host/v1", "http://host/v1?key=secret"]
)
def test_an_address_is_only_an_address(address: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ModelSettings(model="m", base_url=address)
    assert "secret" not in str(caught.value)


def test_the_shape_of_a_model_leaves_out_where_it_is() -> None:
    near = ModelSettings(model="m", base_url="http://127.0.0.1:1/v1", timeout=3, max_retries=0)
    assert near.shape() == ModelSettings(model="m").shape()
    assert near.shape() != ModelSettings(model="m", temperature=0.2).shape()


def test_no_client_is_imported_before_a_model_is_asked_for() -> None:
    code = "import sys; from digit_tc.models import Models; Models(); print('openai' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_many_questions_at_once() -> None:
    with serve(temper="echo-user") as server:
        models = Models(default=ModelSettings(model="m", base_url=server.base_url))

        async def all_at_once() -> list[Reply]:
            async with aclosing(models):
                texts = [f'<values>\n["value {index}"]\n</values>' for index in range(40)]
                return await asyncio.gather(*(models.ask("user", [HumanMessage(text)]) for text in texts))

        replies = asyncio.run(all_at_once())
        assert len(server.requests()) == 40
    assert all(f"value {index}." in reply.text for index, reply in enumerate(replies))


def test_a_scripted_model_answers_by_content_and_keeps_bound_tools() -> None:
    def answer(messages: Any) -> AIMessage:
        return AIMessage(f"heard {messages[-1].content}")

    def weather(city: str) -> str:
        """Tells the weather."""
        return city

    model = ScriptedModel(replies=answer)
    reply: BaseMessage = asyncio.run(model.bind_tools([weather]).ainvoke("rain"))
    assert reply.content == "heard rain"
    assert model.asked[0].tools[0]["function"]["name"] == "weather"


def test_a_scripted_model_says_when_its_script_is_over() -> None:
    with pytest.raises(LookupError, match="has 0 replies and was asked for one more"):
        ScriptedModel(replies=[]).invoke("x")
