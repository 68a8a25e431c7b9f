"""A node whose question stands in line is not taken for one that hangs."""

import asyncio
from contextlib import aclosing
from typing import Any, TypedDict

import pytest
from langchain_core.messages import HumanMessage
from langgraph.errors import NodeTimeoutError
from langgraph.graph import START, StateGraph
from langgraph.types import TimeoutPolicy

from digit_tc.models import Models, ModelSettings
from digit_tc.testing.server import Rule, serve


class State(TypedDict, total=False):
    said: str


def run(models: Models, times: int) -> list[Any]:
    """Runs a graph of one node so many times at once; the node may be silent for half a second."""

    async def node(state: State) -> State:
        return {"said": (await models.ask("user", [HumanMessage("hello")])).text}

    graph: StateGraph[Any, Any, Any, Any] = StateGraph(State)
    graph.add_node("node", node, timeout=TimeoutPolicy(idle_timeout=0.5, refresh_on="heartbeat"))
    graph.add_edge(START, "node")
    compiled = graph.compile()

    async def every() -> list[Any]:
        async with aclosing(models):
            return list(await asyncio.gather(*(compiled.ainvoke({}) for _ in range(times)), return_exceptions=True))

    return asyncio.run(every())


@pytest.mark.parametrize("beats", [True, False])
def test_a_line_is_no_silence(monkeypatch: pytest.MonkeyPatch, beats: bool) -> None:
    monkeypatch.setattr("digit_tc.models.pulse.EVERY", 0.05 if beats else 60.0)
    with serve([Rule(delay=0.2, reply="fine")]) as server:
        settings = ModelSettings(model="m", base_url=server.base_url, client="fast")
        found = run(Models(default=settings, concurrency=1), times=5)
    late = [one for one in found if isinstance(one, NodeTimeoutError)]
    assert bool(late) != beats, "without a sign of life, the last in line would be given up"
    assert beats == all(one == {"said": "fine"} for one in found)
