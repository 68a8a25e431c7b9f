"""Each stratum shows what it promises, and the checks notice where it does not."""

from collections.abc import Callable
from datetime import date

import pytest

from digit_tc.audit.auditing import STRATUM, Auditor, played
from digit_tc.audit.finding import Audit
from digit_tc.audit.mistakes import CODE
from digit_tc.export.openai import openai_row
from digit_tc.export.trace import Trace, trace, trace_row
from digit_tc.records import Call, Record, Turn
from digit_tc.strata import STRATA, Stratum
from digit_tc.tools.schema import violations as misfits
from digit_tc.turns.resembling import resembling
from digit_tc.turns.showing import missed

from ..independent.origin import unknown_origins
from ..independent.validity import violations
from .conftest import right_steps

Shown = dict[Stratum, list[Record]]


def audited(record: Record) -> Audit:
    today = date.fromisoformat(record.context.date)
    return Auditor().audit(trace(record), recorded=False, today=today, known=played(record))


def codes(record: Record) -> set[str]:
    return {finding.code for finding in audited(record).findings if finding.severity == "error"}


def calls(record: Record) -> list[Call]:
    return [call for turn in record.turns for step in turn.steps for call in step.calls]


def turn_of(record: Record, kind: str) -> int:
    return next(at for at, turn in enumerate(record.turns) if turn.kind == kind)


def with_turn(record: Record, at: int, **changes: object) -> Record:
    turns = list(record.turns)
    turns[at] = turns[at].model_copy(update=changes)
    return record.model_copy(update={"turns": tuple(turns)})


@pytest.mark.parametrize("stratum", STRATA)
def test_code_finds_nothing_wrong(stratum: Stratum, shown: Shown) -> None:
    for record in shown[stratum]:
        assert (missed(record), codes(record)) == ("", set())
        assert violations(trace_row(record)) == []
        assert unknown_origins(right_steps(record)) == []


@pytest.mark.parametrize("stratum", [stratum for stratum in STRATA if stratum != "plain"])
def test_a_conversation_that_shows_something_else_is_noticed(stratum: Stratum, shown: Shown) -> None:
    plain = shown["plain"][1]
    tools = tuple(tool for tool in plain.tools if tool.name == calls(plain)[0].name)
    cut = plain.model_copy(update={"stratum": stratum, "turns": plain.turns[:1], "tools": tools})
    assert missed(cut).startswith(f"{stratum}: ")
    assert STRATUM in codes(cut)


def test_what_is_left_out_is_asked_for_and_then_said(shown: Shown) -> None:
    for record in shown["missing_parameter"]:
        at = turn_of(record, "question")
        question, answer = record.turns[at : at + 2]
        assert question.missing is not None
        assert question.steps == ()
        assert answer.kind == "answer"
        assert any(word in question.assistant for word in question.missing.label.split())
        asked = [call for step in answer.steps for call in step.calls if call.name == question.missing.tool]
        origins = [call.provenance.get(question.missing.pointer) for call in asked]
        assert f"/turns/{at + 1}/user" in {origin.pointer for origin in origins if origin}


def test_a_missing_tool_is_called_only_once_it_is_there(shown: Shown) -> None:
    later = [record for record in shown["missing_tool"] if any(turn.tools_added for turn in record.turns)]
    assert 0 < len(later) < len(shown["missing_tool"])
    for record in later:
        at = turn_of(record, "served")
        (name,) = record.turns[at].tools_added
        before = [call.name for turn in record.turns[:at] for step in turn.steps for call in step.calls]
        assert name not in before
        assert name in [call.name for step in record.turns[at].steps for call in step.calls]
        assert {"tools_added": [name]} in trace_row(record)["steps"]
        said = [row for row in openai_row(record)["messages"] if row.get("content") == record.turns[at - 1].assistant]
        assert [row.get("weight") for row in said] == [0], "the tool stands in the row's one list of tools"


def test_nothing_is_called_for_what_no_tool_is_for(shown: Shown) -> None:
    for record in shown["irrelevant"]:
        assert record.turns[turn_of(record, "off_topic")].steps == ()


