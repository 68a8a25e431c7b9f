"""What happens when a node fails, under the policies of the engine, on the compiled graph and a real server."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, TypedDict

import pytest
from langgraph.graph import START, StateGraph
from langgraph.runtime import Runtime

from digit_tc.context import Context
from digit_tc.engine.conversation import converse
from digit_tc.engine.job import Job, prepare
from digit_tc.engine.policies import guarded
from digit_tc.engine.run import run
from digit_tc.errors import EmptyReplyError
from digit_tc.graphs.conversation import build
from digit_tc.nodes.user import ProceduralUser
from digit_tc.records import Record
from digit_tc.settings import read_settings
from digit_tc.state import ConversationState, Update
from digit_tc.testing.server import Rule, serve


def made(job: Job, graph: Any) -> Record:
    return asyncio.run(converse(graph, job.context(0), job.identity(0)))


async def hanging(state: ConversationState, runtime: Runtime[Context]) -> Update:
    """A user who never says anything."""
    await asyncio.sleep(60)
    return {"request": str(state), "report": str(runtime)}


async def late_failure(state: ConversationState, runtime: Runtime[Context]) -> Update:
    """A user who fails in the second turn."""
    if state["turn"]:
        raise ZeroDivisionError("in the second turn")
    return await ProceduralUser()(state, runtime)


def test_a_role_that_hangs_costs_its_conversation() -> None:
    with closing(prepare(read_settings())) as job:
        record = made(job, guarded(build(user=hanging), idle=0.2).compile())
    assert (record.outcome.status, record.outcome.code, record.outcome.retryable) == ("failed", "RoleTimeout", True)
    assert record.outcome.reason == "the role 'user' showed no sign of work for 0.2 seconds"


def test_what_a_conversation_had_come_to_is_kept() -> None:
    with closing(prepare(read_settings())) as job:
        record = made(job, guarded(build(user=late_failure), idle=60).compile())
    assert (record.outcome.status, record.outcome.reason) == ("failed", "ZeroDivisionError: in the second turn")
    assert [bool(turn.steps) for turn in record.turns] == [True]


def asked(tmp_path: Path, rules: list[Rule], **model: Any) -> tuple[Mapping[str, Any], int]:
    """Returns the manifest of one conversation whose user asks a server, and how often it was asked."""
    with serve(rules, temper="echo-user") as server:
        flags = {
            "run": {"num": 1, "turns": "1"},
            "models": {"default": {"model": "m", "base_url": server.base_url, "max_retries": 0, **model}},
            "roles": {"user": {"use": "digit_tc.nodes.user:LLMUser"}},
        }
        with closing(prepare(read_settings(flags=flags))) as job:
            asyncio.run(run(job, tmp_path / "out"))
        return json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8")), len(server.requests())


def test_an_answer_that_cannot_be_read_is_asked_for_again_and_no_more_than_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digit_tc.engine.policies._PAUSE", 0.05)
    manifest, requests = asked(tmp_path / "passes", [Rule(requests=(1, 2), fault="garbage")])
    assert (manifest["counts"]["accepted"], requests) == (1, 3)
    assert manifest["usage"]["total"]["failures"] == {"unreadable": 2}
    manifest, requests = asked(tmp_path / "stays", [Rule(fault="garbage")])
    assert (manifest["counts"]["failed"], requests) == (1, 3)


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (Rule(status=401, reply="no"), "refused the key"),
        (Rule(status=429, code="insufficient_quota", reply="no"), "quota is used up"),
        (Rule(status=400, reply="maximum context length is 8192 tokens"), "cannot read a question this long"),
    ],
)
def test_what_does_not_pass_is_asked_for_once(tmp_path: Path, rule: Rule, reason: str) -> None:
    manifest, requests = asked(tmp_path, [rule], max_retries=3)
    assert (manifest["counts"]["failed"], requests) == (1, 1)
    assert reason in (tmp_path / "out" / "rejected.jsonl").read_text("utf-8")


class Elsewhere(TypedDict):
    """The state of a graph that keeps no outcome."""

    word: str


async def broken(state: Elsewhere) -> Elsewhere:
    """Fails as any code may."""
    raise EmptyReplyError(f"nothing after {state['word']!r}")


def test_a_graph_that_keeps_no_outcome_still_ends_in_a_record() -> None:
    graph: StateGraph[Any, Any, Any, Any] = StateGraph(Elsewhere)
    graph.add_node("broken", broken)
    graph.add_edge(START, "broken")
    with closing(prepare(read_settings())) as job:
        record = made(replace(job), guarded(graph, idle=60).compile())
    assert record.outcome.status == "failed"
