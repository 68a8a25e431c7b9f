"""Files, folders and live MCP servers, processes of their own, read together."""

import asyncio
import json
import logging
import os
import shlex
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from digit_tc.cli import run as digit_tc
from digit_tc.engine.job import prepare, read_tools
from digit_tc.engine.run import run
from digit_tc.errors import InputError, SettingsError
from digit_tc.live import server as connection
from digit_tc.settings import read_settings
from digit_tc.tools.reading import read_catalogue
from digit_tc.tools.sources import read_sources

SCRIPTED = Path(__file__).with_name("mcp_server.py")
TEXT = {"type": "string"}


def tool(name: str, *arguments: str, **more: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": dict.fromkeys(arguments, TEXT), "required": [*arguments]}
    return {"name": name, "inputSchema": schema, **more}


RICH = tool(
    "get.order",
    "order_id",
    title="Order",
    description="Show an order.",
    outputSchema={"type": "object", "properties": {"order_id": TEXT, "total": {"type": "number"}}, "x-unit": "EUR"},
    annotations={"readOnlyHint": True, "costHint": 3},
    _meta={"shop": {"rank": 1}},
    vendor={"unknown": [1, {"to": "MCP"}]},
)

Serve = Callable[..., str]


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    """Writes a script, and returns the source that is a server which follows it."""

    def made(*pages: Any, name: str = "orders") -> str:
        script = tmp_path / f"{name or 'nameless'}.script"
        script.write_text(json.dumps({"name": name, "pages": pages}), encoding="utf-8")
        return "mcp:" + shlex.join([sys.executable, str(SCRIPTED), str(script)])

    return made


def test_all_pages_are_read_and_nothing_is_lost(serve: Serve) -> None:
    pages = [{"tools": [RICH], "nextCursor": "a"}, {"tools": [], "nextCursor": "b"}, {"tools": [tool("ping")]}]
    source = serve(*pages)
    catalogue = read_sources([source])
    assert catalogue.names == ["get_order", "ping"]
    first = catalogue["get_order"]
    assert first.original == RICH
    assert first.annotations == {"title": "Order", "readOnlyHint": True, "costHint": 3}
    assert {(each.namespace, each.source.dialect, each.source.file) for each in catalogue} == {
        ("orders", "mcp", source)
    }
    assert [each.source.pointer for each in catalogue] == ["/tools/0", "/tools/1"]


def test_a_server_is_read_as_its_saved_answer_is(serve: Serve, tmp_path: Path) -> None:
    listed = {"tools": [RICH, tool("ping"), tool("ping", "host")]}
    (tmp_path / "orders.json").write_text(json.dumps({"jsonrpc": "2.0", "id": 1, "result": listed}), encoding="utf-8")
    live, saved = read_sources([serve(listed)]), read_catalogue([tmp_path / "orders.json"])
    assert live.fingerprint == saved.fingerprint
    assert [each.model_dump(exclude={"source"}) for each in live] == [
        each.model_dump(exclude={"source"}) for each in saved
    ]


def test_what_is_shown_of_a_server_is_a_file_to_read_again(
    serve: Serve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = serve({"tools": [RICH, tool("ping"), tool("ping", "host")]})
    assert digit_tc(["tools", "show", "--json", source]) == 0
    (tmp_path / "snapshot.json").write_text(capsys.readouterr().out, encoding="utf-8")
    live, again = read_tools((source,)), read_catalogue([tmp_path / "snapshot.json"])
    assert again.fingerprint == live.fingerprint
    assert [each.source.earlier for each in again] == [len(each.fixes) for each in live]
    told = {"source": {"earlier"}}  # what was mended before it was written
    assert [each.model_dump(exclude=told) for each in again] == [each.model_dump(exclude=told) for each in live]
    assert [each.alias for each in again] == ["get.order", "", "ping"] == [each.alias for each in live]


def test_files_folders_and_servers_are_one_catalogue(serve: Serve, tmp_path: Path) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    flat = {"name": "ping", "parameters": {"type": "object", "properties": {"host": TEXT}}}
    (tmp_path / "tools.json").write_text(json.dumps([flat]), encoding="utf-8")
    (folder / "others.json").write_text(json.dumps([{**flat, "name": "pong"}]), encoding="utf-8")
    sources = [str(tmp_path / "tools.json"), str(folder), serve({"tools": [tool("ping")]})]
    catalogue = read_sources(sources)
    assert catalogue.names == ["ping", "pong", "orders_ping"]
    assert catalogue["orders_ping"].alias == "ping"
    assert read_sources(sources[::-1]).names == ["ping", "pong", "tools_ping"], "in the order in which they are named"


def test_a_server_without_a_name_is_called_after_its_address(serve: Serve) -> None:
    source = serve({"tools": [tool("ping")]}, name="")
    assert read_sources([source])["ping"].namespace.endswith("nameless_script")


@pytest.mark.parametrize(
    ("pages", "said"),
    [
        ([{"tools": []}], "this MCP server has no tools; name another one or leave it out"),
        ([{"tools": [tool("a")], "nextCursor": "x"}], "its pages go round in a circle, at 'x'; mend the server"),
        ([{"tools": [{"name": "a"}]}], "tools.0.inputSchema: Field required, which is not what the protocol allows"),
        ([{"tools": "none"}], "tools: .*, which is not what the protocol allows"),
        ([{}], "tools: Field required, which is not what the protocol allows"),
        ([-32603], "does not list its tools: that does not work here"),
        ([None], "does not list its tools: no answer within 2 seconds; mend the server"),
        (["<html>"], "no answer within 2 seconds, and what it wrote to its standard output is no JSON-RPC"),
        ([{"tools": [tool("a") | {"inputSchema": {"type": "object", "$ref": "#/nowhere"}}]}], "#/tools/0/inputSchema"),
        ([{"tools": [tool("")]}], "#/tools/0: this tool has no name; give it a `name`"),
    ],
)
def test_what_a_server_cannot_say_is_one_sentence(
    serve: Serve, pages: list[Any], said: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(connection, "START", 2.0)
    with pytest.raises(InputError, match=said) as caught:
        read_sources([serve(*pages)])
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", ""), "the libraries are quiet"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("mcp:", "^mcp:: no server is named; write its command line"),
        ("mcp:no_such_program_here --now", "'no_such_program_here --now' cannot be reached: .*No such file"),
        ("http://a:enigma@127.0.0.1:9/mcp?key=enigma", r"'http://\*\*\*@127.0.0.1:9/mcp\?key=\*\*\*' cannot be"),
        ("mcp:'open", "close the quote"),
        (" ", "an empty word is no path"),
    ],
)  # fmt: skip
def test_a_source_that_cannot_be_used_is_one_sentence(source: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        read_sources([source])
    assert "\n" not in str(caught.value)
    assert "enigma" not in str(caught.value)


def test_a_server_that_never_answers_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "START", 1.0)
    program = f"import os, time; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(100)"
    with pytest.raises(SettingsError, match="cannot be reached: no answer within 1 seconds; start it or correct"):
        read_sources(["mcp:" + shlex.join([sys.executable, "-c", program])])
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text(encoding="utf-8")), 0)


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    with pytest.raises(SettingsError, match=r"pip install 'digit-tc\[mcp\]'"):
        read_sources(["http://127.0.0.1:9/mcp"])


