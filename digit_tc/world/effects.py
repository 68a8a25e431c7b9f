"""What a tool does to the world, read off its specification.

The entity that a call is about, the argument that identifies it, the property of a result object that is its id, and
the status that a write leaves behind.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from digit_tc.tools.meaning import Understood
from digit_tc.tools.names import action, action_word, singular, words

Kind = Literal["read", "search", "create", "update", "delete", "action", "compute", "unknown"]

_LOOKS = ("read", "search", "compute")
_STATUSES = {
    "pending", "processed", "processing", "delivered", "shipped", "cancelled", "canceled", "completed", "closed",
    "open", "paid", "active", "inactive", "frozen", "expired", "refunded", "returned", "resolved", "archived",
    "confirmed", "rejected", "draft", "published", "locked",
}  # fmt: skip
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
    kind: Kind = "unknown"
    needs: str = ""
    """The status that the entity must have, as a word of the specification; empty where none is said."""
    refuses: tuple[str, ...] = ()
    """Statuses in which the specification says that the call fails."""
    confidence: float = 0.0
    """From 0 to 1: how directly the specification says so."""
    reason: str = ""


@lru_cache(maxsize=4096)
def effect_of(tool: Understood) -> Effect:
    """Reads the effect of a tool off its name, its description, its arguments and its annotations."""
    kind, confidence, reason = _kind(tool)
    needs, refuses = _conditions(tool)
    plain = _plain_effect(tool)
    if not plain.id_argument:
        needs, refuses = "", ()
    return replace(plain, kind=kind, needs=needs, refuses=refuses, confidence=confidence, reason=reason)


def _kind(tool: Understood) -> tuple[Kind, float, str]:
    """Says what kind of work a tool does, how sure that is, and why: annotations weigh more than verbs."""
    at, declared = action_word(tool.tool.name), tool.tool.annotations
    spoken: Kind = "unknown" if at < 0 else "action" if tool.action == "act" else tool.action
    verb = words(tool.tool.name)[at] if at >= 0 else ""
    if declared.get("readOnlyHint") is True:
        read: Kind = spoken if spoken in ("search", "compute") else "read"
        return read, 0.95, "the annotation readOnlyHint says that it only reads"
    if declared.get("destructiveHint") is True and spoken in ("unknown", "delete"):
        return "delete", 0.95, "the annotation destructiveHint says that it removes"
    if at >= 0:
        return spoken, 0.9 if at == 0 else 0.7, f"the name has the verb {verb!r}"
    said = words(tool.tool.description.split(".")[0])[:1]
    if said and action_word(said[0]) == 0:
        return _from_verb(said[0]), 0.5, f"the description begins with {said[0]!r}"
    if declared.get("readOnlyHint") is False:
        return "action", 0.5, "the annotation readOnlyHint says that it writes"
    return "unknown", 0.0, "neither the name nor the description nor an annotation says what it does"


def _from_verb(verb: str) -> Kind:
    spoken = action(verb)
    return "action" if spoken == "act" else spoken


def _conditions(tool: Understood) -> tuple[str, tuple[str, ...]]:
    """Reads preconditions: cancel_pending_order needs a pending one; "cannot be cancelled if shipped" refuses some."""
    named = words(tool.tool.name)
    at = action_word(tool.tool.name)
    asks = tool.action not in _LOOKS and named[at : at + 1] not in (("set",), ("mark",), ("make",), ("create",))
    needs = next((word for word in named[at + 1 :] if word in _STATUSES), "") if asks else ""
    refused: list[str] = []
    for sentence in re.split(r"[.;]\s", tool.tool.description.lower()):
        if tool.action in _LOOKS or not re.search(r"\bcan ?not\b|\bcan't\b|\bmust not\b|\bfails?\b", sentence):
            continue
        before = re.search(r"\b(?:if|when|once|that (?:is|are|was|were|has been|have been))\b(.*)", sentence)
        refused += [word for word in words(before[1]) if word in _STATUSES] if before else []
    return needs, tuple(dict.fromkeys(word for word in refused if word != needs))


def _plain_effect(tool: Understood) -> Effect:
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
