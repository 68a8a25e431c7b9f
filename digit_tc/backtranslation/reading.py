"""A text as the back-translation sees it: its words, its values, and which words stand around a value."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from digit_tc.extraction.mention import Mention, plain
from digit_tc.extraction.mentions import mentions
from digit_tc.extraction.words import Word, vocabulary, words

_END = re.compile(r"[.!?;:](?=[\"')]*(?:\s|$))|\n")
_PREPOSITIONS = vocabulary(
    "from to in at on by until till into for with between and before after under over of as near"
)
_STOP = re.compile(r"[.!?;][\"')]*\s|\n")
_LINKS = vocabulary("to - until till through and or , then the")
_BREAKS = {",": 0.8, "and": 0.75, "then": 0.75, "but": 0.75}
_ARTICLES = vocabulary("the a an my our")
_BEFORE, _AFTER = 12, 6

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """One text with its words, values and sentences."""

    text: str
    lower: str
    words: tuple[Word, ...]
    mentions: tuple[Mention, ...]
    starts: tuple[int, ...]
    sentences: tuple[int, ...]
    cache: dict[Place, dict[str, float]] = field(default_factory=dict)
    """The contexts that were asked for."""

    def sentence(self, position: int) -> int:
        """Returns the number of the sentence in which a character stands."""
        return bisect_right(self.sentences, position)

    def index(self, position: int) -> int:
        """Returns the index of the first word that starts at a character or after it."""
        return bisect_left(self.starts, position)

    def context(self, place: Place) -> dict[str, float]:
        """Returns the stems around a value, weighted: near words count more, words beyond other values less."""
        found = self.cache.get(place)
        if found is None:
            found = self.cache[place] = self._context(place)
        return found

    def _context(self, place: Place) -> dict[str, float]:
        first, last = self.index(place[0]), self.index(place[1])
        weights: dict[str, float] = {}
        self._collect(weights, list(range(first - 1, max(-1, first - 1 - _BEFORE), -1)), place, 1.0)
        self._collect(weights, list(range(last, min(len(self.words), last + _AFTER))), place, 0.75)
        return weights

    def _collect(self, weights: dict[str, float], order: list[int], place: Place, strength: float) -> None:
        left = strength == 1.0
        crossed: set[int] = set()
        distance = 0
        for index in order:
            word = self.words[index]
            if not self._reaches(word, place, left):
                break
            owner = self._owner(word, place)
            if owner >= 0:
                strength *= 1.0 if owner in crossed else 0.45 if left else 0.15
                crossed.add(owner)
                continue
            strength *= _BREAKS.get(word.lower, 1.0)
            weight = (
                _preposition(strength, distance, left) if word.lower in _PREPOSITIONS else _fade(strength, distance)
            )
            distance += word.lower not in _ARTICLES
            weights[word.stem] = max(weight, weights.get(word.stem, 0.0))

    def _reaches(self, word: Word, place: Place, left: bool) -> bool:
        """A word speaks for values of its own sentence, and for what follows a colon."""
        apart = abs(self.sentence(word.start) - self.sentence(place[0]))
        return not apart or (apart == 1 and self._colon(place, word, left))

    def _colon(self, place: Place, word: Word, left: bool) -> bool:
        """A colon does not end what is said about the value after it."""
        return left and ":" in self.text[word.end : place[0]] and not _STOP.search(self.text[word.end : place[0]])

    def _owner(self, word: Word, place: Place) -> int:
        """Returns which other value a word is part of, or -1; the first word of a sentence is never part of a name."""
        for number, mention in enumerate(self.mentions):
            if mention.start > word.start:
                break
            if word.start >= mention.end or mention.overlaps(*place):
                continue
            if mention.strict or mention.kind == "number" or (mention.kind == "name" and not self._opens(word)):
                return number
        return -1

    def _opens(self, word: Word) -> bool:
        index = self.index(word.start)
        return not index or self.sentence(self.words[index - 1].start) != self.sentence(word.start)

    def quoted(self, place: Place) -> bool:
        """Tells whether a place lies within quotes."""
        return any(m.kind == "quoted" and m.start <= place[0] and place[1] <= m.end for m in self.mentions)

    def counted(self, place: Place) -> bool:
        """Tells whether a number stands right before a place."""
        return any(m.kind == "number" and 0 <= place[0] - m.end <= 1 for m in self.mentions)

    def link(self, left: Place, right: Place) -> bool:
        """Tells whether only linking words stand between two values: "from A to B", "A and B", "A - B"."""
        if right[0] - left[1] > 24 or right[0] < left[1]:
            return False
        return all(self.words[i].lower in _LINKS for i in range(self.index(left[1]), self.index(right[0])))


def _fade(strength: float, distance: int) -> float:
    return strength / (1 + 0.3 * distance)


def _preposition(strength: float, distance: int, left: bool) -> float:
    """A preposition speaks for what follows it at once."""
    if not left:
        return 0.0
    return strength if distance < 1 else strength * 0.6 / distance


@lru_cache(maxsize=512)
def read(text: str, today: date) -> Reading:
    """Reads a text at a simulated date; several roles and checks read the same one."""
    text = plain(text)
    found = tuple(mentions(text, today))
    tokens = tuple(words(text))
    ends = tuple(m.end() for m in _END.finditer(text) if not any(v.start < m.start() < v.end - 1 for v in found))
    return Reading(text, text.lower(), tokens, found, tuple(w.start for w in tokens), ends)


def gap(reading: Reading, left: Place, right: Place) -> float:
    """Returns how far apart two values stand, in words; another sentence counts like eight words."""
    if left > right:
        left, right = right, left
    apart = reading.sentence(right[0]) - reading.sentence(left[0])
    return max(0, reading.index(right[0]) - reading.index(left[1])) + 8.0 * apart


def inside(place: Place, places: Sequence[Place]) -> bool:
    """Tells whether a place lies within one of the others and is not equal to it."""
    return any(p[0] <= place[0] and place[1] <= p[1] and p != place for p in places)
