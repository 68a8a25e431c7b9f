"""What step checkpoints cost: bytes, CPU and wall time for short and long conversations, beside runs without them.

    python benchmarks/checkpoints.py [--num N] [--rounds N]

Conversations of about 20 and of about 160 super-steps are made offline, one after another, each kind of saver in a
process of its own, in rounds that take turns; figures are medians of the rounds, with the least and the greatest.
`kB` is the size of the file, `written kB` all that the process wrote, with the write-ahead log (Linux only), both for
each conversation. Where `langgraph-checkpoint-sqlite` is installed, LangGraph's own saver is measured beside ours. The
last lines hold the long conversations against the short ones.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from subprocess import run
from typing import Any

from digit_tc.engine.checkpoints import opened
from digit_tc.engine.job import prepare
from digit_tc.settings import read_settings

TURNS = {20: "2", 160: "18"}
"""Turns that come to about so many super-steps."""
SAVERS = ("none", "step", *(["library"] if find_spec("langgraph.checkpoint.sqlite") else []))
IO = Path("/proc/self/io")


@asynccontextmanager
async def saving(saver: str, path: Path) -> AsyncIterator[Any]:
    """Opens one of the savers."""
    if saver == "none":
        yield None
    elif saver == "step":
        with closing(opened(path)) as own:
            yield own
    else:
        from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver  # noqa: PLC0415 - not among our dependencies

        async with AsyncSqliteSaver.from_conn_string(str(path)) as theirs:
            yield theirs


def written() -> int:
    """Returns the bytes that this process has given to write so far."""
    return int(IO.read_text().splitlines()[1].split()[1]) if IO.exists() else 0


async def measure(saver: str, steps: int, num: int, path: Path) -> dict[str, float]:
    """Makes conversations with a saver and returns what they cost, the first one left out."""
    with closing(prepare(read_settings(flags={"run": {"turns": TURNS[steps]}, "strata": {"plain": 100}}))) as job:
        made = 0
        async with saving(saver, path) as given:
            graph = job.graph.copy({"checkpointer": given})
            begun = (0.0, 0.0, 0)
            for index in range(num + 1):
                config: Any = {"recursion_limit": 5000, "configurable": {"thread_id": str(index)}}
                if index == 1:
                    begun, made = (time.process_time(), time.perf_counter(), written()), 0
                async for _ in graph.astream({}, context=job.context(index), stream_mode="values", config=config):
                    made += 1
                if saver == "step":
                    given.forget(str(index))
            ended = (time.process_time(), time.perf_counter(), written())
    size = path.stat().st_size if path.exists() else 0
    return {
        "steps": made / num,
        "CPU ms/step": (ended[0] - begun[0]) * 1e3 / made,
        "wall ms/step": (ended[1] - begun[1]) * 1e3 / made,
        "kB": size / (num + 1) / 1e3,
        "written kB": (ended[2] - begun[2]) / num / 1e3,
    }


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--num", type=int, default=10, help="conversations of each kind")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--one", nargs=3, metavar=("SAVER", "STEPS", "FILE"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        saver, steps, file = chosen.one
        print(json.dumps(asyncio.run(measure(saver, int(steps), chosen.num, Path(file)))))
        return
    found: dict[tuple[str, int], list[dict[str, float]]] = defaultdict(list)
    for _ in range(chosen.rounds):
        for steps in TURNS:
            for saver in SAVERS:
                found[saver, steps].append(apart(saver, steps, chosen.num))
    report(found)


def apart(saver: str, steps: int, num: int) -> dict[str, float]:
    """Measures in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--num", str(num), "--one", saver, str(steps), f"{folder}/file"]
        said = run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - ourselves
    measured: dict[str, float] = json.loads(said)
    return measured


def report(found: dict[tuple[str, int], list[dict[str, float]]]) -> None:
    """Prints one line for each saver and length, then the long ones by the short ones."""
    for (saver, _), rounds in found.items():
        cells = []
        for name in rounds[0]:
            values = [one[name] for one in rounds]
            cells.append(f"{name} {median(values):.2f} ({min(values):.2f} to {max(values):.2f})")
        print(f"{saver:>8}: {', '.join(cells)}")
    short, long = TURNS
    for saver in SAVERS[1:]:
        ratios = [
            f"{name} {median(one[name] for one in found[saver, long]) / least:.1f} times"
            for name in ("steps", "kB", "written kB")
            if (least := median(one[name] for one in found[saver, short]))
        ]
        print(f"{saver:>8}: long by short: {', '.join(ratios)}")


if __name__ == "__main__":
    main()
