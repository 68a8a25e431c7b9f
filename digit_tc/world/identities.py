"""Ids of simulated things: new ones that nothing has yet, and those of other things that an object points at."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from digit_tc.records import Persona
from digit_tc.streams import Streams
from digit_tc.tools.fields import ITEM, Field
from digit_tc.tools.meaning import Meaning
from digit_tc.tools.schema import violations
from digit_tc.values.drawing import draw_leaf
from digit_tc.values.scope import Scope
from digit_tc.world.knowledge import Knowledge
from digit_tc.world.subject import Subject, typed

_CLASHES = 64
"""How often another id is drawn where the drawn one is taken."""


@dataclass
class Identities:
    """The ids of one call: what the world holds, and what the call itself has brought into being."""

    knowledge: Knowledge
    streams: Streams
    persona: Persona
    today: date
    shapes: Mapping[str, dict[str, Any]]
    _made: Counter[str] = field(default_factory=Counter)

    def new(self, leaf: Field, means: Meaning) -> str:
        """Returns an id that nothing of its kind has."""
        taken, held = self.knowledge.taken(means.entity), len(self.knowledge.live(means.entity))
        drawn = ""
        for _ in range(_CLASHES):
            number = held + self._made[means.entity]
            self._made[means.entity] += 1
            stream = self.streams.of("id", means.entity, number)
            drawn = str(draw_leaf(leaf, means, Scope(self.persona, self.today, stream, "result", shapes=self.shapes)))
            if drawn not in taken:
                break
        return drawn

    def other(self, leaf: Field, means: Meaning, subject: Subject) -> Any:
        """Returns the id of another thing that an object points at: one the world holds where there is one."""
        live = [typed(key, leaf.schema) for key in self.knowledge.live(means.entity)]
        fitting = [key for key in live if not violations(leaf.schema, key)]
        if fitting and ITEM not in leaf.path:
            return self.streams.of("foreign", subject.kind, subject.identity, leaf.key).choice(fitting)
        drawn = self.new(leaf, means)
        self.knowledge.note(means.entity, drawn, {})
        return typed(drawn, leaf.schema)
