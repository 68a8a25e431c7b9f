"""The world around each call of a record."""

from typing import Any

from digit_tc.records import Call, Outcome, Record, RunContext, Step, Turn, WorldRecord
from digit_tc.state import EffectOp, Event
from digit_tc.world.difference import EntityChange
from digit_tc.world.fold import replay
from digit_tc.world.moments import Moment, moments, taken_back


def started(step: int, turn: int) -> Event:
    return Event(event_id=f"{step}.0", step=step, index=0, turn=turn, kind="turn_started")


def retracted(step: int, turn: int) -> Event:
    return Event(event_id=f"{step}.0", step=step, index=0, turn=turn, kind="turn_retracted")


def called(step: int, turn: int, identity: str, makes: str, index: int = 0) -> Event:
    effect = EffectOp(type="order", id=makes, set={}, status="live")
    return Event(
        event_id=f"{step}.{index}", step=step, index=index, turn=turn, kind="call", call_id=identity, tool="buy",
        arguments={}, outcome="ok", result=None, effect=[effect], writes=True,
    )  # fmt: skip


def record(events: list[Event], *turns: list[list[str]]) -> Record:
    """Returns a record whose turns hold steps of calls with these ids; its summaries name the events they belong to."""
    made = tuple(
        Turn(
            user="",
            steps=tuple(
                Step(calls=tuple(Call(id=one, name="buy", arguments={}, provenance={}) for one in step))
                for step in steps
            ),
            assistant="",
        )
        for steps in turns
    )
    summaries = tuple(event["event_id"] for event in events if event["kind"] == "call")
    told: tuple[dict[str, Any], ...] = tuple(dict(event) for event in events)
    return Record(
        id="r", index=0, seed=0, graph="g", context=RunContext(date="", text=""), tools=(), persona=None, turns=made,
        world=WorldRecord(state={}, events=told, summaries=summaries), verdicts=(), outcome=Outcome(status="accepted"),
    )  # fmt: skip


def places(found: list[Moment]) -> list[tuple[int, str, str]]:
    return [(one.number, one.event["event_id"] if one.event else "", one.summary) for one in found]


def orders(moment: Moment) -> list[str]:
    return list(moment.after["entities"].get("order", {}))


def test_a_call_stands_where_it_was_made_last() -> None:
    events = [
        started(0, 0), called(1, 0, "call_1", "A"), retracted(2, 0),
        started(3, 0), called(4, 0, "call_1", "B"),
        started(5, 1), called(6, 1, "call_1", "C"), retracted(7, 1), called(8, 1, "call_1", "D"),
        started(9, 2), called(10, 2, "call_1", "E"),
    ]  # fmt: skip
    given = record(events, [["call_1"]], [["call_1"]])
    found = moments(given)
    assert places(found) == [(1, "4.0", "4.0"), (2, "8.0", "8.0")]
    assert [orders(moment) for moment in found] == [["B"], ["B", "D"]]
    assert found[0].after == replay(events[:5])
    assert taken_back(given) == 3


def test_calls_made_together_have_a_world_each() -> None:
    found = moments(record([started(0, 0), called(1, 0, "a", "A"), called(1, 0, "b", "B", index=1)], [["a", "b"]]))
    assert places(found) == [(1, "1.0", "1.0"), (2, "1.1", "1.1")]
    assert [moment.changes for moment in found] == [
        [EntityChange("appeared", "order", "A")], [EntityChange("appeared", "order", "B")],
    ]  # fmt: skip


def test_an_id_that_is_used_twice_in_a_turn_stands_for_one_call_after_the_other() -> None:
    found = moments(record([started(0, 0), called(1, 0, "a", "A"), called(2, 0, "a", "B")], [["a"], ["a"]]))
    assert places(found) == [(1, "1.0", "1.0"), (2, "2.0", "2.0")]


def test_a_call_that_the_log_does_not_know_changes_nothing() -> None:
    events = [started(0, 0), called(1, 0, "a", "A"), called(2, 0, "b", "B")]
    given = record(events, [["a"], ["wrong"], ["b"]])
    found = moments(given)
    assert places(found) == [(1, "1.0", "1.0"), (2, "", "1.0"), (3, "2.0", "2.0")]
    assert found[1].changes == []
    assert found[1].after is found[0].after
    assert taken_back(given) == 0


def test_a_conversation_without_a_call_has_no_moments() -> None:
    given = record([started(0, 0), called(1, 0, "a", "A"), retracted(2, 0)])
    assert moments(given) == []
    assert taken_back(given) == 1
