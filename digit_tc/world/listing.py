"""The lists and maps of a simulated result: what the world holds and the filters let through, then new entries."""

from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from digit_tc.tools.fields import ITEM, VALUE, branch
from digit_tc.tools.meaning import Understood
from digit_tc.tools.schema import type_of, violations
from digit_tc.values.scope import Scope
from digit_tc.world.filters import Filters
from digit_tc.world.fold import World
from digit_tc.world.knowledge import Knowledge
from digit_tc.world.offer import Offer
from digit_tc.world.session import Session
from digit_tc.world.subject import Subject, typed

_ENTRIES = (3, 6)
"""How many entries a map of things has."""
_FEW = 2
"""How many entries any other map has."""


class _Call(Protocol):
    """What the lists of a result need of the call that is answered."""

    tool: Understood
    world: World
    knowledge: Knowledge
    filters: Filters
    session: Session
    offer: Offer

    def value(self, schema: dict[str, Any], path: tuple[str, ...], subject: Subject, number: float | None) -> Any: ...
    def object(self, schema: dict[str, Any], path: tuple[str, ...], subject: Subject, number: float | None) -> Any: ...
    def subject(self, kind: str, identity: str, given: dict[str, Any]) -> Subject: ...
    def scope(self, kind: str, identity: str) -> Scope: ...
    def own(self, properties: dict[str, Any], path: tuple[str, ...], noun: str = "") -> tuple[str, str]: ...


