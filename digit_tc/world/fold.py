"""The world as a fold of its event log.

    {"version", "hash", "parent_hash", "entities": {type: {id: {"status", "attrs": {name: fact}}}},
     "absent": {type: [id]}, "lists": {type: [filters]}, "reads": {digest of a call: result}, "calls"}

`absent` holds ids that were asked for and not found, `lists` the filters under which everything there is has been
shown, `reads` the answers that still hold because nothing was written since. A fact is {"value", "origin", "event_id"}.
Folding is pure: each dict on a touched path is copied once, the rest is shared. The hash is a chain over the events,
so equal logs have equal hashes in every process.
"""

from typing import Any

from digit_tc.canonical import digest
from digit_tc.state import EffectOp, Event

World = dict[str, Any]

EMPTY: World = {
    "version": 0, "hash": "", "parent_hash": "", "entities": {}, "absent": {}, "lists": {}, "reads": {}, "calls": 0,
}  # fmt: skip
_CHAIN = ("version", "hash", "parent_hash", "before_turn")


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
            return {**world, "before_turn": {key: value for key, value in world.items() if key not in _CHAIN}}
        case "turn_retracted":
            before = world.get("before_turn", EMPTY)
            return {**world, **{key: value for key, value in before.items() if key not in _CHAIN}}
        case "seeded":
            return _told(world, event)
        case _:
            return {**_told(world, event), "calls": world["calls"] + 1}


def _told(world: World, event: Event) -> World:
    """Returns the world with what a call showed, changed, listed, or did not find."""
    entities, absent = world["entities"], world["absent"]
    for op in event.get("effect", []):
        entities = _applied(entities, op, event)
        if op["id"] in absent.get(op["type"], ()):
            absent = {**absent, op["type"]: [one for one in absent[op["type"]] if one != op["id"]]}
    missing = event.get("missing")
    if missing and missing["id"] not in absent.get(missing["type"], ()):
        absent = {**absent, missing["type"]: [*absent.get(missing["type"], ()), missing["id"]]}
    lists = world["lists"]
    for listed in event.get("listed", []):
        if listed["filters"] not in (held := lists.get(listed["type"], [])):
            lists = {**lists, listed["type"]: [*held, listed["filters"]]}
    reads = {} if event.get("writes") else world["reads"]
    if event.get("outcome") == "ok" and not event.get("writes"):
        reads = {**reads, call_key(event["tool"], event["arguments"]): event["result"]}
    return {**world, "entities": entities, "absent": absent, "lists": lists, "reads": reads}


def call_key(tool: str, arguments: dict[str, Any]) -> str:
    """Returns what tells one call from another, whatever the order of its arguments."""
    return digest(tool, arguments)


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
    return {key: value for key, value in world.items() if key not in ("before_turn", "reads")}


def attributes(world: World, kind: str, identity: str) -> dict[str, Any]:
    """Returns what is known of an entity, name to value; empty where nothing is."""
    facts = world["entities"].get(kind, {}).get(identity, {}).get("attrs", {})
    return {name: fact["value"] for name, fact in facts.items()}


def status(world: World, kind: str, identity: str) -> str:
    """Returns "live" or "deleted", or an empty string for an entity never met."""
    found: str = world["entities"].get(kind, {}).get(identity, {}).get("status", "")
    return found
