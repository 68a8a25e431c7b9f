"""A live MCP server, a process of its own, answers in place of the simulation."""

import asyncio
import json
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from digit_tc.backend import Backend
from digit_tc.engine.job import prepare
from digit_tc.engine.run import run
from digit_tc.engine.tally import Tally
from digit_tc.errors import SettingsError
from digit_tc.live import server as connection
from digit_tc.live.server import Server
from digit_tc.settings import read_settings
from digit_tc.standins.live import LiveTool

from .conftest import RAW, catalogue

Make = Callable[..., Backend]

PROGRAM = """
import asyncio, os, sys
from mcp.server import MCPServer

server = MCPServer("orders")
busy = 0


@server.tool()
async def get_order(order_id: str) -> dict:
    global busy
    if order_id == "crash" or os.path.exists("broken"):
        os._exit(3)
    if order_id == "slow":
        await asyncio.sleep(60)
    if order_id == "absent":
        raise ValueError("no such order")
    busy += 1
    most = busy
    await asyncio.sleep(0.05)
    busy -= 1
    return {"order_id": order_id, "status": "shipped", "total": most}


@server.tool(name="track.order")
def track_order(order_id: str) -> dict:
    return {"order_id": order_id, "status": os.path.basename(os.getcwd()), "total": 1}


if len(sys.argv) > 1:
    server.run("streamable-http", host="127.0.0.1", port=int(sys.argv[1]))
else:
    server.run()
"""


@pytest.fixture
def command(tmp_path: Path) -> str:
    (tmp_path / "server.py").write_text(PROGRAM, encoding="utf-8")
    return shlex.join([sys.executable, "server.py"])


@pytest.fixture
def server(command: str, tmp_path: Path) -> Iterator[Server]:
    """A server of its own for a test that breaks it."""
    made = Server(command, tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="module")
def live_tool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], LiveTool]]:
    """Makes tools of one server that all tests share."""
    folder = tmp_path_factory.mktemp("shared")
    (folder / "server.py").write_text(PROGRAM, encoding="utf-8")
    server = Server(shlex.join([sys.executable, "server.py"]), folder)
    yield lambda name: Kept(server, catalogue()[name])
    server.close()


class Kept(LiveTool):
    """A tool that leaves its server running."""

    def close(self) -> None:
        """Others go on with the server."""


def code(backend: Backend, **arguments: Any) -> str:
    answer = backend.call("get_order", arguments)
    assert answer.is_error, answer
    return str(answer.result["error"]["code"])


def test_it_answers_and_the_simulated_tools_agree_with_it(backend: Make, live_tool: Callable[[str], LiveTool]) -> None:
    held = backend({"get_order": live_tool("get_order")})
    shown = held.call("get_order", {"order_id": "A-1"}).result
    assert shown == {"order_id": "A-1", "status": "shipped", "total": 1}
    assert held.call("track.order", {"order_id": "A-1"}).result == shown, "this one is simulated"
    assert held.call("cancel_order", {"order_id": "A-1"}).result["error"]["code"] == "precondition_failed"
    assert held.events[0]["answered_by"] == "mcp"


def test_its_errors_are_error_results(backend: Make, live_tool: Callable[[str], LiveTool]) -> None:
    held = backend({"get_order": live_tool("get_order")})
    assert code(held, order_id="absent") == "tool_error"
    assert code(held, order_id=1) == "invalid_arguments", "the server is not asked"
    assert held.call("get_order", {"order_id": "A-1"}).result["total"] == 1


def test_a_result_that_does_not_fit_is_an_error_result(backend: Make, live_tool: Callable[[str], LiveTool]) -> None:
    held = backend({"track.order": live_tool("track_order")})
    answer = held.call("track.order", {"order_id": "A-1"})
    assert answer.result["error"]["code"] == "invalid_result", "the status is none of those declared"
    assert "shared" in answer.result["error"]["message"], "the server runs in the folder that was named"


