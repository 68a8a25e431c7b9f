"""The graph that servers load makes the same conversations as a run does, from nothing but a seed and an index."""

import asyncio
import importlib.util
import json
from importlib import import_module
from pathlib import Path
from typing import Any

from digit_tc.engine.conversation import converse
from digit_tc.engine.job import prepare
from digit_tc.settings import read_settings

ROOT = Path(__file__).resolve().parent.parent


def load(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


def test_the_graph_named_in_langgraph_json_makes_the_conversation_of_a_run() -> None:
    graphs = json.loads((ROOT / "langgraph.json").read_text(encoding="utf-8"))["graphs"]
    served = load(graphs["conversation"])
    state = asyncio.run(served.ainvoke({}, context={"seed": 1, "index": 2}, config={"recursion_limit": 600}))
    job = prepare(read_settings(flags={"run": {"seed": 1}}))
    record = asyncio.run(converse(job.graph, job.context(2), job.identity(2)))
    assert [turn["user"] for turn in state["turns"]] == [turn.user for turn in record.turns]
    assert state["turns"]
    assert state["world_summary"]


def test_a_server_can_show_what_may_be_chosen() -> None:
    served = load("digit_tc.graphs.studio:conversation")
    assert set(served.get_context_jsonschema()["properties"]) == {"seed", "index"}
    assert {"planner", "user", "critic"} <= set(served.get_graph().nodes)


def test_the_file_loads_by_its_path_too() -> None:
    spec = importlib.util.spec_from_file_location("studio_by_path", ROOT / "graphs" / "studio.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert "planner" in module.conversation.get_graph().nodes
