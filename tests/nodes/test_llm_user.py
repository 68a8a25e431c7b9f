"""The model-driven user, through a real client against a real server."""

import asyncio
import json
from contextlib import aclosing
from typing import Any

import pytest
from langgraph.graph import END, START, StateGraph

from digit_tc.audit.turns import heard, judge_request
from digit_tc.candidates import Candidates
from digit_tc.context import Context
from digit_tc.errors import ModelError
from digit_tc.models import Models, ModelSettings
from digit_tc.nodes.user import LLMUser
from digit_tc.state import ConversationState, PlannedCall, VerdictDraft
from digit_tc.streams import Streams
from digit_tc.testing.chat import ScriptedModel
from digit_tc.testing.server import Rule, serve
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.tool import Source, Tool
from digit_tc.values.persona import draw_persona

KEY = "sk-a-key-that-nobody-may-see-0123456789"
TOOLS = Catalogue(
    [
        Tool(
            name="find_tables",
            description="Finds free tables in a city.",
            parameters={
                "type": "object",
                "properties": {"cityName": {"type": "string", "description": "City to look in"}},
                "required": ["cityName"],
            },
            source=Source(dialect="plain"),
        ),
        Tool(
            name="book_table",
            description="Books a table.",
            parameters={
                "type": "object",
                "properties": {
                    "table_id": {"type": "string"},
                    "guests": {"type": "integer", "description": "How many people come"},
                    "wishes": {"type": "object"},
                    "outdoors": {"type": "boolean"},
                },
            },
            source=Source(dialect="plain"),
        ),
    ]
)
PLAN: list[PlannedCall] = [
    {
        "id": "$1",
        "tool": "find_tables",
        "arguments": {"cityName": "Lyon"},
        "references": {},
        "implicit": True,
        "group": 0,
    },
    {
        "id": "$2",
        "tool": "book_table",
        "arguments": {"guests": 4.0, "wishes": {"menu": ["vegan", "late"], "quiet": True}, "outdoors": True},
        "references": {"/table_id": {"call": "$1", "path": ["tables", 0, "table_id"]}},
        "implicit": False,
        "group": 1,
    },
]


def state(**more: Any) -> ConversationState:
    persona = draw_persona(Streams(1).of("persona")).model_dump()
    start: dict[str, Any] = {
        "scenario": {"tools": TOOLS.names, "persona": persona, "date": "2024-05-06", "turns": 2, "context": ""},
        "turn": 1,
        "plan": PLAN,
        "turns": [{"user": "Hello </earlier> there", "assistant": "Hello.", "plan": []}],
    }
    found: ConversationState = start | more  # type: ignore[assignment]
    return found


def run(models: Models, given: ConversationState, node: LLMUser | None = None) -> dict[str, Any]:
    """Runs the node as LangGraph does."""
    graph: StateGraph[Any, Any, Any, Any] = StateGraph(ConversationState, Context)
    graph.add_node("user", node or LLMUser())
    graph.add_edge(START, "user")
    graph.add_edge("user", END)
    context = Context(
        catalogue=TOOLS, dataflow=Dataflow(TOOLS), streams=Streams(1), models=models, candidates=Candidates(most=1)
    )

    async def once() -> dict[str, Any]:
        async with aclosing(models):
            return await graph.compile().ainvoke(given, context=context)

    return asyncio.run(once())


def section(text: str, tag: str) -> str:
    return text.partition(f"<{tag}>\n")[2].partition(f"\n</{tag}>")[0]


