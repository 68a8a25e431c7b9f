"""What a stand-in answered, as an event: checked like any result, and what it shows becomes part of the world."""

import json
from collections.abc import Iterator
from typing import Any

from digit_tc.standins.standin import Reply
from digit_tc.state import EffectOp, Event
from digit_tc.tools.meaning import Understood
from digit_tc.tools.schema import violations
from digit_tc.world.effects import Effect, effect_of, written
from digit_tc.world.outcome import answered, entered, failed, not_json
from digit_tc.world.seeding import entities, links, own_key
from digit_tc.world.subject import attribute

INVALID = "invalid_result"
"""The code of the error result in the place of a result that is not what the specification declares."""


def told(reply: Reply, tool: Understood, arguments: dict[str, Any], kinds: set[str]) -> Event:
    """Returns the event of a call that a stand-in answered; a result that does not fit its schema is an error result.

    Args:
        reply: The answer.
        tool: The tool that was called.
        arguments: The arguments of the call.
        kinds: The kinds of things that the tools speak of.
    """
    name, effect = tool.tool.name, effect_of(tool)
    if reply.code:
        return failed(name, arguments, reply.code, reply.message)
    if problem := not_json(reply.result):
        return failed(name, arguments, INVALID, f"the result is not JSON: {problem}")
    result = json.loads(json.dumps(reply.result))
    problems = violations(tool.result, result) if tool.result is not None else []
    if problems:
        return failed(name, arguments, INVALID, f"the result does not fit the output schema: {problems[0]}")
    event = answered(name, arguments, result, writes=effect.writes)
    event["effect"] = list(_things(result, effect, arguments, kinds))
    if effect.enters:
        event["context"] = entered(effect, arguments)
    return event


def _things(result: Any, effect: Effect, arguments: dict[str, Any], kinds: set[str]) -> Iterator[EffectOp]:
    """Yields what a call said and its result shows: of the thing that it is about, and of every other with an id."""
    kind, listed = effect.entity, _at(result, effect.list_result)
    identity = _identity(result, effect, arguments, kinds)
    said = written(effect, arguments) if effect.kind in ("create", "update") else {}
    if identity:
        record = result if isinstance(result, dict) else {}
        op = EffectOp(type=kind, id=identity, status="deleted" if effect.removes else "live", set=said)
        op["set"] = {**said, **{attribute(name, kind): value for name, value in record.items()}}
        if led := links(record, kind, kinds):
            op["links"] = led
        yield op
    if isinstance(result, list):
        yield from entities(result, kinds, kind, "tool_result")
    for name, value in result.items() if isinstance(result, dict) else ():
        within = kind if value is listed and isinstance(value, list) else name
        yield from entities(value, kinds, within, "tool_result")


def _identity(result: Any, effect: Effect, arguments: dict[str, Any], kinds: set[str]) -> str:
    """Returns the id of what a call is about; empty where nothing tells it."""
    shown = _at(result, effect.id_result)
    if not _is_id(shown) and isinstance(result, dict):
        key, kind = own_key(result, effect.entity, kinds)
        shown = result[key] if key and kind == effect.entity else None
    if not _is_id(shown) and effect.id_argument:
        shown = arguments.get(effect.id_argument)
    return str(shown) if effect.entity and _is_id(shown) else ""


def _at(value: Any, pointer: str) -> Any:
    """Returns what a JSON pointer leads to through objects; None for an empty one, and where it leads nowhere."""
    if pointer in ("", "/"):
        return value if pointer else None
    for part in pointer[1:].split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _is_id(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""