def test_a_command_starts_beside_the_settings_or_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("settings", "here"):
        (tmp_path / name).mkdir()
        script = json.dumps({"name": name, "pages": [{"tools": [tool(f"from_{name}")]}]})
        (tmp_path / name / "relative.script").write_text(script, encoding="utf-8")
    source = "mcp:" + shlex.join([sys.executable, str(SCRIPTED), "relative.script"])
    config = tmp_path / "settings" / "run.toml"
    config.write_text(f"[run]\ntools = [{json.dumps(source)}]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "here")
    assert digit_tc(["tools", "show", "--json", "--config", str(config)]) == 0
    assert [each["name"] for each in json.loads(capsys.readouterr().out)] == ["from_settings"]
    assert digit_tc(["tools", "show", "--json", source, "--config", str(config)]) == 0
    assert [each["name"] for each in json.loads(capsys.readouterr().out)] == ["from_here"]
    assert digit_tc(["tools", "graph", source]) == 0


class Guarded(BaseHTTPRequestHandler):
    """An MCP server over HTTP that wants a password and a token."""

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers.get("Authorization") != "Basic YWRhOmVuaWdtYTE=" or "token=enigma2" not in self.path:
            self._send(401)
        elif "id" not in request:
            self._send(202)
        elif request["method"] == "initialize":
            known = {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}}
            self._send(200, request["id"], result={**known, "serverInfo": {"name": "vault", "version": "1"}})
        elif request["method"] == "tools/list":
            self._send(200, request["id"], result={"tools": [RICH]})
        else:
            self._send(200, request["id"], error={"code": -32601, "message": "not here"})

    def do_GET(self) -> None:
        self._send(405)

    def _send(self, status: int, identity: Any = None, **body: Any) -> None:
        text = json.dumps({"jsonrpc": "2.0", "id": identity, **body}).encode() if body else b""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that it has above
        """Says nothing."""