def test_an_answer_that_takes_too_long_is_an_error_result(
    backend: Make, live_tool: Callable[[str], LiveTool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "ANSWER", 0.3)
    assert code(backend({"get_order": live_tool("get_order")}), order_id="slow") == "tool_error"


def test_a_server_that_goes_away_is_no_answer_of_the_tool(backend: Make, server: Server) -> None:
    held = backend({"get_order": LiveTool(server, catalogue()["get_order"])})
    assert code(held, order_id="crash") == "simulation_failed"
    assert code(held, order_id="A-1") == "simulation_failed"


def test_a_server_over_http_answers(backend: Make, command: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([*shlex.split(command), str(port)], cwd=tmp_path, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        server = Server(f"http://127.0.0.1:{port}/mcp")
        held = backend({"get_order": LiveTool(server, catalogue()["get_order"])})
        assert held.call("get_order", {"order_id": "A-1"}).result["total"] == 1
    finally:
        held.close()
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server does not listen")


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("no_such_program_here --now", "cannot be reached: .*No such file"),
        (shlex.join([sys.executable, "-c", "raise SystemExit('the licence ran out')"]), "the licence ran out"),
        ("http://127.0.0.1:9/mcp", "cannot be reached"),
        ("'open", "close the quote"),
        ("''", "cannot be reached"),
    ],
)
def test_a_server_that_cannot_be_reached_is_one_sentence(address: str, word: str) -> None:
    with pytest.raises(SettingsError, match=word) as caught:
        Server(address).open()
    assert "\n" not in str(caught.value)


def test_a_tool_that_the_server_does_not_have_is_named(live_tool: Callable[[str], LiveTool]) -> None:
    with pytest.raises(SettingsError, match=r"has no tool 'list_orders'; it has get_order, track\.order"):
        live_tool("list_orders")


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    with pytest.raises(SettingsError, match=r"pip install 'digit-tc\[mcp\]'"):
        Server("anything").open()


def configured(folder: Path, command: str, num: int) -> Path:
    (folder / "orders.json").write_text(json.dumps([RAW[0]]), encoding="utf-8")
    text = f'[run]\ntools = ["orders.json"]\nnum = {num}\nturns = 1\n[tools.get_order]\nmcp = {json.dumps(command)}\n'
    (folder / "run.toml").write_text(text, encoding="utf-8")
    return folder / "run.toml"


def made(config: Path, concurrency: int) -> tuple[str, Tally]:
    """Runs what a file of settings asks for, and says how it ended."""
    job = prepare(read_settings(config, {"run": {"concurrency": concurrency}}))
    try:
        return asyncio.run(run(job, config.parent / "out"))
    finally:
        job.close()


def test_many_conversations_share_a_server_side_by_side(command: str, tmp_path: Path) -> None:
    """The total of an order is how many calls the server had in hand: one where conversations wait for each other."""
    ending, tally = made(configured(tmp_path, command, 60), concurrency=60)
    assert (ending, tally.started) == ("finished", 60)
    rows = [json.loads(line) for name in ("conversations", "rejected") for line in _lines(tmp_path, name)]
    events = [event for one in rows for event in one["world"]["events"] if event.get("answered_by") == "mcp"]
    assert len(events) >= 60
    assert max(event["result"]["total"] for event in events) > 5


def test_what_fails_because_a_server_went_away_is_tried_again(command: str, tmp_path: Path) -> None:
    config = configured(tmp_path, command, 3)
    (tmp_path / "broken").touch()
    _, tally = made(config, concurrency=1)
    assert tally.failed == 3
    reasons = [json.loads(line)["outcome"] for line in _lines(tmp_path, "rejected")]
    assert {(reason["code"], reason["retryable"]) for reason in reasons} == {("StandInError", True)}
    (tmp_path / "broken").unlink()
    _, tally = made(config, concurrency=1)
    assert (tally.failed, tally.started) == (0, 3)


def test_a_program_ends_even_if_nothing_is_closed(command: str, tmp_path: Path) -> None:
    program = """
import asyncio, sys
from digit_tc.live.server import Server
from digit_tc.background import Loop
server = Server(sys.argv[1])
server.open()
Loop().begin(asyncio.sleep(1000))
print(server.call("get_order", {"order_id": "A-1"}).result["status"])
"""
    arguments = [sys.executable, "-c", program, command]
    done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stdout.strip()) == (0, "shipped"), done.stderr


def _lines(folder: Path, name: str) -> list[str]:
    return (folder / "out" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
