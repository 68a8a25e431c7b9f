"""What a conversation in flight takes, at twenty messages.

    python benchmarks/memory.py [--messages N] [FEW MANY]

The engine runs with model-driven roles against a server of our own, once with few conversations in flight and once
with many, each in a process of its own. When a conversation has so many messages its user waits, until all are there.
Printed is what many take more than few, per conversation: peak resident memory, caches and connections included.
Whether memory grows with the number of conversations, `benchmarks/offline.py` shows.
"""

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from langgraph.runtime import Runtime
from latency import latency

from digit_tc.context import Context
from digit_tc.engine.job import prepare
from digit_tc.engine.run import run
from digit_tc.graphs.conversation import build
from digit_tc.nodes.assistant import LLMAssistant
from digit_tc.nodes.critic import LLMCritic
from digit_tc.nodes.planner import LLMPlanner
from digit_tc.nodes.tool_simulator import LLMToolSimulator
from digit_tc.nodes.user import LLMUser
from digit_tc.nodes.verifier import LLMVerifier
from digit_tc.settings import read_settings
from digit_tc.state import ConversationState, Update

MOST = 300.0
"""Kilobytes that a conversation may take."""
_UNIT = 1 if sys.platform == "darwin" else 1024
_STILL = 3.0
_IDLE = 0.05
"""All are there when for so many seconds the process needs less than this share of a core: some end earlier."""
_TURNS = "8-8"


class Hall:
    """Where conversations wait for the end of the run."""

    def __init__(self) -> None:
        self.waiting = 0

    async def wait(self) -> None:
        """Waits until the run is broken off."""
        self.waiting += 1
        await asyncio.Event().wait()

    async def filled(self) -> None:
        """Waits until all are there that come: nobody works any more."""
        busy = True
        while busy:
            spent = time.process_time()
            await asyncio.sleep(_STILL)
            busy = time.process_time() - spent > _IDLE * _STILL


@dataclass(frozen=True, slots=True)
class PatientUser(LLMUser):
    """Waits for the other conversations before the message that makes it the number wanted."""

    hall: Hall | None = None
    messages: int = 20

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        """Writes the user's next message."""
        assert self.hall is not None
        if len(state.get("messages", ())) >= self.messages - 1:
            await self.hall.wait()
        return await LLMUser.__call__(self, state, runtime)


async def held(address: str, in_flight: int, messages: int, folder: Path) -> dict[str, Any]:
    """Runs so many conversations at once; returns how many waited, and the peak of memory in bytes."""
    hall = Hall()
    flags = {
        "run": {"num": in_flight, "concurrency": in_flight, "roles": "llm", "turns": _TURNS, "out": str(folder)},
        "models": {"default": {"model": "m", "base_url": address}},
    }
    graph = build(
        planner=LLMPlanner(),
        user=PatientUser(hall=hall, messages=messages),
        verifier=LLMVerifier(),
        assistant=LLMAssistant(),
        tool_simulator=LLMToolSimulator(),
        critic=LLMCritic(),
    )
    with closing(prepare(read_settings(flags=flags))) as job:
        work = asyncio.create_task(run(replace(job, graph=graph.compile()), folder))
        await hall.filled()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
    return {"waited": hall.waiting, "peak": peak}


def measured(in_flight: int, messages: int, address: str) -> dict[str, Any]:
    """Holds so many conversations in a process of its own."""
    command = [sys.executable, __file__, "--hold", address, "--messages", str(messages), str(in_flight)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)  # noqa: S603
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    """Prints the figures, or holds conversations and says what they took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("numbers", nargs="*", type=int, default=[32, 256], help="conversations in flight (32 256)")
    parser.add_argument("--messages", type=int, default=20, help="messages at which they wait (20)")
    parser.add_argument("--hold", default="", metavar="URL", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.hold:
        with tempfile.TemporaryDirectory() as folder:
            found = asyncio.run(held(chosen.hold, chosen.numbers[0], chosen.messages, Path(folder) / "out"))
        print(json.dumps(found))
        return
    with latency(0.0) as server:
        few, many = (measured(number, chosen.messages, server.base_url) for number in chosen.numbers)
    for found in (few, many):
        print(f"{found['waited']:>5} waiting at {chosen.messages} messages: peak {found['peak'] / 1e6:.0f} MB")
    each = (many["peak"] - few["peak"]) / (many["waited"] - few["waited"]) / 1e3
    print(f"{each:.0f} kB for each conversation in flight; at most {MOST:.0f}")


if __name__ == "__main__":
    main()
