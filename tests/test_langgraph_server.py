"""The graphs in LangGraph's own server: `langgraph dev` on loopback, asked by LangGraph's own client.

It needs the extra `server`, which .ci/run installs.
"""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from digit_tc.engine.conversation import converse
from digit_tc.engine.job import prepare
from digit_tc.records import Record
from digit_tc.settings import read_settings

ROOT = Path(__file__).resolve().parent.parent
COMMAND = Path(sys.executable).with_name("langgraph")
CHOICE = {"seed": 1, "index": 2}
LIMIT = {"recursion_limit": 600}

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not COMMAND.exists(), reason="LangGraph's server is not here: pip install '.[server]'"),
]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over the graphs that `langgraph.json` names; what it keeps lies in a folder of its own."""
    here, port = tmp_path_factory.mktemp("server"), free_port()
    shutil.copy(ROOT / "langgraph.json", here)
    (here / "pyproject.toml").write_text('[project]\nname = "none"\nversion = "0"\n', "utf-8")
    command = [str(COMMAND), "dev", "--no-browser", "--no-reload", "--port", str(port)]
    environment = {**os.environ, "LANGSMITH_TRACING": "false", "LANGGRAPH_CLI_NO_ANALYTICS": "1"}
    with (here / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=here, env=environment, stdout=log, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{port}/ok", process, here / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(240):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            assert process.poll() is None, log.read_text("utf-8")
            time.sleep(0.5)
    raise AssertionError(log.read_text("utf-8"))


def client(address: str) -> Any:
    from langgraph_sdk import get_client  # noqa: PLC0415 - of the extra

    return get_client(url=address)


def of_a_run() -> Record:
    job = prepare(read_settings(flags={"run": {"seed": CHOICE["seed"]}}))
    return asyncio.run(converse(job.graph, job.context(CHOICE["index"]), job.identity(CHOICE["index"])))


def test_every_graph_is_listed(address: str) -> None:
    async def listed() -> Any:
        async with client(address) as asked:
            return await asked.assistants.search(limit=50)

    found = asyncio.run(listed())
    assert {one["graph_id"] for one in found} == {
        "conversation",
        "forward",
        "single_turn",
        "no_implicit",
        "no_backtranslation",
        "play_user",
        "play_assistant",
    }


def test_a_conversation_is_streamed_as_a_run_makes_it(address: str) -> None:
    async def play() -> tuple[list[str], dict[str, Any]]:
        async with client(address) as asked:
            thread = (await asked.threads.create())["thread_id"]
            nodes = [
                name
                async for part in asked.runs.stream(
                    thread, "conversation", input={}, context=CHOICE, config=LIMIT, stream_mode="updates"
                )
                if part.event == "updates"
                for name in part.data
            ]
            return nodes, (await asked.threads.get_state(thread))["values"]

    nodes, state = asyncio.run(play())
    record = of_a_run()
    assert [turn["user"] for turn in state["turns"]] == [turn.user for turn in record.turns]
    assert [turn["assistant"] for turn in state["turns"]] == [turn.assistant for turn in record.turns]
    assert (nodes[:4], nodes[-1]) == (["scenario", "planner", "user", "verifier"], "critic")


def test_it_is_interrupted_edited_resumed_rewound_and_forked(address: str) -> None:
    async def play() -> None:
        async with client(address) as asked:
            thread = (await asked.threads.create())["thread_id"]
            how: dict[str, Any] = {"context": CHOICE, "config": LIMIT}
            stopped = await asked.runs.wait(thread, "conversation", input={}, interrupt_before=["verifier"], **how)
            state = await asked.threads.get_state(thread)
            assert state["next"] == ["verifier"]
            await asked.threads.update_state(thread, {"request": "I want nothing in particular."})
            await asked.runs.wait(thread, "conversation", input=None, interrupt_after=["verifier"], **how)
            edited = await asked.threads.get_state(thread)
            assert (edited["next"], edited["values"]["sent_back"]) == (["user"], "user"), (
                "the edited request is turned down"
            )

            fork = {"checkpoint": state["checkpoint"]}
            await asked.runs.wait(thread, "conversation", input=None, interrupt_after=["verifier"], **fork, **how)
            forked = await asked.threads.get_state(thread)
            assert forked["next"] == ["assistant"], "from before the edit on, the request is the first one"
            assert forked["values"]["request"] == stopped["request"]
            history = await asked.threads.get_history(thread, limit=100)
            nexts = [tuple(one["next"]) for one in history]
            assert {("verifier",), ("user",), ("assistant",)} <= set(nexts)

    asyncio.run(play())


def test_a_person_plays_through_the_client(address: str) -> None:
    record = of_a_run()

    async def play() -> dict[str, Any]:
        async with client(address) as asked:
            thread = (await asked.threads.create())["thread_id"]
            given: dict[str, Any] = {"input": {}}
            for turn in record.turns:
                await asked.runs.wait(thread, "play_user", **given, context=CHOICE, config=LIMIT)
                state = await asked.threads.get_state(thread)
                scene = state["interrupts"][0]["value"]
                assert scene["role"] == "user"
                assert scene["wishes"]
                given = {"command": {"resume": turn.user}}
            await asked.runs.wait(thread, "play_user", **given, context=CHOICE, config=LIMIT)
            values: dict[str, Any] = (await asked.threads.get_state(thread))["values"]
            return values

    state = asyncio.run(play())
    assert [turn["user"] for turn in state["turns"]] == [turn.user for turn in record.turns]
    assert [turn["assistant"] for turn in state["turns"]] == [turn.assistant for turn in record.turns]
