"""Ids of simulated things: new ones that nothing has yet, and those of other things that an object points at."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from digit_tc.records import Persona
from digit_tc.streams import Stream, Streams
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
    """The ids of one call: what the world holds, and what the call itself has brought into being.

    A write takes the next number of its type, which the world counts. What a read brings up has an id that depends on
    the call alone, so that reads made side by side do not depend on each other's order.
    """

    knowledge: Knowledge
    streams: Streams
    persona: Persona
    today: date
    shapes: Mapping[str, dict[str, Any]]
    read: str
    """What tells a read from others; empty for a write."""
    _drawn: Counter[str] = field(default_factory=Counter)

    def new(self, leaf: Field, means: Meaning) -> str:
        """Returns an id that nothing of its kind has."""
        drawn = ""
        for _ in range(_CLASHES):
            scope = Scope(self.persona, self.today, self._next(means.entity), "result", shapes=self.shapes)
            drawn = str(draw_leaf(leaf, means, scope))
            if not self.knowledge.taken(means.entity, drawn):
                break
        return drawn

    def _next(self, kind: str) -> Stream:
        if self.read:
            self._drawn[kind] += 1
            return self.streams.of("id", kind, self.read, self._drawn[kind])
        number = self.knowledge.world["ids"].get(kind, 0) + self.knowledge.issued[kind]
        self.knowledge.issued[kind] += 1
        return self.streams.of("id", kind, number)

    def other(self, leaf: Field, means: Meaning, subject: Subject) -> Any:
        """Returns the id of another thing that an object points at: one the world holds where there is one."""
        live = [typed(key, leaf.schema) for key in islice(self.knowledge.live(means.entity), _CLASHES)]
        fitting = [key for key in live if not violations(leaf.schema, key)]
        if fitting and ITEM not in leaf.path:
            return self.streams.of("foreign", subject.kind, subject.identity, leaf.key).choice(fitting)
        drawn = self.new(leaf, means)
        self.knowledge.note(means.entity, drawn, {})
        return typed(drawn, leaf.schema)
