"""Which output of one tool can feed which input of another, and why.

Beside the matches (`digit_tc.tools.matching`), an attribute goes along with its entity's id: an invoice's amount with
the invoice's id. Nothing is computed before it is asked for: what feeds one tool, or what it feeds, is looked up in an
index of what each tool gives and takes. Of more than 20 tools under one key only the closest are looked at: those of
the tool's own namespace first, then those with most words in common, then those that come first in the catalogue.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.fields import ITEM, Field
from digit_tc.tools.index import Places, Ports, ports_of
from digit_tc.tools.matching import PLACES, keys, match, outgoing, repeats
from digit_tc.tools.meaning import Meaning, Understood
from digit_tc.tools.prose import example
from digit_tc.tools.relatedness import Relatedness
from digit_tc.tools.schema import type_of

CLOSEST = 20
"""Tools that are looked at under one key of an argument or an output."""
_REMEMBERED = 2048
"""Tools whose meaning is kept in memory."""
_OWN_WORDS = {"id", "flag", "enum", "text", "date", "time", "datetime", "count", "quantity", "rating"}
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

    def __init__(self, catalogue: Catalogue, understand: Callable[[str], Understood] | None = None) -> None:
        self.catalogue = catalogue
        self._understand = understand or lru_cache(maxsize=_REMEMBERED)(lambda name: Understood(catalogue[name]))
        self._edges: dict[tuple[str, str], tuple[Edge, ...]] = {}

    def __getitem__(self, name: str) -> Understood:
        return self._understand(name)

    def __contains__(self, name: object) -> bool:
        return name in self.catalogue

    @property
    def names(self) -> list[str]:
        """The tool names in the order of the catalogue."""
        return self.catalogue.names

    def only(self, names: Iterable[str]) -> "Dataflow":
        """Returns the dataflow among some of the tools, as if there were no others; what is understood is shared."""
        return _only(self, tuple(names))

    @cached_property
    def shapes(self) -> dict[str, dict[str, Any]]:
        """For each kind of thing, a schema that tells how its ids look: by pattern, else by an example in the prose."""
        found: dict[str, dict[str, Any]] = {}
        for tool in (self[name] for name in self.names):
            for fields, judged in ((tool.inputs, tool.means), (tool.outputs, tool.yields)):
                for field in fields:
                    means, sample = judged[field.path], example(str(field.schema.get("description", "")))
                    telling = "pattern" in field.schema or any(letter.isdigit() for letter in sample)
                    if means.kind == "id" and means.entity and telling:
                        found.setdefault(means.entity, field.schema)
        return found

    @property
    def edges(self) -> Iterator[Edge]:
        """All edges, by consumer in the order of the catalogue, best first."""
        return (edge for name in self.names for edge in self.feeding(name))

    def feeding(self, name: str) -> tuple[Edge, ...]:
        """Returns the edges that lead into a tool, by argument, best first."""
        return self._kept(("into", name), self._found_into)

    def fed(self, name: str) -> tuple[Edge, ...]:
        """Returns the edges that lead out of a tool, by consumer in the order of the catalogue."""
        return self._kept(("out of", name), self._found_out_of)

    def _kept(self, key: tuple[str, str], find: Callable[[Understood], Iterable[Edge]]) -> tuple[Edge, ...]:
        if key not in self._edges:
            if len(self._edges) >= _REMEMBERED:
                self._edges.clear()
            self._edges[key] = tuple(find(self[key[1]]))
        return self._edges[key]

    def _found_into(self, consumer: Understood) -> list[Edge]:
        offers = self._ports.offers
        return _into(consumer, lambda key: map(self._at, self._closest(consumer, offers.get(key, ()))))

    def _found_out_of(self, producer: Understood) -> Iterator[Edge]:
        wants = self._ports.wants
        near = {at for key in outgoing(producer) for at in self._closest(producer, wants.get(key, ()))}
        for at in sorted(near):
            yield from _into(self._at(at), lambda _: [producer])

    @cached_property
    def _ports(self) -> Ports:
        kept = self.catalogue.kept
        return kept.ports if kept else ports_of(self[name] for name in self.names)

    @cached_property
    def relatedness(self) -> Relatedness:
        """What the tools have in common."""
        return Relatedness(self.catalogue)

    def _closest(self, tool: Understood, places: Places) -> Places:
        return places if len(places) <= CLOSEST else self.relatedness.closest(tool.tool.name, places, CLOSEST)

    def _at(self, place: int) -> Understood:
        return self[self.names[place]]


@lru_cache(maxsize=256)
def _only(flow: Dataflow, names: tuple[str, ...]) -> Dataflow:
    tools = [flow.catalogue[name] for name in names if name in flow]
    return Dataflow(Catalogue(tools), flow._understand)


def _into(consumer: Understood, known: Callable[[str], Iterable[Understood]]) -> list[Edge]:
    """Returns the edges from those tools that are known to give something under a key, by argument, best first."""
    found: list[Edge] = []
    sources: dict[tuple[str, str], Understood] = {}
    for field in consumer.inputs:
        means = consumer.means[field.path]
        for producer, edge in _matches(consumer, field, means, known):
            if means.kind == "id":
                sources[edge.producer, means.entity] = producer
            found.append(edge)
    found += _accompanying(consumer, sources)
    return sorted(found, key=lambda edge: (edge.input, -edge.score))


def _matches(
    consumer: Understood, field: Field, means: Meaning, known: Callable[[str], Iterable[Understood]]
) -> Iterator[tuple[Understood, Edge]]:
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for key in keys(field, means):
        for producer in known(key):
            for output, given in outgoing(producer).get(key, ()) if producer is not consumer else ():
                place = (producer.tool.name, output.path)
                found = None if place in seen else match(producer, output, given, consumer, field, means)
                if found:
                    seen.add(place)
                    yield producer, Edge(*place, consumer.tool.name, field.path, *found)


def _accompanying(consumer: Understood, sources: dict[tuple[str, str], Understood]) -> Iterator[Edge]:
    """Attributes that go along with an id from the same producer: an invoice's amount with the invoice's id."""
    if consumer.action in ("update", "search"):
        return
    for (_, noun), source in sorted(sources.items(), key=lambda item: item[0]):
        for field in consumer.inputs:
            means = consumer.means[field.path]
            alone = len(field.path) == 1 and means.kind not in PLACES
            if not alone or not field.required or means.kind in _OWN_WORDS or field.key in _LOCAL:
                continue
            for output in source.outputs:
                same = output.key == field.key and type_of(output.schema) == type_of(field.schema)
                about = output.owner in (noun, "") and not repeats(source, output)
                if same and about and ITEM not in field.path:
                    why = f"{field.key} goes along with the {noun}"
                    yield Edge(source.tool.name, output.path, consumer.tool.name, field.path, 0.7, why)
