"""The model-driven planner: code draws, the model chooses and names values, code judges what comes of it."""

import asyncio
import json
from dataclasses import dataclass, replace
from typing import Any

import pytest
from langgraph.runtime import Runtime

from digit_tc.context import Context
from digit_tc.models import Models
from digit_tc.nodes.planner import LLMPlanner, ProceduralPlanner
from digit_tc.planning.rehearsal import Rehearsal
from digit_tc.planning.shaping import Replacement, Shaping
from digit_tc.state import ConversationState, PlannedCall
from digit_tc.streams import Streams
from digit_tc.testing.actors import told
from digit_tc.testing.chat import Scripted, ScriptedModel
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.samples import read_sample
from digit_tc.tools.tool import Source, Tool
from digit_tc.values.persona import draw_persona

TOOLS = read_sample("calendar")
CONTEXT = Context(catalogue=TOOLS, dataflow=Dataflow(TOOLS), streams=Streams(4))
PERSONA = draw_persona(Streams(4).of("persona"))


def state(**more: Any) -> Any:
    scenario = {"tools": TOOLS.names, "persona": PERSONA.model_dump(), "date": "2025-03-04", "faults": {}}
    start = {"scenario": scenario, "turn": 0, "attempts": {}, "retries": 6, "sent_back": "", "turns": [], "events": []}
    return start | more


@dataclass
class Played:
    """What a node did, and what its model was asked."""

    update: ConversationState
    model: ScriptedModel

    @property
    def plans(self) -> list[dict[str, Any]]:
        return told(self.model.asked[0].text, "plans")

    @property
    def reasons(self) -> list[str]:
        return [verdict["evidence"] for verdict in self.update.get("verdicts", [])]


def play(*replies: Scripted, given: Any = None, **knobs: Any) -> Played:
    model = ScriptedModel(replies=replies)
    context = replace(CONTEXT, models=Models.of({"planner": model}))
    return Played(asyncio.run(LLMPlanner(**knobs)(given or state(), Runtime(context=context))), model)


def choice(plan: int, *values: tuple[str, str, Any]) -> str:
    named = [{"call": call, "argument": argument, "value": value} for call, argument, value in values]
    return json.dumps({"plan": plan, "values": named})


def procedural() -> list[PlannedCall]:
    return asyncio.run(ProceduralPlanner()(state(), Runtime(context=CONTEXT)))["plan"]


def test_the_first_of_several_plans_is_the_procedural_one() -> None:
    done = play(choice(1))
    assert done.update["plan"] == procedural()
    assert len(done.plans) > 1
    decisive = {condition["call"] for call in procedural() if (condition := call.get("condition"))}
    told = [call["tool"] for call in procedural() if call["id"] not in decisive]
    assert [call["tool"] for call in done.plans[0]["calls"]] == told, "conditions are put to the plan that is taken"
    (usage,) = done.update["usage"]
    assert usage["role"] == "planner"
    assert len(done.model.asked) == 1


def test_the_plan_that_the_model_chooses_is_made() -> None:
    done = play(choice(2))
    assert [call["tool"] for call in done.update["plan"]] == [call["tool"] for call in done.plans[1]["calls"]]
    assert done.update["plan"] != procedural()
    assert done.reasons == []


@pytest.mark.parametrize("reply", ["I like the second one.", '{"plan": "the second"}', ""])
def test_words_that_are_no_choice_leave_the_procedural_plan_and_the_reason(reply: str) -> None:
    done = play(reply, reply)
    assert done.update["plan"] == procedural()
    (verdict,) = done.update["verdicts"]
    assert (verdict["check"], verdict["severity"], verdict["role"]) == ("plan_choice", "info", "planner")
    assert "usage" not in done.update


def test_a_plan_that_is_not_there_is_said() -> None:
    done = play(choice(99))
    assert done.update["plan"] == procedural()
    assert done.reasons == ["there is no plan 99"]


def test_a_chosen_plan_that_would_fail_leaves_the_procedural_one(monkeypatch: pytest.MonkeyPatch) -> None:
    told = play(choice(2)).plans[1]["calls"]
    second = [call["tool"] for call in told]
    succeeds = Rehearsal.succeeds
    fails = lambda self, calls: [one["tool"] for one in calls] != second and succeeds(self, calls)  # noqa: E731
    monkeypatch.setattr(Rehearsal, "succeeds", fails)
    done = play(choice(2))
    assert done.update["plan"] == procedural()
    assert done.reasons == ["a call of plan 2 would fail"]


