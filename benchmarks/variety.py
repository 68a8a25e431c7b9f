"""How much the requests of one run differ from one another, over a thousand conversations: figures of `digit-tc stats`.

    python benchmarks/variety.py [NUMBER [SEED]]

Whole requests and single sentences are compared once values and names in them are masked; docs/statistics.md says how.
Printed beside is how many requests had to be worded again before the verifier could read the plan in them.
"""

import json
import sys
import tempfile
from pathlib import Path
from subprocess import DEVNULL, run

from digit_tc.records import Record
from digit_tc.statistics.statistics import Statistics

PROGRAM = "import sys; from digit_tc.cli import main; main()"


def measure(number: int, seed: int, folder: Path) -> None:
    """Makes that many conversations and prints what their requests are like."""
    command = [sys.executable, "-c", PROGRAM, "generate", "--num", str(number), "--seed", str(seed), "--out", folder]
    run(command, check=True, stdout=DEVNULL, stderr=DEVNULL)  # noqa: S603 - our own program
    statistics, again = Statistics(), 0
    with (folder / "conversations.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            record = Record.model_validate_json(line)
            statistics.add(record)
            again += len({one.turn for one in record.verdicts if one.status != "pass" and one.severity == "error"})
    found = statistics.figures().requests
    counts = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["counts"]
    print(f"accepted                       {counts['accepted'] / number:>8.1%} of {number:,} conversations")
    print(f"distinct-2                     {found.distinct_2:>8.4f} over {found.requests:,} requests")
    print(f"self-BLEU-4                    {found.self_bleu:>8.4f} over {found.sampled:,} of them")
    print(f"share a sentence frame         {found.shared_sentence:>8.1%}")
    print(f"are alike as a whole           {found.shared_frame:>8.1%}")
    print(f"turns made again               {again / found.requests:>8.1%}")


def main() -> None:
    """Measures in a folder that is thrown away."""
    number, seed = ([int(argument) for argument in sys.argv[1:]] + [1_000, 7][len(sys.argv) - 1 :])[:2]
    with tempfile.TemporaryDirectory() as folder:
        measure(number, seed, Path(folder) / "run")


if __name__ == "__main__":
    main()
