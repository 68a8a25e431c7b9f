"""Conditions: what a look-up shows decides whether a write is made, and is decided beforehand."""

import asyncio
from collections.abc import Iterator
from contextlib import closing

import pytest

from digit_tc.engine.conversation import converse
from digit_tc.engine.job import prepare
from digit_tc.planning.conditions import decided, found, holds, merged, shows, under
from digit_tc.records import Branch, Record, Turn
from digit_tc.settings import read_settings
from digit_tc.state import Condition, PlannedCall
from digit_tc.world.offer import NOTHING

STATUS = Condition(call="$1", path=["order", "status"], wanted="on_the_way", given="delivered")


def call(number: int, condition: Condition | None = None) -> PlannedCall:
    bare = PlannedCall(id=f"${number}", tool="t", arguments={}, references={}, implicit=False, group=0)
    return bare if condition is None else PlannedCall(**{**bare, "condition": condition})


def test_a_condition_in_words_and_what_the_look_up_has_to_show() -> None:
    assert (under(STATUS), found(STATUS)) == ("its status is on the way", "its status is delivered")
    other = call(2, STATUS)
    assert holds(call(1))
    assert not holds(other)
    assert decided([call(1), other], call(1)) == {"order": {"status": "delivered"}}
    assert decided([call(1), other], other) is NOTHING


def test_what_is_settled_lies_over_what_is_offered() -> None:
    assert merged(NOTHING, {"a": 1}) == {"a": 1}
    assert merged({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}) == {"a": {"b": 3, "c": 2}}
    assert merged({"a": 1}, NOTHING) == {"a": 1}
    assert shows({"a": {"b": 3, "c": 2}}, {"a": {"b": 3}})
    assert not shows({"a": {"b": 4}}, {"a": {"b": 3}})
    assert not shows(None, {"a": 1})


@pytest.fixture(scope="module")
def records() -> list[Record]:
    """Conversations that branch wherever they can."""
    settings = read_settings(flags={"run": {"seed": 5}, "plan": {"branches": 1}})
    with closing(prepare(settings)) as job:
        return [asyncio.run(converse(job.graph, job.context(at), job.identity(at))) for at in range(24)]


def branches(records: list[Record]) -> Iterator[tuple[Branch, Turn]]:
    for record in records:
        for turn in record.turns:
            yield from ((branch, turn) for branch in turn.branches)


def test_both_ways_are_met_and_the_look_up_shows_what_was_decided(records: list[Record]) -> None:
    assert sum(record.outcome.status == "accepted" for record in records) >= 22
    assert {branch.taken for branch, _ in branches(records)} == {True, False}
    for branch, turn in branches(records):
        (look_up,) = [one for step in turn.steps for one in step.calls if one.id == branch.call]
        assert isinstance(look_up.result, dict)
        assert look_up.result[branch.pointer.removeprefix("/")] == branch.shown
        assert branch.taken == (branch.shown == branch.wanted)
        assert branch.taken == any(one.name == branch.tool for step in turn.steps for one in step.calls)


def test_the_request_names_the_condition_and_the_report_why_nothing_was_done(records: list[Record]) -> None:
    for branch, turn in branches(records):
        assert f"is {str(branch.wanted).replace('_', ' ')}," in turn.user
        if not branch.taken:
            assert f"its {branch.pointer.rpartition('/')[2].replace('_', ' ')} is" in turn.assistant


def test_none_where_none_is_wanted() -> None:
    settings = read_settings(flags={"run": {"seed": 5}, "plan": {"branches": 0}})
    with closing(prepare(settings)) as job:
        made = [asyncio.run(converse(job.graph, job.context(at), job.identity(at))) for at in range(3)]
    assert list(branches(made)) == []
