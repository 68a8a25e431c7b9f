"""How much the requests of a dataset differ from one another.

Nothing but numbers is kept of a request, some fifty bytes, beside a sample for what needs the words: the requests whose
digests are the smallest, which are the same ones in whatever order they come.
"""

from array import array
from collections.abc import Sequence
from heapq import heappush, heappushpop
from itertools import pairwise

from digit_tc.statistics.figures import RequestFigures, ratio
from digit_tc.statistics.frames import telling
from digit_tc.statistics.marks import Marks, mark, repeated
from digit_tc.statistics.self_bleu import self_bleu
from digit_tc.statistics.words import grams, words

SAMPLE = 1000
"""Requests that are compared word by word."""


class Requests:
    """The requests of a dataset, as far as they are counted."""

    def __init__(self) -> None:
        self._ngrams = (Marks(), Marks())
        self._totals = [0, 0]
        self._frames = array("Q")
        """The mark of each request's frame."""
        self._sentences = array("Q")
        """The marks of the sentences of all requests, those of one request each once."""
        self._ends = array("Q")
        """Where in them each request ends."""
        self._sample: list[tuple[int, tuple[str, ...]]] = []

    def add(self, identity: str, text: str, frame: Sequence[str]) -> None:
        """Counts a request; `identity` tells it from every other, `frame` is what `frames.frame` makes of it."""
        tokens = words(text)
        for size, seen in enumerate(self._ngrams, start=1):
            found = grams(tokens, size)
            seen.update(mark(" ".join(gram)) for gram in found)
            self._totals[size - 1] += len(found)
        self._frames.append(mark(" . ".join(frame)))
        self._sentences.extend({mark(sentence) for sentence in telling(frame)})
        self._ends.append(len(self._sentences))
        self._keep((-mark(identity), tuple(tokens)))

    def _keep(self, entry: tuple[int, tuple[str, ...]]) -> None:
        if len(self._sample) < SAMPLE:
            heappush(self._sample, entry)
        else:
            heappushpop(self._sample, entry)

    def figures(self) -> RequestFigures:
        """Returns the figures of the requests so far."""
        shared = set(repeated(sorted(self._frames)))
        alike = sum(one in shared for one in self._frames)
        shared = set(repeated(sorted(self._sentences)))
        places = pairwise([0, *self._ends])
        joined = sum(any(one in shared for one in self._sentences[start:end]) for start, end in places)
        likeness = self_bleu([list(tokens) for _, tokens in sorted(self._sample)])
        return RequestFigures(
            requests=len(self._ends),
            distinct_1=ratio(len(self._ngrams[0]), self._totals[0]),
            distinct_2=ratio(len(self._ngrams[1]), self._totals[1]),
            self_bleu=None if likeness is None else round(likeness, 4),
            sampled=len(self._sample),
            shared_frame=ratio(alike, len(self._ends)),
            shared_sentence=ratio(joined, len(self._ends)),
        )
