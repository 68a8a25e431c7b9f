"""How a call ended, as an event: it gave a result, or an error, which is a result too."""

import json
from typing import Any

from digit_tc.state import Event
from digit_tc.world.effects import Effect


def answered(name: str, arguments: dict[str, Any], result: Any, *, writes: bool) -> Event:
    """Returns the event of a call that gave a result."""
    return Event(kind="call", tool=name, arguments=arguments, outcome="ok", result=result, effect=[], writes=writes)


def not_json(value: Any) -> str:
    """Says why a value cannot be written as JSON text: not a number, half of a character; empty where it can."""
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        return str(error)
    return ""


def failed(name: str, arguments: dict[str, Any], code: str, message: str) -> Event:
    """Returns the event of a call whose result is an error; it changes nothing."""
    return Event(
        kind="call", tool=name, arguments=arguments, outcome="error", result=None,
        error={"code": code, "message": message}, effect=[], writes=False,
    )  # fmt: skip


def entered(effect: Effect, arguments: dict[str, Any]) -> dict[str, str | None]:
    """Returns what later calls are relative to after a call that succeeded; None for a context that it leaves."""
    given = {key: arguments.get(argument) for key, argument in effect.enters.items()}
    return {key: None if value is None else str(value) for key, value in given.items()}
