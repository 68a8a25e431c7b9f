"""What holds between calls besides attributes: who is signed in, balances, what is done, what can be."""

from typing import Any

import pytest

from digit_tc.backend import Backend
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dialects import read_tool

TEXT, WHOLE, NUMBER, FLAG = {"type": "string"}, {"type": "integer"}, {"type": "number"}, {"type": "boolean"}


def _tool(name: str, arguments: dict[str, Any], result: dict[str, Any], description: str = "") -> dict[str, Any]:
    return {
        "name": name,
        "description": description,
        "parameters": {"type": "object", "properties": arguments, "required": list(arguments)},
        "output_schema": {"type": "object", "properties": result, "required": list(result)},
    }


def _backend(*tools: dict[str, Any], **more: Any) -> Backend:
    return Backend(Catalogue(read_tool(tool) for tool in tools), **more)


OUTCOME = {"type": "string", "description": "Status of the resolve operation."}
TICKET = {"id": WHOLE, "title": TEXT, "status": TEXT, "created_by": TEXT}
SESSION = (
    _tool("login", {"username": TEXT, "password": TEXT}, {"success": FLAG}),
    _tool("logout", {}, {"success": FLAG}),
    _tool("get_login_status", {}, {"login_status": FLAG}),
    _tool("create_ticket", {"title": TEXT}, {"id": WHOLE, "title": TEXT, "status": TEXT}),
    _tool("get_ticket", {"ticket_id": WHOLE}, TICKET),
    _tool("resolve_ticket", {"ticket_id": WHOLE, "resolution": TEXT}, {"status": OUTCOME}),
    _tool("delete_account", {}, {"success": FLAG}, "Delete the account. The user must be logged in."),
)  # fmt: skip


def test_the_signed_in_user_is_known_to_later_calls() -> None:
    backend = _backend(*SESSION)
    assert backend.call("get_login_status", {}).result == {"login_status": False}
    backend.call("login", {"username": "ada", "password": "x"})
    assert backend.world["context"] == {"user": "ada"}
    assert backend.call("get_login_status", {}).result == {"login_status": True}
    made = backend.call("create_ticket", {"title": "Broken lamp"}).result
    assert backend.call("get_ticket", {"ticket_id": made["id"]}).result["created_by"] == "ada"
    backend.call("logout", {})
    assert backend.call("get_login_status", {}).result == {"login_status": False}
    refused = backend.call("delete_account", {})
    assert refused.result["error"]["code"] == "not_authenticated"


def test_a_state_says_who_is_signed_in() -> None:
    backend = _backend(*SESSION, state={"TicketAPI": {"current_user": "grace", "ticket_queue": []}})
    assert backend.call("get_login_status", {}).result == {"login_status": True}
    assert backend.world["context"] == {"user": "grace"}


def test_what_is_done_cannot_be_done_again_and_what_was_written_can_be_read() -> None:
    backend = _backend(*SESSION)
    made = backend.call("create_ticket", {"title": "Broken lamp"}).result
    assert made["status"] == "open"
    told = {"ticket_id": made["id"], "resolution": "New bulb"}
    first = backend.call("resolve_ticket", told)
    assert not first.is_error
    again = backend.call("resolve_ticket", told)
    assert again.result["error"] == {
        "code": "precondition_failed", "message": f"ticket {made['id']} is already resolved",
    }  # fmt: skip
    shown = backend.call("get_ticket", {"ticket_id": made["id"]}).result
    assert (shown["status"], shown["resolution"]) == ("resolved", "New bulb")


ACCOUNT = {"account_id": TEXT, "balance": NUMBER}
BANK = (
    _tool("get_account", {"account_id": TEXT}, ACCOUNT),
    _tool("get_balance", {"account_id": TEXT}, {"account_id": TEXT, "balance": NUMBER}),
    _tool("deposit", {"account_id": TEXT, "amount": NUMBER}, {"account_id": TEXT, "new_balance": NUMBER}),
    _tool("withdraw", {"account_id": TEXT, "amount": NUMBER}, {"account_id": TEXT, "new_balance": NUMBER}),
    _tool("transfer_money", {"from_account_id": TEXT, "to_account_id": TEXT, "amount": NUMBER}, {"transfer_id": TEXT}),
)


