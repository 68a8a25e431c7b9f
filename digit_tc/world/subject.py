"""The entity whose object is being filled, and the names under which it is remembered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from digit_tc.tools.fields import ITEM, VALUE
from digit_tc.tools.meaning import Meaning, Understood
from digit_tc.tools.names import singular, words
from digit_tc.tools.schema import type_of
from digit_tc.values.scope import Scope


@dataclass(frozen=True)
class Subject:
    """The entity whose object is being filled: its type, its id, what is known of it, and where its values start."""

    kind: str
    identity: str
    known: dict[str, Any]
    start: Callable[[], Scope]
    """Makes the scope of its values, which most objects do not need: what is known of them is all that they show."""
    given: dict[str, Any] = field(default_factory=dict)
    """Values from the arguments that the object shows under the same name."""

    @cached_property
    def scope(self) -> Scope:
        """Where the values start that are not known yet; the same for all of them."""
        return self.start()


@lru_cache(maxsize=65536)
def attribute(name: str, kind: str) -> str:
    """Returns the name under which a property is remembered: order_status of an order is its status."""
    parts = words(name)
    nouns = kind.split()
    while len(parts) > 1 and nouns and singular(parts[0]) == nouns[-1]:
        parts = parts[1:]
    return "_".join(parts)


def renamed(tool: Understood, arguments: dict[str, Any]) -> dict[str, Any]:
    """Returns the arguments, also under the attributes that the user says they set: a result shows them there."""
    found = dict(arguments)
    for name, shown in tool.tool.effect.get("sets", {}).items():
        outer, _, inner = name.strip("/").partition("/") if name.startswith("/") else (name, "", "")
        value = arguments.get(outer)
        if inner:
            value = value.get(inner) if isinstance(value, dict) else None
        if value is not None:
            found.setdefault(shown, value)
    return found


def full_name(known: dict[str, Any]) -> tuple[str, str] | None:
    """Returns the first and last name that an entity is known under."""
    whole = str(known.get("name", "")).split()
    if isinstance(known.get("first_name"), str) and isinstance(known.get("last_name"), str):
        return known["first_name"], known["last_name"]
    return (whole[0], whole[-1]) if len(whole) == 2 else None


def noun_at(path: tuple[str, ...]) -> str:
    """Returns the noun of the list or object at a path, singular; empty at the root."""
    names = [part for part in path if part not in (ITEM, VALUE)]
    return singular(words(names[-1])[-1]) if names and words(names[-1]) else ""


def is_own(name: str, subject: Subject, judged: dict[str, Meaning]) -> bool:
    """Says whether a property is the id of the entity whose object it stands in."""
    return judged[name].kind == "id" and judged[name].entity == subject.kind and not judged[name].qualified


def typed(identity: str, schema: dict[str, Any]) -> Any:
    """Returns an id as its schema has it: a number where the schema asks for one."""
    return int(identity) if type_of(schema) == "integer" and identity.lstrip("-").isdigit() else identity
