"""Words of a text: tokens with their places, stems, and the words that carry no content."""

import re
from functools import lru_cache
from typing import NamedTuple

_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:'[A-Za-z]+)?|\d+(?:[.,]\d+)*|[^\sA-Za-z\u00c0-\u024f\d]")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def table(text: str) -> tuple[str, ...]:
    """Returns the words of a table that is written as one text, in order."""
    return tuple(text.split())


def vocabulary(text: str) -> frozenset[str]:
    """Returns the words of a table as a set."""
    return frozenset(text.split())


FUNCTION_WORDS = vocabulary(
    """a an the this that these those my your his her its our their me you him us them i we he she it they
    and or but so then also too as if while because of to from in on at by for with without about into onto over under
    up down out off near is are was were be been being am do does did have has had will would can could should shall may
    might must need want like please thanks thank just only really very some any all each both every one there here
    what which who whom whose when where how why not no yes ok okay hi hello hey let's let i'd i'm i'll i've we're we'd
    we'll it's that's"""
)

_IRREGULAR = {
    "frozen": "freez",
    "froze": "freez",
    "sent": "send",
    "paid": "pay",
    "left": "leav",
    "bought": "buy",
    "found": "find",
    "children": "child",
    "people": "person",
    "said": "say",
    "made": "mak",
    "took": "tak",
    "taking": "tak",
    "colour": "color",
    "favourite": "favorit",
    "centre": "center",
    "licence": "licens",
    "cancelled": "cancel",
    "cancelling": "cancel",
    "cancellation": "cancel",
}
_SUFFIXES = {
    "n": ("ation",),
    "s": ("ings", "ies", "es", "s"),
    "g": ("ing",),
    "d": ("ied", "ed"),
    "t": ("ment",),
    "y": ("ly", "y"),
    "l": ("al",),
    "e": ("ure", "e"),
}
"""Endings by their last letter."""


class Word(NamedTuple):
    """One token of a text: letters, digits or a single sign; `end` is exclusive."""

    lower: str
    stem: str
    start: int
    end: int


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Returns a rough stem: inflections of one word share it."""
    word = word.lower().removesuffix("'s")
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for suffix in _SUFFIXES.get(word[-1:], ()):
        if len(word) - len(suffix) >= 3 and word.endswith(suffix):
            bare = word[: -len(suffix)]
            return bare[:-1] if bare[-1] == bare[-2] and bare[-1] in "bdgmnprt" else bare
    return word


def words(text: str) -> list[Word]:
    """Returns the tokens of a text in order."""
    found = []
    for match in _WORD.finditer(text):
        lower = match[0].lower()
        found.append(Word(lower, stem(lower) if lower[0].isalpha() else lower, match.start(), match.end()))
    return found


def lowered(text: str) -> list[str]:
    """Returns the tokens of a text in order, in lower case: no more than that of what `words` returns."""
    return [token.lower() for token in _WORD.findall(text)]


def parts(name: str) -> list[str]:
    """Splits an identifier into its lower-case words: `checkInDate` and `check_in_date` give the same."""
    return [part.lower() for part in _PART.findall(name)]
