"""What an assistant that chose its own calls may do otherwise than planned, and what not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digit_tc.audit.following import Following, alike, following, meant
from digit_tc.state import Event, PlannedCall
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.tool import Source, Tool

TEXT = {"type": "string"}


def tool(name: str, *arguments: str) -> Tool:
    properties: dict[str, Any] = {one: TEXT for one in arguments} | {"pace": {**TEXT, "default": "slow"}}
    return Tool(name=name, parameters={"type": "object", "properties": properties}, source=Source(dialect="plain"))


TOOLS = Catalogue([tool("find_user", "email"), tool("list_orders", "user_id"), tool("cancel_order", "order_id")])


def planned(
    number: int, name: str, arguments: dict[str, Any], takes: str = "", *, implicit: bool = False
) -> PlannedCall:
    references: Any = {"/order_id": {"call": takes, "path": ["id"]}} if takes else {}
    return PlannedCall(
        id=f"${number}", tool=name, arguments=arguments, references=references, implicit=implicit, group=number
    )


def made(name: str, arguments: dict[str, Any], plan: str = "", **more: Any) -> Event:
    event = Event(kind="call", tool=name, arguments=arguments, plan_id=plan, outcome="ok", result={"id": "O-1"})
    event["call_id"], event["writes"] = f"call_{name}", name == "cancel_order"
    event.update(more)  # type: ignore[typeddict-item]
    return event


PLAN = [planned(1, "list_orders", {"user_id": "U-1"}, implicit=True), planned(2, "cancel_order", {}, "$1")]


def compare(*calls: Event, left: tuple[PlannedCall, ...] = (), shows: Any = None) -> Following:
    results = {call["plan_id"]: call["result"] for call in calls if call["plan_id"]}
    return following(PLAN, calls, results, left, lambda *_: shows, TOOLS)


def test_the_calls_of_the_plan_differ_in_nothing() -> None:
    assert compare(made("list_orders", {}, "$1"), made("cancel_order", {}, "$2")) == Following()


def test_a_look_up_that_nobody_planned_is_told_and_harms_nothing() -> None:
    extra = made("find_user", {"email": "a@b.example"})
    found = compare(extra, made("list_orders", {}, "$1"), made("cancel_order", {}, "$2"))
    assert found == Following(added=(extra,))


def test_a_look_up_on_the_way_may_be_left_out_where_what_builds_on_it_is_right() -> None:
    cancelled = made("cancel_order", {"order_id": "O-1"})
    assert compare(cancelled, shows={"id": "O-1"}) == Following(skipped=(PLAN[0],))
    wrong = compare(cancelled, shows={"id": "O-2"})
    assert (wrong.missing, wrong.wrong) == ((PLAN[1],), (cancelled,))


@pytest.mark.parametrize(
    "call", [made("cancel_order", {"order_id": "O-9"}), made("find_user", {}, outcome="error", error={"message": "no"})]
)
def test_a_write_or_a_failure_that_nobody_planned_is_wrong(call: Event) -> None:
    assert compare(call, made("list_orders", {}, "$1"), made("cancel_order", {}, "$2")).wrong == (call,)


def test_what_could_still_be_called_is_missing() -> None:
    assert compare(made("list_orders", {}, "$1"), left=(PLAN[1],)).missing == (PLAN[1],)


def test_a_call_that_a_planned_fault_met_is_no_call_of_its_own() -> None:
    broken = made("cancel_order", {}, "", outcome="error", fault=True)
    assert compare(broken, made("list_orders", {}, "$1"), made("cancel_order", {}, "$2")) == Following()


def test_defaults_case_and_blanks_make_no_difference() -> None:
    assert meant({"order_id": " o-1 ", "pace": "slow"}, {"order_id": "O-1"}, TOOLS["cancel_order"])
    assert not meant({"order_id": "O-1", "pace": "fast"}, {"order_id": "O-1"}, TOOLS["cancel_order"])
    assert not alike(True, 1)
    assert alike(2, 2.0)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_a_value_means_itself_and_no_other(value: Any) -> None:
    assert alike(value, value)
    assert not alike(value, [value])
