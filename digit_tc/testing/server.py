"""An OpenAI-compatible server on loopback that answers by the content of the request and fails as planned.

    python -m digit_tc.testing.server --port 0 --script rules.json

It prints one JSON line with its port, and ends when it is told to or, with --until-eof, when its standard input ends.
A script is a JSON list of rules; the first that fits a request answers it, whatever the temper. Requests that no rule
fits are answered by wits, functions from request to reply (`digit_tc.testing.rule.Wit`) given by import string, and
where they know no answer by one that fits and means nothing. It can be reached from this machine only.
"""

import argparse
import json
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter

from digit_tc.testing.completion import completion, completions, refusal, stream
from digit_tc.testing.rule import ChatRequest, Rule, Wit
from digit_tc.testing.tempers import Temper, drifting, echo_user, failing, native, plain, sloppy

__all__ = ["Rule", "ScriptedServer", "Served", "completion", "echo_user", "main", "serve"]

HOST = "127.0.0.1"
_NONSENSE = {"garbage": '<html>{"choices": [{"mess', "hollow": '{"object": "chat.completion", "choices": []}'}


class ScriptedServer(ThreadingHTTPServer):
    """Answers from its rules, then from its wits, each in its temper, and keeps the bodies of the requests it got."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, port: int, rules: Sequence[Rule], temper: Temper = "", wits: Sequence[Wit] = ()) -> None:
        super().__init__((HOST, port), _Handler)
        self.rules = tuple(rules)
        self.temper = temper
        self.wits = tuple(wits)
        self.bodies: list[dict[str, Any]] = []
        self.stopping = threading.Event()
        self._counting = threading.Lock()
        self._times: Counter[str] = Counter()

    def rule(self, body: dict[str, Any]) -> list[Rule]:
        """Counts a request and returns what answers it, once for each choice that it wants."""
        request = ChatRequest(body)
        with self._counting:
            self.bodies.append(body)
            number, times = len(self.bodies), self._times[request.name]
            self._times[request.name] += 1
        for rule in self.rules:
            if rule.fits(number, request.text):
                return [rule]
        if self.temper == "failing":
            answer = self._answer(request)
            return [failing(answer, request, times)]
        return [self._tempered(ChatRequest(body, sample)) for sample in range(body.get("n") or 1)]

    def _tempered(self, request: ChatRequest) -> Rule:
        answer = self._answer(request)
        if self.temper == "sloppy":
            return sloppy(answer, request)
        return drifting(answer, request) if self.temper == "drifting" else answer

    def _answer(self, request: ChatRequest) -> Rule:
        for wit in () if self.temper == "random" else self.wits:
            said = wit(request)
            if said is not None:
                rule = said if isinstance(said, Rule) else Rule(reply=said)
                return rule if self.temper == "sloppy" else native(rule, request)
        if self.temper == "echo-user":
            return Rule(reply=echo_user(request.text))
        return plain(request) if self.temper else Rule(status=400, reply="no rule of the script fits this request")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # the body would else wait for the acknowledgement of the headers, 40 ms
    server: ScriptedServer

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the interface names it so
        """Keeps quiet: the caller reads the port from the output."""

    def do_GET(self) -> None:
        """Answers with the models, or with the bodies of the requests so far."""
        if self.path == "/v1/models":
            self._send(200, {"object": "list", "data": [{"id": "scripted", "object": "model"}]})
        elif self.path == "/requests":
            self._send(200, list(self.server.bodies))
        else:
            self._send(404, refusal("there is nothing here"))

    def do_POST(self) -> None:
        """Answers a chat request."""
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != "/v1/chat/completions":
            self._send(404, refusal("there is nothing here"))
            return
        try:
            body = json.loads(raw)
        except ValueError:
            self._send(400, refusal("the body is no JSON"))
            return
        rules = self.server.rule(body)
        self.server.stopping.wait(rules[0].delay)
        self._answer(rules, body)

    def _answer(self, rules: list[Rule], body: dict[str, Any]) -> None:
        rule, whole = rules[0], completions(rules, body)
        headers = {} if rule.retry_after is None else {"Retry-After": f"{rule.retry_after:g}"}
        kind = "text/event-stream" if body.get("stream") else "application/json"
        content = stream(whole) if body.get("stream") else json.dumps(whole)
        if rule.fault in ("cut", "reset"):
            self._cut(kind, content.encode(), 0 if rule.fault == "reset" else len(content) // 2)
        elif rule.fault:
            self._send(rule.status, _NONSENSE[rule.fault], headers)
        elif rule.status >= 400:
            self._send(rule.status, refusal(str(rule.reply), rule.code), headers)
        else:
            self._write(rule.status, kind, content.encode(), headers)

    def _send(self, status: int, content: Any, headers: Mapping[str, str] | None = None) -> None:
        text = content if isinstance(content, str) else json.dumps(content)
        self._write(status, "application/json", text.encode(), headers or {})

    def _write(self, status: int, kind: str, content: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        with suppress(ConnectionError):  # a client that gave up waiting is part of the play
            self.end_headers()
            self.wfile.write(content)

    def _cut(self, kind: str, content: bytes, length: int) -> None:
        if length:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[:length])
            self.wfile.flush()
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True, slots=True)
class Served:
    """A running server process."""

    port: int

    @property
    def base_url(self) -> str:
        """The address that a client is given."""
        return f"http://{HOST}:{self.port}/v1"

    def requests(self) -> list[dict[str, Any]]:
        """Returns the bodies of the chat requests so far, each try of a client counted."""
        with urllib.request.urlopen(f"http://{HOST}:{self.port}/requests", timeout=10) as answer:
            found: list[dict[str, Any]] = json.load(answer)
        return found


@contextmanager
def serve(rules: Sequence[Rule] = (), *, temper: Temper = "", wits: Sequence[str] = ()) -> Iterator[Served]:
    """Runs the server as a process of its own for the length of a `with` block.

    Args:
        rules: What is answered before anything else.
        temper: How other requests are answered.
        wits: Import strings of functions that know answers: `pkg.mod:name` or `file.py:name`.
    """
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "rules.json"
        script.write_text(json.dumps([rule.model_dump(mode="json") for rule in rules]), encoding="utf-8")
        command = [sys.executable, "-m", "digit_tc.testing.server", "--script", str(script), "--until-eof"]
        with subprocess.Popen(  # noqa: S603 - our own module under our own interpreter
            [*command, "--temper", temper, *chain.from_iterable(("--wit", wit) for wit in wits)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                line = process.stdout.readline()
                yield Served(int(json.loads(line)["port"]))
            finally:
                process.stdin.close()
                try:
                    process.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    process.kill()


def main(arguments: Sequence[str] | None = None) -> None:
    """Serves until interrupted, or until standard input ends."""
    parser = argparse.ArgumentParser(prog="python -m digit_tc.testing.server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--script", type=Path, help="a JSON file with a list of rules")
    parser.add_argument("--temper", choices=get_args(Temper), default="", help="how to answer where no rule fits")
    parser.add_argument("--wit", action="append", default=[], help="import string of a function from request to reply")
    parser.add_argument("--until-eof", action="store_true", help="end when standard input ends")
    chosen = parser.parse_args(arguments)
    content = chosen.script.read_text(encoding="utf-8") if chosen.script else "[]"
    rules = TypeAdapter(tuple[Rule, ...]).validate_json(content)
    server = ScriptedServer(chosen.port, rules, chosen.temper, [_wit(spec) for spec in chosen.wit])
    with server:
        print(json.dumps({"port": server.server_address[1]}), flush=True)
        if chosen.until_eof:
            threading.Thread(target=_stop_at_eof, args=[server], daemon=True).start()
        with suppress(KeyboardInterrupt):
            server.serve_forever(poll_interval=0.05)


def _wit(spec: str) -> Wit:
    from digit_tc.importing import load_object  # noqa: PLC0415 - most servers need none

    found: Wit = load_object(spec)
    return found


def _stop_at_eof(server: ScriptedServer) -> None:
    sys.stdin.read()
    server.stopping.set()
    server.shutdown()


if __name__ == "__main__":
    main()
