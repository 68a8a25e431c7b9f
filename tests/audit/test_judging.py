"""The bench of critics plants one defect at a time, and counts what a critic says of it."""

import asyncio

import pytest

from digit_tc.audit.judging import Figures, Judge, measure
from digit_tc.audit.misconduct import KINDS, PLANTERS, spoilt
from digit_tc.audit.opinions import QUESTIONS, Opinion, Opinions, judged
from digit_tc.audit.scene import Scene, scenes_of
from digit_tc.context import Context
from digit_tc.engine.conversation import Identity, converse
from digit_tc.graphs.conversation import build
from digit_tc.models import Reply
from digit_tc.records import Record, Status
from digit_tc.state import VerdictDraft
from digit_tc.streams import Streams
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.samples import read_sample


@pytest.fixture(scope="module")
def records() -> list[Record]:
    catalogue = read_sample("travel")
    compiled, flow = build().compile(), Dataflow(catalogue)

    async def each() -> list[Record]:
        return [
            await converse(
                compiled,
                Context(catalogue=catalogue, dataflow=flow, streams=Streams(3, index)),
                Identity(id=f"c{index}", index=index, seed=3, graph="conversation"),
            )
            for index in range(2)
        ]

    return [record for record in asyncio.run(each()) if record.outcome.status == "accepted"]


def test_each_kind_spoils_one_thing_in_one_turn(records: list[Record]) -> None:
    assert len(records) == 2
    kinds = set()
    for record in records:
        for name, at, other in spoilt(record):
            kinds.add(name)
            differ = [number for number, turn in enumerate(record.turns) if turn != other.turns[number]]
            assert differ == [at], name
            changed = [
                key
                for key in ("user", "steps", "assistant")
                if getattr(record.turns[at], key) != getattr(other.turns[at], key)
            ]
            assert len(changed) == 1, name
            assert (changed == ["steps"]) == (name not in PLANTERS)
    assert set(PLANTERS) < kinds <= set(KINDS)


def found(records: list[Record], judge: Judge) -> Figures:
    return asyncio.run(measure(records, judge))


def judging(verdict: Status, word: str = "") -> Judge:
    """A critic that says this of turns whose words hold a word, and passes all others."""

    async def judge(scene: Scene) -> tuple[list[VerdictDraft], list[Reply]]:
        status: Status = verdict if word in f"{scene.request} {scene.report}" else "pass"
        opinion = Opinion(status=status)
        vote = Opinions(**dict.fromkeys(QUESTIONS, opinion))
        return judged([vote], scene.turn), [Reply("", prompt_tokens=10, completion_tokens=2)]

    return judge


def test_a_critic_that_passes_all_notices_nothing_and_code_notices_what_the_audit_is_for(records: list[Record]) -> None:
    figures = found(records, judging("pass"))
    turns = sum(len(record.turns) for record in records)
    planted = sum(row.planted for row in figures.rows.values())
    assert (figures.conversations, figures.turns) == (len(records), turns)
    assert (figures.code_alarms, figures.critic_alarms, figures.critic_unknown) == (0, 0, 0)
    assert {row.by_critic + row.unknown for row in figures.rows.values()} == {0}
    assert {name: row.by_code for name, row in figures.rows.items() if name in PLANTERS} == dict.fromkeys(PLANTERS, 0)
    altered = [row for name, row in figures.rows.items() if name not in PLANTERS]
    assert sum(row.by_code for row in altered) == sum(row.planted for row in altered) > 3
    assert (figures.replies, figures.prompt_tokens) == (turns + planted, 10 * (turns + planted))


def test_a_critic_is_credited_with_what_it_fails_and_not_with_what_it_does_not_know(records: list[Record]) -> None:
    noticed = found(records, judging("fail", "Run the function")).rows
    assert noticed["tools_talked_of"].by_critic == noticed["tools_talked_of"].planted == len(records)
    assert sum(row.by_critic for row in noticed.values()) == len(records)
    unsure = found(records, judging("unknown", "Run the function")).rows["tools_talked_of"]
    assert (unsure.by_critic, unsure.unknown) == (0, len(records))


def test_a_critic_that_fails_everything_gives_alarms_and_notices_nothing(records: list[Record]) -> None:
    figures = found(records, judging("fail"))
    assert figures.critic_alarms == figures.turns
    assert {row.by_critic for row in figures.rows.values()} == {0}


def test_a_scene_shows_the_turns_before_and_nothing_of_later_ones(records: list[Record]) -> None:
    record = next(one for one in records if len(one.turns) > 1)
    first, second, *_ = scenes_of(record)
    assert first.earlier == ()
    assert second.earlier == ((record.turns[0].user, record.turns[0].assistant),)
    assert record.turns[1].user not in str(first.variables())
    hidden = [call for step in record.turns[0].steps for call in step.calls if call.implicit]
    assert len(first.wishes) == sum(len(step.calls) for step in record.turns[0].steps) - len(hidden)
