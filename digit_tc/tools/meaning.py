"""What a schema leaf stands for: an order's id, a city, the end of a stay.

Judged from name, type, format, pattern, enum and description, in this order of trust. The same judgement serves the
dataflow, the values, the wording of requests and the simulated results, so that they agree.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from digit_tc.tools.declared import declared_parameters
from digit_tc.tools.expansion import expand
from digit_tc.tools.fields import ITEM, Field, branch, inputs, outputs
from digit_tc.tools.kinds import (
    DESCRIBED,
    ENDS,
    FORMATS,
    ID_TAILS,
    LAST_WORD,
    MAXIMA,
    MINIMA,
    NAMES_OF,
    NUMBERS,
    PAIRS,
    QUALIFIERS,
    STARTS,
)
from digit_tc.tools.names import Action, action, action_word, entity, singular, words
from digit_tc.tools.schema import type_of
from digit_tc.tools.tool import Tool

_WORK: dict[str, Action] = {
    "read": "read", "search": "search", "create": "create", "update": "update", "delete": "delete",
    "compute": "compute", "action": "act", "unknown": "act",
}  # fmt: skip
"""The work that a tool does by the kind which the user says of it."""

_ENDS_OF_A_MOVE = {"source", "destination", "src", "dest", "target"}
_MOVES = {"mv", "cp", "move", "copy", "rename"}
"""Verbs of tools that put one file in the place of another; `move_file` and `cp` say no more in their arguments."""


@dataclass(frozen=True)
class Meaning:
    """What a leaf stands for. `kind` is a word such as "id", "city", "date", "money", "text"."""

    kind: str
    entity: str = ""
    """The noun whose id or attribute it is, singular."""
    role: str = ""
    """"start" or "end" of a span, "min" or "max" of a range, "from" or "to" of a move."""
    qualified: bool = False
    """Whether the name speaks of another one than the main entity: new_item_id, source_account_id."""


class Understood:
    """A tool with its leaves and what they mean."""

    def __init__(self, tool: Tool) -> None:
        self.tool = tool
        said: Action | None = _WORK.get(tool.effect.get("kind", ""))
        self.action = said or action(tool.name)
        self.action_known = said is not None or action_word(tool.name) >= 0
        self.inputs = inputs(tool)
        self.entity = entity(tool.name)
        self.means = {field.path: judge(field, tool.name) for field in self.inputs}
        self._judged: dict[tuple[Any, ...], dict[str, Meaning]] = {}

    @cached_property
    def demanded(self) -> dict[str, Any]:
        """The schema that a call must fit: nothing that was only inferred."""
        return declared_parameters(self.tool)

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """The schema of the arguments without references."""
        return expand(self.tool.parameters)

    @cached_property
    def result(self) -> dict[str, Any] | None:
        """The schema of the result without references; None where the specification declares none."""
        return expand(self.tool.output_schema) if self.tool.output_schema else None

    @cached_property
    def outputs(self) -> tuple[Field, ...]:
        """The leaves of the result."""
        return outputs(self.tool)

    @cached_property
    def yields(self) -> dict[tuple[str, ...], Meaning]:
        """What the leaves of the result mean, by their paths."""
        return {field.path: judge(field, self.tool.name) for field in self.outputs}

    def judged(self, path: tuple[str, ...], properties: dict[str, Any]) -> dict[str, Meaning]:
        """Returns what the properties of an object of the result mean, leaves or not, by name.

        Args:
            path: Where the object stands in the result.
            properties: Their schemas.
        """
        key = (path, *properties)
        if key not in self._judged:
            fields = {name: Field((*path, name), branch(part), True) for name, part in properties.items()}
            told = {name: self.yields.get(field.path) for name, field in fields.items()}
            self._judged[key] = {name: told[name] or judge(field, self.tool.name) for name, field in fields.items()}
        return self._judged[key]


def judge(field: Field, tool_name: str) -> Meaning:
    """Says what a leaf of a tool's arguments or result stands for."""
    schema, name = field.schema, words(field.key)
    described = str(schema.get("description", "")).lower()
    owner = field.owner or entity(tool_name)
    if not field.key:
        return _root(schema, tool_name)
    role = _role(name, described)
    kind = type_of(schema)
    if kind == "boolean":
        return Meaning("flag", owner, role)
    found = _identifier(name, described, owner, schema)
    if found:
        return found
    if "enum" in schema or "const" in schema:
        return Meaning("enum", owner, role)
    if kind in ("number", "integer"):
        return Meaning(_number(name, described), owner, role)
    if kind in ("object", "array"):
        return Meaning(kind, owner, role)
    found_kind = _string(name, described, schema, field.path)
    spoken = set(words(tool_name))
    if found_kind == "text" and name[-1] in _ENDS_OF_A_MOVE and spoken & _MOVES and len(spoken) <= 2:
        found_kind = "file"
    return Meaning(_special(found_kind, spoken), owner, role)


