"""The procedural verifier as a node of the graph."""

import asyncio
from typing import Any

from langgraph.runtime import Runtime

from digit_tc.context import Context
from digit_tc.nodes.verifier import ProceduralVerifier
from digit_tc.state import ConversationState, PlannedCall
from digit_tc.streams import Streams
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.tool import Source, Tool

SEARCH = Tool(
    name="search_flights",
    description="Find flights between two cities.",
    parameters={
        "type": "object",
        "properties": {
            "origin": {"type": "string", "description": "City the flight leaves from."},
            "destination": {"type": "string", "description": "City to fly to."},
            "date": {"type": "string", "format": "date", "description": "Day of departure."},
        },
        "required": ["origin", "destination", "date"],
    },
    source=Source(dialect="test"),
)
BOOK = Tool(
    name="book_flight",
    description="Book a flight.",
    parameters={
        "type": "object",
        "properties": {
            "flight_id": {"type": "string", "pattern": "^FL-[0-9]{4}$"},
            "email": {"type": "string", "format": "email"},
        },
        "required": ["flight_id", "email"],
    },
    source=Source(dialect="test"),
)
PLAN: list[PlannedCall] = [
    {
        "id": "$3",
        "tool": "search_flights",
        "arguments": {"origin": "Oslo", "destination": "Lisbon", "date": "2024-03-05"},
        "references": {},
        "implicit": True,
        "group": 0,
    },
    {
        "id": "$4",
        "tool": "book_flight",
        "arguments": {"email": "ana@example.com"},
        "references": {"/flight_id": {"call": "$3", "path": ["flights", 0, "flight_id"]}},
        "implicit": False,
        "group": 1,
    },
]


def verify(request: str, **more: Any) -> ConversationState:
    catalogue = Catalogue([SEARCH, BOOK])
    context = Context(catalogue=catalogue, dataflow=Dataflow(catalogue), streams=Streams("test"))
    state: ConversationState = {
        "request": request,
        "plan": PLAN,
        "turn": 1,
        "turns": [],
        "scenario": {
            "tools": [],
            "persona": {},
            "date": "2024-03-01",
            "turns": 2,
            "context": "",
            "faults": {},
            "stratum": "plain",
            "sampler": "neighbour",
            "distractors": [],
        },
        "attempts": {"critic": 1},
    }
    return asyncio.run(ProceduralVerifier()({**state, **more}, Runtime(context=context)))  # type: ignore[typeddict-item]


def test_a_faithful_request_passes() -> None:
    update = verify("Book me a flight; my email is ana@example.com. It goes from Oslo to Lisbon on March 5.")
    assert update["sent_back"] == ""
    assert "attempts" not in update
    given_back, ordered = update["verdicts"]
    assert (given_back["check"], given_back["status"], given_back["turn"]) == ("back_translation", "pass", 1)
    assert (ordered["check"], ordered["status"]) == ("goal_first", "pass")


def test_a_first_request_says_first_what_is_wanted() -> None:
    update = verify("From Oslo to Lisbon on March 5, please book me a flight; my email is ana@example.com.")
    assert update["sent_back"] == "user"
    assert "Kendall's tau" in update["verdicts"][-1]["evidence"]


def test_a_wrong_date_sends_the_user_back() -> None:
    update = verify("Book me a flight from Oslo to Lisbon on March 6; my email is ana@example.com.")
    assert update["sent_back"] == "user"
    assert update["attempts"] == {"critic": 1, "user": 1}
    missing = [verdict for verdict in update["verdicts"] if verdict["pointer"] == "/date"]
    assert missing
    assert missing[0]["status"] == "fail"
    assert missing[0]["severity"] == "error"
    assert missing[0]["role"] == "user"
    assert missing[0]["call_id"] == "$3"
    assert "2024-03-05" in missing[0]["evidence"]


def test_attempts_are_counted_on() -> None:
    assert verify("Hello.", attempts={"user": 2})["attempts"] == {"user": 3}


def test_exchanged_cities_send_the_user_back() -> None:
    assert verify("Book a flight to Oslo from Lisbon on March 5; email ana@example.com.")["sent_back"] == "user"


def test_an_earlier_turn_counts() -> None:
    request = "Now book a flight from Oslo to Lisbon on March 5."
    assert verify(request)["sent_back"] == "user"
    earlier = [{"user": "My email is ana@example.com.", "assistant": "Noted.", "plan": []}]
    assert verify(request, turns=earlier)["sent_back"] == ""


def test_findings_are_bounded() -> None:
    assert len(verify(" ".join(f"Order #W100000{n}." for n in range(20)))["verdicts"]) == 8
