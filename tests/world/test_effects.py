"""What a tool does, read off its specification or said by the user."""

from typing import Any

import pytest

from digit_tc.backend import Backend
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dialects import read_tool
from digit_tc.tools.meaning import Understood
from digit_tc.world.effects import Effect, Precondition, effect_of

TEXT: dict[str, Any] = {"type": "string"}
NUMBER: dict[str, Any] = {"type": "number"}


def schema(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def effect(
    name: str,
    arguments: dict[str, Any] | None = None,
    result: dict[str, Any] | None = None,
    *,
    described: str = "",
    annotations: dict[str, Any] | None = None,
    said: dict[str, Any] | None = None,
) -> Effect:
    raw = {"name": name, "description": described, "inputSchema": schema(**(arguments or {}))}
    raw |= {"outputSchema": result} if result else {}
    raw |= {"annotations": annotations} if annotations else {}
    return effect_of(Understood(read_tool(raw).model_copy(update={"effect": said or {}})))


ORDER = schema(order_id=TEXT, status=TEXT)
ORDERS = {"type": "object", "properties": {"orders": {"type": "array", "items": ORDER}}}
BY_ID = {"order_id": TEXT}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            effect("get_order", BY_ID, ORDER),
            {"kind": "read", "writes": False, "entity": "order", "id_argument": "order_id", "id_result": "/order_id"},
        ),
        (
            effect("search_orders", {"city": TEXT, "limit": {"type": "integer"}}, ORDERS),
            {"kind": "search", "writes": False, "filters": ("city",), "list_result": "/orders", "id_argument": ""},
        ),
        (
            effect("list_orders", {}, {"type": "array", "items": ORDER}),
            {"kind": "search", "list_result": "/", "entity": "order"},
        ),
        (
            effect("create_order", {"address": TEXT, "order_total": NUMBER}, ORDER),
            {
                "kind": "create", "writes": True, "removes": False, "id_argument": "", "id_result": "/order_id",
                "sets": {"address": "address", "order_total": "total"}, "seconds": 4,
            },
        ),
        (
            effect("update_order", {**BY_ID, "changes": schema(address=TEXT)}, ORDER),
            {"kind": "update", "id_argument": "order_id", "sets": {"/changes/address": "address"}},
        ),
        (effect("delete_order", BY_ID), {"kind": "delete", "writes": True, "removes": True, "seconds": 3}),
        (effect("cancel_order", BY_ID), {"kind": "delete", "writes": True, "removes": False}),
        (effect("add_task_to_sprint", {"task_id": TEXT, "sprint_id": TEXT}), {"id_argument": "sprint_id"}),
        (effect("calculate_tax", {"amount": NUMBER}), {"kind": "compute", "writes": False, "sets": {}, "seconds": 1}),
        (effect("login", {"username": TEXT, "password": TEXT}), {"kind": "update", "enters": {"user": "username"}}),
        (effect("logout"), {"enters": {"user": ""}}),
        (effect("get_login_history", {"username": TEXT}), {"kind": "read", "enters": {}}),
    ],
    ids=lambda value: "" if isinstance(value, dict) else None,
)  # fmt: skip
def test_an_effect_is_read_off_the_specification(found: Effect, expected: dict[str, Any]) -> None:
    assert {name: getattr(found, name) for name in expected} == expected
    assert found.reason
    assert found.confidence >= 0.6


@pytest.mark.parametrize(
    ("name", "annotations", "kind", "writes", "confidence"),
    [
        ("archive_lookup", {"readOnlyHint": True}, "read", False, 0.95),
        ("search_archive", {"readOnlyHint": True}, "search", False, 0.95),
        ("thing_wipe", {"destructiveHint": True}, "delete", True, 0.95),
        ("order_thing", {"readOnlyHint": False}, "create", True, 0.9),
        ("loyalty", {"readOnlyHint": False}, "action", True, 0.5),
        ("get_order", {"readOnlyHint": False}, "read", True, 0.9),
    ],
)
def test_annotations_weigh_more_than_verbs(
    name: str, annotations: dict[str, Any], kind: str, writes: bool, confidence: float
) -> None:
    found = effect(name, BY_ID, annotations=annotations)
    assert (found.kind, found.writes, found.confidence) == (kind, writes, confidence)


@pytest.mark.parametrize(
    ("described", "kind", "writes"),
    [
        ("Update the points of a customer.", "update", True),
        ("Updates the points of a customer.", "update", True),
        ("Searches for customers.", "search", False),
        ("Returns the points of a customer.", "read", False),
    ],
)
def test_the_first_word_of_the_description_counts_where_the_name_has_no_verb(
    described: str, kind: str, writes: bool
) -> None:
    found = effect("loyalty", BY_ID, described=described)
    assert (found.kind, found.writes, found.confidence) == (kind, writes, 0.5)
    assert found.reason == f"the description begins with {described.split(maxsplit=1)[0].lower()!r}"


