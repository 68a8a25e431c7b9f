"""What a tool does to the world, read off its specification.

The entity that a call is about, the argument that identifies it, the property of a result object that is its id, and
the status that a write leaves behind.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from digit_tc.tools.meaning import Understood
from digit_tc.tools.names import action_word, singular, words

NATURAL = ("file", "folder", "username", "symbol")
"""Kinds of arguments that identify something by name."""

_LEFT_BEHIND = {
    "cancel": "cancel", "close": "close", "complete": "complet done", "pay": "paid processed", "book": "book confirm",
    "reserve": "reserv confirm", "freeze": "frozen lock block", "activate": "active enabl", "send": "sent deliver",
    "delete": "delet remov", "remove": "remov delet", "resolve": "resolv", "approve": "approv", "confirm": "confirm",
    "refund": "refund", "return": "return", "schedule": "schedul", "place": "placed confirm", "order": "placed confirm",
    "transfer": "complet process pending", "archive": "archiv", "block": "block lock", "unfreeze": "active",
    "decline": "declin", "accept": "accept", "start": "active start running", "stop": "stop off", "register": "regist",
    "exchange": "exchange", "create": "creat open pending active schedul todo confirm", "assign": "assign",
    "renew": "renew active", "pause": "paus", "resume": "active", "enable": "enabl on", "disable": "disabl off",
}  # fmt: skip


@dataclass(frozen=True)
class Effect:
    """What a call of one tool does. `id_argument` is the top-level argument that names the entity, or empty."""

    entity: str
    id_argument: str
    writes: bool
    removes: bool


@lru_cache(maxsize=4096)
def effect_of(tool: Understood) -> Effect:
    """Reads the effect of a tool off its name, its arguments and its annotations."""
    argument, noun = _subject(tool)
    declared = tool.tool.annotations.get("readOnlyHint")
    writes = tool.action in ("create", "update", "delete") if declared is None else not declared
    verb = words(tool.tool.name)[action_word(tool.tool.name)] if action_word(tool.tool.name) >= 0 else ""
    removes = tool.action == "delete" and verb not in ("cancel", "clear", "archive") and _about(tool, noun)
    made = _made(tool) if tool.action not in ("update", "delete") else ""
    if made:
        return Effect(made, "", writes, removes)
    receives = bool(noun) and noun.split()[-1] == _receiver(tool.tool.name)
    creates = tool.action == "create" and not receives and not _about(tool, noun)
    return Effect(tool.entity if creates or not argument else noun, "" if creates else argument, writes, removes)


def _made(tool: Understood) -> str:
    """Returns what a call brings into being: the thing whose id is in the result but in no argument; empty for none."""
    given = {means.entity for means in tool.means.values() if means.kind == "id"}
    for field in tool.outputs:
        means = tool.yields[field.path]
        if len(field.path) == 1 and means.kind == "id" and not field.many and means.entity not in given:
            return means.entity if tool.action in ("create", "act") else ""
    return ""


def _about(tool: Understood, noun: str) -> bool:
    return bool(noun) and noun.rsplit(maxsplit=1)[-1] == tool.entity


def _subject(tool: Understood) -> tuple[str, str]:
    """Finds the argument that says which thing the call is about: best one of the entity in the tool's name."""
    single = [field for field in tool.inputs if len(field.path) == 1]
    named = [(field.key, tool.means[field.path].entity) for field in single if tool.means[field.path].kind == "id"]
    receiving = _receiver(tool.tool.name)
    for key, noun in named:
        if noun and noun.split()[-1] == receiving:
            return key, noun
    for key, noun in named:
        if _about(tool, noun):
            return key, noun
    if named and tool.action not in ("search", "create"):
        return named[0]
    natural = [(field.key, tool.means[field.path].kind) for field in single if tool.means[field.path].kind in NATURAL]
    return natural[0] if natural and tool.action != "search" else ("", "")


def _receiver(name: str) -> str:
    """Returns what something is put into or taken out of: add_task_to_sprint is about the sprint."""
    parts = words(name)
    at = next((place for place, word in enumerate(parts) if word in ("to", "into", "from") and place), len(parts))
    return singular(parts[-1]) if at + 1 < len(parts) else ""


def own_id(properties: dict[str, Any], means: dict[str, str], noun: str) -> str:
    """Returns the property that identifies an object: the id of its own noun, a bare id, or its first id.

    Args:
        properties: The schema properties of the object.
        means: For each property that is an id, the entity it identifies.
        noun: What the object is: the singular of the list it stands in, or the tool's entity.
    """
    last = noun.rsplit(maxsplit=1)[-1] if noun else ""
    for name in properties:
        if name in means and noun and means[name] == noun:
            return name
    for name in properties:
        if name in means and last and means[name].split()[-1:] == [last]:
            return name
    if "id" in means:
        return "id"
    return next((name for name in properties if name in means), "")


def status_after(tool: str, options: list[Any]) -> Any:
    """Returns the member of a status enum that a write leaves behind, or None where no member fits the verb."""
    at = action_word(tool)
    verb = words(tool)[at] if at >= 0 else ""
    for stem in _LEFT_BEHIND.get(verb, singular(verb)).split():
        for option in options:
            if isinstance(option, str) and stem and any(part.startswith(stem) for part in words(option)):
                return option
    return None
