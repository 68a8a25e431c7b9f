"""The things that a JSON value shows: its objects with an id of their own, by kind and id."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from digit_tc.tools.names import singular, words
from digit_tc.world.subject import attribute

Thing = tuple[str, str]
"""Kind (one singular noun) and id."""


@dataclass(frozen=True)
class Sighting:
    """One thing as one result shows it."""

    thing: Thing
    pointer: str
    attributes: dict[str, Any]
    """What is shown of it, without things that have an id of their own."""
    keys: dict[str, str]
    """Attribute to the property that shows it."""
    within: Thing | None
    """The thing whose object it stands in: an order's line shows an item as it was ordered."""
    listed: str
    """Pointer of the list or map that it is an entry of; empty for none."""


def sightings(value: Any, noun: str, pointer: str = "") -> Iterator[Sighting]:
    """Yields what a value shows, outer things first.

    Args:
        value: Any JSON value.
        noun: What the value itself is, singular: the noun in a tool's name.
        pointer: Where the value stands.
    """
    yield from _seen(value, noun, pointer, None, "", "")


def mentions(value: Any) -> Iterator[Thing]:
    """Yields the things whose ids a value gives under their kind: user_id, or tag_ids with a list."""
    if isinstance(value, dict):
        for key, held in value.items():
            named = words(key)
            if len(named) > 1 and named[-1] in ("id", "ids"):
                kind = singular(named[-2])
                yield from ((kind, str(one)) for one in (held if isinstance(held, list) else [held]) if _is_id(one))
            yield from mentions(held)
    elif isinstance(value, list):
        for held in value:
            yield from mentions(held)


def kind_of(noun: str) -> str:
    """Returns the last word of a noun phrase, singular: a support ticket is a ticket."""
    parts = words(noun)
    return singular(parts[-1]) if parts else ""


def _seen(value: Any, noun: str, at: str, within: Thing | None, listed: str, key_above: str) -> Iterator[Sighting]:
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from _seen(item, noun, f"{at}/{place}", within, at, "")
    if not isinstance(value, dict):
        return
    key = own_key(value, noun, key_above)
    if key:
        kind = kind_of(noun) if words(key)[:-1] == () else singular(words(key)[-2])
        thing = (kind, str(value[key]))
        shown = {attribute(name, kind): (name, held) for name, held in value.items() if name != key}
        plain = {name: held for name, (_, held) in shown.items() if not _holds_things(held)}
        yield Sighting(thing, at, plain, {name: shown[name][0] for name in plain}, within, listed)
        within = thing
    for name, held in value.items():
        inner = singular(words(name)[-1]) if words(name) else noun
        here = f"{at}/{escaped(name)}"
        if is_map(held):
            for entry, item in held.items():
                yield from _seen(item, inner, f"{here}/{escaped(entry)}", within, here, entry)
        else:
            yield from _seen(held, inner, here, within, "", "")


def own_key(value: dict[str, Any], noun: str, key_above: str = "") -> str:
    """Returns the property that holds an object's own id, or an empty text."""
    kind = kind_of(noun)
    ids = [key for key, held in value.items() if words(key)[-1:] == ("id",) and _is_id(held)]
    for key in ids:
        if kind and words(key)[-2:-1] and singular(words(key)[-2]) == kind:
            return key
    if "id" in ids:
        return "id"
    return next((key for key in ids if key_above and str(value[key]) == key_above), "")


def is_map(value: Any) -> bool:
    """Says whether an object is a map from ids to objects."""
    if not isinstance(value, dict) or not value:
        return False
    return all(isinstance(item, dict) and re.search(r"\d", key) for key, item in value.items())


def escaped(key: str) -> str:
    """Returns a key as a part of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def _is_id(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def _holds_things(value: Any) -> bool:
    """Says whether a value is a list or map of objects, which are things of their own."""
    entries = value if isinstance(value, list) else value.values() if is_map(value) else ()
    return any(isinstance(entry, dict) for entry in entries)
