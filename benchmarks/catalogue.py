"""What a large catalogue costs, and how that grows with the number of its tools.

    python benchmarks/catalogue.py [NUMBER ...]

For each number a seeded catalogue of so many tools is made up: several namespaces and one large file without, half of
the tools with outputs, some without types, some nearly the same. Starts are real processes of `digit-tc generate` that
make one conversation, imports and the report at the end included. Run it by hand, on a machine that does nothing else.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from subprocess import DEVNULL, Popen
from typing import Any

from digit_tc.engine.job import read_tools
from digit_tc.engine.mixing import load_mix
from digit_tc.settings import read_settings
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.duplicates import near_duplicates

SIZES = (1_000, 5_000, 20_000)
PROGRAM = "import sys; from digit_tc.cli import main; main()"
RSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in what the system calls one unit of resident memory."""
DRAWS = 200

VERBS = "get search create update delete list find book cancel check calculate send add remove schedule track"
NOUNS = (
    "order user invoice flight hotel ticket product account payment project task meeting patient appointment device"
    " movie recipe restaurant book song event contact message document folder vehicle policy claim loan stock weather"
    " city school course student employee team sprint issue server database campaign coupon shipment warehouse supplier"
    " contract lease property garden animal race match player league museum exhibit ticket tour booking cruise"
)
SYLLABLES = "ba co di fe gu la mo ni pe ru sa to vi we zu"
PROPERTIES: dict[str, dict[str, Any]] = {
    "city": {"type": "string", "description": "Name of the city"},
    "date": {"type": "string", "format": "date", "description": "The day on which it takes place"},
    "email": {"type": "string", "description": "E-mail address of the customer"},
    "amount": {"type": "number", "description": "The amount in dollars"},
    "status": {"type": "string", "enum": ["open", "closed", "pending"], "description": "How it stands"},
    "limit": {"type": "integer", "description": "How many results are returned at most"},
    "title": {"type": "string", "description": "A short title"},
    "note": {"type": "string", "description": "Anything that should be remembered"},
    "quantity": {"type": "integer", "minimum": 1, "description": "How many of them"},
    "language": {"type": "string", "description": "Language of the answer"},
}


def tools(number: int) -> Iterator[dict[str, Any]]:
    """Yields the tools of a catalogue; the first ones of a larger catalogue are those of a smaller one."""
    made: list[dict[str, Any]] = []
    for at in range(number):
        stream = Stream("catalogue", at)
        tool = _twin(stream.choice(made), stream) if made and stream.chance(0.08) else _tool(stream)
        made = [*made[-200:], tool]
        yield tool


def _tool(stream: Stream) -> dict[str, Any]:
    verb, noun, kind = stream.choice(VERBS.split()), stream.choice(NOUNS.split()), _word(stream)
    spoken = " ".join(_word(stream) for _ in range(stream.integer(4, 14)))
    names = stream.sample(list(PROPERTIES), stream.integer(1, 4))
    properties = {name: dict(PROPERTIES[name]) for name in names}
    if verb not in ("create", "search", "list", "add"):
        properties = {f"{noun}_id": {"type": "string", "description": f"Identifies the {noun}"}, **properties}
    if stream.chance(0.1):
        for schema in properties.values():
            schema.pop("type", None)
    tool: dict[str, Any] = {
        "name": f"{verb}_{kind}_{noun}" if stream.chance(0.7) else f"{verb}{kind.title()}{noun.title()}By{names[0]}",
        "description": f"{verb.title()} a {kind} {noun}, with its {' and '.join(names)}: {spoken}.",
        "parameters": {"type": "object", "properties": properties, "required": list(properties)[:2]},
    }
    if stream.chance(0.6):
        tool["namespace"] = f"{stream.choice(NOUNS.split())}_{stream.integer(1, 12)}"
    if stream.chance(0.5):
        shown = stream.sample(list(PROPERTIES), 3)
        outputs = {f"{noun}_id": {"type": "string"}, **{name: PROPERTIES[name] for name in shown}}
        tool["output_schema"] = {"type": "object", "properties": outputs}
    return tool


