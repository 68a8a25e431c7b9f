"""A small catalogue and traces over it."""

from typing import Any

import pytest

from digit_tc.export.trace import CallStep, Trace, TraceCall, TraceTool

TEXT, WHOLE, NUMBER = {"type": "string"}, {"type": "integer"}, {"type": "number"}
NOTE = {"id": WHOLE, "title": TEXT, "state": {"type": "string", "enum": ["open", "done"]}}


def tool(name: str, takes: dict[str, Any], gives: dict[str, Any], description: str = "") -> TraceTool:
    return TraceTool(
        name=name,
        description=description,
        parameters={"type": "object", "properties": takes},
        output_schema={"type": "object", "properties": gives} if gives else None,
    )


LISTED = {"notes": {"type": "array", "items": {"type": "object", "properties": NOTE}}, "count": WHOLE}
TOOLS = (
    tool("create_note", {"title": TEXT}, NOTE),
    tool("get_note", {"note_id": WHOLE}, NOTE),
    tool("list_notes", {"state": TEXT, "limit": WHOLE}, LISTED),
    tool("update_note", {"note_id": WHOLE, "title": TEXT}, {"success": {"type": "boolean"}}),
    tool("delete_note", {"note_id": WHOLE}, {"success": {"type": "boolean"}}),
    tool("add", {"a": NUMBER, "b": NUMBER}, {"result": NUMBER}),
    tool("get_weather", {"city": TEXT}, {"city": TEXT, "temperature": NUMBER}),
    tool("get_order", {"order_id": TEXT}, {}),
    tool("get_account", {"account_id": TEXT}, {"account_id": TEXT, "balance": NUMBER}),
    tool("withdraw_money", {"account_id": TEXT, "amount": NUMBER}, {"success": {"type": "boolean"}}),
    tool("cd", {"folder": TEXT}, {}),
    tool("cat", {"file_name": TEXT}, {"file_content": TEXT}),
    tool("get_login_status", {}, {"login_status": {"type": "boolean"}}),
    tool("login", {"username": TEXT}, {"success": {"type": "boolean"}}),
    tool("estimate_shipping", {"city": TEXT}, {"cost": NUMBER}),
)

Made = tuple[str, dict[str, Any], Any]


@pytest.fixture
def traced() -> Any:
    """Returns what makes a trace of calls: name, arguments, result; a text that begins with "Error" is an error."""

    def trace(*made: Made) -> Trace:
        steps = tuple(
            CallStep(
                call=TraceCall(id=f"call_{at}", name=name, arguments=arguments),
                result=result,
                is_error=isinstance(result, str) and result.startswith("Error"),
            )
            for at, (name, arguments, result) in enumerate(made)
        )
        return Trace(id="t", tools=TOOLS, steps=steps)

    return trace
