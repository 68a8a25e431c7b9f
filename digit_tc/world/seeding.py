"""The world that a conversation begins with, read off any JSON: its records become entities, its cursors context.

A record is an object with an id of its own, or a value of a map whose key is its id. A folder is an object of type
"directory" with contents. A scalar such as `current_user` or `current_directory` says what later calls are relative to.
"""

from collections.abc import Iterator
from typing import Any

from digit_tc.state import EffectOp, Event, Listed, Origin
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.names import singular, words
from digit_tc.world.effects import USER, effect_of
from digit_tc.world.subject import attribute
from digit_tc.world.tree import FILE, FOLDER

_FOLDER_TYPES = ("directory", "folder", "dir")
_PLACES = ("current_directory", "current_folder", "current_working_directory", "working_directory", "cwd")
_USERS = ("current_user", "logged_in_user", "signed_in_user", "authenticated_user")


def seed_event(state: Any, flow: Dataflow) -> Event | None:
    """Returns the event that begins a log with what there is; None where nothing is.

    Args:
        state: Any JSON value.
        flow: The tools, which say what kinds of things there are.
    """
    if state is None:
        return None
    kinds = {effect_of(flow[name]).entity for name in flow.names} - {""}
    files = [op for path, tree in _roots(state) for op in _files(path, tree)]
    known, context = [*entities(state, kinds), *files], dict(_cursors(state))
    if not known and not context:
        return None
    event = Event(event_id="0.0", step=0, index=0, kind="seeded", effect=known)
    folders = [op["id"] for op in files if op["type"] == FOLDER]
    if folders:
        event["listed"] = [Listed(type=FILE, filters={"in": path}) for path in folders]
        context.setdefault(FOLDER, folders[0])
    if context:
        event["context"] = context
    return event


def _roots(state: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields the outermost folders of a state with their paths."""
    for name, value in state.items() if isinstance(state, dict) else ():
        if _is_folder(value):
            yield f"/{name.strip('/')}", value
        else:
            yield from _roots(value)


def _is_folder(value: Any) -> bool:
    return isinstance(value, dict) and value.get("type") in _FOLDER_TYPES and isinstance(_held(value), dict)


def _held(folder: dict[str, Any]) -> Any:
    return next((folder[key] for key in ("contents", "children", "entries") if key in folder), None)


def _files(path: str, folder: dict[str, Any]) -> Iterator[EffectOp]:
    yield _placed(FOLDER, path, {})
    for name, value in _held(folder).items():
        inside = f"{path.rstrip('/')}/{name}"
        if _is_folder(value):
            yield from _files(inside, value)
        else:
            text = value.get("content", "") if isinstance(value, dict) else value
            yield _placed(FILE, inside, {"content": str(text)})


def _placed(kind: str, path: str, told: dict[str, Any]) -> EffectOp:
    parent, _, name = path.rpartition("/")
    op = EffectOp(type=kind, id=path, set={"name": name, **told}, status="live", origin="scenario")
    if parent:
        op["links"] = {FOLDER: [[FOLDER, parent]]}
    return op


def entities(state: Any, kinds: set[str], within: str = "", origin: Origin = "scenario") -> Iterator[EffectOp]:
    """Finds the records in any JSON value: objects with an id of their own, in lists or in maps from id to object.

    Args:
        state: The JSON value.
        kinds: The kinds of things that the tools speak of, singular.
        within: The name of the list or map that the value stands in.
        origin: Where the value comes from.
    """
    if isinstance(state, list):
        for item in state:
            yield from entities(item, kinds, within, origin)
    if not isinstance(state, dict):
        return
    kind = _kind(within, kinds)
    key, own = own_key(state, kind, kinds)
    if key:
        yield _record(own, str(state[key]), state, kinds, origin)
    records = bool(state) and kind in kinds and all(isinstance(value, dict) for value in state.values()) and not key
    for name, value in state.items():
        if records and not own_key(value, kind, kinds)[0]:
            yield _record(kind, name, value, kinds, origin)
        yield from entities(value, kinds, within if records else name, origin)


def _record(kind: str, identity: str, record: dict[str, Any], kinds: set[str], origin: Origin) -> EffectOp:
    told = {attribute(name, kind): value for name, value in record.items()}
    op = EffectOp(type=kind, id=identity, set=told, status="live", origin=origin)
    if led := links(record, kind, kinds):
        op["links"] = led
    return op


def links(record: dict[str, Any], kind: str, kinds: set[str]) -> dict[str, list[list[str]]]:
    """Returns the things that a record points at, by the attribute that does."""
    found = {attribute(name, kind): _leads(name, value, kind, kinds) for name, value in record.items()}
    return {name: led for name, led in found.items() if led}


def _leads(name: str, value: Any, kind: str, kinds: set[str]) -> list[list[str]]:
    """Returns the things that a property of a record points at: user_id at a user, task_ids and tasks at tasks."""
    nouns = [singular(word) for word in words(name) if word not in ("id", "ids")]
    whose = next((noun for noun in nouns if noun in kinds and noun != kind), "")
    held = value if isinstance(value, list) else list(value) if isinstance(value, dict) else [value]
    plain = [str(one) for one in held if isinstance(one, str | int) and not isinstance(one, bool)]
    by_id = words(name)[-1:] in (("id",), ("ids",)) or isinstance(value, list | dict)
    return [[whose, one] for one in plain] if whose and by_id else []


def _cursors(state: Any) -> Iterator[tuple[str, str | None]]:
    """Yields what the state says that calls are relative to."""
    for name, value in state.items() if isinstance(state, dict) else ():
        key = "_".join(words(name))
        if key in _USERS and isinstance(value, str | None):
            yield USER, value or None
        if key in _PLACES and isinstance(value, str) and value.startswith("/"):
            yield FOLDER, value
        yield from _cursors(value)


def _kind(name: str, kinds: set[str]) -> str:
    """Returns what kind of thing a list holds: a ticket_queue holds tickets where some tool speaks of tickets."""
    nouns = [singular(word) for word in words(name)]
    whole = " ".join(nouns)
    return whole if whole in kinds else next((noun for noun in nouns if noun in kinds), nouns[-1] if nouns else "")


def own_key(record: dict[str, Any], kind: str, kinds: set[str]) -> tuple[str, str]:
    """Returns the property that holds a record's own id, and what kind of thing it is: both empty for none.

    Among bookings, a flight_booking_id is that of a flight booking, where some tool speaks of such.
    """
    ids = {key: words(key) for key, value in record.items() if _is_id(value)} if kind else {}
    for key, named in ids.items():
        if named == (*kind.split(), "id"):
            return key, kind
    if "id" in ids:
        return "id", kind
    for key, named in ids.items():
        noun = " ".join(named[:-1])
        if named[-1:] == ("id",) and noun in kinds and noun.split()[-1] == kind.rsplit(maxsplit=1)[-1]:
            return key, noun
    return "", ""


def _is_id(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)
