"""What of a catalogue conversations exercise."""

from typing import Any

import pytest

from digit_tc.records import Call, CallError, Origin, Outcome, Record, RunContext, Step, ToolRecord, Turn, WorldRecord
from digit_tc.sampling.coverage import coverage
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.tool import Source, Tool


def tool(name: str, parameters: dict[str, Any], output: dict[str, Any] | None = None) -> Tool:
    return Tool(
        name=name,
        parameters={"type": "object", "properties": parameters},
        output_schema={"type": "object", "properties": output} if output else None,
        source=Source(dialect="mcp"),
    )


ORDER = {"type": "string", "description": "The id of the order"}
STATUS = {"type": "string", "enum": ["open", "closed"]}
CATALOGUE = Catalogue(
    [
        tool(
            "search_orders",
            {"status": STATUS, "tags": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}},
            {"orders": {"type": "array", "items": {"type": "object", "properties": {"order_id": ORDER}}}},
        ),
        tool("cancel_order", {"order_id": ORDER, "reason": {"type": "string"}}),
        tool("get_order", {"order_id": ORDER}),
    ]
)
FOUND = {"orders": [{"order_id": "o-1"}, {"order_id": "o-2"}]}
RESULT = Origin(kind="result", pointer="/turns/0/steps/0/calls/0/result/orders/1/order_id")
USER = Origin(kind="user", pointer="/turns/0/user")


def call(name: str, arguments: dict[str, Any], origins: dict[str, Origin] | None = None, **more: Any) -> Call:
    return Call(id="c", name=name, arguments=arguments, provenance=origins or {}, **more)


def record(*calls: Call, status: Any = "accepted", offered: int = 3, distractors: tuple[str, ...] = ()) -> Record:
    tools = tuple(
        ToolRecord(name=one.name, description="", parameters=one.parameters, output_schema=None, annotations={})
        for one in list(CATALOGUE)[:offered]
    )
    return Record(
        id="r", index=0, seed=0, graph="conversation", context=RunContext(date="2025-01-01", text=""), tools=tools,
        distractors=distractors, persona=None, world=WorldRecord(state={}, events=(), summaries=()), verdicts=(),
        turns=(Turn(user="", steps=tuple(Step(calls=(one,)) for one in calls), assistant=""),),
        outcome=Outcome(status=status),
    )  # fmt: skip


SEARCH = call("search_orders", {"status": "open", "tags": ["b"]}, result=FOUND)
CANCEL = call("cancel_order", {"order_id": "o-2"}, {"/order_id": RESULT})


def test_nothing_is_reached_by_nothing() -> None:
    found = coverage([], CATALOGUE)
    assert found.conversations == 0
    assert (found.tools.there_are, found.tools.reached, found.tools.share) == (3, 0, 0)
    assert found.tools.missing == ("search_orders", "cancel_order", "get_order")
    assert found.parameters.missing == (
        "search_orders: status", "search_orders: tags[]", "cancel_order: order_id", "cancel_order: reason",
        "get_order: order_id",
    )  # fmt: skip
    assert found.values.missing == (
        'search_orders: status = "open"', 'search_orders: status = "closed"',
        'search_orders: tags[] = "a"', 'search_orders: tags[] = "b"',
    )  # fmt: skip
    assert found.edges.missing == (
        "search_orders: orders[].order_id > cancel_order: order_id",
        "search_orders: orders[].order_id > get_order: order_id",
    )


def test_what_is_called_is_reached() -> None:
    found = coverage([record(SEARCH, CANCEL), record(SEARCH, offered=1)], CATALOGUE)
    assert found.conversations == 2
    assert found.calls == {"search_orders": 2, "cancel_order": 1}
    assert found.offered.missing == ()
    assert found.tools.missing == ("get_order",)
    assert found.parameters.missing == ("cancel_order: reason", "get_order: order_id")
    assert found.values.missing == ('search_orders: status = "closed"', 'search_orders: tags[] = "a"')
    assert found.edges.missing == ("search_orders: orders[].order_id > get_order: order_id",)
    assert found.edges.reached == 1
    assert found.edges.share == 0.5


@pytest.mark.parametrize(
    "calls",
    [
        (SEARCH, call("cancel_order", {"order_id": "o-2"}, {"/order_id": USER})),
        (SEARCH, call("cancel_order", {"order_id": "o-9"}, {"/order_id": RESULT})),
        (CANCEL, SEARCH),
        (SEARCH.model_copy(update={"error": CallError(code="timeout", message="later")}), CANCEL),
        (SEARCH, CANCEL.model_copy(update={"train": False})),
    ],
)
def test_no_edge_is_reached_by_what_did_not_go_along_it(calls: tuple[Call, ...]) -> None:
    assert coverage([record(*calls)], CATALOGUE).edges.reached == 0


def test_only_what_is_accepted_and_for_use_counts() -> None:
    assert coverage([record(SEARCH, status="rejected")], CATALOGUE).tools.reached == 0
    assert coverage([record(SEARCH, distractors=("get_order",))], CATALOGUE).offered.missing == ("get_order",)


def test_tools_that_the_catalogue_does_not_have_are_told() -> None:
    found = coverage([record(call("vanish", {"order_id": "o-1"}))], CATALOGUE)
    assert found.strangers == ("vanish",)
    assert found.tools.reached == 0


def test_without_enumerations_all_of_them_are_reached() -> None:
    assert coverage([], Catalogue([tool("f", {})])).values.share == 1
