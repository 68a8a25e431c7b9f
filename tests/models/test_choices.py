"""Several replies to one question: in one request where the server gives them, each at its own price."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing, closing
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from digit_tc.models import Models, ModelSettings, Reply
from digit_tc.models.replies import Replies
from digit_tc.testing.server import Rule, Served, serve


@pytest.fixture(scope="module")
def plain() -> Iterator[Served]:
    with serve(temper="well-behaved", wits=(f"{__file__}:numbered",)) as server:
        yield server


@pytest.fixture(scope="module")
def narrow() -> Iterator[Served]:
    with serve(temper="well-behaved", wits=(f"{__file__}:single", f"{__file__}:numbered")) as server:
        yield server


def numbered(request: Any) -> str:
    """Says which of the choices it is, and which seed it was asked with."""
    return f"choice {request.sample} of seed {request.body.get('seed')}"


def single(request: Any) -> Any:
    """Refuses what small servers do not know."""
    if request.body.get("logprobs") or (request.body.get("n") or 1) > 1:
        return Rule(status=400, reply="only one choice, and no log-probabilities")
    return None


def four(server: Served, replies: Replies | None = None, **settings: Any) -> tuple[list[Reply], list[Any], Models]:
    """Asks for four replies to one question; returns them, the new requests, and who asked."""
    chosen = ModelSettings.model_validate({"model": "m", "base_url": server.base_url, "seed": 7, **settings})
    models = Models(default=chosen, replies=replies)

    async def ask() -> list[Reply]:
        async with aclosing(models):
            asked = [HumanMessage("say it")]
            return [await models.ask("user", asked, sample=at, ahead=4 - at) for at in range(4)]

    before = len(server.requests())
    return asyncio.run(ask()), server.requests()[before:], models


def test_one_request_gives_them_where_the_server_can(plain: Served) -> None:
    replies, requests, models = four(plain)
    assert [reply.text for reply in replies] == [f"choice {at} of seed 7" for at in range(4)]
    assert [body["n"] for body in requests] == [4]
    spent = models.ledger.of("user")
    assert (spent.calls, spent.known, spent.prompt_tokens) == (1, 0, replies[0].prompt_tokens)
    assert spent.completion_tokens == sum(reply.completion_tokens for reply in replies)
    assert not any(reply.known for reply in replies)


def test_a_server_that_gives_one_at_a_time_is_found_out_once(narrow: Served) -> None:
    replies, requests, models = four(narrow)
    assert [body.get("n") for body in requests] == [4, None, None, None, None]
    assert [body["seed"] for body in requests[1:]] == [7, 8, 9, 10]
    assert len({reply.text for reply in replies}) == 4
    assert models.ledger.of("user").failures == {"HTTP 400": 1}


def test_those_that_came_along_are_kept_for_the_next_run(plain: Served, tmp_path: Path) -> None:
    with closing(Replies(tmp_path / "r.sqlite")) as replies:
        first, _, _ = four(plain, replies)
    with closing(Replies(tmp_path / "r.sqlite")) as replies:
        second, requests, models = four(plain, replies)
    assert [reply.text for reply in second] == [reply.text for reply in first]
    assert (requests, models.ledger.of("user").known) == ([], 4)


def test_log_probabilities_are_told_by_token_and_done_without_where_refused(plain: Served, narrow: Served) -> None:
    replies, requests, _ = four(plain, logprobs=True)
    assert requests[0]["logprobs"] is True
    assert all(reply.logprob is not None and reply.logprob < 0 for reply in replies)
    replies, requests, _ = four(narrow, logprobs=True)
    assert [reply.logprob for reply in replies] == [None] * 4
    assert ["logprobs" in body for body in requests] == [True, True, False, False, False, False]


def test_what_further_attempts_come_to_is_told_apart(narrow: Served) -> None:
    replies, _, models = four(narrow)
    spent = models.ledger.of("user")
    assert (spent.calls, spent.again["calls"]) == (5, 3), "the first, the refusal, and three further ones"
    assert spent.again["completion_tokens"] == sum(reply.completion_tokens for reply in replies[1:])
    assert models.ledger.total().as_json()["again"] == spent.again
