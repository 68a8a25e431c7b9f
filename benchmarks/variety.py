"""How much the requests of finished runs differ from one another.

    python benchmarks/variety.py FOLDER...

Each folder is that of a run. Printed are distinct-2 (Li et al., NAACL 2016: different pairs of neighbouring words over
all pairs), self-BLEU-4 over a sample (Zhu et al., SIGIR 2018: the mean BLEU of a request against the others), and the
share of requests with a sentence whose frame stands in another request as well. The frame is the sentence with values
masked.
"""

import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from digit_tc.extraction.mention import plain
from digit_tc.extraction.mentions import mentions
from digit_tc.planning.references import leaves

_WORD = re.compile(r"\w+(?:['.:@-]\w+)*")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_SAMPLE = 500
"""Requests, the first ones, that are compared word by word."""
_FEWEST = 4
"""Words of a sentence that says something; what is shorter greets or thanks."""


def frames(text: str, values: set[str]) -> set[str]:
    """Returns the sentences of a request in lower case, each value in them a mask, without those that are short."""
    text = plain(text)
    for mention in sorted(mentions(text, date(2024, 1, 1)), key=lambda one: -one.start):
        if mention.kind != "name":
            text = f"{text[: mention.start]} _ {text[mention.end :]}"
    for value in sorted(values, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", "_", text, flags=re.IGNORECASE)
    bare = (" ".join(re.sub(r"[^\w\s]+", " ", one).lower().split()) for one in _SENTENCE.split(text))
    return {one for one in bare if len(one.split()) >= _FEWEST}


def requests(folder: Path) -> Iterator[tuple[str, set[str]]]:
    """Yields every request of a run with the frames of its sentences."""
    with (folder / "conversations.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            who = {str(record["persona"][key]) for key in ("first_name", "last_name", "city")}
            for turn in record["turns"]:
                yield turn["user"], frames(turn["user"], who | set(_values(turn)))


def _values(turn: dict[str, Any]) -> Iterator[str]:
    for call in (call for step in turn["steps"] for call in step["calls"]):
        for _, value in leaves(call["arguments"]):
            if isinstance(value, str) and value:
                yield from {value, value.replace("_", " ")}


def distinct(texts: list[list[str]]) -> float:
    """Returns the share of different pairs of words among all."""
    pairs = [pair for text in texts for pair in pairwise(text)]
    return len(set(pairs)) / len(pairs)


def self_bleu(texts: list[list[str]]) -> float:
    """Returns the mean BLEU-4 of each text against all the others, without a penalty for length."""
    total = 0.0
    counts = [[Counter(zip(*(text[at:] for at in range(n)), strict=False)) for n in range(1, 5)] for text in texts]
    most: list[dict[Any, list[int]]] = [{} for _ in range(4)]
    for counted in counts:
        for n, grams in enumerate(counted):
            for gram, count in grams.items():
                most[n][gram] = sorted([*most[n].get(gram, []), count], reverse=True)[:2]
    for counted in counts:
        logs = 0.0
        for n, grams in enumerate(counted):
            found = 0
            for gram, count in grams.items():
                best = most[n][gram]
                others = best[1:] if best[0] == count else best
                found += min(count, others[0] if others else 0)
            logs += math.log((found or 0.1) / max(1, grams.total()))
        total += math.exp(logs / 4)
    return total / len(texts)


def main() -> None:
    """Prints one line for each folder."""
    print(f"{'requests':>9} {'distinct-2':>11} {'self-BLEU':>10} {'shared frame':>13}  folder")
    for folder in sys.argv[1:]:
        found = list(requests(Path(folder)))
        texts = [_WORD.findall(text.lower()) for text, _ in found]
        counted = Counter(frame for _, own in found for frame in own)
        shared = sum(any(counted[frame] > 1 for frame in own) for _, own in found) / len(found)
        print(
            f"{len(found):>9,} {distinct(texts):>11.4f} {self_bleu(texts[:_SAMPLE]):>10.4f} {shared:>12.1%}  {folder}"
        )


if __name__ == "__main__":
    main()
