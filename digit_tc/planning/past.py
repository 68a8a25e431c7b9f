"""What a conversation has already done, as far as a plan needs it."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from digit_tc.errors import StateError
from digit_tc.planning.references import leaves, resolve, schema_path
from digit_tc.state import ConversationState, Reference, accepted_calls
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.fields import ITEM, VALUE
from digit_tc.world.fold import World


@dataclass(frozen=True)
class Done:
    """One call that gave a result: its plan id, its tool, its arguments and its result."""

    plan_id: str
    tool: str
    arguments: dict[str, Any]
    result: Any


@dataclass(frozen=True)
class Past:
    """The accepted turns of a conversation and the world as it stands."""

    done: tuple[Done, ...]
    world: World
    planned: int
    """How many calls have been planned so far; plan ids are numbered on from here."""

    @classmethod
    def of(cls, state: ConversationState, world: World) -> "Past":
        """Reads the past out of the graph state; calls of a turn that was not accepted do not count."""
        done = tuple(
            Done(event["plan_id"], event["tool"], event["arguments"], event["result"])
            for event in accepted_calls(state).values()
            if event["outcome"] == "ok"
        )
        return cls(done, world, sum(len(turn["plan"]) for turn in state.get("turns", [])))

    @cached_property
    def used(self) -> set[str]:
        """The tools called so far."""
        return {call.tool for call in self.done}

    def known_to(self, flow: Dataflow) -> "Past":
        """Returns the past without the calls of tools that a dataflow does not know."""
        return replace(self, done=tuple(call for call in self.done if call.tool in flow))

    def paths(self, call: Done, output: tuple[str, ...]) -> list[list[str | int]]:
        """Returns the places in a result that a schema path leads to, the first four of each list."""
        found: list[list[str | int]] = [[]]
        values: list[Any] = [call.result]
        for part in output:
            steps = [(at, key, value) for at, inner in enumerate(values) for key, value in _children(inner, part)]
            found, values = [[*found[at], key] for at, key, _ in steps], [value for _, _, value in steps]
        return found

    def has(self, reference: Reference) -> bool:
        """Says whether a reference leads somewhere, as far as can be told: what has not been done may give anything."""
        results = {call.plan_id: call.result for call in self.done}
        if reference["call"] not in results:
            return True
        try:
            resolve(reference, results)
        except StateError:
            return False
        return True

    def gone(self, kind: str, identity: Any) -> bool:
        """Says whether an entity was deleted, or stands at an end such as cancelled."""
        entity = self.world["entities"].get(kind, {}).get(str(identity))
        if entity is None:
            return False
        standing = str(entity["attrs"].get("status", {}).get("value", ""))
        return entity["status"] == "deleted" or standing.startswith(("cancel", "delet", "remov", "clos"))

    def said(self, flow: Dataflow) -> dict[tuple[str, str], Any]:
        """Returns the values of earlier arguments by their kind and role, the latest of each."""
        found: dict[tuple[str, str], Any] = {}
        for call in self.done:
            means = flow[call.tool].means
            for pointer, value in leaves(call.arguments):
                judged = means.get(schema_path(pointer))
                if judged and judged.kind not in ("id", "text"):
                    found[judged.kind, judged.role] = value
        return found


def _children(value: Any, part: str) -> list[tuple[str | int, Any]]:
    if part == ITEM:
        return list(enumerate(value[:4])) if isinstance(value, list) else []
    if part == VALUE:
        return list(enumerate(list(value.values())[:4])) if isinstance(value, dict) else []
    return [(part, value[part])] if isinstance(value, dict) and part in value else []
