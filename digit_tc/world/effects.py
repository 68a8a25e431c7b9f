"""What a tool does to the world, read off its specification, or said by the user.

The kind of work, the entity that a call is about, the argument that identifies it, where the result shows its id and
its list, what each argument sets or narrows, and what must hold before.
"""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from digit_tc.tools.fields import ITEM
from digit_tc.tools.meaning import Understood
from digit_tc.tools.names import action, action_word, singular, words
from digit_tc.tools.schema import type_of
from digit_tc.world.operations import KINDS, file_operation
from digit_tc.world.subject import attribute

Kind = Literal["read", "search", "create", "update", "delete", "action", "compute", "unknown"]

LOOKS = ("read", "search", "compute")
"""Kinds of work that change nothing."""
NATURAL = ("file", "folder", "username", "symbol")
"""Kinds of arguments that identify something by name."""
USER = "user"
"""The context under which the signed-in user is kept."""
CHANGES = {"updates", "changes", "fields", "attributes", "properties", "patch", "data"}
"""Words of an argument whose members are what an update sets."""

_STATUSES = {
    "pending", "processed", "processing", "delivered", "shipped", "cancelled", "canceled", "completed", "closed",
    "open", "paid", "active", "inactive", "frozen", "expired", "refunded", "returned", "resolved", "archived",
    "confirmed", "rejected", "draft", "published", "locked",
}  # fmt: skip
_PLAIN_VERBS = {"returns": "get", "gives": "get", "tells": "get", "provides": "get"}
"""Verbs at the start of a description that speak of the result, not of what is done."""
_ABOUT_LIST = {"limit", "page", "offset", "cursor", "sort", "order", "per", "top"}
_SECONDS: dict[Kind, int] = {
    "read": 1, "search": 2, "compute": 1, "create": 4, "update": 3, "delete": 3, "action": 3, "unknown": 2,
}  # fmt: skip
_LEFT_BEHIND = {
    "cancel": "cancel", "close": "close", "complete": "complet done", "pay": "paid processed", "book": "book confirm",
    "reserve": "reserv confirm", "freeze": "frozen lock block", "activate": "active enabl", "send": "sent deliver",
    "delete": "delet remov", "remove": "remov delet", "resolve": "resolv", "approve": "approv", "confirm": "confirm",
    "refund": "refund", "return": "return", "schedule": "schedul", "place": "placed confirm", "order": "placed confirm",
    "transfer": "complet process pending", "archive": "archiv", "block": "block lock", "unfreeze": "active",
    "decline": "declin", "accept": "accept", "start": "active start running", "stop": "stop off", "register": "regist",
    "exchange": "exchange", "create": "creat open pending active schedul todo confirm", "assign": "assign",
    "renew": "renew active", "pause": "paus", "resume": "active", "enable": "enabl on", "disable": "disabl off",
    "ship": "shipp", "publish": "publish", "lock": "lock", "unlock": "unlock active", "reopen": "open",
}  # fmt: skip
_DONE = {
    "cancel": ("cancelled", "canceled"), "close": ("closed",), "resolve": ("resolved",), "complete": ("completed",),
    "archive": ("archived",), "ship": ("shipped",), "publish": ("published",), "reopen": ("open", "reopened"),
}  # fmt: skip
_ENDED = re.compile(r"\b(?:if|when|once|that (?:is|are|was|were|has been|have been))\b(.*)")
_SIGNED_IN = re.compile(
    r"\b(must|needs? to|has to|have to) be (logged|signed) in\b|requires? (an? )?(login|log-?in|authentication|"
    r"authenticated|signed-in|logged-in)\b|\bonly for (authenticated|signed-in|logged-in)\b"
)


class Precondition(BaseModel):
    """What must hold of the entity, or of the context, before a call can be carried out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    attribute: str = "status"
    """The attribute of the entity that is looked at."""
    needs: tuple[str, ...] = ()
    """Words of which the attribute must have one."""
    refuses: tuple[str, ...] = ()
    """Words of which the attribute must have none."""
    context: str = ""
    """Instead of an attribute: what must be known, such as `user` for somebody who is signed in."""
    code: str = "precondition_failed"
    message: str = ""
    """What the error result says; empty for words made from the specification."""


class EffectFields(BaseModel):
    """What can be said of the effect of a tool."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind = "unknown"
    writes: bool = False
    removes: bool = False
    """Whether the entity is gone afterwards; what is cancelled or archived is still there."""
    entity: str = ""
    """The type of thing that the call is about, a singular noun; empty where the specification speaks of none."""
    id_argument: str = ""
    """The top-level argument that names the entity; empty for none."""
    id_result: str = ""
    """JSON pointer of the entity's id in the result; empty for none."""
    list_result: str = ""
    """JSON pointer of the list of entities in the result, `/` for the result itself; empty for none."""
    filters: tuple[str, ...] = ()
    """Arguments that narrow the list."""
    sets: dict[str, str] = Field(default_factory=dict)
    """Argument (a JSON pointer where it is nested) to the attribute that it sets."""
    preconditions: tuple[Precondition, ...] = ()
    enters: dict[str, str] = Field(default_factory=dict)
    """Context to the argument whose value it takes; an empty argument leaves the context: a logout."""
    seconds: int = Field(default=2, ge=0)
    """How long a call takes on the simulated clock."""