@pytest.fixture
def guarded() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Guarded)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}/mcp"
    server.shutdown()
    server.server_close()
    thread.join()


def test_no_secret_is_written_anywhere(
    guarded: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    source = f"http://ada:enigma1@{guarded}?token=enigma2"
    out = tmp_path / "out"
    assert digit_tc(["generate", "--tools", source, "--num", "2", "--turns", "1", "--out", str(out)]) == 0
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    shown = f"http://***@{guarded}?token=***"
    assert [each["file"] for each in manifest["tools"]] == [shown]
    assert manifest["settings"]["run"]["tools"] == [shown]
    assert digit_tc(["tools", "show", source]) == 0
    assert digit_tc(["generate", "--tools", source.replace("enigma2", "enigma3")]) == 2
    said, complained = capfd.readouterr()
    assert "vault" in said
    assert "cannot be reached" in complained
    config = tmp_path / "run.toml"
    config.write_text(f"[run]\ntools = {json.dumps(source)}\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_settings(config)
    written = [path.read_text(encoding="utf-8") for path in out.iterdir() if path.suffix in (".json", ".jsonl")]
    for text in (said, complained, caplog.text, str(caught.value), *written):
        assert "enigma" not in text
    assert shown in caplog.text, "what was asked is logged, without the secrets"


def test_the_secrets_of_a_tool_that_answers_are_not_written_either(tmp_path: Path) -> None:
    text = '[tools.ping]\nmcp = "http://ada:enigma1@h/mcp?token=enigma2"\n'
    (tmp_path / "run.toml").write_text(text, encoding="utf-8")
    settings = read_settings(tmp_path / "run.toml")
    assert settings.tools["ping"].mcp == "http://ada:enigma1@h/mcp?token=enigma2"
    assert settings.tools["ping"].answers == ("mcp", "http://***@h/mcp?token=***")
    assert "enigma" not in settings.model_dump_json()


PROGRAM = """
import sys
from mcp.server import MCPServer
from pydantic import BaseModel

class Order(BaseModel):
    order_id: str
    status: str
    total: float

server = MCPServer("orders")

@server.tool()
def list_orders(customer_email: str) -> list[Order]:
    "List the orders of a customer."

@server.tool()
def get_order(order_id: str) -> Order:
    "Show an order."

@server.tool()
def cancel_order(order_id: str, reason: str = "") -> Order:
    "Cancel an order. An order cannot be cancelled once it is shipped."

server.run("streamable-http", host="127.0.0.1", port=int(sys.argv[1])) if len(sys.argv) > 1 else server.run()
"""


@pytest.fixture
def command(tmp_path: Path) -> str:
    (tmp_path / "server.py").write_text(PROGRAM, encoding="utf-8")
    return shlex.join([sys.executable, str(tmp_path / "server.py")])


def test_a_server_of_the_sdk_is_read_over_stdio_and_over_http(command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([*shlex.split(command), str(port)], stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        address = f"http://127.0.0.1:{port}/mcp"
        plain, marked, local = (read_sources([each]) for each in (address, f"mcp:{address}", f"mcp:{command}"))
    finally:
        process.kill()
        process.wait()
    assert plain.names == ["list_orders", "get_order", "cancel_order"]
    assert plain.fingerprint == marked.fingerprint == local.fingerprint
    assert plain["get_order"].source.file == address
    assert plain["cancel_order"].required == ["order_id"]
    assert (plain["get_order"].output_schema or {})["required"] == ["order_id", "status", "total"]


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server does not listen")


@pytest.mark.long
def test_a_run_over_a_live_server_is_that_over_its_saved_answer(command: str, tmp_path: Path) -> None:
    live = read_sources([f"mcp:{command}"])
    (tmp_path / "orders.json").write_text(json.dumps({"tools": [each.original for each in live]}), encoding="utf-8")
    made = {}
    for name, source in (("live", f"mcp:{command}"), ("saved", str(tmp_path / "orders.json"))):
        with closing(prepare(read_settings(None, {"run": {"tools": [source], "num": 50}}))) as job:
            ending, tally = asyncio.run(run(job, tmp_path / name))
        assert ending == "finished"
        assert tally.accepted >= 48
        made[name] = [(tmp_path / name / file).read_bytes() for file in ("conversations.jsonl", "rejected.jsonl")]
    assert made["live"] == made["saved"]
