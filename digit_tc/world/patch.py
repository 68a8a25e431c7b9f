"""Further changes that are offered along with the result of a write: taken where nothing is known, and it can be shown.

What a write does to the world is read off its specification. That a shipment also has a carrier now, the specification
may not say; whoever offers a result may.
"""

from collections.abc import Sequence
from typing import Any

from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.schema import violations
from digit_tc.world.effects import Effect
from digit_tc.world.knowledge import Knowledge
from digit_tc.world.offer import Offer
from digit_tc.world.showing import views
from digit_tc.world.subject import attribute

_CHANGING = ("create", "update", "action")
"""Kinds of work after which more may be true of the thing that it is about."""


def note_changes(
    offer: Offer, effect: Effect, arguments: dict[str, Any], knowledge: Knowledge, flow: Dataflow
) -> None:  # fmt: skip
    """Adds the offered changes that can be taken to what a write does; the others are refused, each with its reason."""
    if not offer.changes:
        return
    identity = _identity(effect, arguments, knowledge) if effect.kind in _CHANGING else ""
    if not identity:
        offer.refuse("changes: the call changes no thing that further attributes could be told of")
        return
    known, schemas = knowledge.of(effect.entity, identity), views(flow, effect.entity)
    taken = {}
    for name, value in offer.changes.items():
        key = attribute(name, effect.entity)
        problem = _problem(value, known.get(key), () if key == "status" else schemas.get(key, ()))
        if problem:
            offer.refuse(f"changes: {name}: {problem}")
        else:
            taken[key] = value
    if taken:
        knowledge.note(effect.entity, identity, taken)


def _problem(value: Any, known: Any, schemas: Sequence[dict[str, Any]]) -> str:
    if not schemas:
        return "no tool shows such an attribute"
    if known is not None:
        return f"it is known to be {known!r}"
    return next((problem for schema in schemas for problem in violations(schema, value)), "")


def _identity(effect: Effect, arguments: dict[str, Any], knowledge: Knowledge) -> str:
    """Returns the id of the thing that a write is about; empty where there is none."""
    if effect.id_argument in arguments:
        return str(arguments[effect.id_argument])
    made = [op["id"] for op in knowledge.effects if op["type"] == effect.entity and op["status"] == "live"]
    return made[-1] if made and effect.kind == "create" else ""
