"""What a value is drawn for: who speaks, on which day, beside which other values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from digit_tc.records import Persona
from digit_tc.streams import Stream
from digit_tc.values.lexicon import cities, lexicon


@dataclass
class Scope:
    """The surroundings of the values of one call or one entity. What is drawn is noted, so that later values fit."""

    persona: Persona
    today: date
    stream: Stream
    voice: Literal["argument", "result"] = "argument"
    past: bool = False
    """Whether dates without a cue lie behind the simulated date: a search in a history."""
    fresh: bool = False
    """Whether what is described has just been made: it was ordered, created, posted today."""
    drawn: dict[str, Any] = field(default_factory=dict)
    shapes: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    """How the ids of each kind of thing look, as a schema."""
    someone: tuple[str, str] | None = None
    """First and last name of the person that an entity of a result is, or is tied to."""
    now: datetime | None = None
    """The simulated time, where it is known."""
    home: bool = False
    """Whether places are the persona's own: a delivery address, but not the goal of a journey."""
    _place: dict[str, Any] | None = None

    @property
    def place(self) -> dict[str, Any]:
        """The city that this scope's places are in."""
        if self._place is None:
            known = cities().get(str(self.drawn.get("city", self.persona.city if self.home else "")))
            self._place = known or self.stream.choice(lexicon()["cities"])
        return self._place

    def along(self, stream: Stream) -> "Scope":
        """Returns this scope with another stream; copied by hand, since every leaf of every result needs one."""
        other = object.__new__(Scope)
        other.__dict__.update(self.__dict__)
        other.stream = stream
        return other

    def settle(self, city: str) -> None:
        """Fixes the city by name, where it is one of those known."""
        self._place = cities().get(city, self._place)
