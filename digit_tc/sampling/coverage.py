"""What of a catalogue the accepted conversations of a dataset exercise: tools, parameters, edges, enum values."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from digit_tc.canonical import canonical
from digit_tc.records import Call, Record, Saved
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow, Edge
from digit_tc.tools.fields import ITEM, VALUE, Field
from digit_tc.tools.tool import Source, Tool

Path = tuple[str, ...]


class Reach(Saved):
    """How many there are of something, how many of them were reached, and which were not, in catalogue order."""

    there_are: int
    reached: int
    missing: tuple[str, ...]

    @property
    def share(self) -> float:
        """The share that was reached, from 0 to 1; 1 where there is nothing to reach."""
        return self.reached / self.there_are if self.there_are else 1.0


class Coverage(Saved):
    """What of a catalogue a dataset exercises; wrong calls that are not to be learnt do not count."""

    conversations: int
    """Accepted ones; no others were looked at."""
    offered: Reach
    """Tools at hand in some conversation, distractors left out."""
    tools: Reach
    """Tools called."""
    parameters: Reach
    """Leaves of arguments given, as `tool: path`."""
    values: Reach
    """Values of enumerations given, as `tool: path = value`."""
    edges: Reach
    """Edges of the dataflow along which a value went, as `tool: path > tool: path`."""
    calls: dict[str, int]
    """How often each tool was called, most often first."""
    strangers: tuple[str, ...]
    """Tools called that the catalogue does not have."""


def coverage(records: Iterable[Record], catalogue: Catalogue) -> Coverage:
    """Returns what accepted conversations exercise of the tools.

    A value went along an edge where an argument was taken from a result (its origin says so) and an earlier result of
    the producer holds the value where the edge begins. All edges of the catalogue are found for it.

    Args:
        records: Conversations; those that were not accepted are passed over.
        catalogue: The tools that there are.
    """
    seen = _Seen(Dataflow(catalogue))
    for record in records:
        if record.outcome.status == "accepted":
            seen.add(record)
    return seen.coverage()


def catalogue_of(records: Iterable[Record]) -> Catalogue:
    """Returns the tools that were at hand in conversations, distractors left out; of one name, the first."""
    tools: dict[str, Tool] = {}
    for record in records:
        for one in record.tools:
            if not one.made_of and one.name not in record.distractors and one.name not in tools:
                said = one.model_dump(include={"name", "description", "parameters", "output_schema", "annotations"})
                tools[one.name] = Tool(**said, inferred=one.inferred, source=Source(dialect="record"))
    return Catalogue(tools.values())


class _Seen:
    """What was met so far."""

    def __init__(self, flow: Dataflow) -> None:
        self._flow = flow
        self._conversations = 0
        self._offered: set[str] = set()
        self._calls: Counter[str] = Counter()
        self._parameters: set[tuple[str, Path]] = set()
        self._values: set[tuple[str, Path, str]] = set()
        self._edges: set[Edge] = set()

    def add(self, record: Record) -> None:
        self._conversations += 1
        self._offered.update({tool.name for tool in record.tools} - set(record.distractors))
        results: list[Call] = []
        for call in (call for turn in record.turns for step in turn.steps for call in step.calls):
            if not call.train:
                continue
            self._calls[call.name] += 1
            if call.name in self._flow:
                self._call(call, results)
            results.append(call)

    def _call(self, call: Call, earlier: list[Call]) -> None:
        edges = self._flow.feeding(call.name)
        for field in self._flow[call.name].inputs:
            given = dict(_found(call.arguments, field.path))
            if given:
                self._parameters.add((call.name, field.path))
            self._values.update((call.name, field.path, value) for value in given.values())
            origins = ((call.provenance.get(pointer), value) for pointer, value in given.items())
            taken = {value for origin, value in origins if origin is not None and origin.kind == "result"}
            if taken:
                self._edges.update(edge for edge in edges if edge.input == field.path and _went(edge, earlier, taken))

    def coverage(self) -> Coverage:
        flow = self._flow
        names, inputs = flow.names, [(name, field) for name in flow.names for field in flow[name].inputs]
        enums = [(name, field, value) for name, field in inputs for value in _enum(field)]
        return Coverage(
            conversations=self._conversations,
            offered=_reach((name, name in self._offered) for name in names),
            tools=_reach((name, name in self._calls) for name in names),
            parameters=_reach(
                (_leaf(name, field.path), (name, field.path) in self._parameters) for name, field in inputs
            ),
            values=_reach(
                (f"{_leaf(name, field.path)} = {value}", (name, field.path, value) in self._values)
                for name, field, value in enums
            ),
            edges=_reach((_told(edge), edge in self._edges) for edge in flow.edges),
            calls=dict(sorted(self._calls.items(), key=lambda item: (-item[1], item[0]))),
            strangers=tuple(sorted(name for name in self._calls if name not in flow)),
        )


def _reach(things: Iterable[tuple[str, bool]]) -> Reach:
    told = dict(things)
    missing = tuple(name for name, reached in told.items() if not reached)
    return Reach(there_are=len(told), reached=len(told) - len(missing), missing=missing)


def _went(edge: Edge, earlier: list[Call], taken: set[str]) -> bool:
    """Says whether an earlier result of the producer holds one of the values where the edge begins."""
    results = (call.result for call in earlier if call.name == edge.producer and call.error is None)
    return any(value in taken for result in results for _, value in _found(result, edge.output))


def _found(value: Any, path: Path, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yields the JSON pointers of the leaves at a path with their values as canonical JSON."""
    if not path:
        yield pointer, canonical(value)
        return
    head, rest = path[0], path[1:]
    parts: list[tuple[str | int, Any]]
    if head == ITEM:
        parts = list(enumerate(value)) if isinstance(value, list) else []
    elif head == VALUE:
        parts = list(value.items()) if isinstance(value, dict) else []
    else:
        parts = [(head, value[head])] if isinstance(value, dict) and head in value else []
    for key, part in parts:
        yield from _found(part, rest, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")


def _enum(field: Field) -> list[str]:
    return [canonical(value) for value in field.schema.get("enum", [])]


def _leaf(tool: str, path: Path) -> str:
    return f"{tool}: {Field(path, {}, required=False).label}"


def _told(edge: Edge) -> str:
    return f"{_leaf(edge.producer, edge.output)} > {_leaf(edge.consumer, edge.input)}"
