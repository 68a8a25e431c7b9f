"""A LangChain agent against the simulated world: calls of one message, in threads and on an event loop."""

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, ToolCall, ToolMessage

from digit_tc.backend import Backend
from digit_tc.testing.chat import ScriptedModel
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dialects import read_tool
from digit_tc.tools.samples import read_sample

Run = Callable[[Any, dict[str, Any]], dict[str, Any]]


def in_threads(agent: Any, state: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = agent.invoke(state)
    return said


def on_a_loop(agent: Any, state: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = asyncio.run(agent.ainvoke(state))
    return said


@pytest.fixture
def impatient() -> Iterator[None]:
    """Lets threads take turns so often that they meet inside a call."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


RUNS = pytest.mark.parametrize("run", [in_threads, on_a_loop])


def asked(run: Run, backend: Backend, *calls: tuple[str, dict[str, Any]]) -> list[ToolMessage]:
    """Lets an agent make the calls in one message and returns what the tools said to it."""
    made = [ToolCall(id=f"c{at}", name=name, args=arguments) for at, (name, arguments) in enumerate(calls)]
    model = ScriptedModel(replies=[AIMessage("", tool_calls=made), "Done."])
    said = run(create_agent(model, backend.tools()), {"messages": [("user", "Please.")]})
    assert said["messages"][-1].text == "Done."
    assert {tool["function"]["name"] for tool in model.asked[0].tools} == {tool.name for tool in backend.tools()}
    return [message for message in said["messages"] if isinstance(message, ToolMessage)]


@RUNS
def test_calls_of_one_message_are_all_answered_and_errors_are_marked(run: Run) -> None:
    backend = Backend(read_sample("shop"), unknown_ids="reject")
    said = asked(
        run, backend,
        ("search_products", {"query": "kettle"}), ("get_order", {"order_id": "none"}),
        ("get_order", {"order_id": "OR-123456"}),
    )  # fmt: skip
    assert [message.tool_call_id for message in said] == ["c0", "c1", "c2"]
    assert [message.status for message in said] == ["success", "error", "error"]
    codes = [json.loads(str(message.content))["error"]["code"] for message in said[1:]]
    assert codes == ["invalid_arguments", "not_found"]
    shown = json.loads(str(said[0].content))["products"][0]
    assert backend.call("get_product", {"product_id": shown["product_id"]}).result["name"] == shown["name"]


@RUNS
@pytest.mark.usefixtures("impatient")
def test_no_call_made_side_by_side_is_lost(run: Run) -> None:
    backend = Backend(read_sample("calendar"))
    event = {"date": "2025-03-06", "start_time": "09:00", "end_time": "09:30"}
    said = asked(run, backend, *(("create_event", {"title": f"Standup {at}", **event}) for at in range(24)))
    made = {json.loads(str(message.content))["event_id"] for message in said}
    assert len(made) == 24
    assert set(backend.world["entities"]["event"]) == made
    assert len({event["event_id"] for event in backend.events}) == 24


def test_on_a_loop_the_calls_are_made_in_their_order() -> None:
    backends = Backend(read_sample("calendar")), Backend(read_sample("calendar"))
    event = {"date": "2025-03-06", "start_time": "09:00", "end_time": "09:30"}
    calls = [("create_event", {"title": f"Standup {at}", **event}) for at in range(8)]
    asked(on_a_loop, backends[0], *calls)
    for name, arguments in calls:
        backends[1].call(name, arguments)
    assert backends[0].world["hash"] == backends[1].world["hash"]


@RUNS
@pytest.mark.parametrize("name", ["config", "self", "run_manager", "runtime", "state", "arguments"])
def test_an_argument_may_have_any_name(run: Run, name: str) -> None:
    parameters = {"type": "object", "properties": {name: {"type": "string"}}, "required": [name]}
    backend = Backend(Catalogue([read_tool({"name": "set_option", "description": "", "parameters": parameters})]))
    assert [message.status for message in asked(run, backend, ("set_option", {name: "on"}))] == ["success"]
    assert backend.events[0]["arguments"] == {name: "on"}


def test_the_trace_marks_groups_and_faults() -> None:
    backend = Backend(read_sample("shop"), faults=0.5)
    find = ("search_products", {"query": "kettle"})
    for size in (1, 2, 3):
        backend.call_together([find] * size)
    steps = backend.trace().row()["steps"]
    assert [step["group"] for step in steps] == [0, 1, 1, 2, 2, 2]
    assert [step.get("fault", False) for step in steps] == [step.get("is_error", False) for step in steps]
    assert any("fault" in step for step in steps)
