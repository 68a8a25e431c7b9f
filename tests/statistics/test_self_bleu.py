"""Self-BLEU in linear time gives what comparing every text with every other one gives."""

from collections import Counter
from math import exp, log

import pytest

from digit_tc.statistics.self_bleu import self_bleu
from digit_tc.streams import Stream


def slow(texts: list[list[str]]) -> float:
    """BLEU-4 as its definition has it: clipped by the one reference that has an n-gram most often, closest length."""

    def grams(text: list[str], size: int) -> Counter[tuple[str, ...]]:
        return Counter(tuple(text[at : at + size]) for at in range(len(text) - size + 1))

    scores = []
    for at, text in enumerate(texts):
        others = [other for place, other in enumerate(texts) if place != at]
        total = 0.0
        for size in range(1, 5):
            own = grams(text, size)
            hit = sum(min(count, max(grams(other, size)[gram] for other in others)) for gram, count in own.items())
            total += log((hit or 0.1) / max(1, own.total())) / 4
        closest = min((abs(len(other) - len(text)), len(other)) for other in others)[1]
        scores.append(exp(total) * (1.0 if len(text) > closest else exp(1 - closest / len(text))))
    return sum(scores) / len(scores)


@pytest.mark.parametrize("seed", range(5))
def test_it_is_the_same_as_comparing_each_with_each(seed: int) -> None:
    stream = Stream(seed, "texts")
    texts = [[stream.choice("abcde") for _ in range(stream.integer(1, 12))] for _ in range(25)]
    assert self_bleu(texts) == pytest.approx(slow(texts))


def test_equal_texts_foretell_one_another_and_strange_ones_do_not() -> None:
    assert self_bleu([["a", "b", "c", "d", "e"]] * 3) == pytest.approx(1.0)
    apart = self_bleu([["a", "b", "c", "d", "e"], ["f", "g", "h", "i", "j"]])
    assert apart is not None
    assert apart < 0.05


def test_one_text_is_like_no_other() -> None:
    assert self_bleu([["a", "b"]]) is None
    assert self_bleu([["a", "b"], []]) is None
