"""How much tools have in common, by the words they speak in.

The measure is the cosine of two sets of words, each word weighed by how rare it is (Salton and Buckley, "Term-weighting
approaches in automatic text retrieval", 1988). Only tools that share a word are ever looked at.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from heapq import nsmallest
from math import sqrt

from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.duplicates import THRESHOLD
from digit_tc.tools.index import Places, Vocabulary, spoken_of, vocabulary_of
from digit_tc.tools.names import singular, words

LEAST = 0.1
"""The score below which two tools have hardly more in common than any two."""

_ALIKE = 0.5
"""The share of words in common from which two names are taken for one another."""


@dataclass(frozen=True)
class Neighbour:
    """A tool that another one is related to; `score` is above 0 and at most 1."""

    name: str
    score: float


class Relatedness:
    """What the tools of one catalogue have in common."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._scores = lru_cache(maxsize=256)(self._scored)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        kept = self._catalogue.kept
        return kept.vocabulary if kept else vocabulary_of(self._catalogue)

    @cached_property
    def _spaces(self) -> list[str]:
        return [head.namespace for head in self._catalogue.heads]

    def neighbours(self, name: str, most: int) -> list[Neighbour]:
        """Returns the most related tools, best first; of equal ones those that come first in the catalogue.

        Raises:
            KeyError: There is no such tool.
        """
        return [Neighbour(self._catalogue.names[at], score) for at, score in self._ranked(name, most) if score >= LEAST]

    def closest(self, name: str, places: Places, most: int) -> list[int]:
        """Returns those of some tools that are closest to one, in the order of the catalogue.

        First come those of its own namespace, then those with most in common, then those that come first.
        """
        scores, spaces = self._scores(name), self._spaces
        space = spaces[self._catalogue.place(name)]
        beside = [at for at in places if spaces[at] == space]
        apart = [at for at in places if spaces[at] != space] if len(beside) < most else []
        chosen = [nsmallest(most, ((-scores.get(at, 0.0), at) for at in some)) for some in (beside, apart)]
        return sorted(at for _, at in [*chosen[0], *chosen[1]][:most])

    def confusable(self, name: str) -> list[str]:
        """Returns the tools, in the order of the catalogue, that one may be taken for and that do something else.

        Half of the words of the two names, or more, are the same, and less than four fifths of all their words.

        Raises:
            KeyError: There is no such tool.
        """
        tool = self._catalogue[name]
        mine, here, shared = named(name), self._catalogue.place(name), Counter[int]()
        for word in mine:
            shared.update(self._names.get(word, ()))
        others = (self._catalogue.names[at] for at in sorted(shared) if at != here and 2 * shared[at] >= len(mine))
        alike = [other for other in others if overlap(mine, named(other)) >= _ALIKE]
        return [other for other in alike if overlap(spoken_of(tool), spoken_of(self._catalogue[other])) < THRESHOLD]

    @cached_property
    def _names(self) -> Mapping[str, Places]:
        """The places of tools by the words of their names."""
        found: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        for at, name in enumerate(self._catalogue.names):
            for word in named(name):
                found[word].append(at)
        return found

    def _ranked(self, name: str, most: int) -> Iterator[tuple[int, float]]:
        scores = self._scores(name)
        return iter(nsmallest(most, scores.items(), key=lambda item: (-item[1], item[0])))

    def _scored(self, name: str) -> dict[int, float]:
        vocabulary = self._vocabulary
        here, shared = self._catalogue.place(name), Counter[int]()
        for word in spoken_of(self._catalogue[name]):
            places = vocabulary.words.get(word, ())
            worth = vocabulary.weight(places) ** 2 if places else 0
            for at in places:
                shared[at] += worth
        own = vocabulary.lengths[here]
        return {at: round(sum_ / sqrt(own * vocabulary.lengths[at]), 4) for at, sum_ in shared.items() if at != here}


def named(name: str) -> set[str]:
    """Returns the words of a tool's name, singular."""
    return {singular(word) for word in words(name)}


def overlap(first: Set[str], second: Set[str]) -> float:
    """Returns the Jaccard index of two sets of words, from 0 to 1; that of two empty ones is 0."""
    return len(first & second) / len(first | second) if first or second else 0.0
