"""How long it takes until help is printed, and until the first request reaches the server.

    python benchmarks/startup.py [--rounds N]

Bare Python, `digit-tc --help` and runs with model-driven roles take turns, each a process of its own, so that a ratio
compares neighbours. A first request is timed from the start of the command to its arrival at a server of our own, by
the clock that the processes of a machine share. Printed are least, median and greatest.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from latency import Latency, latency

from digit_tc.models.settings import ModelSettings

PROGRAM = "import sys; from digit_tc.cli import main; main()"
CLIENTS = ("openai", "fast")
MOST_HELP = 10.0
"""Times bare Python that help may take."""
MOST_FIRST = 3.5
"""Seconds that the first request may take."""


def taken(*arguments: str) -> float:
    """Returns the wall seconds of a Python process."""
    began = time.monotonic()
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with exit code {done.returncode}:\n{done.stderr[-2000:]}")
    return time.monotonic() - began


def first_request(server: Latency, client: str, folder: Path) -> float:
    """Returns the seconds from the start of a run to its first request."""
    before = len(server.stats().arrived)
    flags = ["--roles", "llm", "--model", "m", "--base-url", server.base_url, "--num", "4", "--out", str(folder)]
    if "client" in ModelSettings.model_fields:
        flags += ["--client", client]
    began = time.monotonic()
    taken("-c", PROGRAM, "generate", *flags)
    return server.stats().arrived[before] - began


def rounds(number: int) -> dict[str, list[float]]:
    """Returns seconds and ratios, a figure for each round."""
    found: dict[str, list[float]] = defaultdict(list)
    clients = CLIENTS if "client" in ModelSettings.model_fields else CLIENTS[:1]
    with latency(0.05) as server, tempfile.TemporaryDirectory() as folder:
        for at in range(number + 1):
            bare, told = taken("-c", "pass"), taken("-c", PROGRAM, "--help")
            figures = {"bare Python, s": bare, "--help, s": told, "--help / bare": told / bare}
            figures |= {
                f"first request ({client}), s": first_request(server, client, Path(folder) / f"{client}{at}")
                for client in clients
            }
            for name, figure in figures.items() if at else ():  # the first round fills the caches of the disk
                found[name].append(figure)
    return found


def lines(found: dict[str, Sequence[float]]) -> Iterator[str]:
    """Renders the figures."""
    yield f"{'':30}{'least':>8}{'median':>8}{'greatest':>10}{'at most':>9}"
    for name, figures in found.items():
        bound = MOST_HELP if name.endswith("bare") else MOST_FIRST if name.startswith("first") else None
        most = "" if bound is None else f"{bound:.1f}"
        yield f"{name:30}{min(figures):8.3f}{median(figures):8.3f}{max(figures):10.3f}{most:>9}"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7, help="how often each is run (7)")
    for line in lines(dict(rounds(parser.parse_args().rounds))):
        print(line)


if __name__ == "__main__":
    main()
