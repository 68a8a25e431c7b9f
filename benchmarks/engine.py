"""How many calls a second the engine makes and what a call costs it, beside bare clients and another program.

    python benchmarks/engine.py [--rounds N] [--num N] [--delay SECONDS] [--rival PYTHON | --make-rival] [NAME ...]

All play against one server with a fixed latency in a process of its own, client and server each on a core of its own
where the system can hold them there. First the engine plays its conversations to the server, which remembers its
answers; then every contender asks the same requests (the engine by making the conversations again), each in a fresh
process, one after the other, round by round, so that all rounds see the same machine. Printed are least, median and
greatest over the rounds:

  calls/s   over the middle of each run, from a tenth of its answers to seven tenths: neither ramp-up nor tail
  of ideal  of what so many in flight could at most be given: in flight / latency
  CPU ms    user and system time of the client process per call, all that it does included
  in bare   the same, in calls of bare AsyncOpenAI of the same round

`nodes` is the engine on kept replies, without a client: what graph, nodes, records and statistics cost per model call.
`data-designer` needs an environment of its own: `--rival` takes its Python, `--make-rival` makes one from PyPI.
`--profile NAME` runs one contender under cProfile and prints where the time goes. Times mean something only on a
machine that does nothing else.
"""

import argparse
import json
import os
import pstats
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from contenders import CONTENDERS
from latency import Latency, latency

from digit_tc.models.settings import ModelSettings

HERE = Path(__file__).resolve().parent
RIVAL = "data-designer"
VERSION = "0.9.6"
IN_FLIGHT = 256
_MIDDLE = (0.1, 0.7)
"""The share of the answers between which calls per second are counted."""
_NO_SERVER = ("nodes",)


@dataclass(frozen=True, slots=True)
class Bench:
    """What all runs share."""

    server: Latency
    folder: Path
    num: int
    delay: float
    rival: str

    def run(self, name: str, *further: str) -> str:
        """Runs a contender and returns what it printed."""
        out = self.folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        shared = ["--address", self.server.base_url, "--in-flight", str(IN_FLIGHT), "--folder", str(out)]
        shared += ["--bodies", str(self.folder / "bodies.json")]
        program = [self.rival, str(HERE / "rival.py")]
        if name != RIVAL:
            program = [sys.executable, str(HERE / "contenders.py"), name, "--num", str(self.num)]
        done = subprocess.run([*pinned(0), *program, *shared, *further], capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise SystemExit(f"{name} ended with exit code {done.returncode}:\n{done.stderr[-2000:]}")
        return done.stdout

    def measured(self, name: str) -> "Row":
        """Runs a contender and returns its figures."""
        before = len(self.server.stats().answered)
        told = json.loads(self.run(name).splitlines()[-1])
        times = self.server.stats().answered[before:]
        first, last = (int(share * len(times)) for share in _MIDDLE)
        rate = (
            (last - first) / (times[last] - times[first]) if name not in _NO_SERVER else told["calls"] / told["seconds"]
        )
        return Row(rate, 1000 * told["cpu"] / told["calls"])


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one run."""

    rate: float
    cpu: float


def pinned(core: int) -> list[str]:
    """Returns what stands before a command that is to stay on a core; nothing where that cannot be said."""
    found = shutil.which("taskset")
    return [found, "-c", str(core)] if found and (os.cpu_count() or 1) > 1 else []


@contextmanager
def bench(chosen: argparse.Namespace) -> Iterator[Bench]:
    """Starts the server and plays the conversations to it once."""
    with tempfile.TemporaryDirectory() as made, latency(chosen.delay, pinned=pinned(1)) as server:
        folder = Path(made)
        found = Bench(server, folder, chosen.num, chosen.delay, chosen.rival)
        found.run("recorded")
        (folder / "bodies.json").write_text(json.dumps(server.bodies()), encoding="utf-8")
        yield found


def table(rows: dict[str, list[Row]], delay: float) -> Iterator[str]:
    """Renders the figures of all contenders, a line each."""
    yield f"{'':15}{'calls/s':>22}{'of ideal':>10}{'CPU ms a call':>22}{'in bare':>22}"
    for name, found in rows.items():
        rates, costs = [row.rate for row in found], [row.cpu for row in found]
        shares = [row.cpu / bare.cpu for row, bare in zip(found, rows["bare"], strict=True)]
        ideal = f"{median(rates) / (IN_FLIGHT / delay):.0%}" if name not in _NO_SERVER else ""
        yield f"{name:15}{_spread(rates, 0):>22}{ideal:>10}{_spread(costs, 2):>22}{_spread(shares, 2):>22}"


def _spread(figures: Sequence[float], digits: int) -> str:
    return " ".join(f"{figure:.{digits}f}" for figure in (min(figures), median(figures), max(figures)))


def made_rival(folder: Path) -> str:
    """Makes an environment with the other program and returns its Python."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)  # noqa: S603
        wanted = f"{RIVAL}=={VERSION}"
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", wanted], check=True)  # noqa: S603
    return str(python)


def _names(chosen: argparse.Namespace) -> list[str]:
    there = [name for name in CONTENDERS if name != "recorded"]
    if "client" not in ModelSettings.model_fields:
        there.remove("engine-fast")
    if chosen.rival:
        there.append(RIVAL)
    return ["bare", *(name for name in chosen.names or there if name != "bare")]


def main() -> None:
    """Prints the table, or a profile."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[[], *CONTENDERS, RIVAL], metavar="NAME", help="contenders (all)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is run (5)")
    parser.add_argument("--num", type=int, default=300, help="conversations of the engine (300)")
    parser.add_argument("--delay", type=float, default=0.05, help="latency of the server in seconds (0.05)")
    parser.add_argument("--rival", default="", metavar="PYTHON", help=f"Python of an environment with {RIVAL}")
    parser.add_argument("--make-rival", type=Path, metavar="DIR", help=f"make that environment with {RIVAL} {VERSION}")
    parser.add_argument("--profile", metavar="NAME", choices=CONTENDERS, help="profile one contender instead")
    chosen = parser.parse_args()
    if chosen.make_rival:
        chosen.rival = made_rival(chosen.make_rival)
    with bench(chosen) as found:
        if chosen.profile:
            found.run(chosen.profile, "--profile", str(found.folder / "profile"))
            pstats.Stats(str(found.folder / "profile")).strip_dirs().sort_stats("cumtime").print_stats(60)
            return
        rows: dict[str, list[Row]] = defaultdict(list)
        for at in range(chosen.rounds):
            for name in _names(chosen):
                rows[name].append(found.measured(name))
            print(f"round {at + 1} of {chosen.rounds} done", file=sys.stderr, flush=True)
    for line in table(rows, chosen.delay):
        print(line)


if __name__ == "__main__":
    main()