class Listing:
    """Fills the lists and maps of one result."""

    def __init__(self, call: _Call) -> None:
        self._call = call

    def repeated(self, schema: dict[str, Any], path: tuple[str, ...], subject: Subject, given: Any) -> Any:
        if not violations(schema, given):
            return given
        items = given if isinstance(given, list) else [given]
        made = []
        for at, item in enumerate(items):
            self._call.offer.enter(at)
            made.append(self._item(schema["items"], path, subject, at, item))
            self._call.offer.leave()
        return made

    def _item(self, schema: dict[str, Any], path: tuple[str, ...], subject: Subject, at: int, item: Any) -> Any:
        given = item if isinstance(item, dict) else {}
        start = partial(self._call.scope, subject.kind, f"{subject.identity}/{path[-1]}/{at}")
        return self._call.value(schema, (*path, ITEM), Subject("", "", {}, start, given), None)

    def keyed(self, schema: dict[str, Any], path: tuple[str, ...], subject: Subject) -> dict[str, Any]:
        """Fills a map from ids to objects: what is known to belong here, then new entries."""
        inner = branch(schema["additionalProperties"])
        found: dict[str, Any] = {}
        where = f"{subject.identity}/{'/'.join(path)}"
        count, key = _FEW, ""
        if type_of(inner) == "object" and inner.get("properties"):
            count = self._call.scope(subject.kind, where).stream.integer(*_ENTRIES)
            key, kind = self._call.own(inner["properties"], (*path, VALUE))
            for identity in self._belonging(kind, subject)[:count] if key else ():
                whose = self._call.subject(kind, identity, {key: typed(identity, inner["properties"][key])})
                found[identity] = self._known(len(found), key, whose, inner, (*path, VALUE))
        fresh = self._call.offer.fresh(key, list(found))
        count = count if fresh is None else len(found) + len(fresh)
        known = len(found)
        for at in range(known, count):
            start = partial(self._call.scope, subject.kind, f"{where}/{at}")
            self._call.offer.enter(_place(fresh, at - known, at), new=True)
            value = self._call.value(inner, (*path, VALUE), Subject("", "", {}, start), None)
            self._call.offer.leave()
            ids = [item for key, item in value.items() if key.endswith("id")] if isinstance(value, dict) else []
            found[str(ids[0]) if ids else f"option_{at + 1}"] = value
        return found

    def _known(self, at: int, key: str, whose: Subject, schema: dict[str, Any], path: tuple[str, ...]) -> Any:
        """Returns the entry of a thing that the world holds."""
        self._call.offer.enter(self._call.offer.known(at, key, whose.identity))
        made = self._call.object(schema, path, whose, None)
        self._call.offer.leave()
        return made

    def _belonging(self, kind: str, subject: Subject) -> list[str]:
        """Returns the things of a kind that are known to be the subject's: the items with a product's product_id."""
        if not subject.identity:
            return []
        pointing = f"{subject.kind.replace(' ', '_')}_id"
        live = self._call.knowledge.live(kind)
        return [one for one in live if str(self._call.knowledge.of(kind, one).get(pointing, "")) == subject.identity]

    def entries(self, schema: dict[str, Any], path: tuple[str, ...], subject: Subject) -> list[Any]:
        items = branch(schema["items"])
        count = self._call.filters.wanted(subject.scope.stream, schema)
        if type_of(items) == "object" and items.get("properties"):
            return self._entities(schema, path, subject, count)
        described = items if items.get("description") else {**items, "description": schema.get("description", "")}
        drawn: list[Any] = []
        for at in range(self._call.offer.length(count, schema)):
            place = f"{subject.identity}/{'/'.join(path)}/{at}"
            inner = replace(subject, start=partial(self._call.scope, subject.kind, place))
            self._call.offer.enter(at)
            value = self._call.value(described, (*path, ITEM), inner, None)
            self._call.offer.leave()
            if value not in drawn:
                drawn.append(value)
        return drawn

    def _entities(self, schema: dict[str, Any], path: tuple[str, ...], subject: Subject, count: int) -> list[Any]:
        """Lists what the world holds and the filters let through; unless that is known to be all, new ones as well."""
        items = branch(schema["items"])
        key, kind = self._call.own(items["properties"], (*path, ITEM))
        searching = self._call.tool.action in ("search", "read") and len(path) <= 1
        given = self._call.filters.shown(items["properties"]) if searching else {}
        found: list[Any] = []
        fresh: list[str | int] | None = None
        if not (key and searching and not subject.identity):
            count, fresh = self._counted(count, [], key, schema)
        else:
            matching = self._call.filters.matching(self._call.world, kind, items["properties"])
            fitting = [one for one in matching if self._call.session.mine(self._call.knowledge.of(kind, one))]
            most = self._call.filters.most(schema)
            complete = self._call.knowledge.complete(kind, self._call.filters.conditions())
            for identity in fitting[:most]:
                whose = self._call.subject(kind, identity, {key: typed(identity, items["properties"][key])})
                found.append(self._known(len(found), key, whose, items, (*path, ITEM)))
            if complete:
                count = max(len(found), int(schema.get("minItems", 0)))
            else:
                count, fresh = self._counted(max(count, len(found)), fitting[:most], key, schema)
            if most is None or count < most:
                self._call.knowledge.list_all(kind, self._call.filters.conditions())
        known = len(found)
        for at in range(known, count):
            start = partial(
                self._call.scope, subject.kind, f"{subject.identity}/{self._call.tool.tool.name}/{'/'.join(path)}/{at}"
            )
            new, mark = Subject("", "", {}, start, given), len(self._call.knowledge.effects)
            self._call.offer.enter(_place(fresh, at - known, len(found)), new=True)
            made = self._call.object(self._call.filters.narrowed(items), (*path, ITEM), new, None)
            self._call.offer.leave()
            if key and at >= int(schema.get("minItems", 0)) and self._overlooked(kind, str(made.get(key)), items):
                del self._call.knowledge.effects[mark:]
            else:
                found.append(made)
        return found

    def _counted(
        self, count: int, known: list[str], key: str, schema: dict[str, Any]
    ) -> tuple[int, list[str | int] | None]:
        """Returns how many entries a list has, and the offered ones that are new."""
        fresh = self._call.offer.fresh(key, known)
        if fresh is None:
            return count, None
        most = self._call.filters.most(schema)
        wanted = max(len(known) + len(fresh), int(schema.get("minItems", 0)))
        return wanted if most is None else max(len(known), min(wanted, most)), fresh

    def _overlooked(self, kind: str, identity: str, items: dict[str, Any]) -> bool:
        """Says whether a new thing would have had to be in a list of everything that was shown before."""
        known = self._call.knowledge.of(kind, identity)
        return self._call.filters.overlooked(known, kind, items["properties"], self._call.world["lists"])


def _place(fresh: list[str | int] | None, number: int, at: int) -> str | int:
    """Returns the member of what is offered that a new entry is made from; `at` where nothing is offered."""
    if fresh is None:
        return at
    return fresh[number] if number < len(fresh) else "-"