def test_balances_move_by_what_is_moved_in_every_view() -> None:
    backend = _backend(*BANK)

    def balance(account: str, tool: str = "get_account") -> float:
        return float(backend.call(tool, {"account_id": account}).result["balance"])

    first, second = balance("A1"), balance("A2")
    assert backend.call("deposit", {"account_id": "A1", "amount": 50.0}).result["new_balance"] == first + 50
    assert balance("A1") == balance("A1", "get_balance") == first + 50
    backend.call("transfer_money", {"from_account_id": "A1", "to_account_id": "A2", "amount": 20.0})
    assert balance("A1") == pytest.approx(first + 30)
    assert balance("A2") == pytest.approx(second + 20)
    withdrawn = backend.call("withdraw", {"account_id": "A2", "amount": 5.0}).result["new_balance"]
    assert withdrawn == pytest.approx(second + 15) == pytest.approx(balance("A2", "get_balance"))


def test_a_balance_that_was_never_shown_has_moved_all_the_same() -> None:
    untouched, moved = _backend(*BANK), _backend(*BANK)
    moved.call("transfer_money", {"from_account_id": "A1", "to_account_id": "A2", "amount": 20.0})
    for account, change in (("A1", -20), ("A2", 20)):
        shown = [one.call("get_account", {"account_id": account}).result["balance"] for one in (untouched, moved)]
        assert shown[1] - shown[0] == pytest.approx(change)


def test_an_id_that_looks_like_none_of_its_kind_is_not_found() -> None:
    order = {"type": "string", "description": "The order id, such as '#W0000000'."}
    backend = _backend(_tool("get_order", {"order_id": order}, {"order_id": order, "status": TEXT}))
    assert not backend.call("get_order", {"order_id": "#W1234567"}).is_error
    refused = backend.call("get_order", {"order_id": "credit_card_123"})
    assert refused.result["error"]["code"] == "not_found"
    assert "credit_card_123" in backend.world["absent"]["order"]


def test_what_is_made_from_a_thing_holds_what_that_holds() -> None:
    line = {
        "type": "object",
        "properties": {"product_id": TEXT, "quantity": WHOLE},
        "required": ["product_id", "quantity"],
    }
    lines = {"type": "array", "items": line}
    backend = _backend(
        _tool("create_cart", {"lines": lines}, {"cart_id": TEXT}),
        _tool("create_order", {"cart_id": TEXT}, {"order_id": TEXT, "status": TEXT}),
        _tool("get_order", {"order_id": TEXT}, {"order_id": TEXT, "lines": lines}),
    )  # fmt: skip
    held = [{"product_id": "P1", "quantity": 2}]
    cart = backend.call("create_cart", {"lines": held}).result
    order = backend.call("create_order", cart).result
    assert backend.call("get_order", {"order_id": order["order_id"]}).result["lines"] == held


def test_what_was_left_open_stays_open() -> None:
    backend = _backend(
        {**_tool("create_task", {"title": TEXT, "note": TEXT}, {"task_id": TEXT, "title": TEXT}),
         "parameters": {"type": "object", "properties": {"title": TEXT, "note": TEXT}, "required": ["title"]}},
        {**_tool("get_task", {"task_id": TEXT}, {}),
         "output_schema": {"type": "object", "properties": {"task_id": TEXT, "title": TEXT, "note": TEXT}}},
    )  # fmt: skip
    bare = backend.call("create_task", {"title": "Water the plants"}).result
    full = backend.call("create_task", {"title": "Feed the cat", "note": "Half a tin"}).result
    assert "note" not in backend.call("get_task", {"task_id": bare["task_id"]}).result
    assert backend.call("get_task", {"task_id": full["task_id"]}).result["note"] == "Half a tin"
