"""What must hold among calls: each check is silent where it holds, and speaks at the call where it does not."""

from typing import Any

import pytest

from digit_tc.audit.auditing import Auditor
from digit_tc.audit.sighting import mentions, sightings
from digit_tc.export.trace import CallStep, Trace


def note(number: int, title: str, state: str = "open") -> dict[str, Any]:
    return {"id": number, "title": title, "state": state}


def notes(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"notes": list(entries), "count": len(entries)}


MADE = ("create_note", {"title": "Milk"}, note(17, "Milk"))
OTHER = ("create_note", {"title": "Bread"}, note(18, "Bread"))
READ = ("get_note", {"note_id": 17}, note(17, "Milk"))
ORDER = {"order_id": "W1", "items": [{"item_id": "I1", "price": 10.0}, {"item_id": "I2", "price": 5.0}], "total": 15.0}

CONSISTENT: dict[str, list[Any]] = {
    "repeated read": [READ, READ],
    "changed by a write": [READ, ("update_note", {"note_id": 17, "title": "Cream"}, {"success": True}),
                           ("get_note", {"note_id": 17}, note(17, "Cream"))],
    "gone after a delete": [MADE, ("delete_note", {"note_id": 17}, {"success": True}),
                            ("get_note", {"note_id": 17}, "Error: not found"), ("list_notes", {}, notes())],
    "signed in": [("get_login_status", {}, {"login_status": False}), ("login", {"username": "ada"}, {"success": True}),
                  ("get_login_status", {}, {"login_status": True})],
    "list with all": [MADE, OTHER, ("list_notes", {}, notes(note(17, "Milk"), note(18, "Bread")))],
    "list cut short": [MADE, OTHER, ("list_notes", {"limit": 1}, notes(note(18, "Bread")))],
    "list by state": [MADE, ("list_notes", {"state": "done"}, notes(note(3, "Old", "done")))],
    "other folder": [("cat", {"file_name": "a.txt"}, {"file_content": "one"}), ("cd", {"folder": "b"}, None),
                     ("cat", {"file_name": "a.txt"}, {"file_content": "two"})],
    "sum": [("add", {"a": 2, "b": 3}, {"result": 5})],
    "order": [("get_order", {"order_id": "W1"}, ORDER)],
    "balance": [("get_account", {"account_id": "A1"}, {"account_id": "A1", "balance": 100}),
                ("withdraw_money", {"account_id": "A1", "amount": 30}, {"success": True}),
                ("get_account", {"account_id": "A1"}, {"account_id": "A1", "balance": 70})],
    "passing failure": [("get_note", {"note_id": 17}, "Error: timed out, try again"), READ],
    "refused write": [READ, ("update_note", {"note_id": 17, "title": "X"}, "Error: locked"), READ],
}  # fmt: skip

CONTRADICTIONS: dict[str, tuple[str, list[Any]]] = {
    "repeated read": ("repeated_read", [READ, ("get_note", {"note_id": 17}, note(17, "Tea"))]),
    "another weather": ("measurement_changed", [
        ("get_weather", {"city": "Rome"}, {"city": "Rome", "temperature": 20}),
        ("get_weather", {"city": "Rome"}, {"city": "Rome", "temperature": 21})]),
    "changed by another's write": ("entity_changed", [
        READ, ("update_note", {"note_id": 18, "title": "X"}, {"success": True}),
        ("list_notes", {}, notes(note(17, "Tea")))]),
    "forgotten write": ("read_after_write", [
        ("update_note", {"note_id": 17, "title": "Cream"}, {"success": True}), READ]),
    "forgotten create": ("read_after_write", [MADE, ("get_note", {"note_id": 17}, note(17, "Tea"))]),
    "same id twice": ("id_reissued", [MADE, ("create_note", {"title": "Bread"}, note(17, "Bread"))]),
    "known and not found": ("id_not_found", [MADE, ("get_note", {"note_id": 17}, "Error: not found")]),
    "deleted and read": ("deleted_shown", [MADE, ("delete_note", {"note_id": 17}, {"success": True}), READ]),
    "deleted and listed": ("deleted_shown", [
        MADE, ("delete_note", {"note_id": 17}, {"success": True}), ("list_notes", {}, notes(note(17, "Milk")))]),
    "another session": ("repeated_read", [
        ("get_login_status", {}, {"login_status": True}), MADE, ("get_login_status", {}, {"login_status": False})]),
    "another estimate": ("repeated_read", [
        ("estimate_shipping", {"city": "Oslo"}, {"cost": 5.0}), MADE,
        ("estimate_shipping", {"city": "Oslo"}, {"cost": 6.0})]),
    "created and not listed": ("created_missing", [MADE, ("list_notes", {}, notes(note(18, "Bread")))]),
    "filter": ("filter_broken", [("list_notes", {"state": "done"}, notes(note(17, "Milk", "open")))]),
    "one from nowhere": ("list_unstable", [
        ("list_notes", {}, notes(note(17, "Milk"))), ("update_note", {"note_id": 17, "title": "X"}, {"success": True}),
        ("list_notes", {}, notes(note(17, "X"), note(19, "Salt")))]),
    "another one": ("id_swapped", [("get_order", {"order_id": "W1"}, {"order_id": "W2"})]),
    "echo": ("echo_contradicted", [("create_note", {"title": "Milk"}, note(17, "Tea"))]),
    "type": ("type_changed", [READ, ("get_note", {"note_id": 18}, {"id": 18, "title": 7, "state": "open"})]),
    "enum": ("enum_contradicted", [("get_note", {"note_id": 17}, note(17, "Milk", "lost"))]),
    "schema": ("output_schema", [("get_note", {"note_id": 17}, {"id": "seventeen"})]),
    "bad arguments": ("arguments_invalid", [("get_note", {"note_id": "x"}, {"title": "Milk"})]),
    "no such tool": ("unknown_tool", [("fly", {}, {"ok": True})]),
    "count": ("count_wrong", [("list_notes", {}, {"notes": [note(17, "Milk")], "count": 2})]),
    "sum": ("sum_wrong", [("add", {"a": 2, "b": 3}, {"result": 6})]),
    "total": ("sum_wrong", [("get_order", {"order_id": "W1"}, {**ORDER, "total": 16.0})]),
    "balance": ("balance_wrong", [
        ("get_account", {"account_id": "A1"}, {"account_id": "A1", "balance": 100}),
        ("withdraw_money", {"account_id": "A1", "amount": 30}, {"success": True}),
        ("get_account", {"account_id": "A1"}, {"account_id": "A1", "balance": 75})]),
    "id form": ("id_form", [
        ("get_order", {"order_id": name}, {"order_id": name}) for name in ("W-1", "W-2", "no.3")]),
    "two views": ("views_differ", [
        ("get_order", {"order_id": "W1"}, ORDER),
        ("get_order", {"order_id": "W2"}, {"order_id": "W2", "items": [{"item_id": "I1", "price": 11.0}]})]),
    "clock": ("clock", [
        ("get_order", {"order_id": "W1"}, {"created_at": "2025-02-01T10:00:00", "updated_at": "2025-01-31T10:00:00"})]),
}  # fmt: skip


