"""Which nodes of a graph ran in a conversation, in order, read from LangGraph's stream of tasks.

LangGraph announces the tasks of a super-step in the order in which the graph has them, and those of subgraphs whenever
they come. So what ran inside a node is kept under it, and the path is the same however nodes overlap in time.
"""

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import StateSnapshot

_INSIDE = ":"
"""Between a node and a node of its subgraph, as LangGraph writes its namespaces; no node may have it in its name."""

Place = tuple[str, ...]
"""A namespace of LangGraph's stream: empty for the graph itself, else `node:task` for each subgraph on the way."""


class Trail:
    """Collects the nodes that ran."""

    def __init__(self) -> None:
        self._ran: dict[Place, list[tuple[str, str]]] = {}
        self._broken = False

    def follow(self, place: Place, task: Mapping[str, Any]) -> None:
        """Takes in one event of the stream of tasks: the start of a task, its end, or the end of an error handler."""
        if "input" in task:
            self._add(place, task["name"], task["id"])
            self._broken = False
        elif not place and task["error"]:
            self._broken = True

    async def recall(self, compiled: CompiledStateGraph[Any, Any, Any, Any], stand: RunnableConfig) -> None:
        """Takes in what had run before a checkpoint; without an id of one, before the newest of the thread."""
        steps = await _steps(compiled, stand)
        for snapshot in steps[:-1]:
            for task in snapshot.tasks:
                self._add((), task.name, task.id)
                self._broken = task.error is not None
                await self._recall_inside(compiled, (), task)
        for task in steps[-1].tasks if steps else ():  # what a subgraph had done of its work is not done again
            await self._recall_inside(compiled, (), task, finished=False)

    async def _recall_inside(
        self, compiled: CompiledStateGraph[Any, Any, Any, Any], place: Place, task: Any, *, finished: bool = True
    ) -> None:
        if not isinstance(task.state, dict):
            return
        first = cast(RunnableConfig, task.state)["configurable"]
        inside = (*place, f"{task.name}{_INSIDE}{task.id}")
        for number in count():
            again = (str(number),) if number else ()
            namespace = "|".join((first["checkpoint_ns"], *again))
            steps = await _steps(compiled, {"configurable": {**first, "checkpoint_ns": namespace}})
            if not steps:
                break
            for at, snapshot in enumerate(steps):
                begun = finished or at < len(steps) - 1
                for inner in snapshot.tasks:
                    if begun:
                        self._add((*inside, *again), inner.name, inner.id)
                    await self._recall_inside(compiled, (*inside, *again), inner, finished=begun)

    def _add(self, place: Place, name: str, task: str) -> None:
        if name != START:
            self._ran.setdefault(place, []).append((name, task))

    def path(self, *, ended: bool) -> tuple[str, ...]:
        """Returns the names of the nodes in the order in which they ran, those of subgraphs as `outer:inner`.

        Args:
            ended: Whether the run of the graph came to its end. `__end__` is the last name then, unless it ended by
                a node's failing.
        """
        last = (END,) if ended and not self._broken else ()
        return (*self._under((), ""), *last)

    def _under(self, place: Place, outer: str) -> Iterator[str]:
        for name, task in self._ran.get(place, ()):
            yield outer + name
            inside = (*place, f"{name}{_INSIDE}{task}")
            yield from self._under(inside, f"{outer}{name}{_INSIDE}")
            for number in count(1):  # a node may call a subgraph again: LangGraph numbers those runs
                if (*inside, str(number)) not in self._ran:
                    break
                yield from self._under((*inside, str(number)), f"{outer}{name}{_INSIDE}")


async def _steps(compiled: CompiledStateGraph[Any, Any, Any, Any], stand: RunnableConfig) -> list[StateSnapshot]:
    """Returns the checkpoints that led to one, from the first on; those of attempts that were given up are not among.

    A checkpoint tells what runs after it.
    """
    named = stand["configurable"]
    thread: RunnableConfig = {
        "configurable": {"thread_id": named["thread_id"], "checkpoint_ns": named.get("checkpoint_ns", "")}
    }
    found = {_id(one.config): one async for one in compiled.aget_state_history(thread)}
    at = found.get(named.get("checkpoint_id") or next(iter(found), ""))
    chain: list[StateSnapshot] = []
    while at is not None:
        chain.append(at)
        at = found.get(_id(at.parent_config)) if at.parent_config else None
    return chain[::-1]


def _id(config: RunnableConfig) -> str:
    return str(config["configurable"]["checkpoint_id"])
