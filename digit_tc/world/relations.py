"""What a simulated object takes from the things that it points at, and what it adds up from them."""

from typing import Any

from digit_tc.records import Persona
from digit_tc.tools.fields import branch
from digit_tc.tools.meaning import Meaning, Understood
from digit_tc.tools.names import words
from digit_tc.tools.schema import type_of, violations
from digit_tc.world.knowledge import Knowledge
from digit_tc.world.subject import attribute

_OWN = {"id", "uuid", "status", "name", "title", "description", "note", "notes", "message", "reason", "quantity"}
"""Attributes that nothing takes over from another thing."""
_PASSED_ON = {"date", "time", "total", "price", "currency", "address"}
"""Words of attributes that something new takes over even where only a later read shows them."""
_ACTS = {"cancel", "exchange", "return", "refund", "delete"}


def owner(name: str, made: dict[str, Any], ids: dict[str, Meaning], kind: str) -> tuple[str, str] | None:
    """Returns the other thing that a property speaks of: beside a courier_id, the courier_name is the courier's.

    Args:
        name: The property.
        made: The object so far, its ids first.
        ids: What the properties of the object mean.
        kind: What the object itself is.
    """
    parts = words(name)
    for key, means in ids.items() if len(parts) > 1 else ():
        foreign = means.kind == "id" and key in made and key != name and means.entity != kind
        if foreign and means.entity.split()[-1:] == [parts[0]]:
            return means.entity, str(made[key])
    return None


def named_by(tool: Understood, arguments: dict[str, Any], kind: str) -> str:
    """Returns the id by which arguments name a thing of a kind: the visit of a patient shows that one; else empty."""
    for name, value in arguments.items():
        means = tool.means.get((name,))
        if means and means.kind == "id" and means.entity == kind and not means.qualified:
            return str(value)
    return ""


def inherited(tool: Understood, arguments: dict[str, Any], knowledge: Knowledge, name: str) -> Any:
    """Returns what something new takes over from the thing it is made for: an appointment the date of its slot."""
    if tool.action != "create" or name in _OWN:
        return None
    for key, value in arguments.items():
        means = tool.means.get((key,))
        if means and means.kind == "id":
            held = knowledge.of(means.entity, str(value)).get(attribute(name, means.entity))
            if held is not None:
                return held
    return None


def taken_over(tool: Understood, arguments: dict[str, Any], knowledge: Knowledge) -> dict[str, Any]:
    """Returns what something new holds of the things that it is made from: an order the lines of its cart."""
    found: dict[str, Any] = {}
    for key, value in arguments.items():
        means = tool.means.get((key,))
        for name, held in knowledge.of(means.entity, str(value)).items() if means and means.kind == "id" else ():
            if (isinstance(held, list | dict) or _PASSED_ON & set(words(name))) and not name.startswith("~"):
                found.setdefault(name, held)
    return found


def counted(made: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    """Returns the counts of an object that have to agree with the one list beside them."""
    lists = [value for value in made.values() if isinstance(value, list)]
    if len(lists) != 1:
        return {}
    named = [name for name in made if {"count", "total", "results"} & set(words(name))]
    counts = [name for name in named if type_of(properties[name]) == "integer"]
    return {name: len(lists[0]) for name in counts if not violations(branch(properties[name]), len(lists[0]))}


def totalled(made: dict[str, Any], arguments: dict[str, Any], knowledge: Knowledge) -> dict[str, float]:
    """Returns the total of an object where the prices and quantities of all that was asked for are known."""
    name = next((name for name in made if words(name)[:1] == ("total",) or name == "subtotal"), "")
    lines = next((value for value in arguments.values() if _ordered(value)), None)
    if not name or lines is None:
        return {}
    total = 0.0
    for line in lines:
        key = next(key for key in line if words(key)[-1:] == ("id",))
        price = knowledge.of(" ".join(words(key)[:-1]), str(line[key])).get("price")
        if not isinstance(price, int | float):
            return {}
        total += price * line.get("quantity", 1)
    return {name: round(total, 2)}


def _ordered(value: Any) -> bool:
    """Says whether a value is a list of what was ordered: ids, perhaps with quantities."""
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(line, dict) and any(words(key)[-1:] == ("id",) for key in line) for line in value)


def own_facts(persona: Persona, told: dict[str, Any]) -> dict[str, Any]:
    """Returns the persona's own facts where a look-up is by their own name or address."""
    mine = {
        "email": persona.email,
        "first_name": persona.first_name,
        "last_name": persona.last_name,
        "name": persona.name,
    }
    same = [key for key, value in mine.items() if told.get(key) == value]
    return mine if "email" in same or "name" in same or len(same) > 1 else {}


def of_another_act(name: str, tool: Understood) -> bool:
    """Says whether a property belongs to an act that a tool is not: a cancel_reason where nothing is cancelled."""
    first = words(name)[0]
    return first in _ACTS and first not in words(tool.tool.name)
