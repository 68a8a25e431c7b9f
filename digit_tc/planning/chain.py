"""Choosing the calls of one turn: a goal, what it needs first, what follows from it.

The plan is drawn backwards from a goal (DiGiT-TC, section 3): ids that the goal needs come from earlier turns, from a
call made first, or from the user's own words.
"""

from dataclasses import dataclass, field

from digit_tc.errors import PlanError
from digit_tc.planning.past import Past
from digit_tc.planning.references import HIGHEST, LOWEST
from digit_tc.state import PlannedCall, Reference
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow, Edge
from digit_tc.tools.fields import ITEM, VALUE, Field
from digit_tc.tools.meaning import Understood
from digit_tc.tools.names import words
from digit_tc.world.effects import effect_of

_PICKS = {
    "money": (LOWEST, LOWEST, HIGHEST),
    "rating": (HIGHEST,),
    "date": (LOWEST,),
    "datetime": (LOWEST,),
    "time": (LOWEST,),
}
"""By which attributes one entry of a list is picked, and from which side."""

_NO_PICK = {"closing", "opening", "expiry", "expires", "last", "updated", "created", "end", "birth", "return"}
"""Dates and times by which nobody picks."""

_ABSURD = {
    ("create", "delete"),
    ("update", "delete"),
    ("delete", "read"),
    ("delete", "update"),
    ("delete", "delete"),
    ("delete", "create"),
}
_DULL = {("create", "read"), ("update", "read"), ("create", "update"), ("update", "update"), ("read", "read")}
_KNOWN_ID = 0.12
"""Chance that the user has the id at hand and says it."""
_LATER = {"return", "refund", "review", "exchange", "rate", "complaint", "feedback", "reschedule", "refill", "renew"}
"""What nobody does to a thing in the request that makes it."""


