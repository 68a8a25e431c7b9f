"""What a write says of a thing that the world knows as a part of a larger value: a street of an address."""

from typing import Any

from digit_tc.tools.meaning import Understood
from digit_tc.world.effects import effect_of, written
from digit_tc.world.knowledge import Knowledge
from digit_tc.world.ledgers import move
from digit_tc.world.subject import attribute


def foretell(tool: Understood, arguments: dict[str, Any], knowledge: Knowledge) -> None:
    """Notes what a write does before its result is made: what it moves, and what it changes inside of known values."""
    move(tool, arguments, knowledge)
    effect = effect_of(tool)
    identity = str(arguments.get(effect.id_argument or "", ""))
    if effect.kind != "update" or not identity:
        return
    known, told = knowledge.of(effect.entity, identity), written(effect, arguments)
    for name, held in known.items():
        parts = {key: attribute(key, effect.entity) for key in held} if isinstance(held, dict) else {}
        same = {key: told[part] for key, part in parts.items() if part in told and known.get(part) == held[key]}
        if same:
            knowledge.note(effect.entity, identity, {name: {**held, **same}})
