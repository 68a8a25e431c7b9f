"""The world as a fold of its event log.

    {"version", "hash", "parent_hash", "clock", "entities": {type: {id: {"status", "attrs": {name: fact}}}}, "calls"}

A fact is {"value", "origin", "event_id"}. Folding is pure: each dict on a touched path is copied once, the rest is
shared. The hash is a chain over the events, so equal logs have equal hashes in every process.
"""

from typing import Any

from digit_tc.canonical import digest
from digit_tc.state import EffectOp, Event

World = dict[str, Any]

EMPTY: World = {"version": 0, "hash": "", "parent_hash": "", "entities": {}, "calls": 0}


def fold(world: World, event: Event) -> World:
    """Returns the world after an event. A retracted turn restores the world as it was when the turn started."""
    after = _changed(world, event)
    after["version"] = world["version"] + 1
    after["parent_hash"] = world["hash"]
    after["hash"] = digest(world["hash"], event)
    return after


def _changed(world: World, event: Event) -> World:
    match event["kind"]:
        case "turn_started":
            return {**world, "before_turn": {key: world[key] for key in ("entities", "calls")}}
        case "turn_retracted":
            return {**world, **world.get("before_turn", {"entities": {}, "calls": 0})}
        case _:
            entities = world["entities"]
            for op in event.get("effect", []):
                entities = _applied(entities, op, event)
            return {**world, "entities": entities, "calls": world["calls"] + 1}


def _applied(entities: dict[str, Any], op: EffectOp, event: Event) -> dict[str, Any]:
    of_type = dict(entities.get(op["type"], {}))
    known = of_type.get(op["id"], {"status": "live", "attrs": {}, "created_by": event["event_id"]})
    facts = {
        name: {"value": value, "origin": "tool_result", "event_id": event["event_id"]}
        for name, value in op["set"].items()
        if known["attrs"].get(name, {}).get("value") != value or name not in known["attrs"]
    }
    of_type[op["id"]] = {**known, "status": op["status"], "attrs": {**known["attrs"], **facts}}
    return {**entities, op["type"]: of_type}


def shown(world: World) -> World:
    """Returns the world without what only folding needs."""
    return {key: value for key, value in world.items() if key != "before_turn"}


def attributes(world: World, kind: str, identity: str) -> dict[str, Any]:
    """Returns what is known of an entity, name to value; empty where nothing is."""
    facts = world["entities"].get(kind, {}).get(identity, {}).get("attrs", {})
    return {name: fact["value"] for name, fact in facts.items()}


def status(world: World, kind: str, identity: str) -> str:
    """Returns "live" or "deleted", or an empty string for an entity never met."""
    found: str = world["entities"].get(kind, {}).get(identity, {}).get("status", "")
    return found
