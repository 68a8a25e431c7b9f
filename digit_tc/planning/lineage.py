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
    """The parents of what the calls of a conversation give.

    What the calls of earlier turns gave is looked up once; what those of the turn under construction give changes.
    """

    def __init__(self, flow: Dataflow, past: Past) -> None:
        self._flow, self._past = flow, past
        self._done = {done.plan_id: done for done in past.done}
        self._results = {done.plan_id: done.result for done in past.done}
        self._known: dict[tuple[str, tuple[str | int, ...], str], Parents] = {}

    def of(self, reference: Reference, entity: str, calls: Sequence[PlannedCall] = ()) -> Parents:
        """Returns what a referred id is, and what it belongs to as far as is known.

        Args:
            reference: Leads to the id.
            entity: What kind of thing it is the id of.
            calls: The calls of the turn so far.
        """
        if reference["call"] not in self._done:
            return self._parents(reference["call"], calls) | {entity: _place(reference)}
        key = reference["call"], tuple(reference["path"]), entity
        if key not in self._known:
            self._known[key] = self._given(reference, entity)
        return self._known[key]

    def _parents(self, identity: str, calls: Sequence[PlannedCall]) -> Parents:
        """Returns what the ids in the arguments of a planned call say about everything in its result."""
        parents: Parents = {}
        for call in calls:
            for pointer, reference in call["references"].items() if call["id"] == identity else ():
                if entity := self._entity(call["tool"], pointer):
                    parents.update(self.of(reference, entity, calls))
        return parents

    def _given(self, reference: Reference, entity: str) -> Parents:
        done, parents = self._done[reference["call"]], Parents()
        for pointer, value in leaves(done.arguments):
            if kind := self._entity(done.tool, pointer):
                parents[kind] = canonical(value)
        try:
            parents[entity] = canonical(resolve(reference, self._results))
        except StateError:
            parents[entity] = _place(reference)
        return self._recorded(entity, parents[entity]) | parents

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


def _place(reference: Reference) -> str:
    """Returns the token of a thing of which only the place is known, as long as the call is not made."""
    return canonical([reference["call"], reference["path"]])


def agree(first: Parents, second: Parents) -> bool:
    """Says whether two lineages name no two different things of one kind."""
    return all(second.get(entity, token) == token for entity, token in first.items())