@dataclass
class Chain:
    """The calls of one turn under construction, in the order in which they are to be made."""

    flow: Dataflow
    tools: list[str]
    past: Past
    stream: Stream
    most: int
    """How many calls a turn may have; ids that a goal needs may take more than the drawn length."""
    calls: list[PlannedCall] = field(default_factory=list)

    def draw(self, length: int) -> list[PlannedCall]:
        """Draws up to `length` connected calls; fewer where nothing more fits.

        Raises:
            PlanError: No tool can be called at all.
        """
        goal = self._goal(length)
        self._add(goal, max(length, self.most))
        while len(self.calls) < length and self._extend():
            pass
        return self.calls

    def _goal(self, length: int) -> Understood:
        options = [(self.flow[name], self._appeal(self.flow[name], length)) for name in self.tools]
        options = [(tool, appeal) for tool, appeal in options if appeal > 0]
        if not options:
            raise PlanError("none of the tools at hand can be called: their arguments cannot be filled")
        return self.stream.weighted(options)

    def _appeal(self, tool: Understood, length: int) -> float:
        """Weighs a tool as the goal of a turn: fresh ones, those with something to build on, those that act."""
        name = tool.tool.name
        if not self._possible(tool):
            return 0
        appeal = 0.15 if name in self.past.used else 1.0
        sources = [edge for edge in self.flow.feeding.get(name, ()) if edge.producer in self.tools]
        earlier = any(self._earlier(edge) for edge in self.flow.feeding.get(name, ()))
        if length > 1 and sources:
            appeal *= 4
        if earlier:
            appeal *= 3
        if not sources and not self.flow.fed.get(name):
            appeal *= 0.3
        return appeal * (1.5 if tool.action in ("create", "update", "act") else 0.5 if tool.action == "delete" else 1)

    def _possible(self, tool: Understood) -> bool:
        """Says whether every required argument can be given a value at all."""
        return all(field.schema or not field.required for field in tool.inputs)

    def _add(self, tool: Understood, room: int) -> str:
        """Adds a call of the tool behind the calls that its ids need; returns its plan id."""
        references: dict[str, Reference] = {}
        for leaf in tool.inputs:
            reference = self._source(tool, leaf, room - len(self.calls) - 1)
            if reference and reference not in references.values():
                references[_pointer(leaf)] = reference
        self._settle_together(tool, references)
        identity = f"${self.past.planned + len(self.calls) + 1}"
        self.calls.append(
            PlannedCall(id=identity, tool=tool.tool.name, arguments={}, references=references, implicit=False, group=0)
        )
        return identity

    def _source(self, tool: Understood, leaf: Field, room: int) -> Reference | None:
        """Finds where an argument's value is to come from; None leaves it to the user's words."""
        means = tool.means[leaf.path]
        edges = [edge for edge in self.flow.feeding.get(tool.tool.name, ()) if edge.input == leaf.path]
        wanted = leaf.required or self.stream.chance(0.25)
        if not edges or not wanted or (means.kind != "id" and not self.stream.chance(0.75)):
            return None
        if not self.calls and not self.past.done and means.kind == "id" and self.stream.chance(_KNOWN_ID):
            return None
        for call in reversed(self.calls):  # "that one" is the one spoken of last
            here = [edge for edge in edges if edge.producer == call["tool"]]
            if here:
                return self._reference(self.stream.choice(here))
        earlier = [found for edge in edges for found in self._earlier(edge)]
        if earlier and (room < 1 or self.stream.chance(0.7)):
            return self.stream.weighted(earlier)
        producers = [(edge, self._worth(edge, tool)) for edge in edges if edge.producer in self.tools]
        producers = [(edge, worth) for edge, worth in producers if worth > 0]
        if producers and room > 0:
            edge = self.stream.weighted(producers)
            self._add(self.flow[edge.producer], room + len(self.calls))
            return self._reference(edge)
        return None

    def _worth(self, edge: Edge, consumer: Understood) -> float:
        producer = self.flow[edge.producer]
        if producer is consumer or any(call["tool"] == edge.producer for call in self.calls):
            return 0
        sense = self._sense(producer, consumer)
        for call in self.calls:
            sense = min(sense, self._sense(self.flow[call["tool"]], producer))
        return edge.score * sense * (0.3 if edge.producer in self.past.used else 1)

    def _sense(self, first: Understood, second: Understood) -> float:
        """Weighs one call following another in one turn: looking up and then acting makes sense, undoing does not."""
        about_same = effect_of(first).entity == effect_of(second).entity
        if about_same and (first.action, second.action) in _ABSURD:
            return 0
        if first.action == "delete":
            return 0
        if second.outputs and second.outputs[0].path == () and second.yields[()].entity == effect_of(first).entity:
            return 0  # looking up the id of what is already at hand
        if about_same and (first.action, second.action) in _DULL:
            return 0.02
        if first.action in ("create", "update") and set(words(second.tool.name)) & _LATER:
            return 0
        if first.action == "update" and second.action in ("create", "update"):
            return 0.1
        return 2 if first.action in ("search", "read") else 1

    def _reference(self, edge: Edge) -> Reference:
        made = next(call for call in reversed(self.calls) if call["tool"] == edge.producer)
        for other in (reference for call in self.calls for reference in call["references"].values()):
            if other["call"] == made["id"] and _same_list(other["path"], edge.output):
                return Reference(call=made["id"], path=_along(other["path"], edge.output))
        return Reference(call=made["id"], path=self._pick(edge))

    def _pick(self, edge: Edge) -> list[str | int]:
        """Chooses one entry of each list on the way: by an attribute that people choose by, else the first."""
        producer, path = self.flow[edge.producer], list[str | int]()
        for at, part in enumerate(edge.output):
            if part == ITEM:
                path.append(self._choice(producer, edge.output[: at + 1]))
            else:
                path.append(0 if part == VALUE else part)
        return path

    def _choice(self, producer: Understood, stem: tuple[str, ...]) -> str | int:
        options: list[str] = []
        for leaf in producer.outputs:
            dated = set(words(leaf.key)) & _NO_PICK
            if leaf.path[:-1] == stem and leaf.required and not dated:
                options += [side + leaf.path[-1] for side in _PICKS.get(producer.yields[leaf.path].kind, ())]
        if options and not singled(producer) and self.stream.chance(0.75):
            return self.stream.choice(options)
        return 0

    def _earlier(self, edge: Edge) -> list[tuple[Reference, float]]:
        """Returns the outputs of earlier turns that an edge can draw on, single values before entries of lists."""
        found: list[tuple[Reference, float]] = []
        means = self.flow[edge.consumer].means[edge.input]
        for call in self.past.done:
            if call.tool != edge.producer:
                continue
            for path in self.past.paths(call, edge.output)[:3]:
                value = call.result
                for part in path:
                    value = (
                        list(value.values())[part] if isinstance(value, dict) and isinstance(part, int) else value[part]
                    )
                if not self.past.gone(means.entity, value):
                    weight = 0.4 if any(isinstance(part, int) for part in path) else 3.0
                    found.append((Reference(call=call.plan_id, path=path), weight))
        return found

    def _settle_together(self, tool: Understood, references: dict[str, Reference]) -> None:
        """Lets attributes that go along with an id come from the same entry as the id."""
        ids = [reference for pointer, reference in references.items() if _kind(tool, pointer) == "id"]
        for pointer, reference in list(references.items()):
            if _kind(tool, pointer) == "id":
                continue
            output = tuple(ITEM if not isinstance(part, str) or ":" in part else part for part in reference["path"])
            partner = next((other for other in ids if other["call"] == reference["call"]), None)
            if partner and _same_list(partner["path"], output):
                references[pointer] = Reference(call=reference["call"], path=_along(partner["path"], output))

    def _extend(self) -> bool:
        """Adds a call that builds on one already planned; says whether there was one."""
        planned = {call["tool"] for call in self.calls}
        options: list[tuple[str, float]] = []
        for name in self.tools:
            tool = self.flow[name]
            edges = [edge for edge in self.flow.feeding.get(name, ()) if edge.producer in planned]
            if name in planned or not edges or not self._possible(tool):
                continue
            sense = min(self._sense(self.flow[edge.producer], tool) for edge in edges)
            undone = any(self._sense(self.flow[other], tool) == 0 for other in planned)
            if sense > 0 and not undone:
                options.append((name, sense * (0.2 if name in self.past.used else 1)))
        if not options:
            return False
        self._add(self.flow[self.stream.weighted(options)], self.most)
        return True