def test_the_user_says_what_the_server_wrote(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with serve(temper="echo-user") as server:
        after = run(Models(default=ModelSettings(model="m", base_url=server.base_url)), state())
        (body,) = server.requests()
    assert after["request"] == "I need this done, please: 4, vegan, late, Lyon."
    assert [(message.id, message.content) for message in after["messages"]] == [("turn-1-user", after["request"])]
    (usage,) = after["usage"]
    assert usage["role"] == "user"
    assert usage["prompt_tokens"] > 100
    assert usage["completion_tokens"] == -(-len(after["request"]) // 4)
    assert [message["role"] for message in body["messages"]] == ["system", "user"]


def prompt(given: ConversationState, node: LLMUser | None = None) -> str:
    model = ScriptedModel(replies=["Please."])
    run(Models.of({"user": model}), given, node)
    return model.asked[0].text


def test_goals_are_described_and_hidden_calls_are_not() -> None:
    text = prompt(state())
    assert json.loads(section(text, "wishes")) == {
        "wish": "Books a table.",
        "details": {
            "How many people come": 4.0,
            "wishes": {"menu": ["vegan", "late"], "quiet": True},
            "outdoors": True,
        },
    }
    assert json.loads(section(text, "values")) == [4, "vegan", "late", "Lyon"]
    assert json.loads(section(text, "background")) == [{"of": "table", "city name": "Lyon"}]
    assert "Finds free tables" not in text
    assert "City to look in" not in text
    for unknown in ("find_tables", "book_table", "table_id", "$2"):
        assert unknown not in text
    assert "Write the person's next message." in text


def test_what_was_said_before_stays_in_its_tag() -> None:
    text = prompt(state())
    assert json.loads(section(text, "earlier"))["person"] == "Hello </earlier> there"
    assert text.count("</earlier>") == 1
    assert "Write the person's first message." in prompt(state(turns=[]))


def test_a_message_that_was_turned_down_is_shown_with_the_reasons() -> None:
    verdict: VerdictDraft = {
        "check": "back_translation",
        "status": "fail",
        "severity": "error",
        "evidence": "missing: book_table/guests: 4 is not said",
        "turn": 1,
        "call_id": "$2",
        "pointer": "/guests",
        "source": "code",
        "role": "user",
    }
    older: VerdictDraft = {**verdict, "turn": 0, "evidence": "from another turn"}
    text = prompt(state(request="I want a table.", sent_back="user", verdicts=[older, verdict]))
    assert section(text, "rejected").split("\n") == ['"I want a table."', '"missing: 4 is not said"']
    assert "another turn" not in text
    assert "<rejected>" not in prompt(state(request="I want a table.", sent_back="", verdicts=[verdict]))


def test_a_prompt_and_a_model_of_ones_own(tmp_path: Any) -> None:
    (tmp_path / "mine.md").write_text("Say {{ values | json }} as {{ person.name }}.", encoding="utf-8")
    model = ScriptedModel(replies=["Please."])
    run(Models.of({"writer": model}), state(), LLMUser(prompt=str(tmp_path / "mine.md"), model="writer"))
    assert model.asked[0].text.startswith('Say [4, "vegan", "late", "Lyon"] as ')


@pytest.mark.parametrize(
    ("rule", "retryable"),
    [
        (Rule(status=429, retry_after=0.01, reply="slow down"), True),
        (Rule(status=500, reply=KEY), True),
        (Rule(fault="garbage"), True),
        (Rule(delay=30), True),
        (Rule(fault="cut"), True),
        (Rule(status=400, reply=f"bad {KEY}"), False),
        (Rule(status=401, reply=KEY), False),
    ],
)
def test_a_failing_server_reaches_the_engine_as_a_model_error(
    rule: Rule, retryable: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with serve([rule]) as server:
        models = Models(default=ModelSettings(model="m", base_url=server.base_url, timeout=0.5, max_retries=0))
        with pytest.raises(ModelError) as caught:
            run(models, state())
    assert caught.value.retryable is retryable
    assert KEY not in f"{caught.value!r}"


def test_an_empty_reply_becomes_an_empty_request_which_code_turns_down() -> None:
    after = run(Models.of({"user": ScriptedModel(replies=["  "])}), state())
    assert after["request"] == ""
    assert [message.content for message in after["messages"]] == [""]
    assert {one["check"] for one in judge_request(heard(after, TOOLS)) if one["status"] != "pass"} == {  # type: ignore[arg-type]
        "request_not_empty"
    }


def test_after_an_empty_reply_the_question_is_another_one() -> None:
    verdict: VerdictDraft = {
        "check": "request_not_empty", "status": "fail", "severity": "error", "evidence": "the request is empty",
        "turn": 1, "call_id": "", "pointer": "", "source": "code", "role": "user",
    }  # fmt: skip
    text = prompt(state(request="", sent_back="user", verdicts=[verdict]))
    assert section(text, "rejected").split("\n") == ['""', '"the request is empty"']


def test_a_message_that_repeats_its_instructions_is_dropped_with_the_reason() -> None:
    said = "Sure. Every value under values must stand in the message exactly as it is written there, so Lyon."
    after = run(Models.of({"user": ScriptedModel(replies=[said])}), state())
    assert after["request"] == ""
    (verdict,) = after["verdicts"]
    assert (verdict["check"], verdict["status"], verdict["role"]) == ("instructions_hidden", "fail", "user")
    assert "must stand in the message" in verdict["evidence"]
    assert len(after["usage"]) == 1


def test_values_of_a_prompt_without_standing_part_may_be_repeated(tmp_path: Any) -> None:
    (tmp_path / "mine.md").write_text(
        "Say that a table is needed for four people in the old town now.", encoding="utf-8"
    )
    said = "A table is needed for four people in the old town now."
    node = LLMUser(prompt=str(tmp_path / "mine.md"))
    assert run(Models.of({"user": ScriptedModel(replies=[said])}), state(), node)["request"] == said
