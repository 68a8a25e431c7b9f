"""The path of a conversation: what ran, in the graph's own order, whatever overlaps and wherever it is gone on with."""

import asyncio
import operator
from contextlib import aclosing, closing
from pathlib import Path
from typing import Annotated, Any, TypedDict, cast

import pytest
from langgraph.errors import NodeError
from langgraph.graph import END, START, StateGraph

from digit_tc.engine.checkpoints import Checkpoints, opened
from digit_tc.engine.thread import states
from digit_tc.engine.trail import Trail

Graph = StateGraph[Any, Any, Any, Any]
Work = Any


class State(TypedDict, total=False):
    log: Annotated[list[str], operator.add]
    outcome: dict[str, str]


def at_work(name: str, seconds: float = 0.0) -> Work:
    async def work(_: State) -> State:
        await asyncio.sleep(seconds)
        return {"log": [name]}

    return work


def inner(seconds: float = 0.0) -> Graph:
    graph: Graph = StateGraph(State)
    graph.add_node("x", at_work("x", seconds))
    graph.add_node("y", at_work("y", seconds))
    graph.add_edge(START, "x")
    graph.add_edge("x", "y")
    return graph


def outer(first: float = 0.0, second: float = 0.0) -> Graph:
    """Two subgraphs side by side, a node that calls one twice, a node after all of them."""
    called = inner().compile()

    async def calls(_: State) -> State:
        await called.ainvoke({})
        await called.ainvoke({})
        return {"log": ["calls"]}

    graph: Graph = StateGraph(State)
    graph.add_node("a", at_work("a"))
    graph.add_node("left", inner(first).compile())
    graph.add_node("right", inner(second).compile())
    graph.add_node("calls", cast("Any", calls))
    graph.add_node("last", at_work("last"))
    graph.add_edge(START, "a")
    graph.add_edge("a", "left")
    graph.add_edge("a", "right")
    graph.add_edge(["left", "right"], "calls")
    graph.add_edge("calls", "last")
    return graph


SIDES = ("left", "left:x", "left:y", "right", "right:x", "right:y")
CALLS = ("calls", "calls:x", "calls:y", "calls:x", "calls:y")
WHOLE = ("a", *SIDES, *CALLS, "last", END)


async def walk(graph: Graph, saver: Checkpoints | None = None, until: int | None = None) -> tuple[str, ...] | None:
    """Runs a graph as the engine does; with `until`, leaves off after so many states as a killed process would."""
    trail = Trail()
    compiled: Any = graph.compile(checkpointer=saver)
    context: Any = None
    made: Any = states(compiled, context, "one", trail=trail)
    async with aclosing(made) as stream:
        seen = 0
        async for _ in stream:
            seen += 1
            if seen == until:
                return None
    return trail.path(ended=True)


@pytest.mark.parametrize("delays", [(0.0, 0.0), (0.02, 0.0), (0.0, 0.02)])
def test_the_order_is_that_of_the_graph_however_long_each_takes(delays: tuple[float, float]) -> None:
    assert asyncio.run(walk(outer(*delays))) == WHOLE


@pytest.mark.parametrize("until", [1, 2, 3, 4])
def test_what_had_run_before_a_run_was_killed_is_in_the_path(tmp_path: Path, until: int) -> None:
    with closing(opened(tmp_path / "checkpoints.sqlite")) as saver:
        assert asyncio.run(walk(outer(), saver, until)) is None
        found = asyncio.run(walk(outer(), saver))
    assert found == WHOLE


def test_what_a_subgraph_had_done_before_it_was_killed_is_in_the_path(tmp_path: Path) -> None:
    broken = [True]

    async def breaks(_: State) -> State:
        if broken.pop() if broken else False:
            raise RuntimeError("killed")
        return {"log": ["y"]}

    graph: Graph = StateGraph(State)
    part: Graph = StateGraph(State)
    part.add_node("x", at_work("x"))
    part.add_node("y", cast("Any", breaks))
    part.add_edge(START, "x")
    part.add_edge("x", "y")
    graph.add_node("a", at_work("a"))
    graph.add_node("part", part.compile())
    graph.add_edge(START, "a")
    graph.add_edge("a", "part")
    with closing(opened(tmp_path / "checkpoints.sqlite")) as saver:
        with pytest.raises(RuntimeError, match="killed"):
            asyncio.run(walk(graph, saver))
        assert asyncio.run(walk(graph, saver)) == ("a", "part", "part:x", "part:y", END)


def test_a_path_ends_where_a_node_failed() -> None:
    async def fails(_: State) -> State:
        raise ValueError("broken")

    async def handled(_: State, error: NodeError) -> State:
        return {"outcome": {"status": "failed"}}

    graph: Graph = StateGraph(State)
    graph.add_node("a", at_work("a"))
    graph.add_node("b", cast("Any", fails))
    graph.add_node("c", at_work("c"))
    graph.add_edge(START, "a")
    graph.add_edge("a", "b")
    graph.add_edge("b", "c")
    graph.set_node_defaults(error_handler=cast("Any", handled))
    assert asyncio.run(walk(graph)) == ("a", "b")


def test_a_run_that_broke_off_has_no_end() -> None:
    trail = Trail()
    trail.follow((), {"name": "a", "id": "1", "input": {}, "triggers": ()})
    assert trail.path(ended=False) == ("a",)
    assert trail.path(ended=True) == ("a", END)