def test_wrong_calls_fit_their_schema_and_leave_no_trace_in_the_world(shown: Shown) -> None:
    for record in shown["error_hint"]:
        tools = {tool.name: tool for tool in record.tools}
        wrong = [call for call in calls(record) if not call.train]
        right = [(call.name, call.arguments) for call in calls(record) if call.train]
        assert 1 <= len(wrong) <= 3
        for call in wrong:
            assert misfits(tools[call.name].parameters, call.arguments) == []
            assert (call.name, call.arguments) not in right
            assert call.error is not None
            assert len(call.error.message.split()) <= 10
        assert not {call.id for call in wrong} & {str(event.get("call_id")) for event in record.world.events}


def test_a_call_that_meets_a_fault_is_made_again(shown: Shown) -> None:
    for record in shown["tool_fault"]:
        made = calls(record)
        failed = [at for at, call in enumerate(made) if call.fault]
        assert failed
        for at in failed:
            again = [
                call for call in made[at + 1 :] if (call.name, call.arguments) == (made[at].name, made[at].arguments)
            ]
            assert again


def test_a_tool_is_called_that_has_a_near_name(shown: Shown) -> None:
    for record in shown["near_names"]:
        names = [tool.name for tool in record.tools]
        assert any(resembling(call.name, names) for call in calls(record))
        assert not {tool.name for tool in record.tools if tool.made_of} & {call.name for call in calls(record)}


def test_a_long_conversation_has_many_turns(shown: Shown) -> None:
    assert min(len(record.turns) for record in shown["long_context"]) >= 8


Plant = Callable[[Record], Record]


def a_call(record: Record) -> Turn:
    return next(turn for turn in record.turns if turn.steps)


def called(kind: str) -> Plant:
    return lambda record: with_turn(record, turn_of(record, kind), steps=a_call(record).steps)


def reported(kind: str, text: str) -> Plant:
    return lambda record: with_turn(record, turn_of(record, kind), assistant=text)


def answered(record: Record) -> Record:
    """A wrong call with a result."""
    at = next(at for at, turn in enumerate(record.turns) if any(not c.train for s in turn.steps for c in s.calls))
    steps = [
        step.model_copy(
            update={"calls": tuple(c if c.train else c.model_copy(update={"error": None}) for c in step.calls)}
        )
        for step in record.turns[at].steps
    ]
    return with_turn(record, at, steps=tuple(steps))


def too_early(record: Record) -> Record:
    """The tool is there only after the turn in which it is called."""
    turns = [turn.model_copy(update={"tools_added": ()}) for turn in record.turns]
    turns.append(
        record.turns[0].model_copy(update={"tools_added": record.turns[turn_of(record, "served")].tools_added})
    )
    return record.model_copy(update={"turns": tuple(turns)})


@pytest.mark.parametrize(
    ("stratum", "plant", "code"),
    [
        ("irrelevant", called("off_topic"), "calls_withheld"),
        ("missing_tool", called("unserved"), "calls_withheld"),
        ("missing_parameter", called("question"), "calls_withheld"),
        ("missing_parameter", reported("question", "All right."), "missing_asked"),
        ("missing_parameter", reported("answer", "Could you tell me the date?"), "not_asked_back"),
        ("irrelevant", reported("off_topic", "Sure, that is done."), "declined"),
        ("plain", lambda record: with_turn(record, 0, steps=()), "calls_made"),
        ("error_hint", answered, CODE),
        ("missing_tool", too_early, "tool_not_at_hand"),
    ],
)
def test_a_planted_defect_is_found(stratum: Stratum, plant: Plant, code: str, shown: Shown) -> None:
    able = [
        record for record in shown[stratum] if code != "tool_not_at_hand" or any(t.tools_added for t in record.turns)
    ]
    record = able[0]
    assert code not in codes(record)
    assert code in codes(plant(record))


def test_a_trace_says_no_more_than_its_form(shown: Shown) -> None:
    for records in shown.values():
        row = trace_row(records[0])
        assert Trace.model_validate(row).row() == row
