"""What is offered as the result of a call, looked up place by place while code makes that result.

The world comes first. A place that it settles (an id, a known fact, a repeated argument, a status, a sum) never looks
here; only where a value would be drawn is the offered one taken, and only if it fits. So a result made with an offer
keeps every promise of one made without, and whoever offers cannot break the world.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from digit_tc.tools.place import step
from digit_tc.tools.schema import violations
from digit_tc.world.outcome import not_json

NOTHING: Any = object()
"""Stands where nothing is offered."""

_FORMAL = ("date", "datetime", "time", "email", "phone", "url", "postal_code", "uuid")
"""Kinds of values whose spelling later calls rely on."""
_ENTRIES = 8
"""Entries of one list that are taken."""
_LONGEST = 2000
"""Characters of a text that is taken."""


class Offer:
    """Offers nothing: every value is the one that was drawn."""

    changes: Mapping[str, Any] = {}
    """Further attributes of the thing that a write is about, which its result does not show."""

    def enter(self, key: str | int, *, new: bool = False, needed: bool = True) -> None:
        """Goes to a member of the current object or list.

        Args:
            key: Its name or number.
            new: Whether it is a thing that the world knows nothing of.
            needed: Whether the specification wants it to be there.
        """

    def leave(self) -> None:
        """Goes back to where the last `enter` came from."""

    def instead(self, drawn: Any, schema: dict[str, Any], kind: str = "") -> Any:
        """Returns the value for this place, which nothing settles: the offered one where it fits, else the drawn one.

        Args:
            drawn: What stands here without an offer.
            schema: What fits.
            kind: What the value means.
        """
        return drawn

    def null(self, drawn: bool) -> bool:
        """Says whether this place is null, which nothing settles and its schema allows."""
        return drawn

    def length(self, drawn: int, schema: Mapping[str, Any]) -> int:
        """Returns how many entries the list of plain values has that stands here."""
        return drawn

    def known(self, at: int, key: str, identity: str) -> str | int:
        """Returns the member of the list or map here that speaks of a known thing; `at` where none does."""
        return at

    def fresh(self, key: str, known: Sequence[str]) -> list[str | int] | None:
        """Returns the members of the list or map here that speak of no known thing; None where none is offered."""
        return None

    def refuse(self, problem: str) -> None:
        """Notes why something that was offered is not taken."""


class Proposal(Offer):
    """Offers a result, and keeps which places were open and what could not be taken; good for one answer.

    Without a value it only keeps which places are open: none, and the world determines the answer.
    """

    def __init__(self, value: Any = NOTHING, changes: Mapping[str, Any] | None = None) -> None:
        self.changes = dict(changes or {})
        self.open: list[str] = []
        """JSON pointers of the places that nothing settles."""
        self.problems: list[str] = []
        """Why offered values were not taken, each with its place."""
        problem = "" if value is NOTHING else not_json([value, self.changes])
        if problem:
            value, self.changes = None, {}
            self.problems.append(f"/: the result is not JSON: {problem}")
        self._places = [_Place("", value, value is not NOTHING)]

    @property
    def _pointer(self) -> str:
        return self._places[-1].pointer

    @property
    def _here(self) -> Any:
        return self._places[-1].value

    def enter(self, key: str | int, *, new: bool = False, needed: bool = True) -> None:
        place, held = self._places[-1], self._here
        if isinstance(held, dict) and isinstance(key, str):
            inner = held.get(key, NOTHING)
        elif isinstance(held, list) and isinstance(key, int):
            inner = held[key] if key < len(held) else NOTHING
        else:
            inner = NOTHING
        wanted = needed and (place.wanted or held is not NOTHING)
        self._places.append(_Place(step(place.pointer, key), inner, wanted, new or place.new))
        if new:
            self.open.append(self._pointer)

    def leave(self) -> None:
        self._places.pop()

    def instead(self, drawn: Any, schema: dict[str, Any], kind: str = "") -> Any:
        place = self._places[-1]
        if kind in _FORMAL and not place.new:
            return drawn  # code draws these as well as anybody: no question is worth one
        self.open.append(self._pointer)
        if self._here is NOTHING or (self._here is None and not place.wanted):
            if place.wanted:
                self.refuse("a value is missing")
            return drawn
        problem = self._unfit(drawn, schema, kind)
        if problem:
            self.refuse(problem)
        return drawn if problem else self._here

    def _unfit(self, drawn: Any, schema: dict[str, Any], kind: str) -> str:
        value = self._here
        if found := violations(schema, value):
            return found[0]
        if isinstance(value, str) and not value.strip() and str(drawn).strip():
            return "a text is wanted"
        if isinstance(value, str) and len(value) > _LONGEST:
            return f"a text of at most {_LONGEST} characters is wanted"
        if kind in _FORMAL and isinstance(value, str) and _form(value, kind) != _form(str(drawn), kind):
            return f"a {kind} is written like {drawn!r}, not {value!r}"
        return ""

    def null(self, drawn: bool) -> bool:
        self.open.append(self._pointer)
        return drawn if self._here is NOTHING else self._here is None

    def length(self, drawn: int, schema: Mapping[str, Any]) -> int:
        self.open.append(self._pointer)
        if not isinstance(self._here, list):
            return drawn
        most = min(int(schema.get("maxItems", _ENTRIES)), _ENTRIES)
        return max(int(schema.get("minItems", 0)), min(len(self._here), most))

    def known(self, at: int, key: str, identity: str) -> str | int:
        named = [one for one, entry in _members(self._here) if _id(entry, key, one) == identity]
        return named[0] if named else len(self._here) if isinstance(self._here, list) else at

    def fresh(self, key: str, known: Sequence[str]) -> list[str | int] | None:
        if not isinstance(self._here, list | dict):
            return None
        return [one for one, entry in _members(self._here) if _id(entry, key, one) not in known][:_ENTRIES]

    def refuse(self, problem: str) -> None:
        self.problems.append(f"{self._pointer or '/'}: {problem}")


class _Place(NamedTuple):
    """Where an offer is being looked at: the pointer, what is offered there, and whether it has to be."""

    pointer: str
    value: Any
    wanted: bool
    new: bool = False
    """Whether it belongs to a new entry of a list."""


def _members(value: Any) -> list[tuple[str | int, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list) else []


def _id(entry: Any, key: str, member: str | int) -> str:
    """Returns the id that an entry gives itself, or in a map its key."""
    told = entry.get(key) if key and isinstance(entry, dict) else None
    return str(member if told is None and isinstance(member, str) else told)


def _form(text: str, kind: str) -> str:
    """Returns what two texts of a kind share: the places of the digits in a date, the signs in an address."""
    if kind in ("email", "url"):
        return "".join(dict.fromkeys(re.findall(r"@|://", text)))
    return re.sub(r"[A-Za-z]+", "a", re.sub(r"\d", "0", text))
