"""Choosing the calls of one turn: a goal, what it needs first, what follows from it.

The plan is drawn backwards from a goal (DiGiT-TC, section 3): ids that the goal needs come from earlier turns, from a
call made first, or from the user's own words.
"""

from dataclasses import dataclass, field

from digit_tc.errors import PlanError
from digit_tc.planning.lineage import Parents, agree
from digit_tc.planning.past import Past
from digit_tc.planning.picks import picked
from digit_tc.planning.prospects import Prospects
from digit_tc.planning.references import HIGHEST, LOWEST, schema_path
from digit_tc.planning.sense import sense
from digit_tc.state import PlannedCall, Reference
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow, Edge
from digit_tc.tools.fields import ITEM, VALUE, Field
from digit_tc.tools.meaning import Understood
from digit_tc.world.effects import effect_of

_KNOWN_ID = 0.12
"""Chance that the user has the id at hand and says it."""
_PAIRED = 0.3
"""Chance that a look-up of one entry of a list is planned for the next one as well."""
_AGAIN = 0.15
"""How much less a tool is worth that was already called."""


@dataclass
class Chain:
    """The calls of one turn under construction, in the order in which they are to be made."""

    flow: Dataflow
    tools: list[str]
    prospects: Prospects
    stream: Stream
    most: int
    """How many calls a turn may have; ids that a goal needs may take more than the drawn length."""
    calls: list[PlannedCall] = field(default_factory=list)

    def draw(self, length: int) -> list[PlannedCall]:
        """Draws up to `length` connected calls; fewer where nothing more fits.

        Raises:
            PlanError: There are no tools.
        """
        goal = self._goal(length)
        self._add(goal, max(length, self.most))
        while len(self.calls) < length and (self._pair() or self._extend()):
            pass
        return self.calls

    def _goal(self, length: int) -> Understood:
        if not self.tools:
            raise PlanError("there are no tools to plan with")
        return self.flow[self.stream.weighted(self.prospects.goals(alone=length == 1))]

    def _add(self, tool: Understood, room: int, known: dict[str, Reference] | None = None) -> None:
        """Adds a call of the tool behind the calls that its ids need.

        Args:
            tool: The tool.
            room: How many calls the turn may have.
            known: The things that the call this one serves is about, by kind.
        """
        references: dict[str, Reference] = {}
        about = dict(known or {})
        parents: Parents = {}
        for leaf in tool.inputs:
            means = tool.means[leaf.path]
            reference = self._source(tool, leaf, room - len(self.calls) - 1, about, parents)
            if reference is None or reference in references.values():
                continue
            references[_pointer(leaf)] = reference
            if means.kind == "id" and means.entity:
                about.setdefault(means.entity, reference)
                parents.update(self._lineage(reference, means.entity))
        self._part_strangers(tool, references)
        self._settle_together(tool, references)
        identity = f"${self.past.planned + len(self.calls) + 1}"
        self.calls.append(
            PlannedCall(id=identity, tool=tool.tool.name, arguments={}, references=references, implicit=False, group=0)
        )

    def _part_strangers(self, tool: Understood, references: dict[str, Reference]) -> None:
        """Lets go of what belongs to something that the user will name: an item of another order than the named one."""
        named = {
            tool.means[leaf.path].entity
            for leaf in tool.inputs
            if leaf.required and tool.means[leaf.path].kind == "id" and _pointer(leaf) not in references
        }
        for pointer, reference in list(references.items()):
            if _kind(tool, pointer) == "id":
                entity = tool.means[schema_path(pointer)].entity
                if (set(self._lineage(reference, entity)) - {entity}) & named:
                    del references[pointer]

    @property
    def past(self) -> Past:
        """What the conversation has already done."""
        return self.prospects.past

    def _lineage(self, reference: Reference, entity: str) -> Parents:
        return self.prospects.lineage.of(reference, entity, self.calls)

    def _source(
        self, tool: Understood, leaf: Field, room: int, about: dict[str, Reference], parents: Parents
    ) -> Reference | None:
        """Finds where an argument's value is to come from; None leaves it to the user's words."""
        means = tool.means[leaf.path]
        edges = self.prospects.edges(tool.tool.name, leaf.path)
        wanted = leaf.required or self.stream.chance(0.25)
        if not edges or not wanted or (means.kind != "id" and not self.stream.chance(0.75)):
            return None
        if means.kind == "id" and not means.qualified and means.entity in about:
            return about[means.entity]
        if not self.calls and not self.past.done and means.kind == "id" and self.stream.chance(_KNOWN_ID):
            return None
        at_hand = self._at_hand(edges, means.entity, parents)
        if at_hand:
            return at_hand
        earlier = [found for edge in edges for found in self.prospects.earlier(edge)]
        if means.kind != "id" and self.past.done:  # "that result" is the latest one
            earlier = [found for found in earlier if found[0]["call"] == self.past.done[-1].plan_id]
        earlier = [found for found in earlier if self._belongs(found[0], means.entity, parents)]
        if earlier and (room < 1 or self.stream.chance(0.7)):
            return self.stream.weighted(earlier)
        return self._produced(edges, tool, room, about)

    def _at_hand(self, edges: list[Edge], entity: str, parents: Parents) -> Reference | None:
        """Returns an output of a call of this turn, the one spoken of last first."""
        for call in reversed(self.calls):
            here = [edge for edge in edges if edge.producer == call["tool"]]
            if here:
                reference = self._reference(self.stream.choice(here))
                if self._belongs(reference, entity, parents):
                    return reference
        return None

    def _belongs(self, reference: Reference, entity: str, parents: Parents) -> bool:
        return agree(self._lineage(reference, entity), parents)

    def _produced(
        self, edges: list[Edge], tool: Understood, room: int, about: dict[str, Reference]
    ) -> Reference | None:
        """Adds a call that gives the value, where there is room for one."""
        producers = [(edge, self._worth(edge, tool)) for edge in edges if edge.producer in self.tools]
        producers = [(edge, worth) for edge, worth in producers if worth > 0]
        if not producers or room < 1:
            return None
        edge = self.stream.weighted(producers)
        self._add(self.flow[edge.producer], room + len(self.calls), about)
        return self._reference(edge)

    def _worth(self, edge: Edge, consumer: Understood) -> float:
        producer = self.flow[edge.producer]
        if producer is consumer or any(call["tool"] == edge.producer for call in self.calls):
            return 0
        weight = sense(producer, consumer)
        for call in self.calls:
            weight = min(weight, sense(self.flow[call["tool"]], producer))
        return edge.score * weight * (_AGAIN if edge.producer in self.past.used else 1)

    def _reference(self, edge: Edge) -> Reference:
        made = next(call for call in reversed(self.calls) if call["tool"] == edge.producer)
        for other in (reference for call in self.calls for reference in call["references"].values()):
            if other["call"] == made["id"] and _same_list(other["path"], edge.output):
                return Reference(call=made["id"], path=_along(other["path"], edge.output))
        return Reference(call=made["id"], path=picked(self.flow[edge.producer], edge.output, self.stream))

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

    def _pair(self) -> bool:
        """Adds a look-up of the second entry of a list beside that of the first; says whether there was one."""
        if not self.stream.chance(_PAIRED):
            return False
        options = [twin for call in self.calls if (twin := self._twin(call)) is not None]
        if options:
            self.calls.append(self.stream.choice(options))
        return bool(options)

    def _twin(self, call: PlannedCall) -> PlannedCall | None:
        """Returns the same look-up about the next entry of the list that it draws on, where it has not been planned."""
        tool = self.flow[call["tool"]]
        if effect_of(tool).writes or tool.action == "search" or len(call["references"]) != 1:
            return None
        ((pointer, reference),) = call["references"].items()
        entries = [at for at, part in enumerate(reference["path"]) if isinstance(part, int)]
        again = sum(other["tool"] == call["tool"] for other in self.calls) > 1
        if again or len(entries) != 1 or reference["path"][entries[0]] != 0 or _kind(tool, pointer) != "id":
            return None
        path = [1 if at == entries[0] else part for at, part in enumerate(reference["path"])]
        if not self.past.has(Reference(call=reference["call"], path=path)):
            return None
        identity = f"${self.past.planned + len(self.calls) + 1}"
        return PlannedCall(
            **{**call, "id": identity, "references": {pointer: Reference(call=reference["call"], path=path)}}
        )

    def _extend(self) -> bool:
        """Adds a call that builds on one already planned; says whether there was one."""
        planned = {call["tool"] for call in self.calls}
        options: list[tuple[str, float]] = []
        for name in self.tools:
            tool = self.flow[name]
            sources = planned & self.prospects.sources(name)
            if name in planned or not sources:
                continue
            weight = min(sense(self.flow[source], tool) for source in sources)
            undone = any(sense(self.flow[other], tool) == 0 for other in planned)
            if weight > 0 and not undone:
                options.append((name, weight * (_AGAIN if name in self.past.used else 1)))
        if not options:
            return False
        self._add(self.flow[self.stream.weighted(options)], self.most)
        return True


def _pointer(leaf: Field) -> str:
    """Returns where in the arguments the first value of a leaf stands."""
    return "".join(f"/{'0' if part == ITEM else part.replace('~', '~0').replace('/', '~1')}" for part in leaf.path)


def _kind(tool: Understood, pointer: str) -> str:
    means = tool.means.get(schema_path(pointer))
    return means.kind if means else ""


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
