"""Self-BLEU: how well each text of a set is foretold by all the others (Zhu et al., "Texygen", SIGIR 2018).

The BLEU-4 of Papineni et al. (2002) with equal weights and the closest reference length, and with what is never found
counted as 0.1 (method 1 of Chen and Cherry, 2014), as Texygen has it. Each text is compared with all the others at
once; as of each run of words only the two texts that have it most often matter, the time is linear in the texts.
"""

from collections import Counter
from math import exp, log

from digit_tc.statistics.words import grams

_ORDER = 4
_NEVER = 0.1
"""What counts for no match at all."""

_Most = dict[tuple[str, ...], tuple[int, int, int]]
"""For each run of words: how often the text has it that has it most often, which one that is, how often the next."""


def self_bleu(texts: list[list[str]]) -> float | None:
    """Returns the mean BLEU-4 of each text, given as its words, against all the others; None for fewer than two."""
    texts = [text for text in texts if text]
    if len(texts) < 2:
        return None
    counts = [[Counter(grams(text, size)) for size in range(1, _ORDER + 1)] for text in texts]
    most = [_most([one[order] for one in counts]) for order in range(_ORDER)]
    lengths = Counter(len(text) for text in texts)
    scores = [_bleu(at, counts[at], most, _shortness(len(text), lengths)) for at, text in enumerate(texts)]
    return sum(scores) / len(scores)


def _most(counts: list[Counter[tuple[str, ...]]]) -> _Most:
    found: _Most = {}
    for at, counted in enumerate(counts):
        for gram, count in counted.items():
            first, holder, second = found.get(gram, (0, -1, 0))
            if count > first:
                found[gram] = count, at, first
            elif count > second:
                found[gram] = first, holder, count
    return found


def _bleu(at: int, counts: list[Counter[tuple[str, ...]]], most: list[_Most], shortness: float) -> float:
    total = 0.0
    for counted, best in zip(counts, most, strict=True):
        matched = sum(min(count, _elsewhere(best[gram], at)) for gram, count in counted.items())
        total += log((matched or _NEVER) / max(1, counted.total()))
    return shortness * exp(total / _ORDER)


def _elsewhere(best: tuple[int, int, int], at: int) -> int:
    first, holder, second = best
    return second if holder == at else first


def _shortness(length: int, lengths: Counter[int]) -> float:
    """Returns the penalty for a text that is shorter than the one closest to it in length, the shorter of two."""
    others = [other for other, count in lengths.items() if count > (other == length)]
    closest = min(others, key=lambda other: (abs(other - length), other))
    return 1.0 if length > closest else exp(1 - closest / length)