def singled(producer: Understood) -> bool:
    """Says whether a search tends to find one thing: by a person's name or address."""
    return any(producer.means[leaf.path].kind in ("person", "email", "name", "username") for leaf in producer.inputs)


def _pointer(leaf: Field) -> str:
    """Returns where in the arguments the first value of a leaf stands."""
    return "".join(f"/{'0' if part == ITEM else part.replace('~', '~0').replace('/', '~1')}" for part in leaf.path)


def _kind(tool: Understood, pointer: str) -> str:
    path = tuple(ITEM if part.isdigit() else part for part in pointer.split("/")[1:])
    return tool.means[path].kind if path in tool.means else ""


def _same_list(path: list[str | int], output: tuple[str, ...]) -> bool:
    """Says whether a reference path enters the same list as an output path."""
    if ITEM not in output:
        return False
    at = output.index(ITEM)
    return len(path) > at and tuple(path[:at]) == output[:at] and not _plain(path[at])


def _along(path: list[str | int], output: tuple[str, ...]) -> list[str | int]:
    """Returns an output path through the same entry that another path has picked."""
    at = output.index(ITEM)
    rest: list[str | int] = [0 if part in (ITEM, VALUE) else part for part in output[at + 1 :]]
    return [*path[: at + 1], *rest]


def _plain(part: str | int) -> bool:
    return isinstance(part, str) and not part.startswith((LOWEST, HIGHEST))
