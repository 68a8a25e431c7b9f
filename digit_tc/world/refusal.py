"""Calls that a backend would refuse: what they name does not exist, or does not stand as they need it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from digit_tc.tools import prose
from digit_tc.world.completeness import is_complete
from digit_tc.world.effects import Effect, Precondition
from digit_tc.world.fold import World, attributes, status
from digit_tc.world.knowledge import Thing

_PARTS = 4
"""Runs of letters and digits in an id whose form is regular."""


@dataclass(frozen=True)
class Refusal:
    """Why a call is refused, as the backend would word it; `missing` is what it did not find."""

    code: str
    message: str
    missing: Thing | None = None


class Refused(Exception):  # noqa: N818 - a refused call is a result, not a failure
    """Ends the answer of a call that turns out to be refused while it is carried out."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


@dataclass(frozen=True)
class Existence:
    """What can exist that nobody has mentioned."""

    shapes: Mapping[str, dict[str, Any]]
    """For each kind of thing, a schema that tells how its ids look."""
    closed: bool
    """Whether nothing exists but what has been mentioned."""

    def possible(self, kind: str, identity: str) -> bool:
        """Says whether there may be a thing of this id: it looks as the specification says that such ids do."""
        example = prose.example(str(self.shapes.get(kind, {}).get("description", "")))
        return not self.closed and (not _telling(example) or _form(example) == _form(identity))


def _telling(example: str) -> bool:
    """Says whether one id tells how others look; of a random string of letters and digits, no part does."""
    return any(letter.isdigit() for letter in example) and len(re.findall(r"[a-z]+|[A-Z]+|\d+", example)) <= _PARTS


def _form(identity: str) -> str:
    return re.sub(r"[A-Za-z]+", "a", re.sub(r"\d+", "0", identity))


def refusal(effect: Effect, arguments: dict[str, Any], world: World, existence: Existence) -> Refusal | None:
    """Says why a call cannot be carried out in this world, or None where it can."""
    return next(_refusals(effect, arguments, world, existence), None)


def _refusals(effect: Effect, arguments: dict[str, Any], world: World, existence: Existence) -> Iterator[Refusal]:
    for condition in effect.preconditions:
        if condition.context and _left(world, condition.context):
            yield Refusal(condition.code, condition.message or f"no {condition.context} is known")
    identity = str(arguments.get(effect.id_argument, "")) if effect.id_argument else ""
    if not identity:
        return
    if _missing(effect, identity, world, existence):
        yield Refusal("not_found", f"{effect.entity} {identity} does not exist", (effect.entity, identity))
        return
    known = attributes(world, effect.entity, identity)
    for condition in effect.preconditions:
        standing = known.get(condition.attribute)
        problem = "" if condition.context or not isinstance(standing, str) else unmet(condition, standing)
        if problem:
            yield Refusal(condition.code, condition.message or f"{effect.entity} {identity} {problem}")


def _left(world: World, context: str) -> bool:
    """Says whether a context is known to be empty: after a logout nobody is signed in; before any login, who knows."""
    return context in world["context"] and world["context"][context] is None


def _missing(effect: Effect, identity: str, world: World, existence: Existence) -> bool:
    """Says whether an id leads nowhere: deleted, asked for in vain before, or such as no id of its kind can be."""
    standing = status(world, effect.entity, identity)
    if standing or effect.kind == "create":
        return standing == "deleted"
    if identity in world["absent"].get(effect.entity, ()):
        return True
    by_id = effect.id_argument.lower().endswith(("id", "_no", "number"))
    everything_shown = is_complete(world["lists"], effect.entity, {})
    unlikely = not existence.possible(effect.entity, identity) or _elsewhere(identity, effect.entity, world)
    return by_id and (unlikely or everything_shown)


def _elsewhere(identity: str, kind: str, world: World) -> bool:
    """Says whether an id is known, and only as that of another kind of thing."""
    last = kind.rsplit(maxsplit=1)[-1] if kind else ""
    owners = [other for other, held in world["entities"].items() if identity in held]
    return bool(owners) and not any(other.rsplit(maxsplit=1)[-1:] == [last] for other in owners)


def unmet(condition: Precondition, standing: str) -> str:
    """Says in words why a thing of this status cannot be acted upon; empty where nothing stands against it."""
    parts = set(re.findall(r"[a-z]+", standing.lower()))
    if condition.needs and not parts & set(condition.needs):
        return f"is {standing}, not {' or '.join(condition.needs)}"
    return f"is already {standing}" if parts & set(condition.refuses) else ""
