"""What a call knows while it is answered: the world, and what the call itself has brought up so far."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from digit_tc.state import EffectOp, Listed, Origin
from digit_tc.world.completeness import is_complete
from digit_tc.world.fold import World, attributes, status

Thing = tuple[str, str]
"""Type and id."""


@dataclass
class Knowledge:
    """The world under the effects of one call that is not committed yet."""

    world: World
    effects: list[EffectOp] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)
    issued: Counter[str] = field(default_factory=Counter)
    """How many ids of each type the call has made that later calls must not make again."""
    context: dict[str, str | None] = field(default_factory=dict)
    """What later calls are relative to, where the call changes it."""

    def of(self, kind: str, identity: str) -> dict[str, Any]:
        """Returns what is known of an entity, name to value."""
        known = attributes(self.world, kind, identity) if identity else {}
        for op in self.effects:
            if op["type"] == kind and op["id"] == identity:
                known = {**known, **op["set"]}
        return known

    def note(
        self, kind: str, identity: str, told: dict[str, Any], *, origin: Origin = "tool_result",
        links: dict[str, list[list[str]]] | None = None, deleted: bool = False,
    ) -> None:  # fmt: skip
        """Adds an effect; without a kind or an id there is nothing to remember it by."""
        if kind and identity:
            op = EffectOp(type=kind, id=identity, set=told, status="deleted" if deleted else "live")
            if origin != "tool_result":
                op["origin"] = origin
            if links:
                op["links"] = links
            self.effects.append(op)

    def complete(self, kind: str, filters: dict[str, Any]) -> bool:
        """Says whether all things of a kind under these filters have been shown, then or in a wider list."""
        return is_complete(self.world["lists"], kind, filters)

    def list_all(self, kind: str, filters: dict[str, Any]) -> None:
        """Notes that all things of a kind under these filters are being shown."""
        self.listed.append(Listed(type=kind, filters=filters))

    def taken(self, kind: str, identity: str) -> bool:
        """Says whether a thing of a kind has an id already, was asked for under it in vain, or had it once."""
        return (
            identity in self.world["entities"].get(kind, {})
            or identity in self.world["absent"].get(kind, {})
            or any(op["type"] == kind and op["id"] == identity for op in self.effects)
        )

    def standing(self, kind: str, identity: str) -> str:
        """Returns "live" or "deleted", or an empty text for a thing never met."""
        own = next((op["status"] for op in reversed(self.effects) if (op["type"], op["id"]) == (kind, identity)), None)
        return own or status(self.world, kind, identity)

    def live(self, kind: str) -> Iterator[str]:
        """Yields the ids of the things of a kind that the world holds, oldest first."""
        held = self.world["entities"].get(kind, {})
        return (identity for identity, entity in held.items() if entity["status"] == "live")
