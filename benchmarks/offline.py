"""How fast offline runs are, and whether time grows with their number and memory does not.

    python benchmarks/offline.py [NUMBER ...]

Each number of conversations is made in a process of its own, so that peak memory is that of the run. Run it by hand,
on a machine that does nothing else.
"""

import json
import os
import resource
import sys
import tempfile
from pathlib import Path
from subprocess import DEVNULL, Popen

SIZES = (10, 100, 1_000, 10_000)
PROGRAM = "import sys; from digit_tc.cli import main; main()"
RSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in what the system calls one unit of resident memory."""


def measure(number: int, folder: Path) -> str:
    """Makes that many conversations and returns one row of the table."""
    command = [sys.executable, "-c", PROGRAM, "generate", "--num", str(number), "--out", str(folder)]
    process = Popen(command, stdout=DEVNULL, stderr=DEVNULL)  # noqa: S603 - our own program
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"generate --num {number} ended with exit code {process.returncode}")
    return row(number, folder, usage)


def row(number: int, folder: Path, usage: resource.struct_rusage) -> str:
    """Renders one run: wall seconds of the run, CPU seconds of the process, peak memory, size on disk."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    seconds = manifest["measurements"]["seconds"]
    cpu = usage.ru_utime + usage.ru_stime
    size = sum(path.stat().st_size for path in folder.iterdir())
    accepted = manifest["counts"]["accepted"] / number
    return (
        f"{number:>8,} {seconds:>10.1f} {number / seconds:>8.1f} {cpu:>10.1f} {accepted:>9.0%}"
        f" {usage.ru_maxrss * RSS_UNIT / 1e6:>9.0f} {size / 1e6:>9.1f}"
    )


def main() -> None:
    """Prints the table."""
    numbers = [int(argument) for argument in sys.argv[1:]] or SIZES
    print(f"{'number':>8} {'seconds':>10} {'per s':>8} {'CPU s':>10} {'accepted':>9} {'peak MB':>9} {'disk MB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            print(measure(number, Path(folder) / str(number)), flush=True)


if __name__ == "__main__":
    main()
