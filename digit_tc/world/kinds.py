"""What all tools together say of each kind of thing: how its status may read, and what nothing ever shows."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.meaning import Understood
from digit_tc.tools.names import words
from digit_tc.world.effects import effect_of
from digit_tc.world.subject import attribute


@dataclass(frozen=True)
class Kinds:
    """What is said of each kind of thing, by its type."""

    needed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The statuses that some tool needs it to have, in the order of the tools."""
    statuses: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    """What its status may be, where a specification lists the choices; empty where one has a status without them."""
    closed: frozenset[str] = frozenset()
    """Kinds that some tool closes or resolves: a new one is open."""
    unread: dict[str, frozenset[str]] = field(default_factory=dict)
    """Attributes that updates set and that no tool declares to show: a read of the thing shows them all the same."""

    def unread_of(self, kind: str, known: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
        """Returns what was written to a thing and no tool declares to show: else it could never be read."""
        names = self.unread.get(kind, frozenset()) - made.keys()
        return {name: value for name, value in known.items() if name in names and isinstance(value, str)}


@lru_cache(maxsize=256)
def kinds_of(flow: Dataflow, names: tuple[str, ...]) -> Kinds:
    """Reads off the tools of a conversation what they say of each kind of thing."""
    tools = [flow[name] for name in names if name in flow]
    needed: dict[str, dict[str, None]] = defaultdict(dict)
    statuses: dict[str, tuple[Any, ...]] = {}
    written: dict[str, set[str]] = defaultdict(set)
    shown: set[str] = set()
    closed: set[str] = set()
    for tool in tools:
        effect = effect_of(tool)
        if effect.needs:
            needed[effect.entity][effect.needs] = None
        if effect.kind == "update" and effect.id_argument:
            written[effect.entity] |= set(effect.sets.values())
        if effect.id_argument and {"close", "resolve"} & set(words(tool.tool.name)):
            closed.add(effect.entity)
        for kind, options in _statuses(tool):
            statuses[kind] = statuses.get(kind) or options
        shown |= {attribute(leaf.key, effect.entity) for leaf in tool.outputs if leaf.key}
    return Kinds(
        needed={kind: tuple(words) for kind, words in needed.items()},
        statuses=statuses,
        closed=frozenset(closed),
        unread={kind: frozenset(names - shown) for kind, names in written.items() if names - shown},
    )


def _statuses(tool: Understood) -> list[tuple[str, tuple[Any, ...]]]:
    """Returns the kinds of things whose status a tool shows, with the choices."""
    found = []
    for leaf in tool.outputs:
        kind = tool.yields[leaf.path].entity
        told = str(leaf.schema.get("description", ""))
        if kind and attribute(leaf.key, kind) == "status" and not acknowledges(told):
            found.append((kind, tuple(leaf.schema.get("enum", ()))))
    return found


def acknowledges(description: str) -> bool:
    """Says whether a property tells how the call went rather than how the thing stands."""
    said = description.lower()
    return "operation" in said or "success" in said or said.startswith("result of")
