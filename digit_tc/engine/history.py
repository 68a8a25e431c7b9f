"""The steps that a conversation took, read from its checkpoints, and the one right after a call."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple

from digit_tc.engine.checkpoints import Checkpoints
from digit_tc.errors import OutputError
from digit_tc.records import Record
from digit_tc.world.moments import Moment

_BEGINS = "branch:to:"
"""How LangGraph's graphs name the channel that starts a node."""


@dataclass(frozen=True)
class Step:
    """One super-step: what ran, and the state after it."""

    number: int
    """Counted from 1; the checkpoint before the first node has 0."""
    nodes: tuple[str, ...]
    """What ran in it."""
    values: dict[str, Any]
    """The state after it."""
    before: dict[str, Any]
    """The state before it."""
    next: tuple[str, ...]
    """What runs after it; nothing at the end."""
    config: RunnableConfig
    """Names its checkpoint."""

    @property
    def changed(self) -> list[str]:
        """The keys of the state that have another value than before."""
        return [key for key, value in self.values.items() if key not in self.before or self.before[key] != value]


async def history(saver: Checkpoints, record: Record) -> list[Step]:
    """Returns the steps that led to a record, without those of attempts that failed and were made again.

    Raises:
        OutputError: There are no checkpoints of it.
    """
    thread: RunnableConfig = {"configurable": {"thread_id": record.id, "checkpoint_ns": ""}}
    found = {_id(one.config): one async for one in saver.alist(thread)}
    if not found:
        raise OutputError(f"conversation {record.id} has no checkpoints; generate it with --checkpoint step")
    chain = [next(iter(found.values()))]
    while chain[-1].parent_config and (parent := found.get(_id(chain[-1].parent_config))):
        chain.append(parent)
    chain.reverse()
    steps = [_step(0, None, chain[0])]
    for before, after in pairwise(chain):
        if after.metadata.get("source") == "loop" and _ran(before, after) != ("__start__",):
            steps.append(_step(len(steps), before, after))
    return steps


def right_after(steps: Sequence[Step], calls: Sequence[Moment], call: int) -> Step | None:
    """Returns the step after which the calls up to a number had been made, and no more than those made beside it.

    Args:
        steps: What `history` gives.
        calls: The calls of the conversation, as `moments` gives them.
        call: The number of a call, from 1. For 0 it is the step that planned the first turn as it was carried out, or
            for the first time where no call stands; in a graph that plans nothing, its first step.
    """
    made = [moment.event["event_id"] for moment in calls[:call] if moment.event]
    if made:
        return next((step for step in steps if made[-1] in _events(step)), None)
    first = next((moment.event["event_id"] for moment in calls if moment.event), None)
    early = [step for step in steps if first not in _events(step) and not step.values.get("turn")]
    told = [step for step in early if "plan" in step.changed]
    planned = [step for step in told if step.values["plan"]] or told or early[1:2]
    return None if not planned else planned[-1 if first else 0]


def _events(step: Step) -> set[str]:
    return {event["event_id"] for event in step.values.get("events", [])}


def _step(number: int, before: CheckpointTuple | None, after: CheckpointTuple) -> Step:
    held = after.checkpoint["channel_values"]
    return Step(
        number=number,
        nodes=_ran(before, after) if before else (),
        values=_state(after),
        before=_state(before) if before else {},
        next=tuple(key.removeprefix(_BEGINS) for key in held if key.startswith(_BEGINS)),
        config=after.config,
    )


def _state(found: CheckpointTuple) -> dict[str, Any]:
    held = found.checkpoint["channel_values"]
    return {key: value for key, value in held.items() if not key.startswith((_BEGINS, "__"))}


def _ran(before: CheckpointTuple, after: CheckpointTuple) -> tuple[str, ...]:
    """Names the nodes that ran between two checkpoints: those that have seen something newer."""
    seen, now = before.checkpoint["versions_seen"], after.checkpoint["versions_seen"]
    return tuple(node for node in now if now[node] != seen.get(node) and node not in ("__input__", "__interrupt__"))


def _id(config: RunnableConfig) -> str:
    return str(config["configurable"]["checkpoint_id"])
