"""Chat models come from settings, and their failures become errors that hold no key."""

import asyncio
import subprocess
import sys
from contextlib import aclosing
from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from pydantic import ValidationError

from digit_tc.errors import ModelError, SettingsError
from digit_tc.models import PLACEHOLDER_KEY, Models, ModelSettings, Reply
from digit_tc.testing.chat import ScriptedModel

KEY = "sk-a-key-that-nobody-may-see-0123456789"


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


def ask(models: Models, text: str = "hello") -> Reply:
    async def once() -> Reply:
        async with aclosing(models):
            return await models.ask("user", [HumanMessage(text)])

    return asyncio.run(once())


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
