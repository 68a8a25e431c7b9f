"""Replies are kept by what was asked: a rerun asks nobody, a replay needs no server, nothing secret is on disk."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import aclosing, closing
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from pydantic import BaseModel

from digit_tc.errors import ModelError, SettingsError, ShapeError
from digit_tc.models import Models, ModelSettings
from digit_tc.models.replies import Replies
from digit_tc.models.reply import Said
from digit_tc.testing.server import Rule, serve

KEY = "sk-a-key-that-nobody-may-see-0123456789"
TOOL = {"name": "look", "parameters": {"type": "object", "properties": {"at": {"type": "string"}}, "required": ["at"]}}


class Colour(BaseModel):
    name: str


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


async def three(models: Models) -> list[Any]:
    """A question for words, for a shape and for calls; two of them twice at once."""
    async with aclosing(models):
        words = [models.ask("user", [HumanMessage(text)]) for text in ("say it", "say it", "say more")]
        shaped = [models.ask_for("critic", [HumanMessage("the colour")], Colour) for _ in range(2)]
        called = models.ask_calls("assistant", [HumanMessage("call it")], [TOOL])
        return list(await asyncio.gather(*words, *shaped, called))


def told(answers: Sequence[Any]) -> list[Any]:
    """What of the answers may go into a record."""
    replies = [getattr(answer, "reply", answer) for answer in answers]
    values = [getattr(answer, "value", getattr(answer, "calls", None)) for answer in answers]
    tokens = [(reply.text, reply.prompt_tokens, reply.completion_tokens) for reply in replies]
    return [values, tokens]


RULES = (
    Rule(contains="say it", reply="it"),
    Rule(contains="say more", reply="more"),
    Rule(contains="<tools>", reply='{"calls": [{"name": "look", "arguments": {"at": "sky"}}], "text": ""}'),
    Rule(contains="call it", status=400, reply="no tools"),
    Rule(contains="cannot be used", reply='<answer>{"name": "blue"}</answer>'),
    Rule(contains="End with your answer", reply="I like blue."),
    Rule(contains="the colour", status=400, reply="no response_format"),
)


def test_a_rerun_asks_nobody_and_says_the_same(tmp_path: Path) -> None:
    """On the worst of servers: no tools, no forms, a repair. Equal questions at the same time are one."""
    file = tmp_path / "replies.sqlite"
    with serve(RULES) as server:
        settings = ModelSettings(model="m", base_url=server.base_url)
        with closing(Replies(file)) as replies:
            first = asyncio.run(three(Models(default=settings, replies=replies)))
        asked = [body["messages"][0]["content"] for body in server.requests()]
        assert asked.count("say it") == 1
        with closing(Replies(file)) as replies:
            models = Models(default=settings, replies=replies)
            second = asyncio.run(three(models))
        assert len(server.requests()) == len(asked), "nothing was asked again"
    assert told(second) == told(first)
    assert all(getattr(answer, "reply", answer).known for answer in second)
    total = models.ledger.total()
    assert (total.calls, total.known, total.prompt_tokens) == (0, 8, 0)
    content = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert b"blue" in content
    assert KEY.encode() not in content
    assert b"uthorization" not in content


def test_a_replay_needs_neither_key_nor_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "replies.sqlite"
    with serve(RULES) as server, closing(Replies(file)) as replies:
        first = asyncio.run(three(Models(default=ModelSettings(model="m", base_url=server.base_url), replies=replies)))
    monkeypatch.delenv("OPENAI_API_KEY")
    before = file.read_bytes()
    with closing(Replies(file, replay=True)) as replies:
        models = Models(default=ModelSettings(model="m"), replies=replies)
        assert told(asyncio.run(three(models))) == told(first)
        with pytest.raises(ModelError, match="holds no reply to a question of role 'user'") as caught:
            asyncio.run(models.ask("user", [HumanMessage("another")]))
        assert not caught.value.retryable
    assert file.read_bytes() == before


def test_what_shapes_a_reply_tells_questions_apart(tmp_path: Path) -> None:
    with serve([Rule(reply="a")]) as server, closing(Replies(tmp_path / "r.sqlite")) as replies:

        async def once(text: str = "x", sample: int = 0, **settings: Any) -> bool:
            base = {"model": "m", "base_url": server.base_url, **settings}
            async with aclosing(Models(default=ModelSettings.model_validate(base), replies=replies)) as models:
                return (await models.ask("user", [HumanMessage(text)], sample=sample)).known

        async def play() -> list[bool]:
            same = [await once(), await once(), await once(timeout=9.0, max_retries=1, price=(1, 2))]
            other = [await once("y"), await once(sample=1), await once(temperature=0.5), await once(model="n")]
            return [*same, *other, await once(sample=1)]

        assert asyncio.run(play()) == [False, True, True, False, False, False, False, True]


def test_what_was_of_no_use_is_kept_until_a_conversation_that_failed_on_it_is_made_again(tmp_path: Path) -> None:
    rules = [Rule(requests=(1, 2), reply="no idea"), Rule(reply='{"name": "blue"}')]
    with serve(rules) as server, closing(Replies(tmp_path / "r.sqlite")) as replies:
        settings = ModelSettings(model="m", base_url=server.base_url)

        async def once() -> Colour | ShapeError:
            models = Models(default=settings, replies=replies)
            async with aclosing(models):
                try:
                    return (await models.ask_for("critic", [HumanMessage("the colour")], Colour)).value
                except ShapeError as error:
                    models.failed(error)
                    return error

        assert isinstance(asyncio.run(once()), ShapeError)
        assert isinstance(asyncio.run(once()), ShapeError)
        assert len(server.requests()) == 2, "the rerun goes the same way"
        replies.try_again()
        assert asyncio.run(once()) == Colour(name="blue")


def test_a_file_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database at all, and long enough to be taken for one" * 9, "utf-8")
    for replay in (False, True):
        with pytest.raises(SettingsError, match="cannot be used as a file of replies"):
            Replies(tmp_path / "text", replay=replay)
    with pytest.raises(SettingsError, match="there is no such file of replies"):
        Replies(tmp_path / "none.sqlite", replay=True)
    with pytest.raises(SettingsError, match="there is no folder"):
        Replies(tmp_path / "none" / "r.sqlite")


def test_a_file_that_is_opened_late_is_made_with_the_first_question(tmp_path: Path) -> None:
    with closing(Replies(tmp_path / "r.sqlite", late=True)) as replies:
        assert not [*tmp_path.iterdir()]
        replies.keep({"a": Said(text="one")})
        assert replies.find("a") == Said(text="one")
    assert replies.find("a") is None
    assert [path.name for path in tmp_path.iterdir()] == ["r.sqlite"]


def test_what_is_damaged_is_asked_again(tmp_path: Path) -> None:
    file = tmp_path / "r.sqlite"
    with closing(Replies(file)) as replies:
        replies.keep({"a": Said(text="one")})
        assert replies.find("a") == Said(text="one")
        with closing(sqlite3.connect(file)) as base, base:
            base.execute("UPDATE replies SET reply = '{'")
        assert replies.find("a") is None
        replies.keep({"a": Said(text="two")})
        assert replies.find("a") == Said(text="two")
