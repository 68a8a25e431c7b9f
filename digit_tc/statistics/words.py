"""The words of a text."""

import re

_WORD = re.compile(r"\w+(?:['\u2019.:@-]\w+)*")


def words(text: str) -> list[str]:
    """Returns the words of a text in lower case, without the signs around them; a date or an address is one word."""
    return _WORD.findall(text.lower())


def grams(tokens: list[str], size: int) -> list[tuple[str, ...]]:
    """Returns every run of so many neighbouring words, in order."""
    return [tuple(tokens[at : at + size]) for at in range(len(tokens) - size + 1)]
