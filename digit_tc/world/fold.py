"""The world as a fold of its event log.

    {"version", "hash", "parent_hash", "clock", "calls",
     "entities": {type: {id: {"status", "attrs": {name: fact}, "number", "created_by", "deleted_by"?}}},
     "relations": {type: {id: {predicate: [[type, id]]}}}, "absent": {type: {id: version}}, "lists": {type: ...},
     "context": {name: value}, "ids": {type: issued}, "recent": [[type, id]], "reads": {digest of a call: result},
     "played": {digest of a call: count}}

A fact is {"value", "origin", "authority", "event_id"}. `number` counts things as they are met. `absent` holds ids that
were asked for and not found, `lists` what was shown in full (see `completeness`), `context` what calls are relative to
(the current folder, the signed-in user), `recent` the things touched last, `reads` the answers that still hold because
nothing was written since, `played` how often a call was answered in place of the simulation. Folding is pure: each dict
on a touched path is copied once, the rest is shared. The hash is a chain over the events, so equal logs have equal
hashes in every process.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from digit_tc.canonical import digest
from digit_tc.state import EffectOp, Event, Origin
from digit_tc.world.completeness import Lists, remembered

World = dict[str, Any]

EMPTY: World = {
    "version": 0, "hash": "", "parent_hash": "", "clock": "", "calls": 0, "entities": {}, "relations": {}, "absent": {},
    "lists": {}, "context": {}, "ids": {}, "recent": [], "reads": {}, "played": {},
}  # fmt: skip
AUTHORITY: dict[Origin, str] = {
    "scenario": "fixed", "tool_result": "tool", "user_claim": "claim", "derived": "guess", "default": "guess",
}  # fmt: skip
"""How much a fact weighs by where it comes from."""

_WEIGHT = {"fixed": 3, "tool": 2, "claim": 1, "guess": 0}
_CHAIN = ("version", "hash", "parent_hash", "clock", "before_turn")
_INTERNAL = ("before_turn", "reads", "recent", "played")
_RECENT = 64
"""How many of the things touched last are remembered as such."""


def fold(world: World, event: Event) -> World:
    """Returns the world after an event. A retracted turn restores the world as it was when the turn started."""
    after = imagined(world, event)
    after["parent_hash"] = world["hash"]
    after["hash"] = digest(world["hash"], event)
    return after


def imagined(world: World, event: Event) -> World:
    """Returns the world after an event that is only tried out, and so has no place in the chain of hashes."""
    after = _changed(world, event)
    after["version"] = world["version"] + 1
    after["clock"] = max(world["clock"], event.get("clock", ""))
    return after


def replay(events: Iterable[Event]) -> World:
    """Returns the world after a whole log."""
    world = EMPTY
    for event in events:
        world = fold(world, event)
    return world


def history(events: Iterable[Event]) -> Iterator[tuple[Event, World, World]]:
    """Yields each event of a log with the world before and after it."""
    world = EMPTY
    for event in events:
        after = fold(world, event)
        yield event, world, after
        world = after


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
    effect = event.get("effect", [])
    return {
        **world,
        "entities": _entities(world["entities"], effect, event),
        "relations": _relations(world["relations"], effect),
        "absent": _absent(world, effect, event),
        "lists": _lists(world["lists"], event),
        "context": _context(world["context"], event),
        "ids": _issued(world["ids"], event),
        "recent": _recent(world["recent"], effect),
        "reads": _reads(world["reads"], event),
        "played": _played(world["played"], event),
    }


def _entities(entities: dict[str, Any], effect: list[EffectOp], event: Event) -> dict[str, Any]:
    if not effect:
        return entities
    after, met = dict(entities), sum(len(held) for held in entities.values())
    for kind in {op["type"]: None for op in effect}:
        after[kind] = dict(entities.get(kind, {}))
    for op in effect:
        of_kind = after[op["type"]]
        known = of_kind.get(op["id"])
        if known is None:
            known = {"status": "live", "attrs": {}, "created_by": event["event_id"], "number": met}
            met += 1
        of_kind[op["id"]] = _entity(known, op, event)
    return after


def _entity(held: dict[str, Any], op: EffectOp, event: Event) -> dict[str, Any]:
    facts = {
        name: _fact(value, op, event)
        for name, value in op["set"].items()
        if name not in held["attrs"] or _replaces(held["attrs"][name], value, op, event)
    }
    after = {**held, "status": op["status"], "attrs": {**held["attrs"], **facts}}
    after.pop("deleted_by", None)
    if op["status"] == "deleted":
        after["deleted_by"] = held.get("deleted_by", event["event_id"])
    return after


def _fact(value: Any, op: EffectOp, event: Event) -> dict[str, Any]:
    origin = op.get("origin", "tool_result")
    return {"value": value, "origin": origin, "authority": AUTHORITY[origin], "event_id": event["event_id"]}


def _replaces(held: dict[str, Any], value: Any, op: EffectOp, event: Event) -> bool:
    """Says whether a value takes the place of a known one.

    A write does, and what answers in place of the simulation, which may know better; anything else if it weighs more.
    """
    weight = _WEIGHT[AUTHORITY[op.get("origin", "tool_result")]]
    certain = bool(event.get("writes") or event.get("answered_by"))
    return bool(held["value"] != value) and (certain or weight > _WEIGHT[held["authority"]])


def _relations(relations: dict[str, Any], effect: list[EffectOp]) -> dict[str, Any]:
    linking = [op for op in effect if op.get("links")]
    if not linking:
        return relations
    after = dict(relations)
    for kind in {op["type"]: None for op in linking}:
        after[kind] = dict(relations.get(kind, {}))
    for op in linking:
        after[op["type"]][op["id"]] = {**after[op["type"]].get(op["id"], {}), **op["links"]}
    return after


def _absent(world: World, effect: list[EffectOp], event: Event) -> dict[str, Any]:
    absent: dict[str, Any] = world["absent"]
    for op in effect:
        if op["id"] in absent.get(op["type"], ()):
            left = {one: since for one, since in absent[op["type"]].items() if one != op["id"]}
            absent = {**absent, op["type"]: left}
    missing = event.get("missing")
    if missing and missing["id"] not in absent.get(missing["type"], ()):
        held = absent.get(missing["type"], {})
        absent = {**absent, missing["type"]: {**held, missing["id"]: world["version"] + 1}}
    return absent


def _lists(lists: Lists, event: Event) -> Lists:
    for listed in event.get("listed", []):
        lists = remembered(lists, listed["type"], listed["filters"])
    return lists


def _context(context: dict[str, Any], event: Event) -> dict[str, Any]:
    changed = event.get("context")
    return {**context, **changed} if changed else context


def _issued(ids: dict[str, int], event: Event) -> dict[str, int]:
    issued = event.get("issued")
    return {**ids, **{kind: ids.get(kind, 0) + number for kind, number in issued.items()}} if issued else ids


def _recent(recent: list[list[str]], effect: list[EffectOp]) -> list[list[str]]:
    if not effect:
        return recent
    touched = list(dict.fromkeys((op["type"], op["id"]) for op in reversed(effect)))[:_RECENT]
    fresh = set(touched)
    kept = [one for one in recent if (one[0], one[1]) not in fresh]
    return [*(list(one) for one in touched), *kept][:_RECENT]


def _reads(reads: dict[str, Any], event: Event) -> dict[str, Any]:
    held: dict[str, Any] = {} if event.get("writes") or event.get("context") else reads
    if event.get("outcome") == "ok" and not event.get("writes"):
        held = {**held, call_key(event["tool"], event["arguments"]): event["result"]}
    return held


def _played(played: dict[str, int], event: Event) -> dict[str, int]:
    if not event.get("answered_by"):
        return played
    key = call_key(event["tool"], event["arguments"])
    return {**played, key: played.get(key, 0) + 1}


def call_key(tool: str, arguments: dict[str, Any]) -> str:
    """Returns what tells one call from another, whatever the order of its arguments."""
    return digest(tool, arguments)


def shown(world: World) -> World:
    """Returns the world without what only folding needs."""
    return {key: value for key, value in world.items() if key not in _INTERNAL}


def attributes(world: World, kind: str, identity: str) -> dict[str, Any]:
    """Returns what is known of an entity, name to value; empty where nothing is."""
    facts = world["entities"].get(kind, {}).get(identity, {}).get("attrs", {})
    return {name: fact["value"] for name, fact in facts.items()}


def status(world: World, kind: str, identity: str) -> str:
    """Returns "live" or "deleted", or an empty string for an entity never met."""
    found: str = world["entities"].get(kind, {}).get(identity, {}).get("status", "")
    return found