class Effect(EffectFields):
    """What a call of one tool does, how sure that is, and why."""

    confidence: float = 0.0
    """From 0 to 1: how directly the specification says so; 1 where the user says the kind."""
    reason: str = ""

    @property
    def needs(self) -> str:
        """The status that the entity must have, as a word of the specification; empty where none is said."""
        return next((one.needs[0] for one in self.preconditions if one.needs and one.attribute == "status"), "")


@lru_cache(maxsize=2048)
def effect_of(tool: Understood) -> Effect:
    """Returns what a tool does: as the user said it, else as its name, description, schemas and annotations do."""
    said: dict[str, Any] = tool.tool.effect
    kind, confidence, reason = _kind(tool)
    if said:
        told = f"said by the user: {', '.join(said)}"
        confidence, reason = (1.0, told) if "kind" in said else (confidence, f"{reason}; {told}")
    kind = said.get("kind", kind)
    entity, argument = _about(tool)
    writes = said.get("writes", _writes(tool, kind))
    inferred = {
        "kind": kind,
        "writes": writes,
        "removes": writes and bool(argument) and (kind == "delete" if "kind" in said else _removes(tool)),
        "entity": entity,
        "id_argument": argument,
        "id_result": _id_result(tool, entity),
        "list_result": _list_result(tool),
        "filters": _filters(tool) if kind in ("search", "read") else (),
        "sets": _sets(tool, entity, argument) if writes else {},
        "preconditions": _preconditions(tool, argument),
        "enters": _enters(tool),
        "seconds": _SECONDS[kind],
        "confidence": confidence,
        "reason": reason,
    }
    return Effect.model_validate(inferred | said)


def _writes(tool: Understood, kind: Kind) -> bool:
    """Says whether a call changes the world: by a kind that the user says and that tells, else by the annotation."""
    declared = tool.tool.annotations.get("readOnlyHint")
    settled = "kind" in tool.tool.effect and kind not in ("action", "unknown")
    return kind in ("create", "update", "delete") if settled or declared is None else not declared


def _about(tool: Understood) -> tuple[str, str]:
    """Returns what a call is about and the argument that names it, as the user says them, else as inferred."""
    said, (entity, argument) = tool.tool.effect, _about_what(tool)
    means = tool.means.get((said.get("id_argument", ""),))
    if means and means.entity:
        entity = means.entity
    return said.get("entity", entity), said.get("id_argument", argument)


def _kind(tool: Understood) -> tuple[Kind, float, str]:
    """Says what kind of work a tool does, how sure that is, and why: annotations weigh more than verbs."""
    operation = file_operation(tool)
    if operation is not None:
        return KINDS[operation], 0.9, f"the name and the arguments say that it works on files: {operation}"
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
    said = next(iter(words(tool.tool.description)), "")
    plain = said if action_word(said) == 0 else _PLAIN_VERBS.get(said, singular(said))
    if action_word(plain) == 0:
        return _from_verb(plain), 0.5, f"the description begins with {said!r}"
    if declared.get("readOnlyHint") is False:
        return "action", 0.5, "the annotation readOnlyHint says that it writes"
    return "unknown", 0.0, "neither the name nor the description nor an annotation says what it does"


def _from_verb(verb: str) -> Kind:
    spoken = action(verb)
    return "action" if spoken == "act" else spoken


def _preconditions(tool: Understood, argument: str) -> tuple[Precondition, ...]:
    """Reads preconditions: cancel_pending_order needs a pending one; "cannot be cancelled if shipped" refuses some."""
    found: list[Precondition] = []
    needs, refused = _standing(tool)
    refused = tuple(dict.fromkeys((*refused, *_done_once(tool))))
    if argument and needs:
        found.append(Precondition(needs=(needs,)))
    if argument and refused:
        found.append(Precondition(refuses=refused))
    if _SIGNED_IN.search(tool.tool.description.lower()):
        message = "no user is signed in; sign in first"
        found.append(Precondition(context=USER, code="not_authenticated", message=message))
    return tuple(found)


def _standing(tool: Understood) -> tuple[str, tuple[str, ...]]:
    named = words(tool.tool.name)
    at = action_word(tool.tool.name)
    asks = tool.action not in LOOKS and named[at : at + 1] not in (("set",), ("mark",), ("make",), ("create",))
    needs = next((word for word in named[at + 1 :] if word in _STATUSES), "") if asks else ""
    refused: list[str] = []
    for sentence in re.split(r"[.;]\s", tool.tool.description.lower()):
        if tool.action in LOOKS or not re.search(r"\bcan ?not\b|\bcan't\b|\bmust not\b|\bfails?\b", sentence):
            continue
        before = _ENDED.search(sentence)
        refused += [word for word in words(before[1]) if word in _STATUSES] if before else []
    return needs, tuple(dict.fromkeys(word for word in refused if word != needs))