def codes(trace: Trace, *, recorded: bool = False) -> set[str]:
    return {finding.code for finding in Auditor().audit(trace, recorded=recorded).findings}


@pytest.mark.parametrize("made", CONSISTENT.values(), ids=CONSISTENT.keys())
def test_what_holds_is_not_spoken_of(made: list[Any], traced: Any) -> None:
    assert codes(traced(*made)) == set()


@pytest.mark.parametrize(("code", "made"), CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_what_does_not_hold_is_found_at_the_last_call(code: str, made: list[Any], traced: Any) -> None:
    findings = Auditor().audit(traced(*made), recorded=False).findings
    found = [finding for finding in findings if finding.code == code]
    assert [finding.step for finding in found] == [len(made) - 1]
    assert codes(traced(*made[:-1])) == set()


def test_real_backends_may_do_what_ours_must_not(traced: Any) -> None:
    weather = traced(*CONTRADICTIONS["another weather"][1])
    assert not Auditor().audit(weather).failed
    assert Auditor().audit(weather, recorded=False).failed
    assert Auditor().audit(traced(*CONTRADICTIONS["forgotten write"][1])).failed


def test_how_often_each_check_was_applied_is_counted_by_calls(traced: Any) -> None:
    applied = Auditor().audit(traced(MADE, READ, READ)).applied
    assert (applied["repeated_read"], applied["read_after_write"], applied["id_reissued"]) == (1, 2, 1)
    assert applied["deleted_shown"] == 0


def test_what_needs_words_is_unknown_where_nobody_speaks(traced: Any) -> None:
    audited = Auditor().audit(traced(READ))
    assert {"origins_known", "names_hidden", "report_grounded", "turn_order"} <= set(audited.unknown)


def test_a_value_that_comes_from_nowhere_is_a_warning_in_what_was_recorded(traced: Any) -> None:
    raw = traced(READ).row()
    raw["steps"] = [{"user": "What does note 18 say?"}, *raw["steps"]]
    trace = Trace.model_validate(raw)
    found = [one for one in Auditor().audit(trace).findings if one.code == "origins_known"]
    assert [(one.step, one.pointer, one.severity) for one in found] == [(1, "/call/arguments/note_id", "warning")]
    assert "origins_known" not in Auditor().audit(trace).unknown
    assert Auditor().audit(trace, recorded=False).failed


def test_a_fault_that_was_put_in_is_no_answer(traced: Any) -> None:
    trace = traced(("get_note", {"note_id": 17}, "Error: broken"), READ)
    first, second = trace.steps
    assert codes(trace) == {"repeated_read"}
    assert isinstance(first, CallStep)
    faulty = trace.model_copy(update={"steps": (first.model_copy(update={"fault": True}), second)})
    assert codes(faulty) == set()


def test_things_are_seen_by_their_own_ids() -> None:
    found = {seen.thing: seen for seen in sightings({"order": ORDER, "variants": {"77": {"item_id": "77"}}}, "")}
    assert set(found) == {("order", "W1"), ("item", "I1"), ("item", "I2"), ("item", "77")}
    assert found["order", "W1"].attributes == {"total": 15.0}
    assert found["item", "I2"].within == ("order", "W1")
    assert found["item", "I2"].pointer == "/order/items/1"
    assert found["item", "77"].listed == "/variants"


def test_ids_are_mentioned_under_their_kind() -> None:
    assert set(mentions({"user_id": "u1", "tags": [{"tag_ids": [1, 2]}], "paid": True})) == {
        ("user", "u1"), ("tag", "1"), ("tag", "2"),
    }  # fmt: skip
