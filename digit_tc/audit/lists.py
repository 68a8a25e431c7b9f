"""Lists hold what was created, match their filter, and neither gain nor lose entries for no reason."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from digit_tc.audit.finding import Hit
from digit_tc.audit.seen import SeenCall, same
from digit_tc.audit.sighting import Sighting, Thing, escaped
from digit_tc.tools.names import words
from digit_tc.world.fold import call_key
from digit_tc.world.subject import attribute

_PAGED = {"limit", "page", "offset", "cursor", "top", "max", "size", "count", "next", "more", "per", "number"}
_ORDER = {"sort", "order", "ascending", "descending", "by", "direction", "reverse"}


class Lists:
    """Remembers what was created and what each list showed."""

    def __init__(self) -> None:
        self._made: dict[Thing, tuple[int, dict[str, Any]]] = {}
        self._lists: dict[str, tuple[int, set[str]]] = {}
        self._touched: dict[str, int] = {}

    def see(self, call: SeenCall, applied: Counter[str]) -> Iterator[Hit]:
        """Compares a list with what was created, with its filter, and with the same list before."""
        if call.moves:
            self._made.clear()
            self._lists.clear()
        if not call.looks:
            if not call.failed:
                self._written(call)
            return
        if call.failed:
            return
        for place, entries in _entries(call).items():
            yield from self._filtered(call, entries, applied)
            if not _cut(call, len(entries)):
                yield from self._complete(call, place, entries, applied)
                yield from self._steady(call, place, entries, applied)

    def _written(self, call: SeenCall) -> None:
        for word in call.words:
            self._touched[word] = call.step
            for thing in [thing for thing in self._made if thing[1] == word]:
                del self._made[thing]  # what else was done to it may have changed what lists it is on
        if call.made:
            told = {attribute(name, call.made.thing[0]): value for name, value in call.arguments.items()}
            self._made[call.made.thing] = (call.step, {**told, **call.made.attributes})

    def _filtered(self, call: SeenCall, entries: list[Sighting], applied: Counter[str]) -> Iterator[Hit]:
        for name, value in _conditions(call).items():
            for entry in entries:
                shown = entry.attributes.get(attribute(name, entry.thing[0]))
                if not isinstance(value, str | bool | int) or shown is None or type(shown) is not type(value):
                    continue
                applied["filter_broken"] += 1
                if not _fits(value, shown):
                    at = f"{entry.pointer}/{escaped(entry.keys[attribute(name, entry.thing[0])])}"
                    yield Hit(
                        "filter_broken", at, f"{name} {value!r} was asked for, {' '.join(entry.thing)} has {shown!r}"
                    )

    def _complete(
        self, call: SeenCall, place: str, entries: list[Sighting], applied: Counter[str]
    ) -> Iterator[Hit]:  # fmt: skip
        kinds = {entry.thing[0] for entry in entries} or {call.kind}
        held = {entry.thing for entry in entries}
        for thing, (step, known) in self._made.items():
            conditions = _conditions(call)
            fits = all(
                attribute(name, thing[0]) in known and same(known[attribute(name, thing[0])], value)
                for name, value in conditions.items()
            )
            if thing[0] in kinds and fits:
                applied["created_missing"] += 1
                if thing not in held:
                    yield Hit(
                        "created_missing", place, f"{' '.join(thing)}, created at step {step}, is not in the list"
                    )

    def _steady(
        self, call: SeenCall, place: str, entries: list[Sighting], applied: Counter[str]
    ) -> Iterator[Hit]:  # fmt: skip
        key = call_key(call.name + place, call.arguments)
        now = {entry.thing[1] for entry in entries}
        if key in self._lists:
            step, before = self._lists[key]
            applied["list_unstable"] += 1
            odd = [one for one in sorted(now ^ before) if self._touched.get(one, -1) <= step]
            if odd:
                done = "is gone" if odd[0] in before else "is new"
                yield Hit("list_unstable", place, f"{odd[0]} {done} since step {step}, and no call spoke of it")
        self._lists[key] = (call.step, now)


def _entries(call: SeenCall) -> dict[str, list[Sighting]]:
    """Returns the outermost lists of a result that is no single thing: pointer to entries."""
    if not isinstance(call.result, dict | list) or (call.subject is not None):
        return {}
    found: dict[str, list[Sighting]] = {}
    outer = call.result.items() if isinstance(call.result, dict) else [("", call.result)]
    for name, value in outer:
        if isinstance(value, list):
            place = f"/result/{escaped(name)}" if name else "/result"
            things = [sighting for sighting in call.shows if sighting.listed == place]
            if things or not value:
                found[place] = things
    return found if len(found) == 1 else {}


def _conditions(call: SeenCall) -> dict[str, Any]:
    return {name: value for name, value in call.arguments.items() if not (_PAGED | _ORDER) & set(words(name))}


def _cut(call: SeenCall, length: int) -> bool:
    """Says whether a list may show only a part of what there is."""
    if any(_PAGED & set(words(name)) for name in call.arguments):
        return True
    told = call.result if isinstance(call.result, dict) else {}
    return any(
        (isinstance(value, int) and not isinstance(value, bool) and value > length)
        or (bool({"next", "more", "cursor", "page"} & set(words(name))) and bool(value))
        for name, value in told.items()
        if _PAGED & set(words(name)) or "total" in words(name)
    )


def _fits(asked: str | bool | int, shown: Any) -> bool:
    if isinstance(asked, str):
        one, other = asked.strip().casefold(), str(shown).strip().casefold()
        return one in other or other in one or one in ("all", "any", "*", "")
    return same(asked, shown)
