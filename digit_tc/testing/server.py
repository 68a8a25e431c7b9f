"""An OpenAI-compatible server on loopback that answers by the content of the request and fails as planned.

    python -m digit_tc.testing.server --port 0 --script rules.json

It prints one JSON line with its port, and ends when it is told to or, with --until-eof, when its standard input ends.
A script is a JSON list of rules; the first that fits a request answers it. It can be reached from this machine only.
"""

import argparse
import json
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter

from digit_tc.canonical import digest

HOST = "127.0.0.1"
Temper = Literal["", "echo-user"]


class Rule(BaseModel):
    """What is answered to requests that contain a text, or to requests of given numbers, counted from 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    contains: str = ""
    """Text in any message of the request; empty fits all."""
    requests: tuple[int, ...] = ()
    """Numbers of the requests that the rule is for; empty fits all."""
    reply: str | dict[str, Any] = ""
    """An object is sent as JSON text."""
    tool_calls: tuple[dict[str, Any], ...] = ()
    """Calls with `name` and `arguments`, sent beside the reply."""
    finish_reason: str = "stop"
    fault: Literal["", "cut", "garbage"] = ""
    """`cut` breaks the connection off in the middle of the body; `garbage` sends a body that is no answer."""
    status: int = 200
    """An HTTP status from 400 up sends `reply` as the error message."""
    retry_after: float | None = None
    """Seconds that the header Retry-After asks for."""
    delay: float = 0.0
    """Seconds to wait before the answer."""

    def fits(self, number: int, text: str) -> bool:
        """Tells whether the rule answers this request."""
        return (not self.requests or number in self.requests) and self.contains in text


class ScriptedServer(ThreadingHTTPServer):
    """Answers from its rules, then by its temper, and keeps the bodies of the requests it got."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, port: int, rules: Sequence[Rule], temper: Temper = "") -> None:
        super().__init__((HOST, port), _Handler)
        self.rules = tuple(rules)
        self.temper = temper
        self.bodies: list[dict[str, Any]] = []
        self.stopping = threading.Event()
        self._counting = threading.Lock()

    def rule(self, body: dict[str, Any]) -> Rule:
        """Counts a request and returns the rule that answers it."""
        with self._counting:
            self.bodies.append(body)
            number = len(self.bodies)
        text = "\n".join(_text(message) for message in body.get("messages", []))
        for rule in self.rules:
            if rule.fits(number, text):
                return rule
        if self.temper == "echo-user":
            return Rule(reply=echo_user(text))
        return Rule(status=400, reply="no rule of the script fits this request")


def echo_user(text: str) -> str:
    """Returns a sentence with the values that our user prompt lists."""
    _, _, rest = text.rpartition("<values>\n")
    with suppress(ValueError):
        values = json.loads(rest.partition("\n</values>")[0])
        return f"I need this done, please: {', '.join(str(value) for value in values)}."
    return "I need this done, please."


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
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
            self._send(404, _error("there is nothing here"))

    def do_POST(self) -> None:
        """Answers a chat request."""
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != "/v1/chat/completions":
            self._send(404, _error("there is nothing here"))
            return
        try:
            body = json.loads(raw)
        except ValueError:
            self._send(400, _error("the body is no JSON"))
            return
        rule = self.server.rule(body)
        self.server.stopping.wait(rule.delay)
        self._answer(rule, body)

    def _answer(self, rule: Rule, body: dict[str, Any]) -> None:
        headers = {} if rule.retry_after is None else {"Retry-After": f"{rule.retry_after:g}"}
        if rule.fault == "cut":
            self._cut(json.dumps(completion(rule, body)).encode())
        elif rule.fault == "garbage":
            self._send(rule.status, '<html>{"choices": [{"mess', headers)
        elif rule.status >= 400:
            self._send(rule.status, _error(str(rule.reply)), headers)
        elif body.get("stream"):
            self._write(rule.status, "text/event-stream", _stream(completion(rule, body)).encode(), headers)
        else:
            self._send(rule.status, completion(rule, body), headers)

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

    def _cut(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2])
        self.wfile.flush()
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


def completion(rule: Rule, body: dict[str, Any]) -> dict[str, Any]:
    """Returns the answer of a rule to a request; equal requests get equal answers, to the last byte."""
    text = rule.reply if isinstance(rule.reply, str) else json.dumps(rule.reply)
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if rule.tool_calls:
        message["tool_calls"] = [
            {
                "id": f"call_{index}",
                "type": "function",
                "function": {"name": call["name"], "arguments": json.dumps(call["arguments"])},
            }
            for index, call in enumerate(rule.tool_calls)
        ]
    prompt = sum(_tokens(_text(each)) for each in body.get("messages", []))
    reason = "tool_calls" if rule.tool_calls else rule.finish_reason
    return {
        "id": f"chatcmpl-{digest(body, text)[:24]}",
        "object": "chat.completion",
        "created": 0,
        "model": body.get("model", "scripted"),
        "choices": [{"index": 0, "message": message, "finish_reason": reason, "logprobs": None}],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": _tokens(text),
            "total_tokens": prompt + _tokens(text),
        },
    }


def _stream(whole: dict[str, Any]) -> str:
    """Returns the answer as server-sent events: one with the words, one with the end and the usage."""
    head = {key: whole[key] for key in ("id", "created", "model")} | {"object": "chat.completion.chunk"}
    choice = whole["choices"][0]
    calls = [{"index": index, **call} for index, call in enumerate(choice["message"].get("tool_calls", []))]
    delta = choice["message"] | ({"tool_calls": calls} if calls else {})
    words = {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    end = {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}]}
    usage = {**head, "choices": [], "usage": whole["usage"]}
    return "".join(f"data: {json.dumps(each)}\n\n" for each in (words, end, usage)) + "data: [DONE]\n\n"


def _text(message: Mapping[str, Any]) -> str:
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "\n".join(str(part.get("text", "")) for part in content)


def _tokens(text: str) -> int:
    return -(-len(text.encode()) // 4)


def _error(message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "scripted", "param": None, "code": None}}


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
def serve(rules: Sequence[Rule] = (), *, temper: Temper = "") -> Iterator[Served]:
    """Runs the server as a process of its own for the length of a `with` block."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "rules.json"
        script.write_text(json.dumps([rule.model_dump(mode="json") for rule in rules]), encoding="utf-8")
        command = [sys.executable, "-m", "digit_tc.testing.server", "--script", str(script), "--until-eof"]
        with subprocess.Popen(  # noqa: S603 - our own module under our own interpreter
            [*command, "--temper", temper], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
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
    parser.add_argument("--temper", choices=["", "echo-user"], default="", help="how to answer where no rule fits")
    parser.add_argument("--until-eof", action="store_true", help="end when standard input ends")
    chosen = parser.parse_args(arguments)
    content = chosen.script.read_text(encoding="utf-8") if chosen.script else "[]"
    server = ScriptedServer(chosen.port, TypeAdapter(tuple[Rule, ...]).validate_json(content), chosen.temper)
    with server:
        print(json.dumps({"port": server.server_address[1]}), flush=True)
        if chosen.until_eof:
            threading.Thread(target=_stop_at_eof, args=[server], daemon=True).start()
        with suppress(KeyboardInterrupt):
            server.serve_forever(poll_interval=0.05)


def _stop_at_eof(server: ScriptedServer) -> None:
    sys.stdin.read()
    server.stopping.set()
    server.shutdown()


if __name__ == "__main__":
    main()
