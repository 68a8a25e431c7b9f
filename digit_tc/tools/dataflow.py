"""Which output of one tool can feed which input of another, and why.

An edge is claimed only where the value keeps its meaning: the id of the same kind of thing, the same pattern, a value
of a kind that travels (an e-mail address, a file name, a city), a number into a calculation, or an attribute that goes
along with its entity's id. Outputs that merely repeat an input of their own tool feed nothing.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.fields import ITEM, Field
from digit_tc.tools.meaning import Meaning, Understood
from digit_tc.tools.names import singular, with_article, words
from digit_tc.tools.prose import example
from digit_tc.tools.schema import type_of

TRAVELLING = {"email", "phone", "username", "file", "folder", "airport", "url", "uuid", "symbol"}
_PLACES = {"city", "country"}
_PROSE = {"content", "body", "message"}
_NUMBERS = {"number", "count", "money", "percent", "score", "distance", "length", "weight", "temperature"}
_GENERIC = {"result", "value", "number", "numbers", "a", "b", "x", "y", "n", "base", "exponent", "count", "total"}
_OWN_WORDS = {"id", "flag", "enum", "text", "date", "time", "datetime", "count", "quantity", "rating"}
_SELF = {"passenger", "patient", "guest", "customer", "user", "buyer", "sender", "holder"}
_LOCAL = {"status", "name", "title", "description", "type", "note", "notes", "message", "reason"}


@dataclass(frozen=True)
class Edge:
    """One output that can feed one input; `score` is above 0 and at most 1."""

    producer: str
    output: tuple[str, ...]
    consumer: str
    input: tuple[str, ...]
    score: float
    why: str


class Dataflow:
    """The edges among the tools of a catalogue, and what each tool's leaves mean."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._tools = {tool.name: Understood(tool) for tool in catalogue}

    @cached_property
    def shapes(self) -> dict[str, dict[str, Any]]:
        """For each kind of thing, a schema that tells how its ids look: by pattern, else by an example in the prose."""
        found: dict[str, dict[str, Any]] = {}
        for tool in self._tools.values():
            for fields, judged in ((tool.inputs, tool.means), (tool.outputs, tool.yields)):
                for field in fields:
                    means, sample = judged[field.path], example(str(field.schema.get("description", "")))
                    telling = "pattern" in field.schema or any(letter.isdigit() for letter in sample)
                    if means.kind == "id" and means.entity and telling:
                        found.setdefault(means.entity, field.schema)
        return found

    def __getitem__(self, name: str) -> Understood:
        return self._tools[name]

    @property
    def names(self) -> list[str]:
        """The tool names in the order of the catalogue."""
        return list(self._tools)

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """All edges, by consumer in the order of the catalogue, best first."""
        found: list[Edge] = []
        for consumer in self._tools.values():
            found += sorted(self._into(consumer), key=lambda edge: (edge.input, -edge.score))
        return tuple(found)

    @cached_property
    def feeding(self) -> dict[str, tuple[Edge, ...]]:
        """The edges by consumer."""
        found: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            found[edge.consumer].append(edge)
        return {name: tuple(edges) for name, edges in found.items()}

    @cached_property
    def fed(self) -> dict[str, tuple[Edge, ...]]:
        """The edges by producer."""
        found: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            found[edge.producer].append(edge)
        return {name: tuple(edges) for name, edges in found.items()}

    @cached_property
    def _offers(self) -> dict[str, list[tuple[Understood, Field, Meaning]]]:
        """The outputs that can feed anything, by the index key under which consumers look."""
        found: dict[str, list[tuple[Understood, Field, Meaning]]] = defaultdict(list)
        for tool in self._tools.values():
            for field in tool.outputs:
                means = tool.yields[field.path]
                if not field.nullable and not _repeats(tool, field, means):
                    for key in _keys(field, means):
                        found[key].append((tool, field, means))
        return found

    def _into(self, consumer: Understood) -> Iterator[Edge]:
        ids: set[tuple[str, str]] = set()
        for field in consumer.inputs:
            means = consumer.means[field.path]
            for edge in self._matches(consumer, field, means):
                if means.kind == "id":
                    ids.add((edge.producer, means.entity))
                yield edge
        yield from self._accompanying(consumer, ids)

    def _matches(self, consumer: Understood, field: Field, means: Meaning) -> Iterator[Edge]:
        seen: set[tuple[str, tuple[str, ...]]] = set()
        for key in _keys(field, means):
            for tool, output, given in self._offers.get(key, ()):
                place = (tool.tool.name, output.path)
                if tool is consumer or place in seen:
                    continue
                found = _match(tool, output, given, consumer, field, means)
                if found:
                    seen.add(place)
                    yield Edge(*place, consumer.tool.name, field.path, *found)

    def _accompanying(self, consumer: Understood, ids: set[tuple[str, str]]) -> Iterator[Edge]:
        """Attributes that go along with an id from the same producer: an invoice's amount with the invoice's id."""
        if consumer.action in ("update", "search"):
            return
        for producer, noun in sorted(ids):
            source = self._tools[producer]
            for field in consumer.inputs:
                means = consumer.means[field.path]
                alone = len(field.path) == 1 and means.kind not in _PLACES
                if not alone or not field.required or means.kind in _OWN_WORDS or field.key in _LOCAL:
                    continue
                for output in source.outputs:
                    same = output.key == field.key and type_of(output.schema) == type_of(field.schema)
                    about = output.owner in (noun, "") and not _repeats(source, output, source.yields[output.path])
                    if same and about and ITEM not in field.path:
                        why = f"{field.key} goes along with the {noun}"
                        yield Edge(producer, output.path, consumer.tool.name, field.path, 0.7, why)


