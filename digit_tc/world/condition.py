"""One argument of a search as a condition on what is known of a thing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_NOTHING = {"value": None}
Entry = tuple[str, dict[str, Any]]
"""A thing of a kind: its id, and the entity as the world holds it."""
Facts = dict[str, dict[str, Any]]
"""What is known of a thing, attribute to fact, as the world holds it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What an argument asks of every entry of a list.

    It is asked of every thing of a kind at every list, so it reads the facts of the world as they are.
    """

    name: str
    """The attribute that shows it."""
    hidden: str
    """The attribute under which it is kept where entries do not show it."""
    shown: bool
    """Whether the entries have a property of the argument's name."""
    bound: tuple[str, str] | None
    """For a bound such as max_price: "min" or "max", and the attribute that is bounded."""
    seeks: bool
    """Whether words are sought anywhere in the texts of a thing."""
    value: Any
    """What is asked for."""

    def among(self, things: Iterable[Entry]) -> list[Entry]:
        """Returns those of many things that keep the condition.

        In a large world most things show another value, which one look tells; only the others are asked in full.
        """
        if self.bound is not None or self.seeks:
            return [thing for thing in things if self.lets(thing[1]["attrs"])]
        name, value, hidden, nothing = self.name, self.value, self.hidden, _NOTHING
        folded = value.casefold() if isinstance(value, str) else None
        return [
            thing
            for thing in things
            if (held := (facts := thing[1]["attrs"]).get(name, nothing)["value"]) == value
            or (folded is not None and held.__class__ is str and held.casefold() == folded)
            or (hidden in facts and self.lets(facts))
        ]

    def lets(self, facts: Facts) -> bool:
        """Says whether what is known of a thing keeps the condition."""
        if self.bound is not None and self.bound[1] in facts:
            return self._bounds(facts[self.bound[1]]["value"])
        held = facts.get(self.name)
        if held is not None and alike(held["value"], self.value):
            return True
        kept = facts.get(self.hidden)
        if kept is not None:
            return not self.shown and bool(kept["value"] == self.value)
        return self.seeks and self._found(facts)

    def _bounds(self, held: Any) -> bool:
        if isinstance(held, str) is not isinstance(self.value, str):
            return False
        assert self.bound is not None
        return bool(held <= self.value) if self.bound[0] == "max" else bool(held >= self.value)

    def _found(self, facts: Facts) -> bool:
        """Says whether some text of a thing has the words that are sought, whatever their case."""
        if not isinstance(self.value, str):
            return False
        sought = self.value.casefold()
        for name, fact in facts.items():
            value = fact["value"]
            if value.__class__ is str and sought in value.casefold() and not name.startswith("~"):
                return True
        return False


def alike(one: Any, other: Any) -> bool:
    """Says whether two values are equal, texts whatever their case."""
    if one.__class__ is str and other.__class__ is str:
        return bool(one == other or one.casefold() == other.casefold())
    return bool(one == other)
