"""What the tools and the turns so far offer to a new turn: looked up once, however often its plan is drawn."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from digit_tc.planning.lineage import Lineage
from digit_tc.planning.past import Past
from digit_tc.planning.picks import nested
from digit_tc.planning.references import resolve
from digit_tc.state import Reference
from digit_tc.tools.dataflow import Dataflow, Edge
from digit_tc.tools.names import words

_STANDINGS = {"pending", "delivered", "active", "open", "closed", "draft", "scheduled", "paid", "unpaid", "confirmed"}
"""Words of a tool's name that say how the thing must stand."""


class Prospects:
    """What can be planned with, and what there is to build on; `goals` are the tools that the turn may be about."""

    def __init__(self, flow: Dataflow, tools: list[str], past: Past, goals: Sequence[str]) -> None:
        self.past = past
        self._flow, self._tools, self._goals = flow, tools, goals
        self._weighed: dict[bool, list[tuple[str, float]]] = {}
        self._sources: dict[str, frozenset[str]] = {}
        self._edges: dict[tuple[str, tuple[str, ...]], list[Edge]] = {}
        self._found: dict[Edge, list[tuple[Reference, float]]] = {}

    def goals(self, *, alone: bool) -> list[tuple[str, float]]:
        """Weighs what the turn may be about: fresh tools, those with something to build on, those that act.

        Args:
            alone: Whether the turn is to have a single call.
        """
        if alone not in self._weighed:
            self._weighed[alone] = [(name, self._appeal(name, alone=alone)) for name in self._goals]
        return self._weighed[alone]

    def _appeal(self, name: str, *, alone: bool) -> float:
        tool = self._flow[name]
        appeal = 0.15 if name in self.past.used else 1.0
        sources = [edge for edge in self._flow.feeding(name) if edge.producer in self._tools]
        earlier = any(self.earlier(edge) for edge in self._flow.feeding(name))
        if not alone and sources:
            appeal *= 4
        if earlier:
            appeal *= 3
        if not sources and not self._flow.fed(name):
            appeal *= 0.3
        return appeal * (1.5 if tool.action in ("create", "update", "act") else 0.5 if tool.action == "delete" else 1)

    def sources(self, name: str) -> frozenset[str]:
        """Returns the tools that a tool can draw on."""
        if name not in self._sources:
            self._sources[name] = frozenset(edge.producer for edge in self._flow.feeding(name))
        return self._sources[name]

    def edges(self, name: str, path: tuple[str, ...]) -> list[Edge]:
        """Returns the edges that lead into an argument of a tool, without those from a list inside a list."""
        if (name, path) not in self._edges:
            into = (edge for edge in self._flow.feeding(name) if edge.input == path)
            self._edges[name, path] = [edge for edge in into if not nested(edge.output)]
        return self._edges[name, path]

    def earlier(self, edge: Edge) -> list[tuple[Reference, float]]:
        """Returns the outputs of earlier turns that an edge can draw on, single values before entries of lists."""
        if edge not in self._found:
            self._found[edge] = self._outputs(edge)
        return self._found[edge]

    def _outputs(self, edge: Edge) -> list[tuple[Reference, float]]:
        found: list[tuple[Reference, float]] = []
        means = self._flow[edge.consumer].means[edge.input]
        for call in self.past.done:
            if call.tool != edge.producer:
                continue
            for path in self.past.paths(call, edge.output)[:3]:
                reference = Reference(call=call.plan_id, path=path)
                value = resolve(reference, {call.plan_id: call.result})
                if not self.past.gone(means.entity, value) and self._fit(edge.consumer, means.entity, value):
                    found.append((reference, 0.4 if any(isinstance(part, int) for part in path) else 3.0))
        return found

    def _fit(self, consumer: str, entity: str, value: object) -> bool:
        """Says whether a thing stands as a tool's name wants it: only a pending order is a pending order."""
        held = self.past.world["entities"].get(entity, {}).get(str(value), {"attrs": {}})
        standing = words(str(held["attrs"].get("status", {}).get("value", "")))
        wanted = set(words(consumer)) & _STANDINGS
        return not standing or not wanted or standing[0] in wanted

    @cached_property
    def lineage(self) -> Lineage:
        """What the things that can be referred to belong to."""
        return Lineage(self._flow, self.past)

    @cached_property
    def said(self) -> dict[tuple[str, str], Any]:
        """The values of earlier arguments by their kind and role, the latest of each."""
        return self.past.said(self._flow)
