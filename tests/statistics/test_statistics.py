"""Every figure of a dataset is what its definition says, in whatever order the records come."""

import pytest

from digit_tc.records import Record, Turn
from digit_tc.statistics.frames import frame
from digit_tc.statistics.statistics import Statistics

from .conftest import call, record, turn


def measured(*records: Record) -> Statistics:
    statistics = Statistics()
    for one in records:
        statistics.add(one)
    return statistics


def test_the_structure_of_turns(chained: Record) -> None:
    found = measured(chained).figures()
    assert (found.conversations, found.turns_per_conversation) == (1, 2.0)
    assert found.all.model_dump() == {
        "turns": 2,
        "turns_with_calls": 2,
        "calls": 5,
        "calls_per_turn": 2.5,
        "steps": 4,
        "words_per_request": 5.0,
        "depth_mean": 2.0,
        "depth_max": 3,
        "multi_step": 0.5,
        "true_multi_step": 0.5,
        "implicit": 0.2,
        "hidden": 0.5,
        "parallel": 0.25,
        "recovery": 0.5,
    }
    assert (found.calls_in_turn, found.depths) == ({"1": 1, "4": 1}, {"1": 1, "3": 1})


def test_origins_and_edges(chained: Record) -> None:
    found = measured(chained).figures()
    shares = {"user": 1 / 7, "result": 3 / 7, "context": 1 / 7, "default": 1 / 7, "unknown": 1 / 7}
    assert found.provenance == {name: round(share, 4) for name, share in shares.items()}
    assert (found.reach.tools_called, found.reach.edges) == (5, 3)


def test_attempts_are_told_by_the_verdicts(chained: Record) -> None:
    found = measured(chained).figures()
    assert (found.attempts.retried, found.attempts.first.calls, found.attempts.again.calls) == (0.5, 4, 1)
    assert found.findings == {"origins_known": 0.5}


def test_a_retried_call_changes_no_shape() -> None:
    def made(*steps: str) -> Record:
        return record(turn("Do it.", *[[call("set", fault=one == "fault", failed=one == "fault")] for one in steps]))

    plans = [measured(made("ok", "ok")), measured(made("ok", "fault", "ok")), measured(made("ok"))]
    assert [one.figures().all.calls for one in plans] == [2, 2, 1]
    assert measured(made("ok", "ok"), made("ok", "fault", "ok")).figures().plans.shapes == 1
    assert measured(made("ok", "ok"), made("ok")).figures().plans.shapes == 2


def test_one_call_that_builds_on_another_makes_a_turn_truly_multi_step() -> None:
    first, alone = call("find"), call("get", {"id": "A"}, {"/id": "user"})
    after = call("get", {"id": "A"}, {"/id": "/turns/0/steps/0/calls/0/result/id"})
    assert measured(record(turn("Get it.", [first], [after]))).figures().all.true_multi_step == 1.0
    assert measured(record(turn("Get it.", [first], [alone]))).figures().all.true_multi_step == 0.0


def test_turns_without_calls_are_no_part_of_the_averages_over_calls() -> None:
    found = measured(record(turn("Hello there."), stratum="irrelevant")).figures()
    assert (found.all.turns, found.all.turns_with_calls, found.all.calls_per_turn) == (1, 0, None)
    assert (found.all.multi_step, found.strata, found.provenance) == (None, {"irrelevant": 1.0}, {})


def test_a_pointer_that_leads_nowhere_does_no_harm() -> None:
    stray = call("get", {"id": "A"}, {"/id": "/turns/4/steps/0/calls/0/result/id"})
    assert measured(record(turn("Get it.", [stray]))).figures().reach.edges == 0


def requests(*said: str) -> list[Record]:
    return [record(turn(text), identity=str(number)) for number, text in enumerate(said)]


def test_the_order_of_records_plays_no_part(chained: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digit_tc.statistics.requests.SAMPLE", 60)
    many = [chained, *requests(*[f"Please book table {number} for {number % 7} people." for number in range(100)])]
    there, back = measured(*many).figures(), measured(*reversed(many)).figures()
    assert there == back
    assert (there.requests.requests, there.requests.sampled) == (102, 60)


def test_frames_are_requests_without_their_values() -> None:
    alike = requests(
        "Book a table for 4 on May 3.", "Book a table for 12 on 2024-06-01.", "Cancel the second order now."
    )
    found = measured(*alike).figures().requests
    assert (found.shared_frame, found.shared_sentence) == (0.6667, 0.6667)
    other = requests("Hi! Please look up the whole order list.", "Thanks. Please look up the whole order list.")
    found = measured(*other).figures().requests
    assert (found.shared_frame, found.shared_sentence) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (
            turn("Once done, mail Ana Silva at ana@x.org.", [call("mail", {"to": "Ana Silva"})]),
            ["once done mail _ at _"],
        ),
        (turn("Please ask Marius about it."), ["please ask _ about it"]),
        (turn("Find a dry clean place.", [call("find", {"kind": "dry_clean"})]), ["find a _ place"]),
        (turn("Order it in red, not bored.", [call("order", {"colour": "red"})]), ["order it in _ not bored"]),
    ],
)
def test_values_and_names_are_masked_and_nothing_else(said: Turn, left: list[str]) -> None:
    assert frame(said, None) == left


def test_words_that_differ() -> None:
    found = measured(*requests("one two one two", "one two")).figures().requests
    assert (found.distinct_1, found.distinct_2) == (round(2 / 6, 4), round(2 / 4, 4))
