"""Roles of one's own: one that was added from the page alone, critics that say no, nodes put into a way of a graph."""

import asyncio
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolCall, ToolMessage
from langgraph.graph import END, START, StateGraph

from digit_tc.audit.following import following
from digit_tc.audit.seen import seen_call
from digit_tc.cli import run
from digit_tc.draw import draw
from digit_tc.engine.job import prepare
from digit_tc.errors import LoadingError
from digit_tc.graphs import conversation
from digit_tc.judgement import sent_back, verdict
from digit_tc.loading import build_graph, load_graph, own_roles
from digit_tc.models import Reply
from digit_tc.progress import hindered, spent, unanswered
from digit_tc.same import Same
from digit_tc.settings import read_settings
from digit_tc.state import ConversationState, PlannedCall, Reference
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.samples import read_sample
from digit_tc.wiring import extends, insert

THRIFT = Path(__file__).with_name("thrift.py")

NEVER = """
from digit_tc.judgement import sent_back, verdict

async def never(state, runtime):
    said = verdict(state, "never", "fail", role="assistant", evidence="nothing is good enough")
    return {"verdicts": [said], **sent_back(state, said)}

async def unsure(state, runtime):
    said = verdict(state, "unsure", "unknown", role="user", evidence="who can tell")
    return {"verdicts": [said], **sent_back(state, said)}
"""


def test_a_role_takes_under_thirty_lines(make: Any) -> None:
    assert len(THRIFT.read_text(encoding="utf-8").splitlines()) < 30
    records = make(str(THRIFT), 4, roles={"thrift": {"calls": 2}})
    assert {record.outcome.status for record in records} == {"accepted"}
    assert all(sum(len(step.calls) for step in turn.steps) <= 2 for record in records for turn in record.turns)
    found = [one.status for record in records for one in record.verdicts if one.check == "thrifty"]
    assert {"pass", "fail"} == set(found)
    assert "thrift -.-> planner" in draw(build_graph(load_graph(str(THRIFT)), {})).mermaid()


def test_who_sends_the_planner_back_takes_no_earlier_turn_away() -> None:
    settings = read_settings(None, {"run": {"graph": str(THRIFT), "turns": "3-3"}, "roles": {"thrift": {"calls": 1}}})
    with closing(prepare(settings)) as job:
        state = asyncio.run(job.graph.ainvoke({}, context=job.context(0), config={"recursion_limit": 500}))
    assert any(one["check"] == "thrifty" and one["status"] == "fail" and one["turn"] for one in state["verdicts"])
    assert [one.content for one in state["messages"] if one.type == "human"] == [one["user"] for one in state["turns"]]


@pytest.mark.parametrize("name", ["never", pytest.param("unsure", marks=pytest.mark.long)])
def test_a_critic_that_accepts_nothing_leaves_no_conversation(tmp_path: Path, name: str) -> None:
    (tmp_path / "no.py").write_text(NEVER, encoding="utf-8")
    role, out = f"critic={tmp_path / 'no.py'}:{name}", tmp_path / "out"
    config = tmp_path / "few.toml"
    config.write_text("[plan]\nretries = 1\n", encoding="utf-8")
    flags = ["--num", "3", "--turns", "1-2", "--config", str(config), "--role", role, "--out", str(out)]
    assert run(["generate", *flags]) == 0
    assert (out / "conversations.jsonl").read_bytes() == b""
    assert len((out / "rejected.jsonl").read_bytes().splitlines()) == 3


async def node(state: Any, runtime: Any) -> Any:
    return {}


def after_node(state: Any) -> Literal["assistant", "critic"]:
    return "critic"


def test_a_node_is_put_into_one_way_and_every_other_stays() -> None:
    before = set(draw(conversation.build()).mermaid().splitlines())
    graph = conversation.build()
    insert(graph, "mine", node, source="assistant", target="critic", path=after_node)
    after = set(draw(graph).mermaid().splitlines())
    assert {line.strip() for line in before - after} == {"assistant -.-> critic"}
    assert {line.strip() for line in after - before} == {
        'mine("mine<br/><small>after_node</small>")',
        'assistant -.->|"critic"| mine',
        "mine -.-> assistant",
        "mine -.-> critic",
    }
    plain = conversation.build()
    insert(plain, "mine", node, source="user", target="verifier")
    drawn = {line.strip() for line in draw(plain).mermaid().splitlines()}
    assert {"user --> mine", "mine --> verifier"} <= drawn
    assert "user --> verifier" not in drawn
    assert plain.compile()


