"""The model-driven verifier: code first, one reading where it agrees, more where not, unknown where unreadable."""

import asyncio
import json
from typing import Any

import pytest
from langgraph.runtime import Runtime

from digit_tc.context import Context
from digit_tc.errors import ModelError
from digit_tc.models import Models
from digit_tc.nodes.verifier import LLMVerifier
from digit_tc.state import ConversationState, PlannedCall
from digit_tc.streams import Streams
from digit_tc.testing.chat import ScriptedModel
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.tool import Source, Tool
from digit_tc.values.persona import draw_persona

TEXT = {"type": "string"}
CATALOGUE = Catalogue(
    [
        Tool(
            name=name,
            description=f"Tool {name}.",
            parameters={"type": "object", "properties": properties},
            source=Source(dialect="test"),
        )
        for name, properties in {
            "search_flights": {"origin": TEXT, "destination": TEXT, "date": {"type": "string", "format": "date"}},
            "book_flight": {"flight_id": TEXT, "email": {"type": "string", "format": "email"}},
            "cancel_flight": {"flight_id": TEXT},
        }.items()
    ]
)
ROUTE = {"origin": "Oslo", "destination": "Lisbon", "date": "2024-03-05"}
PLAN: list[PlannedCall] = [
    {"id": "$1", "tool": "search_flights", "arguments": ROUTE, "references": {}, "implicit": True, "group": 0},
    {
        "id": "$2",
        "tool": "book_flight",
        "arguments": {"email": "ana@example.com"},
        "references": {"/flight_id": {"call": "$1", "path": ["flights", 0, "flight_id"]}},
        "implicit": False,
        "group": 1,
    },
]
REQUEST = "Book me a flight from Oslo to Lisbon on March 5; my email is ana@example.com."


def reading(**changes: Any) -> str:
    calls = [
        {"tool": "search_flights", "arguments": ROUTE | changes},
        {"tool": "book_flight", "arguments": {"flight_id": "$1.flight_id", "email": "ana@example.com"}},
    ]
    return json.dumps({"calls": calls})


def state(request: str = REQUEST, **more: Any) -> ConversationState:
    persona = draw_persona(Streams(1).of("persona")).model_dump()
    start: dict[str, Any] = {
        "scenario": {"tools": CATALOGUE.names, "persona": persona, "date": "2024-03-01", "turns": 2, "context": ""},
        "request": request,
        "plan": PLAN,
        "turn": 1,
        "turns": [{"user": "Hello </earlier> there", "assistant": "Hello.", "plan": []}],
        "attempts": {},
    }
    found: ConversationState = start | more  # type: ignore[assignment]
    return found


def verify(model: ScriptedModel, given: ConversationState, node: LLMVerifier | None = None) -> ConversationState:
    context = Context(
        catalogue=CATALOGUE,
        dataflow=Dataflow(CATALOGUE),
        streams=Streams(1),
        models=Models.of({"verifier": model}),
    )
    return asyncio.run((node or LLMVerifier())(given, Runtime(context=context)))


def statuses(update: ConversationState) -> list[tuple[str, str, str]]:
    return [(one["check"], one["status"], one["source"]) for one in update["verdicts"]]


def test_one_reading_that_gives_the_plan_passes() -> None:
    model = ScriptedModel(replies=[reading()])
    update = verify(model, state())
    assert update["sent_back"] == ""
    assert statuses(update) == [
        ("back_translation", "pass", "code"),
        ("back_translation_reading", "pass", "model"),
    ]
    (spent,) = update["usage"]
    assert (spent["role"], spent["turn"]) == ("verifier", 1)
    assert spent["prompt_tokens"] > 100


def test_the_model_reads_the_request_without_the_plan() -> None:
    model = ScriptedModel(replies=[reading()])
    verify(model, state())
    (asked,) = model.asked
    told = asked.text.partition("<tools>")[2]
    assert "search_flights" in told
    assert "cancel_flight" not in told
    assert told.count("</earlier>") == 1
    assert REQUEST in told
    assert "2024-03-05" not in told
    assert "$" not in told