def ends(tool: Understood) -> bool:
    """Says whether a tool leaves its entity in a status of its own: closed, cancelled, resolved."""
    at = action_word(tool.tool.name)
    return at >= 0 and words(tool.tool.name)[at] in _LEFT_BEHIND and tool.action != "create"


def _done_once(tool: Understood) -> tuple[str, ...]:
    """Returns the statuses in which the work is done already: what is closed cannot be closed."""
    at = action_word(tool.tool.name)
    return _DONE.get(words(tool.tool.name)[at], ()) if at >= 0 and tool.action not in LOOKS else ()


def _about_what(tool: Understood) -> tuple[str, str]:
    """Returns what a call is about and the argument that names it: nothing names what is only being made."""
    argument, noun = _subject(tool)
    made = _made(tool) if tool.action not in ("update", "delete") else ""
    if made:
        return made, ""
    receives = bool(noun) and noun.split()[-1] == _receiver(tool.tool.name)
    creates = tool.action == "create" and not receives and not _same(tool, noun)
    return tool.entity if creates or not argument else noun, "" if creates else argument


def _removes(tool: Understood) -> bool:
    at = action_word(tool.tool.name)
    verb = words(tool.tool.name)[at] if at >= 0 else ""
    noun = _subject(tool)[1]
    return tool.action == "delete" and verb not in ("cancel", "clear", "archive") and _same(tool, noun)


def _made(tool: Understood) -> str:
    """Returns what a call brings into being: the thing whose id is in the result but in no argument; empty for none."""
    given = {means.entity for means in tool.means.values() if means.kind == "id"}
    for field in tool.outputs:
        means = tool.yields[field.path]
        if len(field.path) == 1 and means.kind == "id" and not field.many and means.entity not in given:
            return means.entity if tool.action in ("create", "act") else ""
    return ""


def _same(tool: Understood, noun: str) -> bool:
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
        if _same(tool, noun):
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


def _id_result(tool: Understood, entity: str) -> str:
    ids = {field.path: tool.yields[field.path] for field in tool.outputs if tool.yields[field.path].kind == "id"}
    own = [path for path, means in ids.items() if ITEM not in path and means.entity == entity]
    return _pointer(min(own, key=len)) if own else ""


def _list_result(tool: Understood) -> str:
    schema = tool.result or {}
    if type_of(schema) == "array":
        return "/"
    named: dict[str, Any] = schema.get("properties", {})
    return next((_pointer((name,)) for name, part in named.items() if type_of(part) == "array"), "")


def _filters(tool: Understood) -> tuple[str, ...]:
    single = [field.path[0] for field in tool.inputs if len(field.path) <= 2]
    return tuple(dict.fromkeys(name for name in single if words(name)[-1:] == ("id",) or not _paging(name)))


def _paging(name: str) -> bool:
    return bool(_ABOUT_LIST & set(words(name)))


def _sets(tool: Understood, entity: str, argument: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for field in tool.inputs:
        nested = len(field.path) == 2 and bool(CHANGES & set(words(field.path[0])))
        if field.path[0] != argument and (len(field.path) == 1 or nested):
            found[_pointer(field.path) if nested else field.path[0]] = attribute(field.path[-1], entity)
    return found


def _enters(tool: Understood) -> dict[str, str]:
    """Says what later calls are relative to: a login signs its user in, a logout leaves nobody."""
    spoken = words(tool.tool.name)
    together = {"_".join(pair) for pair in pairwise(spoken)} | set(spoken)
    if together & {"logout", "log_out", "signout", "sign_out"}:
        return {USER: ""}
    if not together & {"login", "log_in", "signin", "sign_in", "authenticate"} or tool.action in LOOKS:
        return {}
    names = [field.key for field in tool.inputs if len(field.path) == 1]
    kinds = {key: tool.means[(key,)].kind for key in names}
    who = [key for key in names if kinds[key] in ("username", "email", "id", "person", "phone")]
    return {USER: who[0]} if who else {}


def _pointer(path: tuple[str, ...]) -> str:
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path) or "/"


def written(effect: Effect, arguments: dict[str, Any]) -> dict[str, Any]:
    """Returns what the arguments of a write say of its entity, attribute to value."""
    told: dict[str, Any] = {}
    for name, value in arguments.items():
        if name == effect.id_argument:
            continue
        changes = value.items() if isinstance(value, dict) and CHANGES & set(words(name)) else None
        if changes is None:
            told[effect.sets.get(name, attribute(name, effect.entity))] = value
        for key, held in changes or ():
            told[effect.sets.get(_pointer((name, key)), attribute(key, effect.entity))] = held
    return told


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
