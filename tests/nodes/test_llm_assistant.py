"""The model-driven assistant that follows the plan: what it is told for its report, and what becomes of a false one."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from digit_tc.context import Context
from digit_tc.engine.conversation import Identity, converse
from digit_tc.graphs.conversation import build
from digit_tc.models import Models
from digit_tc.nodes.assistant import LLMAssistant
from digit_tc.records import Record
from digit_tc.streams import Streams
from digit_tc.testing.actors import told
from digit_tc.testing.chat import ScriptedModel
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.samples import read_sample

TOOLS = read_sample("travel")
CONTEXT = Context(catalogue=TOOLS, dataflow=Dataflow(TOOLS), streams=Streams(1, 3))


def conversation(model: ScriptedModel, **knobs: Any) -> Record:
    context = replace(CONTEXT, models=Models.of({"assistant": model}))
    graph = build(assistant=LLMAssistant(**knobs)).compile()
    return asyncio.run(converse(graph, context, Identity(id="c", index=0, seed=1, graph="conversation")))


def test_the_model_words_the_report_and_the_calls_are_those_of_the_plan() -> None:
    model = ScriptedModel(replies=lambda _: "That is done.")
    record = conversation(model)
    plain = asyncio.run(
        converse(build().compile(), CONTEXT, Identity(id="c", index=0, seed=1, graph="conversation"))
    )  # fmt: skip
    assert record.outcome.status == "accepted"
    assert [turn.steps for turn in record.turns] == [turn.steps for turn in plain.turns]
    assert {turn.assistant for turn in record.turns} == {"That is done."}
    assert record.usage["assistant"].calls == len(record.turns) == len(model.asked)


def test_the_results_are_told_with_what_was_only_looked_up() -> None:
    model = ScriptedModel(replies=lambda _: "That is done.")
    record = conversation(model)
    for turn, asked in zip(record.turns, model.asked, strict=True):
        made = [call for step in turn.steps for call in step.calls]
        results = told(asked.text, "results")
        assert [one["result"] for one in results] == [call.result for call in made]
        assert [one["asked"] for one in results] == [not call.implicit for call in made]
        assert told(asked.text, "request") == [turn.user]
        assert not any(call.name in asked.text for call in made), "tools are told by what they do"


def test_a_claim_that_nothing_shows_is_written_again_with_the_reason() -> None:
    codes = [f"Your code is QX-{number}." for number in (99812, 99813, 99814, 99815)]
    model = ScriptedModel(replies=[*codes, *["That is done."] * 9])
    record = conversation(model)
    assert record.outcome.status == "accepted"
    assert "QX-9981" not in json.dumps([turn.assistant for turn in record.turns])
    assert [told(asked.text, "complaints") for asked in model.asked[:4]] == [[]] * 4, "first, others are asked for"
    (complaint,) = told(model.asked[4].text, "complaints")
    assert "'QX-99812', which no result shows" in complaint
    assert told(model.asked[5].text, "complaints") == []
    turned_down = [one.evidence for one in record.verdicts if one.check == "candidate"]
    assert [one.partition(": ")[0] for one in turned_down] == ["candidate 2", "candidate 3", "candidate 4"]
    assert all("which no result shows" in one for one in turned_down)
    assert record.usage["assistant"].calls == len(record.turns), "only the replies that were used are counted"


def test_an_empty_reply_is_asked_for_again() -> None:
    model = ScriptedModel(replies=["", " ", *["That is done."] * 9])
    record = conversation(model)
    assert record.outcome.status == "accepted"
    assert record.usage["assistant"].calls == len(record.turns) == len(model.asked) - 2
    failed = conversation(ScriptedModel(replies=lambda _: ""))
    assert (failed.outcome.status, failed.outcome.code) == ("failed", "EmptyReplyError")


def test_the_words_of_a_person_cannot_break_the_frame() -> None:
    model = ScriptedModel(replies=lambda _: "That is done.")
    conversation(model)
    for asked in model.asked:
        assert asked.text.count("</request>") == asked.text.count("</results>") == 1


def test_rounds_must_be_possible() -> None:
    with pytest.raises(ValueError, match="rounds"):
        LLMAssistant(rounds=0)