def test_two_questions_at_most() -> None:
    assert len(play("no", "no").model.asked) == 2


def test_after_too_many_plans_nothing_is_asked() -> None:
    done = play(given=state(sent_back="planner", attempts={"planner": 7}))
    assert done.update["sent_back"] == "planner"
    assert not done.model.asked


TASKS = Catalogue(
    [
        Tool(
            name="create_task",
            description="Creates a task.",
            parameters={
                "type": "object",
                "properties": {
                    "title": {"type": "string", "minLength": 3},
                    "owner_email": {"type": "string"},
                    "priority": {"type": "string", "enum": ["low", "high"]},
                    "start_date": {"type": "string", "format": "date"},
                    "end_date": {"type": "string", "format": "date"},
                    "hours": {"type": "integer", "maximum": 40},
                    "project_id": {"type": "string"},
                },
            },
            source=Source(dialect="plain"),
        )
    ]
)
DRAWN = PlannedCall(
    id="$1", tool="create_task", references={}, implicit=False, group=0,
    arguments={"title": "Thing", "owner_email": "a@b.example", "priority": "low", "start_date": "2025-03-05",
               "end_date": "2025-03-09", "hours": 3, "project_id": "P-1"},
)  # fmt: skip
SHAPING = Shaping(Dataflow(TASKS), PERSONA)


def shaped(name: str, value: Any) -> tuple[Any, list[str]]:
    (call,), problems = SHAPING.shaped([DRAWN], [Replacement("$1", f"/{name}", value)])
    assert DRAWN["arguments"]["title"] == "Thing", "what was drawn is never changed in place"
    return call["arguments"][name], problems


@pytest.mark.parametrize(
    ("name", "value"),
    [("title", "Paint the fence"), ("priority", "high"), ("hours", 8), ("start_date", "2025-03-07")],
)
def test_values_that_fit_are_taken(name: str, value: Any) -> None:
    assert shaped(name, value) == (value, [])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "ab"), ("title", ""), ("title", "$1.id"), ("title", 'say {"a": 1}'), ("title", "x" * 999),
        ("title", True), ("owner_email", "c@d.example"), ("priority", "urgent"), ("hours", 41), ("hours", "many"),
        ("project_id", "P-2"), ("start_date", "tomorrow"), ("start_date", "2025-03-10"), ("end_date", "2025-03-01"),
    ],
)  # fmt: skip
def test_values_that_do_not_fit_are_refused_with_a_reason(name: str, value: Any) -> None:
    kept, problems = shaped(name, value)
    assert kept == DRAWN["arguments"][name]
    assert len(problems) == 1


def test_what_the_plan_does_not_have_cannot_be_replaced() -> None:
    for call, pointer in (("$2", "/title"), ("$1", "/colour")):
        plan, problems = SHAPING.shaped([DRAWN], [Replacement(call, pointer, "Red")])
        assert (plan, len(problems)) == ([DRAWN], 1)


def test_a_value_is_replaced_wherever_the_plan_says_it() -> None:
    plan, _ = SHAPING.shaped([DRAWN, {**DRAWN, "id": "$2"}], [Replacement("$2", "/title", "Paint the fence")])
    assert [call["arguments"]["title"] for call in plan] == ["Paint the fence"] * 2


def test_a_value_of_the_person_stays() -> None:
    own: PlannedCall = {**DRAWN, "arguments": {"title": PERSONA.city}}
    assert SHAPING.shaped([own], [Replacement("$1", "/title", "Paint the fence")])[0] == [own]


def titled() -> tuple[int, str]:
    """Returns a plan in which something has a title, and its call."""
    return next(
        (plan["plan"], call["call"])
        for plan in play(choice(1), candidates=8).plans
        for call in plan["calls"]
        if "/title" in call["arguments"]
    )


def test_better_values_stand_in_the_plan() -> None:
    number, call = titled()
    done = play(choice(number, (call, "title", "Quarterly budget talk")), candidates=8)
    assert "Quarterly budget talk" in [one["arguments"].get("title") for one in done.update["plan"]]
    assert done.reasons == []


def test_values_with_which_a_call_would_fail_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    number, call = titled()
    monkeypatch.setattr(Rehearsal, "succeeds", lambda _, calls: "Impossible" not in json.dumps(calls))
    done = play(choice(number, (call, "title", "Impossible")), candidates=8)
    assert "Impossible" not in json.dumps(done.update["plan"])
    assert done.reasons == ["with these values a call would fail"]