def _root(schema: dict[str, Any], tool_name: str) -> Meaning:
    name = words(tool_name)
    if "id" in name and name.index("id") > 0:
        return Meaning("id", singular(name[name.index("id") - 1]))
    if type_of(schema) in ("number", "integer"):
        return Meaning("number", entity(tool_name))
    return Meaning("result", entity(tool_name))


def _identifier(name: tuple[str, ...], described: str, owner: str, schema: dict[str, Any]) -> Meaning | None:
    """Recognises ids: order_id, id, itemIds, tracking_number; or a list of things said to hold their ids."""
    if type_of(schema) not in ("string", "integer", None) or "enum" in schema or schema.get("format") == "email":
        return None
    last = singular(name[-1])
    if last in ("id", "uuid", "guid"):
        return _of_entity(name[:-1], owner)
    if last in ID_TAILS and len(name) > 1 and (name[-2], last) in PAIRS:
        return Meaning("id", f"{singular(name[-2])} {last}")
    said = re.search(r"\b([a-z]+) ids?\b|\b(?:ids|numbers) of (?:the |all )?(?:[a-z]+'s )?([a-z]+)\b", described)
    if said and singular(said[1] or said[2]) == last:
        return Meaning("id", last)
    return None


def _of_entity(before: tuple[str, ...], owner: str) -> Meaning:
    nouns = [singular(word) for word in before if word not in QUALIFIERS]
    qualified = len(nouns) != len(before)
    return Meaning("id", " ".join(nouns) or owner, "", qualified)


def _role(name: tuple[str, ...], described: str) -> str:
    if "from" in name or "origin" in name or "source" in name:
        return "from"
    if name[0] in ("to", "destination", "target"):
        return "to"
    pairs = ("_".join(name[at : at + 2]) for at in range(len(name)))
    parts = {*name, *pairs}
    for role, cues in (("max", MAXIMA), ("min", MINIMA), ("end", ENDS), ("start", STARTS)):
        if parts & cues:
            return role
    return "end" if described.startswith("end ") else ""


def _rate(name: tuple[str, ...], described: str) -> str:
    """Returns what a rate counts in: an interest rate percent, a nightly rate money, a heart rate beats."""
    said = {*name, *words(described)}
    if said & {"interest", "tax", "discount", "return", "growth", "commission", "percent", "percentage", "apr"}:
        return "percent"
    return "money" if said & {"nightly", "daily", "hourly", "weekly", "monthly", "room", "price", "cost"} else "number"


def _number(name: tuple[str, ...], described: str) -> str:
    if name[-1] == "rate":
        return _rate(name, described)
    if name[-1] == "limit":
        return "limit" if len(name) == 1 or name[0] in ("result", "page", "max") else "money"
    for word in reversed(name):
        kind = NUMBERS.get(word) or NUMBERS.get(singular(word))
        if kind:
            return kind
    if re.search(r"\b(price|amount|cost|dollars|money|fee)\b", described):
        return "money"
    if re.search(r"\b(number of|how many|count of|quantity)\b", described):
        return "count"
    return "number"


def _string(name: tuple[str, ...], described: str, schema: dict[str, Any], path: tuple[str, ...]) -> str:
    by_name = _by_name(name)
    if schema.get("format") in FORMATS and by_name != "birthday":
        return FORMATS[schema["format"]]
    by_prose = next((kind for cue, kind in DESCRIBED if cue.search(described)), "")
    if by_name == "content" and ITEM in path and re.search(r"\b(director|folder)", described):
        return "file"
    if by_name == "city" and by_prose in ("file", "folder", "airport"):
        return by_prose
    if by_name == "birthday":
        return by_name
    if by_name in ("", "date", "time", "datetime", "place", "name", "code", "text"):
        return by_prose or _settled(by_name)
    return by_name


def _special(kind: str, tool: set[str]) -> str:
    """Narrows a kind of text by what the tool is about: a note to a payment is not a note to a patient."""
    if kind == "note" and tool & {"transfer", "payment", "pay", "money", "invoice"}:
        return "payment_note"
    if kind == "message" and tool & {"courier", "driver", "delivery"}:
        return "courier_message"
    if kind == "reason" and tool & {"appointment", "visit", "doctor"} and not tool & {"cancel", "reschedule"}:
        return "visit_reason"
    if kind == "room" and tool & {"meeting", "conference", "office"}:
        return "meeting_room"
    return kind


def _settled(kind: str) -> str:
    return {"": "text", "place": "city"}.get(kind, kind)


def _by_name(name: tuple[str, ...]) -> str:
    pairs = [f"{a}_{b}" for a, b in pairwise(name)]
    for pair in reversed(pairs):
        if pair in LAST_WORD:
            return LAST_WORD[pair]
    last = singular(name[-1]) if name[-1] not in LAST_WORD else name[-1]
    if last.isdigit() and len(name) > 1:
        return _by_name(name[:-1])
    if last == "name" and len(name) > 1:
        return NAMES_OF.get(singular(name[-2]), "name")
    return LAST_WORD.get(last, "")