def test_a_node_that_cannot_be_put_in_is_said() -> None:
    with pytest.raises(LoadingError, match=r"'mine' cannot be put in: no way leads from 'user' to 'critic'"):
        insert(conversation.build(), "mine", node, source="user", target="critic")
    graph: StateGraph[ConversationState] = StateGraph(ConversationState)
    graph.add_node("user", node)
    graph.add_node("critic", node)
    graph.add_edge(START, "user")
    graph.add_conditional_edges("user", lambda _: END)
    with pytest.raises(LoadingError, match="the router behind 'user' does not say where it leads"):
        insert(graph, "mine", node, source="user", target="critic")


def test_a_builder_that_extends_another_has_the_roles_of_both() -> None:
    @extends(conversation.build)
    def build(*, mine: Any = node, critic: Any = node, **roles: Any) -> Any:
        return conversation.build(critic=critic, **roles)

    roles = own_roles(build)
    assert list(roles)[:2] == ["mine", "critic"]
    assert roles["critic"] is node
    assert roles["user"] is own_roles(conversation.build)["user"]
    with pytest.raises(LoadingError, match="has no role 'usr'; did you mean user"):
        build_graph(build, {"usr": node})


def test_what_is_not_answered_yet() -> None:
    calls = [ToolCall(name="f", args={}, id=one) for one in ("a", "b")]
    state: Any = {"messages": [HumanMessage("Please."), AIMessage("", tool_calls=calls)]}
    assert [call["id"] for call in unanswered(state)] == ["a", "b"]
    state["messages"].append(ToolMessage("no", tool_call_id="a"))
    assert [call["id"] for call in unanswered(state)] == ["b"]
    state["messages"].append(AIMessage("Done."))
    assert unanswered(state) == []
    assert unanswered({}) == []


def test_what_builds_on_a_blocked_call_is_not_made() -> None:
    def planned(name: str, *needs: str) -> PlannedCall:
        taken = {f"/{need}": Reference(call=need, path=["id"]) for need in needs}
        return PlannedCall(id=name, tool="f", arguments={}, references=taken, implicit=False, group=0)

    blocked: dict[str, Any] = {"kind": "call", "plan_id": "$1", "outcome": "error", "blocked": True}
    plan = [planned("$1"), planned("$2", "$1"), planned("$3"), planned("$4", "$2", "$3")]
    state: Any = {"plan": plan, "events": [{"kind": "turn_started"}, blocked]}
    assert hindered(state) == {"$2", "$4"}
    state["events"][1]["blocked"] = False
    assert hindered(state) == set()


def test_what_was_blocked_is_no_wrong_call_of_a_model() -> None:
    tried: Any = {"kind": "call", "plan_id": "", "tool": "f", "arguments": {}, "outcome": "error", "writes": False}
    asked: Any = {"left": [], "play": lambda *_: None, "tools": {}}
    assert following([], [tried], {}, **asked).wrong == (tried,)
    tried["blocked"] = True
    assert following([], [tried], {}, **asked).wrong == ()


def test_what_was_blocked_tells_the_checks_nothing_of_the_world() -> None:
    event: Any = {"tool": "get_order", "arguments": {}, "outcome": "error", "error": {"code": "x", "message": "no"}}
    flow = Dataflow(read_sample("shop"))
    assert not seen_call(0, Same(event), flow).transient
    assert seen_call(0, Same({**event, "blocked": True}), flow).transient


def test_a_reply_of_a_role_of_ones_own_is_of_the_attempts_of_all() -> None:
    reply = Reply(text="yes", prompt_tokens=5, completion_tokens=1)
    state: Any = {"turn": 1, "attempts": {"planner": 2, "user": 1, "assistant": 3, "mine": 4}}
    assert spent(state, reply, role="mine")["attempt"] == [2, 8]
    assert spent(state, reply, role="user")["attempt"] == [2, 1]
    assert spent(state, reply, role="planner")["attempt"] == [2, 0]


def test_a_role_that_is_sent_back_too_often_takes_the_turn_with_it() -> None:
    messages = [HumanMessage("Please.", id="1"), AIMessage("Done.", id="2")]
    state: Any = {"turn": 0, "attempts": {}, "retries": 1, "messages": messages, "events": []}
    said = verdict(state, "mine", "fail", role="assistant", evidence="too long")
    first = sent_back(state, said)
    assert ([one.id for one in first["messages"]], first["sent_back"]) == (["2"], "assistant")
    assert first["problem"] == "mine: too long"
    state["attempts"] = {"assistant": 1}
    last = sent_back(state, said)
    assert [one.id for one in last["messages"]] == ["1", "2"]
    assert last["events"][0]["kind"] == "turn_retracted"
