"""What the tools of a catalogue say of one another: types by name, ids and attributes by the thing they are about."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from digit_tc.tools.fields import Field
from digit_tc.tools.inference.subject import Subject
from digit_tc.tools.inference.things import usual_attributes
from digit_tc.tools.kinds import ID_TAILS
from digit_tc.tools.meaning import Meaning, judge
from digit_tc.tools.names import singular, words
from digit_tc.tools.schema import type_of
from digit_tc.tools.tool import Tool

_AGREE = 0.75
"""Share of the tools that must give one type to a name, for others to take it."""
_KEPT = ("type", "items", "format", "enum", "properties", "required", "minimum", "maximum", "pattern", "description")
_ANYBODYS = {
    "query",
    "limit",
    "page",
    "offset",
    "filter",
    "filters",
    "sort",
    "q",
    "value",
    "data",
    "id",
    "name",
    "type",
}
"""Names that mean something else in every tool."""


_TELLING = {
    "create", "add", "register", "update", "modify", "edit", "set", "open", "insert", "new", "submit", "issue",
}  # fmt: skip
"""Verbs whose arguments are the attributes of what they make or change."""


_TAILS = {"id", "uuid", "guid", *ID_TAILS}
"""Last words of ids."""


_About = tuple[str, bool]
"""The id that a tool asks for first, and whether it changes things."""


class Siblings:
    """An index over a catalogue, made once; looking something up does not depend on the number of tools."""

    def __init__(self, tools: Iterable[Tool]) -> None:
        self._types: dict[str, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
        self._ids: dict[str, tuple[str, dict[str, Any]]] = {}
        self._attributes: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        self._results: Counter[tuple[_About, tuple[str, ...]]] = Counter()
        self._given: Counter[_About] = Counter()
        self._most: dict[_About, tuple[int, dict[str, Any]]] = {}
        self.kept: set[str] = set()
        """The things that some tool creates, changes or removes: what is set of them is shown of them."""
        for tool in tools:
            self.learn(tool)

    def type_for(self, name: str) -> dict[str, Any] | None:
        """Returns the type that tools give to what has this name, where nearly all of them agree."""
        if name.lower() in _ANYBODYS:
            return None
        met = self._types.get("_".join(words(name)), {})
        best = max(met.items(), key=lambda item: item[1], default=None)
        if best is None or best[1] < _AGREE * sum(met.values()):
            return None
        kind, inner = best[0]
        return {"type": kind, "items": {"type": inner}} if inner else {"type": kind}

    def id_of(self, noun: str) -> tuple[str, dict[str, Any]]:
        """Returns the name and type under which tools ask for the id of a thing, so that it can be handed on."""
        return self._ids.get(noun, (f"{noun.replace(' ', '_')}_id", {"type": "string"}))

    def knows_id(self, noun: str) -> bool:
        """Says whether some tool asks for the id of a thing."""
        return noun in self._ids

    def attributes_of(self, noun: str) -> dict[str, dict[str, Any]]:
        """Returns what tools set and show of a thing, by name."""
        return self._attributes.get(noun, {})

    def result_like(self, tool: Tool, subject: Subject) -> dict[str, Any] | None:
        """Returns what other tools give back that ask for the same id and change things as well, or do not either.

        None unless there are at least two, and most of them give the same.
        """
        about = _about(tool, subject)
        best = self._most.get(about) if about[0] else None
        if best is None or best[0] < 2 or best[0] <= self._given[about] / 2:
            return None
        return _plain(best[1])

    def learn(self, tool: Tool) -> None:
        """Takes in what one more tool says, or a tool says now."""
        subject = Subject.of(tool)
        if subject.action in ("create", "update", "delete") and subject.verb != "generate" and subject.noun:
            self.kept.add(subject.noun)
        for name, schema in tool.properties.items():
            if not isinstance(schema, dict) or not isinstance(schema.get("type"), str):
                continue
            self._types["_".join(words(name))][_type_alone(schema)] += 1
            self._note(subject, tool.name, name, schema)
        if tool.output_schema and not tool.output_schema.get("$ref"):
            self._shown(subject, tool.output_schema)

    def learn_result(self, tool: Tool) -> None:
        """Takes in what a tool gives back, once for each tool: only when its arguments have types."""
        schema = tool.output_schema or {}
        names, about = tuple(schema.get("properties", ())), _about(tool, Subject.of(tool))
        if not names:
            return
        self._given[about] += 1
        self._results[about, names] += 1
        if self._results[about, names] > self._most.get(about, (0, {}))[0]:
            self._most[about] = self._results[about, names], schema

    def _note(self, subject: Subject, tool: str, name: str, schema: dict[str, Any]) -> None:
        means = _identified(name, schema, tool)
        if means is not None and means.entity and not means.qualified:
            self._ids.setdefault(means.entity, (name, {"type": schema["type"]}))
        elif means is None and _tells(subject) and name.lower() not in _ANYBODYS:
            self._attributes[subject.noun].setdefault(name, _short(schema))

    def _shown(self, subject: Subject, schema: dict[str, Any]) -> None:
        if subject.action not in ("read", "create") or not subject.noun or subject.many:
            return
        for name, part in schema.get("properties", {}).items():
            if isinstance(part, dict) and isinstance(part.get("type"), str):
                self._attributes[subject.noun].setdefault(name, _short(part))


def _tells(subject: Subject) -> bool:
    """Says whether arguments are attributes of the noun: who books a viewing sets it, who books a room does not."""
    if subject.verb in ("make", "book", "schedule", "place", "reserve"):
        return bool(subject.noun) and not usual_attributes(subject.noun)
    return subject.verb in _TELLING and bool(subject.noun)


def _about(tool: Tool, subject: Subject) -> _About:
    asked = (name for name in tool.required if _identified(name, tool.properties.get(name, {}), tool.name))
    return next(asked, ""), subject.action in ("create", "update", "delete", "act")


def _identified(name: str, schema: dict[str, Any], tool: str) -> Meaning | None:
    """Returns what an argument means that is an id; None for any other. Most are none by their last word."""
    last = words(name)[-1:]
    if not last or not (singular(last[0]) in _TAILS or "id" in str(schema.get("description", ""))):
        return None
    means = judge(Field((name,), schema, True), tool)
    return means if means.kind == "id" and type_of(schema) in ("string", "integer") else None


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Returns an object schema whose members are not described: the words were those of another tool."""
    members = {
        name: {key: value for key, value in part.items() if key != "description"} if isinstance(part, dict) else part
        for name, part in schema["properties"].items()
    }
    return {
        **{key: value for key, value in schema.items() if key not in ("description", "title")},
        "properties": members,
    }


def _type_alone(schema: dict[str, Any]) -> tuple[str, str]:
    items = schema.get("items")
    inner = items.get("type") if isinstance(items, dict) else None
    return schema["type"], inner if isinstance(inner, str) else ""


def _short(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key in _KEPT}
