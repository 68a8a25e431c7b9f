"""One call as the checks see it: what the tool does, what the call names, what its result shows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from digit_tc.audit.sighting import Sighting, Thing, kind_of, mentions, sightings
from digit_tc.same import Same
from digit_tc.state import Event
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.meaning import Understood
from digit_tc.tools.names import words
from digit_tc.world.effects import NATURAL, Effect, effect_of
from digit_tc.world.subject import attribute

_MOVES = {"cd", "chdir", "login", "logout", "authenticate", "signin", "signout", "switch", "connect", "reset"}
"""Verbs that change whose or which things every later call is about."""
_SMALL = 2
"""Digits of a number that is more often a quantity than an id."""
_BY_NAME = {*NATURAL, "directory", "path"}
_TRANSIENT = re.compile(
    r"time[d ]*out|temporar|unavailable|rate limit|too many requests|try again|\b50[0-9]\b|overload"
)
_NOT_FOUND = re.compile(
    r"not found|does not exist|doesn't exist|no such|not exist|cannot find|could not find|unknown id"
)


@dataclass(frozen=True)
class SeenCall:
    """A call with its result. `tool` is None where the conversation does not have it."""

    step: int
    name: str
    arguments: dict[str, Any]
    result: Any
    failed: bool
    fault: bool
    tool: Understood | None

    @cached_property
    def effect(self) -> Effect | None:
        """What the specification says that a call does."""
        return effect_of(self.tool) if self.tool else None

    @cached_property
    def looks(self) -> bool:
        """Whether the call surely changes nothing."""
        return self.effect is not None and not self.effect.writes and self.effect.kind in ("read", "search", "compute")

    @cached_property
    def blind(self) -> bool:
        """Whether nothing tells what the call does, so that it may have changed anything."""
        return self.effect is None or self.effect.kind == "unknown"

    @cached_property
    def moves(self) -> bool:
        """Whether later calls may be about other things of the same name: in another folder, of another user."""
        return self.blind or (not self.looks and bool(_MOVES & set(words(self.name))))

    @cached_property
    def kind(self) -> str:
        """What the call is about, one singular noun."""
        return kind_of(self.effect.entity) if self.effect else ""

    @cached_property
    def subject(self) -> Thing | None:
        """The thing that the call names by its id argument."""
        if self.effect is None or not self.effect.id_argument:
            return None
        value = self.arguments.get(self.effect.id_argument)
        fit = isinstance(value, str | int) and not isinstance(value, bool) and value != ""
        return (self.kind, str(value)) if fit and self.kind else None

    @cached_property
    def natural(self) -> bool:
        """Whether the thing is named, as a file is, rather than numbered."""
        return self.subject is not None and by_name(self.subject)

    @cached_property
    def named(self) -> tuple[Thing, ...]:
        """Every thing that a top-level argument names by its id."""
        if self.tool is None:
            return ()
        found = ((path[0], means) for path, means in self.tool.means.items() if len(path) == 1 and means.kind == "id")
        return tuple(
            (kind_of(means.entity), str(self.arguments[name]))
            for name, means in found
            if isinstance(self.arguments.get(name), str | int) and means.entity
        )

    @cached_property
    def shows(self) -> tuple[Sighting, ...]:
        """The things that the result shows; of a look-up by id alone, the root is that thing."""
        if self.failed:
            return ()
        found = tuple(sightings(self.result, self.kind, "/result"))
        if any(sighting.pointer == "/result" for sighting in found) or not isinstance(self.result, dict):
            return found
        if self.subject is None or not self.looks or len(self.arguments) != 1:
            return found
        kind = self.subject[0]
        shown = {attribute(name, kind): (name, held) for name, held in self.result.items()}
        plain = {name: held for name, (_, held) in shown.items() if not isinstance(held, dict | list)}
        root = Sighting(self.subject, "/result", plain, {name: shown[name][0] for name in plain}, ("", self.name), "")
        return (root, *found)

    @cached_property
    def words(self) -> frozenset[str]:
        """The texts of the arguments and the result that may be ids: a number of one or two digits only as an id."""
        every = {str(value) for value in (*scalars(self.arguments), *scalars(self.result))}
        ids = {identity for _, identity in (*mentions(self.arguments), *mentions(self.result))}
        ids |= {identity for _, identity in self.named} | {sighting.thing[1] for sighting in self.shows}
        return frozenset(ids | {word for word in every if len(word) > _SMALL or not word.isdecimal()})

    @cached_property
    def made(self) -> Sighting | None:
        """The new thing that a create shows: one whose id is in the result and in no argument."""
        if self.failed or self.effect is None or self.effect.kind != "create":
            return None
        given = {str(value) for value in scalars(self.arguments)}
        root = next((one for one in self.shows if one.pointer == "/result" or one.pointer.count("/") == 2), None)
        if root is None or root.listed or root.thing[1] in given or root.thing[0] != self.kind:
            return None
        return root

    @cached_property
    def message(self) -> str:
        """The words of an error result in lower case; empty where there is none."""
        return " ".join(str(value) for value in scalars(self.result)).lower() if self.failed else ""

    def can_show(self, key: str, value: Any) -> bool:
        """Says whether the tool's enum of a property has a value: one tool may tell fewer states apart."""
        enums = (
            [leaf.schema["enum"] for leaf in self.tool.outputs if "enum" in leaf.schema and leaf.key == key]
            if self.tool
            else []
        )
        return not enums or any(value in members for members in enums)

    @property
    def transient(self) -> bool:
        """Whether the call failed for a reason that may pass by itself, or was made to fail."""
        return self.fault or bool(_TRANSIENT.search(self.message))

    @property
    def not_found(self) -> bool:
        """Whether the error says that something does not exist."""
        return bool(_NOT_FOUND.search(self.message))


@lru_cache(maxsize=2048)
def seen_call(at: int, same: Same[Event], flow: Dataflow) -> SeenCall:
    """Returns a call as the checks see it; what it shows is found once, however often it is checked."""
    event = same.value
    failed = event["outcome"] == "error"
    return SeenCall(
        step=at,
        name=event["tool"],
        arguments=event["arguments"],
        result={"error": event["error"]} if failed else event["result"],
        failed=failed,
        fault=event.get("fault", False) or event.get("blocked", False),
        tool=flow[event["tool"]] if event["tool"] in flow else None,  # noqa: SIM401 - it has no `get`
    )


def by_name(thing: Thing) -> bool:
    """Says whether a thing is named rather than numbered, so that another place may have another of that name."""
    return thing[0] in _BY_NAME


def scalars(value: Any) -> Iterator[Any]:
    """Yields the texts, numbers and flags of a JSON value; the keys of maps count as texts."""
    if isinstance(value, dict):
        for key, held in value.items():
            yield key
            yield from scalars(held)
    elif isinstance(value, list):
        for held in value:
            yield from scalars(held)
    elif value is not None:
        yield value


def same(one: Any, other: Any) -> bool:
    """Says whether two JSON values are equal, 5 and 5.0 included, a flag and a number not."""
    if isinstance(one, bool) is not isinstance(other, bool):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(held, other[key]) for key, held in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other, strict=True))
    return bool(one == other)


def brief(value: Any) -> str:
    """Returns a value for evidence, cut to 80 characters."""
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
