"""How much the requests of a dataset differ from one another.

Nothing but counts is kept of a request, beside a sample for what needs the words: the requests whose digests are the
smallest, which are the same ones in whatever order they come.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from heapq import heappush, heappushpop

from digit_tc.statistics.figures import RequestFigures, ratio
from digit_tc.statistics.frames import telling
from digit_tc.statistics.self_bleu import self_bleu
from digit_tc.statistics.words import grams, words

SAMPLE = 1000
"""Requests that are compared word by word."""


class Requests:
    """The requests of a dataset, as far as they are counted."""

    def __init__(self) -> None:
        self._ngrams: tuple[set[tuple[str, ...]], set[tuple[str, ...]]] = (set(), set())
        self._totals = [0, 0]
        self._frames = Counter[int]()
        self._sentences = Counter[int]()
        self._texts: list[tuple[int, ...]] = []
        self._sample: list[tuple[int, tuple[str, ...]]] = []

    def add(self, identity: str, text: str, frame: Sequence[str]) -> None:
        """Counts a request; `identity` tells it from every other, `frame` is what `frames.frame` makes of it."""
        tokens = words(text)
        for size, seen in enumerate(self._ngrams, start=1):
            found = grams(tokens, size)
            seen.update(found)
            self._totals[size - 1] += len(found)
        self._frames[_mark(" . ".join(frame))] += 1
        sentences = tuple(sorted({_mark(sentence) for sentence in telling(frame)}))
        self._sentences.update(sentences)
        self._texts.append(sentences)
        self._keep((-_mark(identity), tuple(tokens)))

    def _keep(self, entry: tuple[int, tuple[str, ...]]) -> None:
        if len(self._sample) < SAMPLE:
            heappush(self._sample, entry)
        else:
            heappushpop(self._sample, entry)

    def figures(self) -> RequestFigures:
        """Returns the figures of the requests so far."""
        alike = sum(count for count in self._frames.values() if count > 1)
        joined = sum(any(self._sentences[one] > 1 for one in sentences) for sentences in self._texts)
        likeness = self_bleu([list(tokens) for _, tokens in sorted(self._sample)])
        return RequestFigures(
            requests=len(self._texts),
            distinct_1=ratio(len(self._ngrams[0]), self._totals[0]),
            distinct_2=ratio(len(self._ngrams[1]), self._totals[1]),
            self_bleu=None if likeness is None else round(likeness, 4),
            sampled=len(self._sample),
            shared_frame=ratio(alike, len(self._texts)),
            shared_sentence=ratio(joined, len(self._texts)),
        )


def _mark(text: str) -> int:
    """Returns a number for a text, the same in every process."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
