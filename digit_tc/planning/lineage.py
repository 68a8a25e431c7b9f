"""What a referred id belongs to: the order of an item, the project of a task.

Two ids in one call must not come from different parents: nobody returns an item of one order under another.
"""

from collections.abc import Sequence

from digit_tc.canonical import canonical
from digit_tc.errors import StateError
from digit_tc.planning.past import Past
from digit_tc.planning.references import leaves, resolve, schema_path
from digit_tc.state import PlannedCall, Reference
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.names import words

Parents = dict[str, str]
"""For each kind of thing, a token that tells which one."""


class Lineage:
    """The parents of what the calls of a conversation give."""

    def __init__(self, flow: Dataflow, past: Past, calls: Sequence[PlannedCall]) -> None:
        self._flow, self._past, self._calls = flow, past, calls
        self._results = {done.plan_id: done.result for done in past.done}

    def of(self, reference: Reference, entity: str) -> Parents:
        """Returns what a referred id is, and what it belongs to as far as is known."""
        parents = self._parents(reference["call"])
        parents[entity] = self._token(reference)
        return {**self._recorded(entity, parents[entity]), **parents}

    def _token(self, reference: Reference) -> str:
        try:
            return canonical(resolve(reference, self._results))
        except StateError:
            return canonical([reference["call"], reference["path"]])  # known only once the call is made

    def _parents(self, identity: str) -> Parents:
        """Returns what the ids in the arguments of a call say about everything in its result."""
        parents: Parents = {}
        planned = (call for call in self._calls if call["id"] == identity)
        for tool, pointer, reference in ((c["tool"], p, r) for c in planned for p, r in c["references"].items()):
            if entity := self._entity(tool, pointer):
                parents.update(self.of(reference, entity))
        done = (call for call in self._past.done if call.plan_id == identity)
        for tool, pointer, value in ((c.tool, p, v) for c in done for p, v in leaves(c.arguments)):
            if entity := self._entity(tool, pointer):
                parents[entity] = canonical(value)
        return parents

    def _entity(self, tool: str, pointer: str) -> str:
        means = self._flow[tool].means.get(schema_path(pointer))
        return means.entity if means and means.kind == "id" and not means.qualified else ""

    def _recorded(self, entity: str, token: str) -> Parents:
        """Returns the parents that the world knows a thing by: the attributes that are ids."""
        known = self._past.world["entities"].get(entity, {}).get(token.strip('"'), {"attrs": {}})
        found: Parents = {}
        for name, fact in known["attrs"].items():
            parts = words(name)
            if len(parts) > 1 and parts[-1] == "id" and isinstance(fact["value"], str | int):
                found[" ".join(parts[:-1])] = canonical(fact["value"])
        return found


def agree(first: Parents, second: Parents) -> bool:
    """Says whether two lineages name no two different things of one kind."""
    return all(second.get(entity, token) == token for entity, token in first.items())
