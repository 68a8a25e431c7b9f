"""The worked examples make real conversations, which critic and audit accept, and are drawn as they are wired."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from digit_tc.audit.auditing import Auditor, played
from digit_tc.cli.transcript import conversation
from digit_tc.draw import draw
from digit_tc.engine.job import prepare
from digit_tc.errors import LoadingError, SettingsError
from digit_tc.export.trace import trace
from digit_tc.loading import build_graph, load_graph
from digit_tc.nodes.assistant import LLMAssistant
from digit_tc.records import Call, Record, Step, Turn, Verdict
from digit_tc.settings import read_settings
from digit_tc.statistics.turns import turn_facts
from digit_tc.testing.server import Rule, Served, serve

WITS = ("digit_tc.testing.actors:act", "digit_tc.testing.judges:verifier", "digit_tc.testing.judges:critic")
RULES = {
    "rules": {"cancel_*": "nothing is cancelled here", "update_*": "a person makes changes", "book_*": "all is full"}
}
COUNT = 6


def calls(records: list[Record]) -> list[Call]:
    return [call for record in records for turn in record.turns for step in turn.steps for call in step.calls]


def said(records: list[Record], check: str) -> list[Verdict]:
    return [one for record in records for one in record.verdicts if one.check == check]


def errors(record: Record) -> list[str]:
    audit = Auditor().audit(
        trace(record), recorded=False, today=date.fromisoformat(record.context.date), known=played(record)
    )
    return [finding.code for finding in audit.findings if finding.severity == "error"]


def edges(graph: Path) -> set[str]:
    return {line.strip() for line in draw(build_graph(load_graph(str(graph)), {})).mermaid().splitlines()}


@pytest.fixture(scope="module")
def guarded(make: Any) -> list[Record]:
    records: list[Record] = make("guard.py", COUNT, roles={"guard": RULES})
    return records


@pytest.fixture(scope="module")
def team(make: Any) -> list[Record]:
    records: list[Record] = make("team.py", COUNT)
    return records


@pytest.fixture(scope="module")
def reviewed(make: Any) -> list[Record]:
    records: list[Record] = make("review.py", COUNT, roles={"reviewer": {"words": 60}})
    return records


@pytest.mark.parametrize("name", ["guarded", "team", "reviewed"])
def test_critic_and_audit_accept_what_is_made(name: str, request: pytest.FixtureRequest) -> None:
    records: list[Record] = request.getfixturevalue(name)
    assert [(record.outcome.status, errors(record)) for record in records] == [("accepted", [])] * COUNT
    assert all(turn.user and turn.assistant for record in records for turn in record.turns)


def test_what_is_blocked_changes_nothing_and_is_told(guarded: list[Record]) -> None:
    blocked = [call for call in calls(guarded) if call.blocked]
    assert len(blocked) >= 3
    assert {call.error.code for call in blocked if call.error} == {"policy_violation"}
    forbidden = ("cancel_", "update_", "book_")
    assert not [call for call in calls(guarded) if call.name.startswith(forbidden) and not call.error]
    for record in guarded:
        for turn in record.turns:
            for call in [call for step in turn.steps for call in step.calls if call.blocked]:
                assert call.error
                assert call.error.message in turn.assistant
        for event in record.world.events:
            assert not event.get("blocked") or (event["effect"], event["writes"]) == ([], False)
    ids = [event["event_id"] for event in guarded[0].world.events]
    assert len(set(ids)) == len(ids)


def test_every_ruling_is_in_the_record(guarded: list[Record]) -> None:
    against = {one.call_id for one in said(guarded, "policy") if one.status == "fail"}
    assert against >= {call.id for call in calls(guarded) if call.blocked}
    assert {one.severity for one in said(guarded, "policy")} == {"info"}
    assert [one for one in said(guarded, "policy") if one.status == "pass"]


@pytest.mark.long
def test_one_call_of_a_message_may_be_blocked_alone(make: Any) -> None:
    records = make("guard.py", 40, roles={"guard": {"rules": {"get_*": "nothing is shown here"}}})
    mixed = [
        step
        for record in records
        for turn in record.turns
        for step in turn.steps
        if len({call.blocked for call in step.calls}) == 2
    ]
    assert mixed
    assert all(call.error is None for step in mixed for call in step.calls if not call.blocked)
    assert not [errors(record) for record in records if record.outcome.status == "accepted" and errors(record)]


def test_the_trace_marks_what_was_blocked_as_no_answer_of_the_tool(guarded: list[Record]) -> None:
    record = next(one for one in guarded if any(call.blocked for call in calls([one])))
    marked = [step for step in trace(record).row()["steps"] if step.get("fault")]
    assert len(marked) == sum(call.blocked for call in calls([record]))
    assert all(step["is_error"] and step["result"]["error"]["code"] == "policy_violation" for step in marked)


def test_specialists_act_on_one_world(team: list[Record], make: Any) -> None:
    alone = make("conversation", COUNT, strata={})
    assert [record.turns for record in team] == [record.turns for record in alone]
    assert [record.world for record in team] == [record.world for record in alone]
    handed = said(team, "handed_off")
    assert {one.evidence.rpartition(" ")[2] for one in handed} == {"researcher", "clerk"}
    assert {one.call_id for one in handed} <= {call.id for call in calls(team)}


def test_a_team_refuses_what_it_cannot_do_before_anything_runs(shown: Path) -> None:
    with pytest.raises(LoadingError, match=r"team\.py:\d+: ValueError: the specialists make the calls of the plan"):
        build_graph(load_graph(str(shown / "team.py")), {"assistant": LLMAssistant(calls="model")})


def test_what_is_blocked_is_marked_for_people_and_nothing_to_recover_from(guarded: list[Record]) -> None:
    record = next(one for one in guarded if any(call.blocked for call in calls([one])))
    marked = [line for line in conversation(record, columns=1000) if re.match(r"call \d+ .*\[.*blocked.*\]$", line)]
    blocked = next(call for call in calls([record]) if call.blocked)
    assert len(marked) == sum(call.blocked for call in calls([record]))
    done = next(call for call in calls([record]) if call.error is None)
    turn = Turn(user="", assistant="", steps=(Step(calls=(blocked,)), Step(calls=(done,))))
    failing = Step(calls=(blocked.model_copy(update={"blocked": False}),))
    failed = turn.model_copy(update={"steps": (failing, turn.steps[1])})
    assert (turn_facts(turn, 0).recovered, turn_facts(failed, 0).recovered) == (False, True)


def test_a_reviewer_sends_reports_back(reviewed: list[Record]) -> None:
    assert all(len(turn.assistant.split()) <= 60 for record in reviewed for turn in record.turns)
    turned_down = [one for one in said(reviewed, "style") if one.status == "fail"]
    assert turned_down
    assert all(one.evidence.startswith("the report has ") for one in turned_down)
    for record in reviewed:
        passed = {one.turn for one in said([record], "style") if one.status == "pass"}
        assert passed == set(range(len(record.turns)))


def test_the_pictures_show_how_they_are_wired(shown: Path) -> None:
    guard = edges(shown / "guard.py")
    assert {'assistant -.->|"tool_simulator"| guard', "guard -.-> tool_simulator", "guard -.-> assistant"} <= guard
    assert not [line for line in guard if line.startswith("assistant") and line.endswith(" tool_simulator")]
    review = edges(shown / "review.py")
    assert {'assistant -.->|"critic"| reviewer', "reviewer -.-> critic", "reviewer -.-> planner"} <= review
    supervisor = edges(shown / "team.py")
    assert {f"supervisor -.-> {one}" for one in ("researcher", "clerk", "critic")} <= supervisor
    assert {"researcher --> supervisor", "clerk --> supervisor"} <= supervisor


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    rules = [
        Rule(contains="Leave a call out that the policy", reply={"forbidden": {"0": "the policy says no"}}),
        Rule(contains="not as this style sheet", reply={"against": ""}),
    ]
    with serve(rules, temper="well-behaved", wits=WITS) as served:
        yield served


@pytest.mark.long
def test_a_guard_with_a_model_of_its_own(make: Any, shown: Path, server: Served) -> None:
    asks = {"use": f"{shown / 'guard.py'}:LLMPolicyGuard", "policy": "nothing at all"}
    model = {"model": "scripted", "base_url": server.base_url}
    for record in make("guard.py", 2, run={"turns": "1-1"}, roles={"guard": asks}, models={"guard": model}):
        made = [step for turn in record.turns for step in turn.steps]
        assert all(step.calls[0].blocked for step in made)
        assert (record.outcome.status, record.usage["guard"].calls) == ("accepted", len(made))


@pytest.mark.long
def test_a_reviewer_with_a_model_of_its_own(make: Any, shown: Path, server: Served) -> None:
    asks = {"use": f"{shown / 'review.py'}:LLMReviewer"}
    model = {"model": "scripted", "base_url": server.base_url}
    for record in make("review.py", 2, roles={"reviewer": asks}, models={"reviewer": model}):
        assert (record.outcome.status, record.usage["reviewer"].calls) == ("accepted", len(record.turns))


@pytest.mark.long
def test_what_models_cost_inside_a_subgraph_is_counted_once(make: Any, server: Served) -> None:
    asked = {
        "run": {"turns": "1-1", "roles": "llm"},
        "models": {"default": {"model": "scripted", "base_url": server.base_url}},
        "plan": {"max_calls": 2},
    }
    team, alone = make("team.py", **asked)[0], make("conversation", strata={}, **asked)[0]
    assert team.usage == alone.usage
    assert {"assistant", "tool_simulator"} <= team.usage.keys()
    assert team.turns == alone.turns


def test_a_missing_model_of_a_role_that_a_graph_has_by_itself_is_said_before(shown: Path, tmp_path: Path) -> None:
    text = (shown / "guard.py").read_text(encoding="utf-8").replace("Node = PolicyGuard()", "Node = LLMPolicyGuard()")
    (tmp_path / "asks.py").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match="guard"):
        prepare(read_settings(None, {"run": {"graph": str(tmp_path / "asks.py")}}))