def test_what_nothing_tells_is_unknown_with_the_reason() -> None:
    found = effect("loyalty", BY_ID, described="Points of a customer.")
    assert (found.kind, found.writes, found.confidence) == ("unknown", False, 0.0)
    assert found.reason == "neither the name nor the description nor an annotation says what it does"


def test_preconditions_are_read_off_name_and_description() -> None:
    pending = effect("cancel_pending_order", BY_ID).preconditions
    assert Precondition(needs=("pending",)) in pending
    shipped = effect("cancel_order", BY_ID, described="Cancel an order. It cannot be cancelled once it is shipped.")
    refused = {word for one in shipped.preconditions for word in one.refuses}
    assert {"shipped", "cancelled"} <= refused, "what is cancelled cannot be cancelled again"
    signed = effect("place_order", {"item": TEXT}, described="The user must be logged in.").preconditions
    assert [(one.context, one.code) for one in signed] == [("user", "not_authenticated")]
    assert effect("get_pending_order", BY_ID).preconditions == (), "a look needs nothing"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            {"kind": "update"},
            {
                "writes": True,
                "removes": False,
                "filters": (),
                "seconds": 3,
                "sets": {"note": "note"},
                "confidence": 1.0,
            },
        ),
        ({"kind": "delete"}, {"writes": True, "removes": True, "filters": (), "seconds": 3}),
        ({"kind": "delete", "removes": False}, {"writes": True, "removes": False}),
        ({"kind": "update", "writes": False}, {"writes": False, "sets": {}}),
        ({"kind": "create"}, {"writes": True, "removes": False, "filters": (), "seconds": 4}),
        ({"kind": "search"}, {"writes": False, "filters": ("order_id", "note"), "seconds": 2}),
        ({"kind": "action"}, {"kind": "action", "writes": False, "seconds": 3}),
        ({"seconds": 9}, {"kind": "read", "seconds": 9, "confidence": 0.95}),
    ],
)
def test_what_follows_from_the_kind_follows_what_is_said(said: dict[str, Any], expected: dict[str, Any]) -> None:
    """The tool is a read by its annotation, which what is said overrules."""
    arguments = {"order_id": TEXT, "note": TEXT}
    found = effect("get_order", arguments, ORDER, annotations={"readOnlyHint": True}, said=said)
    assert {name: getattr(found, name) for name in expected} == expected
    assert f"said by the user: {', '.join(said)}" in found.reason


def test_what_follows_from_the_argument_follows_what_is_said() -> None:
    found = effect("update_thing", {"customer_id": TEXT, "order_id": TEXT}, said={"id_argument": "customer_id"})
    assert (found.entity, found.id_argument, found.sets) == ("customer", "customer_id", {"order_id": "order_id"})
    named = effect("update_thing", {"customer_id": TEXT}, said={"id_argument": "customer_id", "entity": "client"})
    assert named.entity == "client"


INTEGER: dict[str, Any] = {"type": "integer"}
CUSTOMER = schema(customer_id=TEXT, loyalty_points=INTEGER)


def backend(*tools: tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]) -> Backend:
    """A backend over tools, each with its arguments, its result and what is said of it."""
    read = [
        read_tool({"name": name, "parameters": schema(**arguments), "output_schema": result}).model_copy(
            update={"effect": said}
        )
        for name, arguments, result, said in tools
    ]
    return Backend(Catalogue(read))


def test_the_simulation_obeys_the_attributes_that_are_said() -> None:
    said = {"kind": "update", "sets": {"points": "loyalty_points"}}
    arguments = {"customer_id": TEXT, "points": INTEGER}
    held = backend(("grant", arguments, CUSTOMER, said), ("get_customer", {"customer_id": TEXT}, CUSTOMER, {}))
    expected = {"customer_id": "C-1", "loyalty_points": 4711}
    assert held.call("grant", {"customer_id": "C-1", "points": 4711}).result == expected
    assert held.call("get_customer", {"customer_id": "C-1"}).result == expected


def test_the_simulation_obeys_the_filters_that_are_said() -> None:
    arguments = {"city": TEXT, "layout": TEXT}
    shops = {"type": "object", "properties": {"shops": {"type": "array", "items": schema(shop_id=TEXT, city=TEXT)}}}

    def listed(said: dict[str, Any]) -> list[Any]:
        held = backend(("list_shops", arguments, shops, said))
        return [held.call("list_shops", {"city": "Oslo", "layout": layout}).result for layout in ("wide", "narrow")]

    wide, narrow = listed({"filters": ["city"]})
    assert wide == narrow
    wide, narrow = listed({})
    assert wide != narrow, "unless it is said, a layout is a filter like any other"


def test_the_simulation_obeys_the_kind_that_is_said() -> None:
    held = backend(
        ("vanish", {"customer_id": TEXT}, schema(ok={"type": "boolean"}), {"kind": "delete"}),
        ("get_customer", {"customer_id": TEXT}, CUSTOMER, {}),
    )
    held.call("get_customer", {"customer_id": "C-1"})
    held.call("vanish", {"customer_id": "C-1"})
    assert held.call("get_customer", {"customer_id": "C-1"}).result["error"]["code"] == "not_found"
