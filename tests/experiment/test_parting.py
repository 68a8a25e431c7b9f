"""Where two conversations of one scenario part."""

from collections.abc import Callable
from typing import Any

import pytest

from digit_tc.cli import run
from digit_tc.cli.folder import records
from digit_tc.experiment.overview import Counting
from digit_tc.experiment.parting import pairs, parting
from digit_tc.records import Call, Outcome, Record


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """A conversation in which an argument comes from a result."""
    out = tmp_path_factory.mktemp("parting") / "out"
    assert run(["generate", "--num", "2", "--turns", "2", "--out", str(out)]) == 0
    return next(one for one in records(out) if dependent(one))


def dependent(record: Record) -> tuple[int, int, str] | None:
    """The first call of the second turn that takes a value from a result: its step, its place, the argument."""
    for at, step in enumerate(record.turns[1].steps):
        for place, call in enumerate(step.calls):
            for pointer, origin in call.provenance.items():
                if origin.kind == "result" and pointer.count("/") == 1:
                    return at, place, pointer[1:]
    return None


def changed(record: Record, **update: Any) -> Record:
    return record.model_copy(update=update)


def turned(record: Record, **update: Any) -> Record:
    """The record with another second turn."""
    return changed(record, turns=(record.turns[0], record.turns[1].model_copy(update=update), *record.turns[2:]))


def called(record: Record, at: int, place: int, change: Callable[[Call], Call]) -> Record:
    steps = list(record.turns[1].steps)
    calls = list(steps[at].calls)
    calls[place] = change(calls[place])
    steps[at] = steps[at].model_copy(update={"calls": tuple(calls)})
    return turned(record, steps=tuple(steps))


def where(first: Record, second: Record) -> str:
    found = parting(first, second)
    assert found is not None
    assert parting(second, first) == type(found)(found.second, found.first)
    return found.name


def test_ids_and_costs_part_nobody(record: Record) -> None:
    other = changed(record, id="0" * 32, graph="other", usage={"user": {"calls": 3}})
    assert parting(record, other) is None
    assert all(pair.alike for pair in pairs(record, other))


def test_the_first_difference_is_named(record: Record) -> None:
    assert record.persona is not None
    assert where(record, changed(record, tools=record.tools[1:])) == "tools"
    assert where(record, changed(record, persona=record.persona.model_copy(update={"city": "Ur"}))) == "persona"
    assert where(record, changed(record, stratum="ambiguous")) == "stratum"
    assert where(record, turned(record, user="Please.")) == "turn 2, request"
    assert where(record, turned(record, assistant="Done.")) == "turn 2, report"
    assert where(record, turned(record, kind="closing")) == "turn 2"
    assert where(record, turned(record, steps=())) == "turn 2, plan"
    assert where(record, changed(record, turns=record.turns[:1])) == "turn 2"
    assert where(record, changed(record, verdicts=record.verdicts[1:])) == "verdicts"
    assert where(record, changed(record, outcome=Outcome(status="rejected", code="x", reason="y"))) == "outcome"
    emptied = record.world.model_copy(update={"state": {**record.world.state, "entities": {}}})
    assert where(record, changed(record, world=emptied)) == "world"


def test_a_value_that_a_result_gave_is_no_part_of_the_plan(record: Record) -> None:
    found = dependent(record)
    assert found is not None
    at, place, name = found

    def otherwise(call: Call) -> Call:
        return call.model_copy(update={"arguments": {**call.arguments, name: "another"}})

    def of_the_user(call: Call) -> Call:
        said = {**call.provenance, f"/{name}": call.provenance[f"/{name}"].model_copy(update={"kind": "user"})}
        return otherwise(call).model_copy(update={"provenance": said})

    earlier = sum(len(step.calls) for turn in record.turns[:1] for step in turn.steps)
    number = earlier + sum(len(step.calls) for step in record.turns[1].steps[:at]) + place + 1
    assert where(record, called(record, at, place, otherwise)) == f"turn 2, call {number}"
    assert where(record, called(record, at, place, of_the_user)) == "turn 2, plan"
    answered = called(record, at, place, lambda call: call.model_copy(update={"result": {"not": "that"}}))
    assert where(record, answered) == f"turn 2, result {number}"


def test_an_overview_counts_by_where_they_part_first(record: Record) -> None:
    counting = Counting()
    rejected = Outcome(status="rejected", code="x", reason="y")
    counting.add(record, record)
    counting.add(changed(record, index=8), turned(changed(record, index=8), user="Please.", assistant="Done."))
    counting.add(changed(record, index=7), turned(changed(record, index=7), user="Please.", assistant="Done."))
    counting.add(changed(record, index=9, outcome=rejected), changed(record, index=9))
    found = counting.overview(2, 3)
    assert (found.both, found.first_alone, found.second_alone, found.same) == (4, 2, 3, 1)
    assert [(one.kind, one.count, one.example, one.step) for one in found.parted] == [
        ("request", 2, 7, "turn 2, request"),
        ("outcome", 1, 9, "outcome"),
    ]
    assert found.accepted == {"both": 3, "first": 0, "second": 1, "neither": 0}
