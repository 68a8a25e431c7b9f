"""An OpenAI-compatible server that answers every request after the same time and costs next to nothing itself.

    python benchmarks/latency.py [--delay SECONDS] [--text WORDS]

It answers by the content of the request, with the wits of `digit_tc.testing`, and remembers what it answered to each
body: once the requests of a benchmark have been played to it, a request costs it one look-up (0.1 to 0.2 ms), so that a
client on a core of its own is what is measured. With `--text`, it says the same to everybody. It prints one JSON line
with its port and ends with its standard input. `GET /stats` says when each request came and was answered, how many were
open at most, and what the process has spent; `GET /bodies` what it was asked, each body once.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digit_tc.testing.actors import act
from digit_tc.testing.completion import completions
from digit_tc.testing.judges import critic, verifier
from digit_tc.testing.rule import ChatRequest, Rule
from digit_tc.testing.tempers import native, plain

HOST = "127.0.0.1"
_WITS = (act, verifier, critic)
_END = b"\r\n\r\n"


class Answers:
    """What is answered to each body; `text` is said to everybody where it is not empty."""

    def __init__(self, text: str = "") -> None:
        self._text = text
        self._known: dict[bytes, bytes] = {}

    def of(self, body: bytes) -> bytes:
        """Returns a whole HTTP response; equal bodies get equal ones."""
        if body not in self._known:
            asked = json.loads(body)
            rules = [self._rule(ChatRequest(asked, sample)) for sample in range(asked.get("n") or 1)]
            self._known[body] = response(completions(rules, asked))
        return self._known[body]

    def bodies(self) -> list[Any]:
        """Returns the bodies so far, in the order in which they first came."""
        return [json.loads(body) for body in self._known]

    def _rule(self, request: ChatRequest) -> Rule:
        if self._text:
            return Rule(reply=self._text)
        for wit in _WITS:
            said = wit(request)
            if said is not None:
                return native(said if isinstance(said, Rule) else Rule(reply=said), request)
        return plain(request)


def response(content: Any) -> bytes:
    """Returns an HTTP response of JSON."""
    body = json.dumps(content).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Board:
    """What the server has seen; `clock` is CLOCK_MONOTONIC, which all processes of a machine share."""

    def __init__(self) -> None:
        self.open = 0
        self.most = 0
        self.arrived = array("d")
        self.answered = array("d")

    def came(self) -> None:
        """Counts a request."""
        self.open += 1
        self.most = max(self.most, self.open)
        self.arrived.append(time.monotonic())

    def went(self) -> None:
        """Counts an answer."""
        self.open -= 1
        self.answered.append(time.monotonic())

    def as_json(self) -> dict[str, Any]:
        """Returns it for `GET /stats`."""
        times = {"arrived": list(self.arrived), "answered": list(self.answered)}
        return {**times, "most_open": self.most, "cpu": time.process_time()}


class Connection(asyncio.Protocol):
    """One connection: HTTP/1.1, kept alive, one request after the other."""

    def __init__(self, answers: Answers, board: Board, delay: float) -> None:
        self._answers, self._board, self._delay = answers, board, delay
        self._held = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Is told where to answer."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answers when a request is whole."""
        self._held += data
        head, found, rest = self._held.partition(_END)
        if not found:
            return
        lowered = head.lower()
        _, named, length = lowered.partition(b"content-length:")
        size = int(length.partition(b"\r\n")[0]) if named else 0
        if len(rest) < size:
            return
        self._held = rest[size:]
        if lowered.startswith(b"post"):
            self._board.came()
            began = time.perf_counter()
            answer = self._answers.of(rest[:size])
            left = self._delay - (time.perf_counter() - began)
            asyncio.get_running_loop().call_later(max(left, 0.0), self._answer, answer)
        else:
            told = self._answers.bodies() if b" /bodies " in head else self._board.as_json()
            self._transport.write(response(told))

    def _answer(self, answer: bytes) -> None:
        self._board.went()
        if not self._transport.is_closing():
            self._transport.write(answer)


async def _serve(delay: float, text: str) -> None:
    answers, board, loop = Answers(text), Board(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(answers, board, delay), HOST, 0, backlog=1024)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


@dataclass(frozen=True, slots=True)
class Stats:
    """What the server has seen so far; times in seconds of CLOCK_MONOTONIC."""

    arrived: Sequence[float]
    answered: Sequence[float]
    most_open: int
    cpu: float
    """CPU seconds of the server."""


@dataclass(frozen=True, slots=True)
class Latency:
    """A running server."""

    port: int

    @property
    def base_url(self) -> str:
        """The address that a client is given."""
        return f"http://{HOST}:{self.port}/v1"

    def stats(self) -> Stats:
        """Returns what the server has seen so far."""
        return Stats(**self._told("stats"))

    def bodies(self) -> list[dict[str, Any]]:
        """Returns what the server was asked, each body once."""
        found: list[dict[str, Any]] = self._told("bodies")
        return found

    def _told(self, what: str) -> Any:
        with urllib.request.urlopen(f"http://{HOST}:{self.port}/{what}", timeout=60) as answer:
            return json.load(answer)


@contextmanager
def latency(delay: float, text: str = "", pinned: Sequence[str] = ()) -> Iterator[Latency]:
    """Runs the server as a process of its own for the length of a `with` block.

    Args:
        delay: Seconds from a request to its answer.
        text: What is said to everybody; empty lets the wits answer.
        pinned: What stands before the command, such as `taskset -c 1`.
    """
    command = [*pinned, sys.executable, str(Path(__file__).resolve()), "--delay", str(delay), "--text", text]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Latency(int(json.loads(process.stdout.readline())["port"]))
        finally:
            process.stdin.close()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=5)
            process.kill()


def main() -> None:
    """Serves until standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--delay", type=float, default=0.05, help="seconds from a request to its answer (0.05)")
    parser.add_argument("--text", default="", help="what is said to everybody")
    chosen = parser.parse_args()
    asyncio.run(_serve(chosen.delay, chosen.text))


if __name__ == "__main__":
    main()
