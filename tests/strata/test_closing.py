"""The end of a conversation: a goodbye that is delivered, and a reason that code judges."""

import asyncio
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digit_tc.engine.conversation import converse
from digit_tc.engine.job import prepare
from digit_tc.nodes.user import LLMUser
from digit_tc.records import Record
from digit_tc.settings import read_settings
from digit_tc.state import ConversationState, TurnDraft
from digit_tc.strata import TurnKind
from digit_tc.streams import Stream
from digit_tc.testing.server import serve
from digit_tc.turns.closing import Stop, against, ends, legal, replied, said


def after(kind: TurnKind) -> ConversationState:
    return ConversationState(turns=[TurnDraft(user="", assistant="", plan=[], kind=kind)])


@given(st.integers(), st.sampled_from(["task", "off_topic"]))
def test_whatever_code_says_is_a_goodbye(seed: int, kind: TurnKind) -> None:
    assert ends(said(after(kind), Stream("bye", seed)))
    assert replied(Stream("reply", seed)).endswith((".", "!"))


def test_a_reason_must_be_one() -> None:
    assert [legal(after(kind)) for kind in ("task", "served", "unserved", "question")] == [
        "done",
        "done",
        "not_possible",
        "changed_mind",
    ]
    good = Stop(message="Thanks, bye!", stop=True, reason="done")
    assert against(good, after("task")) == []
    (problem,) = against(good, after("unserved"))
    assert problem == "the reason is done, and the conversation shows not_possible"
    assert "does not stop" in against(good.model_copy(update={"stop": False}), after("task"))[0]
    assert "no farewell" in against(good.model_copy(update={"message": "And book a hotel."}), after("task"))[0]


def made(num: int, turns: str = "2", **flags: Any) -> list[Record]:
    roles = {"scenario": {"closing": 1.0}, **flags.pop("roles", {})}
    settings = read_settings(flags={"run": {"turns": turns}, "strata": {"plain": 100}, "roles": roles, **flags})

    async def play() -> list[Record]:
        with closing(prepare(settings)) as job:
            try:
                return [await converse(job.graph, job.context(at), job.identity(at)) for at in range(num)]
            finally:
                await job.models.aclose()

    return asyncio.run(play())


def test_the_last_turn_is_a_goodbye_with_its_reason() -> None:
    for record in made(3):
        *others, last = record.turns
        assert record.outcome.status == "accepted"
        assert (last.kind, last.stop, last.steps) == ("closing", "done", ())
        assert ends(last.user)
        assert all(turn.stop is None and turn.steps for turn in others)


ANSWERS = {
    "good": {"message": "Thank you, that is all.", "stop": True, "reason": "done"},
    "no stop": {"message": "Thank you, that is all.", "stop": False, "reason": "done"},
    "no farewell": {"message": "Now cancel everything.", "stop": True, "reason": "done"},
    "another reason": {"message": "Thank you, that is all.", "stop": True, "reason": "not_possible"},
}


def stopper(request: Any) -> Any:
    """Ends conversations as the model that is asked is called."""
    return ANSWERS[request.body["model"]] if "has come to its end" in request.first_line else None


@pytest.mark.parametrize("model", ANSWERS)
def test_a_model_stops_with_a_reason_or_is_turned_down(model: str) -> None:
    wits = (f"{__file__}:stopper", "digit_tc.testing.actors:act")
    with serve(temper="well-behaved", wits=wits) as server:
        role = f"{LLMUser.__module__}:{LLMUser.__qualname__}"
        models = {"default": {"model": model, "base_url": server.base_url}}
        (record,) = made(1, roles={"user": {"use": role}}, models=models, plan={"retries": 0})
    if model == "good":
        assert (record.outcome.status, record.turns[-1].stop) == ("accepted", "done")
        assert record.turns[-1].user == "Thank you, that is all."
    else:
        assert record.outcome.status == "rejected"
        assert any(verdict.check == "candidate" for verdict in record.verdicts)


def test_who_never_says_goodbye_costs_no_more_than_the_goodbye() -> None:
    with serve(temper="well-behaved", wits=(f"{__file__}:stopper", "digit_tc.testing.actors:act")) as server:
        role = f"{LLMUser.__module__}:{LLMUser.__qualname__}"
        models = {"default": {"model": "no stop", "base_url": server.base_url}}
        flags = {"roles": {"user": {"use": role}}, "models": models, "plan": {"retries": 1}}
        (record,) = made(1, turns="1-2", **flags)
        assert len(server.requests()) < 20
    assert record.outcome.status == "accepted"
    assert [turn.kind for turn in record.turns] == ["task"]
