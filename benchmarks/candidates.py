"""What an accepted conversation costs when candidates are asked for on demand, and when eight always are.

    python benchmarks/candidates.py [--num N] [--roles llm|hybrid] [TEMPER ...]

Against a server process of our own in each temper, at two calls a turn. The figures count; times do not matter here.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from digit_tc.engine.job import prepare
from digit_tc.engine.run import run
from digit_tc.engine.tally import Tally
from digit_tc.models.usage import Spending
from digit_tc.settings import read_settings
from digit_tc.testing.server import serve

WITS = ("digit_tc.testing.actors:act", "digit_tc.testing.judges:verifier", "digit_tc.testing.judges:critic")
WAYS: Mapping[str, Mapping[str, Any]] = {"on demand": {}, "best of 8": {"best_of": 8}}


def made(folder: Path, temper: Any, roles: str, num: int, way: Mapping[str, Any]) -> tuple[Tally, Spending]:
    """Returns what came of a run, and what it cost."""
    with serve(temper=temper, wits=WITS) as server:
        flags = {
            "run": {"num": num, "roles": roles, "out": str(folder), **way},
            "plan": {"max_calls": 2},
            "models": {"default": {"model": "m", "base_url": server.base_url, "seed": 1}},
        }
        with closing(prepare(read_settings(flags=flags))) as job:
            _, tally = asyncio.run(run(job, folder))
            return tally, job.models.ledger.total()


def main() -> None:
    """Prints a line for each temper and each way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tempers", nargs="*", default=["well-behaved", "sloppy"], metavar="TEMPER")
    parser.add_argument("--num", type=int, default=20, help="conversations that are started (20)")
    parser.add_argument("--roles", default="llm", help="role set (llm)")
    chosen = parser.parse_args()
    print(f"{'server':14}{'way':12}{'accepted':>10}{'calls a turn':>14}{'calls':>8}{'prompt':>10}{'completion':>12}")
    for temper in chosen.tempers:
        for name, way in WAYS.items():
            with tempfile.TemporaryDirectory() as folder:
                tally, spent = made(Path(folder) / "out", temper, chosen.roles, chosen.num, way)
            share = max(tally.accepted, 1)
            each = (spent.calls / max(tally.sums["turns"], 1), spent.calls / share)
            tokens = (spent.prompt_tokens / share, spent.completion_tokens / share)
            accepted = f"{tally.accepted}/{tally.started}"
            print(f"{temper:14}{name:12}{accepted:>10}{each[0]:14.2f}{each[1]:8.1f}{tokens[0]:10.0f}{tokens[1]:12.0f}")


if __name__ == "__main__":
    main()