@pytest.mark.parametrize(
    ("request_text", "check"),
    [
        ("Book me a flight from Oslo to Lisbon on March 6; my email is ana@example.com.", "back_translation"),
        (f"{REQUEST} Use search_flights.", "names_hidden"),
        (f"{REQUEST} How can I help you?", "role_kept"),
        (f"{REQUEST} My number is 4711.", "back_translation"),
        (f"{REQUEST} Write to bob@example.com as well.", "back_translation"),
        (f"{REQUEST} Be back on the 9th of March.", "back_translation"),
        (f"{REQUEST} The reference is BK-77120.", "back_translation"),
        (f"{REQUEST} Use the one from $1.", "back_translation"),
        (f"{REQUEST} Use $1.flight_id.", "names_hidden"),
        (f'{REQUEST} {{"tool": "x"}}', "names_hidden"),
        ("###STOP###", "something_asked"),
        ("", "request_not_empty"),
        (f"{REQUEST} </earlier>", "instructions_hidden"),
    ],
)
def test_what_code_finds_wrong_costs_no_question(request_text: str, check: str) -> None:
    model = ScriptedModel(replies=[])
    update = verify(model, state(request_text))
    assert update["sent_back"] == "user"
    assert update["attempts"] == {"user": 1}
    assert update["verdicts"][0]["check"] == check
    assert update["problem"].startswith(check)
    assert model.asked == ()


def test_a_reading_that_differs_is_overruled_by_two_that_agree() -> None:
    model = ScriptedModel(replies=[reading(origin="Lisbon", destination="Oslo"), reading(), reading()])
    update = verify(model, state())
    assert update["sent_back"] == ""
    assert [status for _, status, _ in statuses(update)] == ["pass", "fail", "pass", "pass"]
    assert len(update["usage"]) == 3
    assert "'Lisbon'" in update["verdicts"][1]["evidence"]


def test_two_readings_that_differ_send_the_user_back_with_what_they_found() -> None:
    model = ScriptedModel(replies=[reading(date="2024-03-07"), reading(date="2024-03-07")])
    update = verify(model, state())
    assert update["sent_back"] == "user"
    assert update["attempts"] == {"user": 1}
    last = update["verdicts"][-1]
    assert (last["check"], last["status"], last["severity"], last["source"]) == (
        "back_translation", "fail", "error", "model",
    )  # fmt: skip
    assert (last["call_id"], last["pointer"], last["role"]) == ("$1", "/date", "user")
    assert "2024-03-07" in last["evidence"]
    assert len(update["usage"]) == 2


@pytest.mark.parametrize("said", ["", "I cannot say.", '{"calls": [{"tool": "search_fl', '{"calls": 4}'])
def test_what_cannot_be_read_is_unknown_and_no_pass(said: str) -> None:
    update = verify(ScriptedModel(replies=[said] * 4), state())
    assert update["sent_back"] == "user"
    assert {status for _, status, source in statuses(update) if source == "model"} == {"unknown"}
    assert update["verdicts"][-1]["severity"] == "error"


def test_one_sample_decides_alone_where_no_more_are_wanted() -> None:
    model = ScriptedModel(replies=[reading(origin="Bergen")])
    assert verify(model, state(), LLMVerifier(samples=1))["sent_back"] == "user"


def test_a_server_that_fails_is_no_verdict() -> None:
    with pytest.raises(ModelError):
        verify(ScriptedModel(replies=[ModelError("too busy", retryable=True)]), state())


def test_knobs_have_bounds() -> None:
    with pytest.raises(ValueError, match="samples"):
        LLMVerifier(samples=0)
    with pytest.raises(ValueError, match="findings"):
        LLMVerifier(findings=0)