def _word(stream: Stream) -> str:
    """Makes up a word: a few of them are frequent and many rare, as in any language."""
    number = int(3000 * stream.unit() ** 3)
    syllables = SYLLABLES.split()
    return "".join(syllables[number // len(syllables) ** place % len(syllables)] for place in range(3))


def _twin(tool: dict[str, Any], stream: Stream) -> dict[str, Any]:
    """Returns a tool that is nearly the same."""
    tail = stream.choice([" Returns an error where there is none.", " ", " Use it with care."])
    return {**tool, "name": f"{tool['name']}_{stream.integer(2, 9)}", "description": tool["description"] + tail}


def start(file: Path, folder: Path) -> tuple[float, float, float]:
    """Makes one conversation in a process of its own; returns wall seconds, CPU seconds and peak megabytes."""
    command = [sys.executable, "-c", PROGRAM, "generate", "--tools", str(file), "--num", "1", "--out", str(folder)]
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begun = time.perf_counter()
    process = Popen(command, stdout=DEVNULL, env=usual)  # noqa: S603 - our own program
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"generate ended with exit code {process.returncode}")
    taken = time.perf_counter() - begun
    return taken, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * RSS_UNIT / 1e6


def each(do: Callable[[int], object], count: int) -> float:
    """Returns how many milliseconds a call takes, the median of many."""
    taken: list[float] = []
    for at in range(count):
        begun = time.perf_counter()
        do(at)
        taken.append(time.perf_counter() - begun)
    return median(taken) * 1e3


def starts(number: int, folder: Path) -> str:
    """Writes a catalogue of so many tools, starts on it without a cache and from the cache, renders what it took."""
    with (folder / f"{number}.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(tool) + "\n" for tool in tools(number))
    os.environ["DIGIT_TC_CACHE"] = str(folder / f"cache-{number}")
    cold = start(folder / f"{number}.jsonl", folder / f"{number}-cold")
    warm = min(start(folder / f"{number}.jsonl", folder / f"{number}-warm-{again}") for again in range(3))
    return " ".join(f"{seconds:>7.2f} {cpu:>7.2f} {peak:>7.0f}" for seconds, cpu, peak in (cold, warm))


def lookups(number: int, folder: Path) -> str:
    """Renders how long it takes to look things up in that catalogue."""
    os.environ["DIGIT_TC_CACHE"] = str(folder / f"cache-{number}")
    catalogue = read_tools((str(folder / f"{number}.jsonl"),))
    flow = Dataflow(catalogue)
    mix = load_mix(read_settings(), flow)
    names = [Stream("sample", at).choice(catalogue.names) for at in range(DRAWS)]
    drawn = each(lambda at: mix.of(at, 0).draw(flow, Stream("draw", at)), DRAWS)
    near = each(lambda at: flow.relatedness.neighbours(names[at], 10), DRAWS)
    edges = sum(len(flow.feeding(name)) for name in names) / len(names)
    groups = each(lambda _: near_duplicates(catalogue), 1) / 1e3
    return f"{drawn:>7.1f} {near:>7.2f} {edges:>7.1f} {groups:>7.1f}"


def main() -> None:
    """Prints the table."""
    numbers = [int(argument) for argument in sys.argv[1:]] or SIZES
    with tempfile.TemporaryDirectory() as name:
        # First every process: one that is started by a large process seems to be as large.
        started = {number: starts(number, Path(name)) for number in numbers}
        print(
            f"{'':>7} {'cold start':>23} {'start from cache':>23} {'draw':>7} {'related':>7} {'edges':>7} {'groups':>7}"
        )
        units = ("tools", "s", "CPU s", "MB", "s", "CPU s", "MB", "ms", "ms", "a tool", "s")
        print(" ".join(f"{unit:>7}" for unit in units))
        for number in numbers:
            print(f"{number:>7,} {started[number]} {lookups(number, Path(name))}", flush=True)


if __name__ == "__main__":
    main()
