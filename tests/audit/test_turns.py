"""The checks of the critic: each passes on a clean turn and fails on its own defect."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from digit_tc.audit.consistency import Consistency, Contradictions
from digit_tc.audit.finding import Hit
from digit_tc.audit.seen import SeenCall
from digit_tc.audit.turns import TurnSeen, blamed, judge_report, judge_request, judge_turn, sources_of
from digit_tc.behaviour import leaks
from digit_tc.knowledge import Fact, Knowledge
from digit_tc.provenance import Sources
from digit_tc.state import ConversationState, Event, PlannedCall, Scenario, TurnDraft
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.tool import Source, Tool

TEXT, NUMBER = {"type": "string"}, {"type": "number"}
SEARCH = Tool(
    name="search_hotels",
    parameters={"type": "object", "properties": {"city": TEXT, "limit": {"type": "integer"}}, "required": ["city"]},
    output_schema={
        "type": "object",
        "properties": {"hotels": {"type": "array", "items": {"properties": {"hotel_id": TEXT, "price": NUMBER}}}},
        "required": ["hotels"],
    },
    source=Source(dialect="flat"),
)
BOOK = Tool(
    name="book_hotel",
    parameters={"type": "object", "properties": {"hotel_id": TEXT, "when": TEXT}, "required": ["hotel_id"]},
    output_schema={"type": "object", "properties": {"booking_id": TEXT, "price": NUMBER}},
    source=Source(dialect="flat"),
)


def call(number: int, tool: str, arguments: dict[str, Any], result: Any) -> Event:
    return Event(
        event_id=f"{number}.0", step=number, index=0, turn=0, kind="call", plan_id=f"${number}",
        call_id=f"call_{number}", tool=tool, arguments=arguments, outcome="ok", result=result, effect=[],
        group=number, implicit=False,
    )  # fmt: skip


FOUND = call(1, "search_hotels", {"city": "Lisbon"}, {"hotels": [{"hotel_id": "HT-1", "price": 90.5}]})
BOOKED = call(2, "book_hotel", {"hotel_id": "HT-1"}, {"booking_id": "BK-77", "price": 90.5})
SHAPE = ["human", "calls", "tool", "calls", "tool", "ai"]


def seen(**changes: Any) -> TurnSeen:
    clean = TurnSeen(
        turn=0, request="Find a hotel in Lisbon and book it.", report="Booked, number BK-77, for $90.50.",
        calls=[FOUND, BOOKED], planned=2, sources=Sources(today=date(2025, 3, 5)),
        catalogue=Catalogue([SEARCH, BOOK]), names=["search_hotels", "book_hotel"], messages=SHAPE,
    )  # fmt: skip
    turn = replace(clean, **changes)
    turn.sources.hear("/turns/0/user", turn.request)
    return turn


def failed(**changes: Any) -> set[str]:
    return {verdict["check"] for verdict in judge_turn(seen(**changes)) if verdict["status"] != "pass"}


def test_a_clean_turn_passes_every_check() -> None:
    verdicts = judge_turn(seen())
    assert {verdict["status"] for verdict in verdicts} == {"pass"}
    assert len(verdicts) >= 10
    assert blamed(verdicts) is None


def changed(event: Event, **changes: Any) -> Event:
    return Event(**{**event, **changes})  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("check", "changes"),
    [
        ("request_not_empty", {"request": "  ", "calls": [], "planned": 0, "report": "Done."}),
        ("arguments_valid", {"calls": [changed(FOUND, arguments={"city": "Lisbon", "limit": "many"}), BOOKED]}),
        ("arguments_valid", {"names": ["book_hotel"]}),
        ("references_resolved", {"calls": [FOUND, changed(BOOKED, arguments={"hotel_id": "$1.hotels[0].hotel_id"})]}),
        ("plan_done", {"planned": 3}),
        (
            "plan_done",
            {"calls": [FOUND, changed(BOOKED, outcome="error", error={"code": "x", "message": "card expired"})]},
        ),
        ("calls_made", {"calls": [], "planned": 2}),
        ("results_valid", {"calls": [changed(FOUND, result={"hotels": "none"}), BOOKED]}),
        ("origins_known", {"calls": [FOUND, changed(BOOKED, arguments={"hotel_id": "HT-9"})]}),
        ("origins_known", {"calls": [changed(FOUND, arguments={"city": "Porto"}), BOOKED]}),
        ("origins_known", {"calls": [FOUND, changed(BOOKED, group=1)]}),
        ("names_hidden", {"request": "Use search_hotels to find a hotel in Lisbon."}),
        ("names_hidden", {"request": 'Find a hotel in Lisbon with {"city": "Lisbon"}'}),
        ("names_hidden", {"request": "Find a hotel in Lisbon, then book the result of call_1."}),
        ("role_kept", {"request": "Find a hotel in Lisbon. How can I help you?"}),
        (
            "role_kept",
            {"request": "We found a hotel in Lisbon.", "earlier": [("Find.", "We found a hotel in Lisbon.")]},
        ),
        ("instructions_hidden", {"request": "<think>They want Lisbon.</think> Find a hotel in Lisbon."}),
        ("something_asked", {"request": "Thank you, goodbye!"}),
        (
            "nothing_unknown",
            {
                "request": "Find a hotel in Lisbon and book it, and check BK-12.",
                "knowledge": Knowledge(unknown=(Fact(name="booking id", value="BK-12"),)),
            },
        ),
        ("not_repeated", {"earlier": [("Find a hotel in Lisbon and book it.", "There is none.")]}),
        ("turn_order", {"messages": ["human", "tool", "calls", "ai"]}),
        ("turn_order", {"messages": ["human", "calls", "tool"]}),
        ("report_not_empty", {"report": ""}),
        ("report_grounded", {"report": "Booked, number BK-78, for $90.50."}),
        ("report_grounded", {"report": "Booked, number BK-77, for $95."}),
    ],
)
def test_each_defect_is_noticed(check: str, changes: dict[str, Any]) -> None:
    assert check in failed(**changes)


def test_a_farewell_to_which_nothing_is_done_is_none() -> None:
    assert "something_asked" not in failed(request="Thank you, goodbye!", calls=[], planned=0)


def test_the_checks_of_a_request_need_no_more_than_it() -> None:
    verdicts = judge_request(seen(request="How can I help you?", report="", calls=[], messages=[]))
    assert [one["check"] for one in verdicts if one["status"] != "pass"] == ["role_kept"]
    assert {one["role"] for one in verdicts} == {"user"}


def test_the_role_at_fault_is_named() -> None:
    fault = blamed(judge_turn(seen(report="Booked, number BK-78.")))
    assert fault is not None
    assert fault["role"] == "assistant"
    assert "BK-78" in fault["evidence"]


def test_an_ordinary_word_may_be_said_but_a_program_name_may_not() -> None:
    assert not leaks("sort", "Please sort the list.")
    assert leaks("sort", "Please run `sort` on it.")
    assert leaks("sort", "Please call sort(file).")
    assert leaks("search_hotels", "Use Search_Hotels now.")
    assert not leaks("search_hotels", "Please search hotels for me.")
    assert leaks("ls", "Just ls the folder.")


def test_a_result_that_was_taken_back_is_no_source() -> None:
    taken_back = changed(FOUND, result={"hotels": [{"hotel_id": "HT-9", "price": 12.5}]})
    again = changed(FOUND, event_id="3.0", step=3)
    plan = [PlannedCall(id="$1", tool="search_hotels", arguments={}, references={}, group=1, implicit=False)]
    state = ConversationState(
        scenario=Scenario(tools=[], date="2025-03-05", context="", turns=2),  # type: ignore[typeddict-item]
        turns=[TurnDraft(user="Find a hotel in Lisbon.", assistant="Found one.", plan=plan)],
        events=[taken_back, Event(event_id="2.0", step=2, index=0, turn=0, kind="turn_retracted"), again],
    )
    assert set(sources_of(state, date(2025, 3, 5)).shown) == {'"HT-1"', "90.5"}


def test_calls_that_others_stand_in_for_contradict_nothing_more() -> None:
    flow, contradictions = Dataflow(Catalogue([SEARCH, BOOK])), Contradictions()
    other = call(3, "search_hotels", {"city": "Lisbon"}, {"hotels": [{"hotel_id": "HT-9", "price": 70.5}]})
    again = call(3, "search_hotels", {"city": "Lisbon"}, FOUND["result"])
    told = [
        {hit.code for _, hit in contradictions.among(events, flow)}
        for events in ([FOUND], [FOUND, other], [FOUND, other, BOOKED], [FOUND, again], [FOUND, again, BOOKED])
    ]
    unstable = {"repeated_read", "list_unstable"}
    assert told == [set(), unstable, unstable, set(), set()]


def test_calls_that_were_read_are_not_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    flow, contradictions, read = Dataflow(Catalogue([SEARCH, BOOK])), Contradictions(), list[int]()
    see = Consistency.see

    def noted(self: Consistency, one: SeenCall) -> list[Hit]:
        read.append(one.step)
        return see(self, one)

    monkeypatch.setattr(Consistency, "see", noted)
    for events in ([FOUND], [FOUND, BOOKED], [FOUND, BOOKED]):
        contradictions.among(events, flow)
    assert read == [0, 1]


def test_a_report_is_judged_by_what_the_assistant_answers_for() -> None:
    turn = seen(report="Booked, number BK-78.", request="")
    assert {one["check"] for one in judge_report(turn) if one["status"] != "pass"} == {"report_grounded"}
    assert {one["role"] for one in judge_report(turn)} == {"assistant"}
