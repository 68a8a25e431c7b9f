"""Who is signed in: what a login settles for the calls behind it."""

from typing import Any

from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.fields import Field
from digit_tc.tools.meaning import Understood
from digit_tc.tools.names import words
from digit_tc.tools.schema import type_of, violations
from digit_tc.world.effects import USER, effect_of
from digit_tc.world.fold import World

OWNERS = ("created_by", "owner", "author", "creator", "reporter", "username", "user_name")
"""Properties that name who made a thing."""
_SIGNED = {"login", "logged", "signed", "signin", "authenticated", "authentication"}


class Session:
    """What one call needs of the signed-in user."""

    def __init__(self, flow: Dataflow, tool: Understood, world: World) -> None:
        self._flow, self._tool, self._world = flow, tool, world

    @property
    def user(self) -> str | None:
        """The signed-in user, or None where nobody is, or nobody knows."""
        found: str | None = self._world["context"].get(USER)
        return found

    def whose(self, name: str) -> str | None:
        """Returns who made the thing that a write makes, for a property that says so."""
        return self.user if "_".join(words(name)) in OWNERS and self._tool.action == "create" else None

    def stamp(self, told: dict[str, Any]) -> dict[str, Any]:
        """Returns who made a thing that a write makes, where its result does not say so."""
        return {} if self.user is None or told.keys() & set(OWNERS) else {"created_by": self.user}

    def told(self, field: Field) -> Any:
        """Returns what the session settles about a leaf of a result, or None for nothing."""
        if self._tool.action not in ("read", "search"):
            return None
        named = set(words(field.key)) or set(words(self._tool.tool.name))
        if type_of(field.schema) == "boolean" and named & _SIGNED:
            return self._signed_in()
        current = "current" in words(self._tool.tool.name) and "user" in words(self._tool.tool.name)
        if current and self.user and "_".join(words(field.key)) in (*OWNERS, "user", "user_id", "id", "email"):
            return None if violations(field.schema, self.user) else self.user
        return None

    def _signed_in(self) -> bool:
        """Says whether somebody is signed in: before the first login only where there is no way to sign in."""
        if USER in self._world["context"]:
            return self._world["context"][USER] is not None
        return not any(effect_of(self._flow[name]).enters.get(USER) for name in self._flow.names)

    def mine(self, known: dict[str, Any]) -> bool:
        """Says whether a thing belongs on a list of the signed-in user's own things."""
        asked = "current user" in self._tool.tool.description.lower()
        owners = [known[name] for name in OWNERS if name in known]
        return not asked or self.user is None or not owners or self.user in owners
