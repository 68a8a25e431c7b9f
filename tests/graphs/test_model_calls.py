"""An assistant that chooses its own calls: what the plan wanted passes, and nothing else does."""

import asyncio
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage

from digit_tc.context import Context, Limits
from digit_tc.engine.conversation import Identity, converse
from digit_tc.graphs.conversation import build
from digit_tc.models import Models
from digit_tc.nodes.assistant import LLMAssistant
from digit_tc.nodes.scenario import ProceduralScenario
from digit_tc.records import Record, Turn
from digit_tc.streams import Streams
from digit_tc.testing.chat import ScriptedModel
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.samples import read_sample

TOOLS = read_sample("shop")
FLOW = Dataflow(TOOLS)
Steps = list[list[tuple[str, dict[str, Any]]]]
"""The calls of a turn, message by message."""


def conversation(models: Models | None = None, faults: float = 0.0, turns: int = 4, **roles: Any) -> Record:
    """Makes the same conversation each time, but for its assistant."""
    limits = Limits(min_turns=1, max_turns=turns, retries=2)
    context = Context(catalogue=TOOLS, dataflow=FLOW, streams=Streams(1, 6), models=models or Models(), limits=limits)
    graph = build(scenario=ProceduralScenario(faults=faults), **roles).compile()
    return asyncio.run(converse(graph, context, Identity(id="c", index=0, seed=1, graph="conversation")))


@cache
def planned(faults: float = 0.0, turns: int = 4) -> Record:
    return conversation(faults=faults, turns=turns)


def steps(turn: Turn) -> Steps:
    return [[(call.name, call.arguments) for call in step.calls] for step in turn.steps]


def chosen(
    change: Callable[[Steps], Steps],
    *,
    faults: float = 0.0,
    turns: int = 4,
    rounds: int = 8,
    report: str = "",
    claims: Sequence[str] = (),
) -> tuple[Record, ScriptedModel]:
    """Makes the conversation with a model that makes the planned calls, changed by a function."""
    claimed = list(claims)
    known = {turn.user: turn for turn in planned(faults, turns).turns}

    def reply(messages: Sequence[BaseMessage]) -> AIMessage:
        if not any(message.type == "human" and str(message.text) in known for message in messages):
            return AIMessage("That is done.")  # the prompt for a report
        start = max(at for at, message in enumerate(messages) if message.type == "human")
        turn, made = known[str(messages[start].text)], sum(one.type == "ai" for one in messages[start:])
        wanted = change(steps(turn))
        if made >= len(wanted):
            return AIMessage(claimed.pop(0) if claimed else report or turn.assistant)
        calls = [{"name": name, "args": arguments, "id": f"x{at}"} for at, (name, arguments) in enumerate(wanted[made])]
        return AIMessage("", tool_calls=calls)

    model = ScriptedModel(replies=reply)
    assistant = LLMAssistant(calls="model", rounds=rounds)
    return conversation(Models.of({"assistant": model}), faults, turns, assistant=assistant), model


def same(change: Steps) -> Steps:
    return change


def test_the_calls_of_the_plan_give_the_same_conversation() -> None:
    record, model = chosen(same)
    assert record.turns == planned().turns
    assert record.world == planned().world
    assert [tool["function"]["name"] for tool in model.asked[0].tools] == TOOLS.names
    assert all(verdict.check != "plan_varied" for verdict in record.verdicts)


def test_calls_one_after_the_other_serve_as_well_as_together() -> None:
    record, _ = chosen(lambda turn: [[call] for step in turn for call in step])
    assert record.outcome.status == "accepted"
    assert all(len(step.calls) == 1 for turn in record.turns for step in turn.steps)


def test_a_look_up_that_nobody_planned_is_told_and_passes() -> None:
    record, _ = chosen(lambda turn: [*turn, [turn[0][0]]], turns=1)
    assert record.outcome.status == "accepted"
    (varied,) = [verdict for verdict in record.verdicts if verdict.check == "plan_varied"]
    assert (varied.severity, varied.status) == ("info", "fail")
    first, last = record.turns[0].steps[0].calls[0], record.turns[0].steps[-1].calls[0]
    assert (last.name, last.arguments, last.implicit) == (first.name, first.arguments, False)
    assert last.id.startswith("call_turn_1_")


def test_a_value_that_nobody_said_is_not_looked_up() -> None:
    record, _ = chosen(lambda turn: [*turn, [("search_products", {"query": "lamp"})]], turns=1)
    assert record.outcome.status == "rejected"
    assert any("query has no known origin" in verdict.evidence for verdict in record.verdicts)


def _doubled(turn: Steps) -> Steps:
    writes = [call for step in turn for call in step if not call[0].startswith(("search", "get", "list"))]
    return [*turn, writes[:1] or [("search_products", {"nonsense": 1})]]


@pytest.mark.parametrize(
    "change",
    [
        lambda turn: turn[:-1],
        lambda _: [],
        lambda turn: [[("sing_a_song", {})], *turn],
        lambda turn: [[(name, {**arguments, "nonsense": 1}) for name, arguments in step] for step in turn],
        _doubled,
    ],
    ids=["the last is missing", "nothing is called", "no such tool", "no such argument", "a write again"],
)
def test_wrong_steps_are_never_accepted(change: Callable[[Steps], Steps]) -> None:
    record, _ = chosen(change)
    assert record.outcome.status == "rejected"
    assert record.turns == ()
    failed = [verdict for verdict in record.verdicts if verdict.check == "plan_followed" and verdict.status == "fail"]
    assert failed
    assert {verdict.severity for verdict in failed} == {"error"}


def test_a_report_of_what_was_not_done_is_turned_down_before_anybody_reads_it() -> None:
    record, _ = chosen(same, turns=1, claims=["It is done: RT-99913."])
    assert record.outcome.status == "accepted"
    assert record.turns == planned(turns=1).turns
    (noticed,) = [one.evidence for one in record.verdicts if one.check == "candidate"]
    assert noticed == "candidate 1: report_grounded: the report says 'RT-99913', which no result shows"


def test_who_says_that_all_is_done_too_early_acts_again_from_the_request() -> None:
    asked = 0

    def first_without_its_last(turn: Steps) -> Steps:
        nonlocal asked
        asked += 1
        return turn[:-1] if asked <= len(turn) else turn

    record, _ = chosen(first_without_its_last, turns=1, report="That is done.")
    assert record.outcome.status == "accepted"
    assert record.turns[0].steps == planned(turns=1).turns[0].steps
    assert [verdict.status for verdict in record.verdicts if verdict.check == "plan_followed"] == ["fail", "pass"]


def test_a_planned_fault_is_met_and_the_call_made_again() -> None:
    record, _ = chosen(same, faults=0.3)
    assert record.turns == planned(0.3).turns
    assert any(call.fault for turn in record.turns for step in turn.steps for call in step.calls)


def test_rounds_are_bounded() -> None:
    record, _ = chosen(lambda _: [[("search_products", {})]] * 50, rounds=2)
    made = [event for event in record.world.events if event["kind"] == "call" and event["turn"] == 0]
    assert record.outcome.status == "rejected"
    assert {event["call_id"] for event in made} == {"call_turn_1_1", "call_turn_1_2"}
