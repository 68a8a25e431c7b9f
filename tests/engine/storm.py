"""Makes a run in a process that is killed again and again, until it is finished; prints what it came to as JSON.

    python tests/engine/storm.py FOLDER --num 40 --kills 8 --signal KILL [--base-url URL] [--processes 2]

Each life of the run is a fork of this process, which has read and compiled everything once: what is killed is a real
process, at a random moment of its work, without the seconds that a start takes. After every death the store is read:
what had ended by then must never be begun again.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from digit_tc.engine.job import Job, prepare
from digit_tc.engine.run import run
from digit_tc.engine.store import NAME, reading
from digit_tc.errors import DigitError
from digit_tc.settings import read_settings

STOPPED, BROKEN = 3, 4


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--num", type=int, default=40)
    parser.add_argument("--kills", type=int, default=8)
    parser.add_argument("--signal", default="KILL")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=0.5, help="the longest life before a kill")
    parser.add_argument("--base-url", default="")
    parser.add_argument("--turns", default="1-2")
    parser.add_argument("--concurrency", type=int, default=8)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--checkpoint", default="none")
    chosen = parser.parse_args()
    settings = {name: getattr(chosen, name) for name in ("num", "turns", "concurrency", "processes", "checkpoint")}
    flags: dict[str, Any] = {"run": settings}
    if chosen.base_url:
        flags["models"] = {"default": {"model": "m", "base_url": chosen.base_url}}
        flags["roles"] = {"user": {"use": "digit_tc.nodes.user:LLMUser"}}
    with closing(prepare(read_settings(flags=flags))) as job:
        print(json.dumps(storm(job, chosen)))


def storm(job: Job, chosen: argparse.Namespace) -> dict[str, Any]:
    """Kills the run as often as is asked for, then lets it finish."""
    draw, sign = random.Random(chosen.seed), getattr(signal, f"SIG{chosen.signal}")
    ended: dict[int, int] = {}
    again: list[int] = []
    deaths = lives = 0
    while True:
        lives += 1
        life = draw.uniform(0, chosen.seconds) if deaths < chosen.kills else None
        code = live(job, chosen.folder, life, sign)
        deaths += code != 0
        now = attempts(chosen.folder)
        again += [index for index, count in ended.items() if now[index] != count]
        ended.update(now)
        if code in (0, BROKEN):
            break
    return {"deaths": deaths, "lives": lives, "again": again, "ended": len(ended), "code": code}


def live(job: Job, folder: Path, life: float | None, sign: signal.Signals) -> int:
    """Lets the run work in a process of its own, for so many seconds, and returns its exit code."""
    child = os.fork()
    if not child:
        os._exit(work(job, folder))
    if life is not None:
        time.sleep(life)
        os.kill(child, sign)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def work(job: Job, folder: Path) -> int:
    try:
        ending, _ = asyncio.run(run(job, folder))
    except DigitError as error:
        print(error, file=sys.stderr)
        return BROKEN
    return STOPPED if ending == "interrupted" else 0


def attempts(folder: Path) -> dict[int, int]:
    """Returns how often each scenario was begun that has ended and is not to be tried again."""
    if not (folder / NAME).is_file():
        return {}
    with reading(folder / NAME) as store:
        return store.attempts()


if __name__ == "__main__":
    main()
