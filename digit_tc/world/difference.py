"""What differs between two worlds, as a list of changes for people and programs.

Two worlds differ in what can be seen of them: which things there are, what is known of each and by what origin, what
leads to what, which ids are absent, which lists are complete, what calls are relative to, and the time. Attributes
whose name begins with "~" are notes of the simulation to itself and are left out. Folding shares what it does not
touch, so what is the same object in both worlds is skipped without a look inside.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal

from digit_tc.world.completeness import shown_in_full
from digit_tc.world.fold import World

Happened = Literal["set", "changed", "unset"]

_NOTHING: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class EntityChange:
    """A thing is there for the first time, is deleted, came back, or was taken back as if it had never been."""

    about: ClassVar[str] = "entity"
    happened: Literal["appeared", "deleted", "returned", "forgotten"]
    type: str
    id: str


@dataclass(frozen=True, slots=True)
class FactChange:
    """What is known of a thing under one name; `old` and `new` are None where nothing was or is known."""

    about: ClassVar[str] = "fact"
    happened: Happened
    type: str
    id: str
    name: str
    old: Any
    new: Any
    origin: str
    """Where the new value comes from, or the old one where it is unset."""


@dataclass(frozen=True, slots=True)
class RelationChange:
    """The things that a thing leads to under one predicate, each as type and id."""

    about: ClassVar[str] = "relation"
    happened: Happened
    type: str
    id: str
    predicate: str
    old: list[list[str]]
    new: list[list[str]]


@dataclass(frozen=True, slots=True)
class AbsenceChange:
    """An id is known not to exist, or no longer."""

    about: ClassVar[str] = "absence"
    happened: Literal["noted", "lifted"]
    type: str
    id: str


@dataclass(frozen=True, slots=True)
class ListingChange:
    """Everything of a type that there is under some filters has been shown, or no longer counts as shown."""

    about: ClassVar[str] = "listing"
    happened: Literal["noted", "lifted"]
    type: str
    filters: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ContextChange:
    """What later calls are relative to, such as the current folder and the signed-in user."""

    about: ClassVar[str] = "context"
    happened: Happened
    name: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class ClockChange:
    """The simulated time (YYYY-MM-DDTHH:MM:SS, empty before the first call)."""

    about: ClassVar[str] = "clock"
    old: str
    new: str


Change = EntityChange | FactChange | RelationChange | AbsenceChange | ListingChange | ContextChange | ClockChange


def difference(before: World, after: World) -> list[Change]:
    """Returns what is to be seen in one world and not in the other; empty where nothing is."""
    changes: list[Change] = []
    for kind, identity, was, now in _things(before["entities"], after["entities"]):
        changes += _entity(kind, identity, was, now)
    for kind, identity, was, now in _things(before["relations"], after["relations"]):
        changes += _relations(kind, identity, was or _NOTHING, now or _NOTHING)
    changes += _absences(before["absent"], after["absent"])
    changes += _listings(before["lists"], after["lists"])
    changes += _context(before["context"], after["context"])
    if before["clock"] != after["clock"]:
        changes.append(ClockChange(before["clock"], after["clock"]))
    return changes


def row(change: Change) -> dict[str, Any]:
    """Returns a change as JSON; `about` says of what kind it is."""
    return {"about": change.about, **asdict(change)}


def _touched(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Yields the keys whose values are not the same object, those that are gone last."""
    if old is not new:
        yield from (key for key, value in new.items() if key not in old or old[key] is not value)
        yield from (key for key in old if key not in new)


def _things(old: dict[str, Any], new: dict[str, Any]) -> Iterator[tuple[str, str, Any, Any]]:
    """Yields type, id, and what is held under them in both worlds, None for nothing."""
    for kind in _touched(old, new):
        was, now = old.get(kind, _NOTHING), new.get(kind, _NOTHING)
        yield from ((kind, identity, was.get(identity), now.get(identity)) for identity in _touched(was, now))


def _entity(kind: str, identity: str, was: dict[str, Any] | None, now: dict[str, Any] | None) -> Iterator[Change]:
    if now is None:
        yield EntityChange("forgotten", kind, identity)
        return
    if was is None or was["status"] != now["status"]:
        live: Literal["returned", "appeared"] = "returned" if was else "appeared"
        yield EntityChange("deleted" if now["status"] == "deleted" else live, kind, identity)
    known = was["attrs"] if was else _NOTHING
    for name in _touched(known, now["attrs"]):
        if not name.startswith("~"):
            yield from _fact((kind, identity, name), known.get(name), now["attrs"].get(name))


def _fact(place: tuple[str, str, str], was: dict[str, Any] | None, now: dict[str, Any] | None) -> Iterator[Change]:
    if was and now and (was["value"], was["origin"]) == (now["value"], now["origin"]):
        return
    old, new = was or _NOTHING, now or _NOTHING
    origin = (now or was or _NOTHING)["origin"]
    yield FactChange(_happened(was, now), *place, old.get("value"), new.get("value"), origin)


def _happened(was: Any, now: Any) -> Happened:
    """Says what became of something that is None where it is not there."""
    return "set" if was is None else "unset" if now is None else "changed"


def _relations(kind: str, identity: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for predicate in _touched(old, new):
        was, now = old.get(predicate), new.get(predicate)
        if was != now:
            yield RelationChange(_happened(was, now), kind, identity, predicate, was or [], now or [])


def _absences(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for kind in _touched(old, new):
        was, now = old.get(kind, _NOTHING), new.get(kind, _NOTHING)
        yield from (AbsenceChange("noted", kind, identity) for identity in now if identity not in was)
        yield from (AbsenceChange("lifted", kind, identity) for identity in was if identity not in now)


def _listings(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for kind in _touched(old, new):
        was, now = shown_in_full(old, kind), shown_in_full(new, kind)
        yield from (ListingChange("noted", kind, filters) for filters in now if filters not in was)
        yield from (ListingChange("lifted", kind, filters) for filters in was if filters not in now)


def _context(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for name in _touched(old, new):
        if name not in old:
            yield ContextChange("set", name, None, new[name])
        elif name not in new:
            yield ContextChange("unset", name, old[name], None)
        elif old[name] != new[name]:
            yield ContextChange("changed", name, old[name], new[name])