def _keys(field: Field, means: Meaning) -> Iterator[str]:
    if field.schema.get("pattern") and means.kind in ("id", "text"):
        yield f"pattern:{field.schema['pattern']}"
    if means.kind == "id":
        yield f"id:{means.entity.split()[-1] if means.entity else ''}"
    elif means.kind in TRAVELLING or means.kind in _PLACES:
        yield means.kind
    elif means.kind in _PROSE:
        yield "prose"
    if means.kind in ("file", "folder"):
        yield "file"
    if means.kind in _NUMBERS and _generic(field) and ITEM not in field.path:
        yield "number"


def _match(
    producer: Understood, output: Field, given: Meaning, consumer: Understood, field: Field, wanted: Meaning
) -> tuple[float, str] | None:
    if not _types_agree(output, field):
        return None
    patterns = output.schema.get("pattern"), field.schema.get("pattern")
    if _closed(producer, output, consumer, field, wanted):
        return None
    if wanted.kind == "id" and given.kind == "id":
        return _ids(patterns, given, wanted)
    if patterns[0] and patterns[0] == patterns[1]:
        return 1.0, f"both have the pattern {patterns[0]}"
    if given.kind in TRAVELLING | _PLACES and wanted.kind == given.kind:
        return _travel(producer, output, given, consumer, wanted)
    return _by_kind(given.kind, wanted.kind, consumer)


def _closed(producer: Understood, output: Field, consumer: Understood, field: Field, wanted: Meaning) -> bool:
    """Says whether an argument takes no value from there: the persona's own, a new name, something in place of the old.

    What an order holds is not what it is to hold instead; where one is already is not where one goes.
    """
    if wanted.kind == "id":
        about = {means.entity for means in consumer.means.values() if means.kind == "id" and not means.qualified}
        return "new" in words(field.key) and producer.entity in about
    if wanted.kind == "folder" and "current" in words(output.key):
        return True
    own = wanted.kind in ("email", "phone", "username") and len(field.path) > 1 and field.owner in _SELF
    if own or (consumer.action == "update" and consumer.entity):
        return True
    return wanted.kind in ("file", "folder") and _names_new(consumer)


def _by_kind(given: str, wanted: str, consumer: Understood) -> tuple[float, str] | None:
    if (given, wanted) == ("file", "folder"):
        return 0.5, "what is listed may be a folder"
    if given == "content" and wanted in _PROSE:
        return 0.6, "text can be written where text is taken"
    if given in _NUMBERS and wanted in _NUMBERS and consumer.action == "compute":
        return 0.7, "a number can be calculated with"
    return None


def _ids(patterns: tuple[object, object], given: Meaning, wanted: Meaning) -> tuple[float, str] | None:
    if all(patterns):
        return (1.0, f"both are ids of the form {patterns[0]}") if patterns[0] == patterns[1] else None
    if given.entity and given.entity == wanted.entity:
        return 0.8 if wanted.qualified or given.qualified else 1.0, f"both identify {with_article(wanted.entity)}"
    tail = wanted.entity.split()[-1:] == given.entity.split()[-1:]
    shorter = min(wanted.entity, given.entity, key=len)
    return (0.6, f"both identify {with_article(shorter)}") if tail and shorter else None


def _travel(
    producer: Understood, output: Field, given: Meaning, consumer: Understood, wanted: Meaning
) -> tuple[float, str] | None:
    if given.kind in _PLACES:
        lists = ITEM in output.path
        settled = wanted.role != "from" and consumer.action in ("read", "search", "compute")
        about_other = producer.entity != consumer.entity
        return (
            (0.5, f"the {given.kind} of {with_article(output.owner or producer.entity)}")
            if (settled and about_other and not lists)
            else None
        )
    return 0.8, f"both are {with_article(given.kind.replace('_', ' '))}"


def _types_agree(output: Field, field: Field) -> bool:
    ours, theirs = type_of(output.schema), type_of(field.schema)
    if ours is None or theirs is None:
        return ours is theirs
    return ours == theirs or {ours, theirs} == {"integer", "number"}


def _names_new(consumer: Understood) -> bool:
    """Says whether a tool makes something under the name that it is given."""
    return consumer.action == "create" and bool(
        {"mkdir", "touch", "create", "new", "make"} & set(words(consumer.tool.name))
    )


def _generic(field: Field) -> bool:
    return bool({singular(word) for word in words(field.key)} & {*_GENERIC, ""}) or field.key.lower() in _GENERIC


def _repeats(tool: Understood, output: Field, means: Meaning) -> bool:
    """Whether an output is an input of the same tool come back."""
    if any(field.path == output.path for field in tool.inputs):
        return True
    if means.kind != "id":
        return False
    mine = [tool.means[field.path] for field in tool.inputs if field.required and ITEM not in field.path]
    return any(means.entity == other.entity and other.kind == "id" and not other.qualified for other in mine)
