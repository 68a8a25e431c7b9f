"""What a call knows while it is answered: the world, and what the call itself has brought up so far."""

from dataclasses import dataclass, field
from typing import Any

from digit_tc.state import EffectOp, Listed
from digit_tc.world.fold import World, attributes


@dataclass
class Knowledge:
    """The world under the effects of one call that is not committed yet."""

    world: World
    effects: list[EffectOp] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)

    def of(self, kind: str, identity: str) -> dict[str, Any]:
        """Returns what is known of an entity, name to value."""
        known = attributes(self.world, kind, identity) if identity else {}
        for op in self.effects:
            if op["type"] == kind and op["id"] == identity:
                known = {**known, **op["set"]}
        return known

    def note(self, kind: str, identity: str, told: dict[str, Any], *, deleted: bool = False) -> None:
        """Adds an effect; without a kind or an id there is nothing to remember it by."""
        if kind and identity:
            op = EffectOp(type=kind, id=identity, set=told, status="deleted" if deleted else "live")
            self.effects.append(op)

    def complete(self, kind: str, filters: dict[str, Any]) -> bool:
        """Says whether all things of a kind under these filters have been shown, then or in a wider list."""
        shown = self.world["lists"].get(kind, [])
        return any(all(key in filters and filters[key] == value for key, value in wider.items()) for wider in shown)

    def list_all(self, kind: str, filters: dict[str, Any]) -> None:
        """Notes that all things of a kind under these filters are being shown."""
        self.listed.append(Listed(type=kind, filters=filters))

    def taken(self, kind: str) -> set[str]:
        """Returns the ids that things of a kind already have."""
        return {*self.world["entities"].get(kind, {}), *(op["id"] for op in self.effects if op["type"] == kind)}

    def live(self, kind: str) -> list[str]:
        """Returns the ids of the things of a kind that the world holds, oldest first."""
        held = self.world["entities"].get(kind, {})
        return [identity for identity, entity in held.items() if entity["status"] == "live"]
