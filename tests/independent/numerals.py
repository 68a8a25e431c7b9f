"""Which numbers a text says, in digits or in words.

Numbers are collected rather than searched for, since one amount has many spellings; exact decimals are
compared, so that 1250.5 is $1,250.50 and nothing near it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from .wording import fold

_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SMALL = {word: number for number, word in enumerate(_UNITS)} | {word: 10 * i for i, word in enumerate(_TENS, start=2)}
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 1_000_000}

_TEN = "|".join(_TENS)
_UNIT = "|".join(_UNITS[1:10])
_ANY = "|".join(sorted(_SMALL, key=len, reverse=True))
_SCALED_START = rf"(?:(?:{_TEN})[-\s](?:{_UNIT})|{_ANY}|an?)"
_WORDS = re.compile(
    rf"(?<![\w'.@/-])(?:(?P<thousands>{_SCALED_START})\sthousand(?![\w])(?:,?\s(?:and\s)?(?={_SCALED_START}\b))?)?"
    rf"(?:(?P<hundreds>{_SCALED_START})\shundred(?![\w])(?:\s(?:and\s)?(?={_ANY}))?)?"
    rf"(?P<small>(?:(?:{_TEN})[-\s](?:{_UNIT})|{_ANY})(?![\w]))?"
)
_DIGITS = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_SCALE_AFTER = re.compile(r"\s(dozen|hundred|thousand|million)\b")
_UNIT_AFTER = re.compile(r"(?:%|°|km|kg|kb|mb|gb|tb|cm|mm|ft|lbs?|oz|px|mins?|hrs?|secs?|ms|am|pm|[gh])(?![\w])")
_NEGATING = re.compile(r"(?:^|[\s(])(?:minus|negative)\s$")
_OPERAND = re.compile(rf"(?:\d|\b(?:{_ANY}))\)?\s(?:minus)\s$")
_PRONOUN_BEFORE = re.compile(
    r"\b(?:this|that|the|which|each|every|any|another|other|no|first|second|third|last|next|previous|same|right|"
    r"wrong|new|old|newer|older|good|better|best|correct|final|only)\s$"
)
_PHRASES = (
    (re.compile(r"\ba couple\b"), Decimal(2)),
    (re.compile(r"(?<!half )\ba dozen\b"), Decimal(12)),
    (re.compile(r"\bhalf a dozen\b"), Decimal(6)),
)
_MASK = "\ue000"
_MASKED = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[t ]\d{2}:\d{2}(?::\d{2})?z?)?"  # dates are no numbers
    r"|\d{1,2}:\d{2}(?::\d{2})?"  # nor are times
    r"|\d+(?:-\d+){2,}"  # nor telephone numbers and the like
    r"|(?<![\d.,-])(?P<low>\d+)-(?P<high>\d+)(?![\d.,]*\d)"  # nor, unless a range, are pairs such as 12345-6789
    r"|(?<![\d.,])0\d+"  # nor is what begins with a zero
)


@lru_cache(maxsize=4096)
def numbers_said(text: str) -> frozenset[Decimal]:
    """Collect every number the text says."""
    masked = _MASKED.sub(_mask, fold(text))
    phrases = {number for pattern, number in _PHRASES if pattern.search(masked)}
    return frozenset(phrases | _in_digits(masked) | _in_words(masked))


def _mask(found: re.Match[str]) -> str:
    """Blank out digits that are no number, sparing "5-10": a pair counts as a range if it ascends."""
    low, high = found["low"], found["high"]
    is_range = low is not None and len(low) <= len(high) and int(low) < int(high)
    return found.group() if is_range else _MASK * len(found.group())


def as_decimal(value: int | float) -> Decimal:
    """Take the number as it is written, not its binary expansion."""
    return Decimal(str(value))


def spelt_number(text: str) -> Decimal | None:
    """Read a string that plainly spells a number; "007" and "1e5" are identifiers, not numbers."""
    return Decimal(text) if _PLAIN_NUMBER.fullmatch(text) else None


def _in_digits(text: str) -> set[Decimal]:
    """Collect numbers written in digits; a percentage also says its fraction."""
    said: set[Decimal] = set()
    for found in _DIGITS.finditer(text):
        if _is_part_of_token(text, found.start(), found.end()):
            continue
        number = Decimal(found.group().replace(",", "")) * _scale(text, found.end())
        signed = -number if _is_negative(text, found.start()) else number
        said.add(signed)
        if text[found.end() : found.end() + 1] == "%":
            said.add(signed / 100)
    return said


def _is_part_of_token(text: str, start: int, end: int) -> bool:
    """Tell whether the digits belong to an identifier, a version, a file name or a fraction."""
    before = text[max(0, start - 60) : start]  # no token is longer, and a whole text would be read over and over
    if re.search(rf"(?:\w|\w[./@]|\d:|[^\W\d]\w*-|{_MASK}-?)[$€£#]?$", before):
        return True
    rest = text[end:]
    if re.match(r"[.:/]\d|[.@][^\W_]|-(?=\w*\d)(?=\w*[^\W\d])", rest):
        return True
    return bool(re.match(r"\w", rest)) and not _UNIT_AFTER.match(rest)


def _scale(text: str, end: int) -> int:
    """Read "2 dozen" or "3 million" as one number."""
    found = _SCALE_AFTER.match(text, end)
    return _SCALES[found.group(1)] if found else 1


def _is_negative(text: str, start: int) -> bool:
    """Tell a sign from a range ("5-10") and from a subtraction ("10 minus 4")."""
    before = text[:start].rstrip("$€£#")
    if before.endswith("-"):
        return len(before) == 1 or not (before[-2].isalnum() or before[-2] in (")", _MASK))
    return bool(_NEGATING.search(before)) and not _OPERAND.search(before)


def _in_words(text: str) -> set[Decimal]:
    """Collect numbers written in words; "the first one" counts nothing."""
    said: set[Decimal] = set()
    for found in _WORDS.finditer(text):
        if not found.group() or _is_pronoun(text, found):
            continue
        if re.match(r"-\d|\.\w|[@/]\w", text[found.end() :]):
            continue
        number = Decimal(_worth(found)) * _scale(text, found.end())
        said.add(-number if _is_negative(text, found.start()) else number)
    return said


def _worth(found: re.Match[str]) -> int:
    """Add up thousands, hundreds and the rest."""
    parts = ((found["thousands"], 1000), (found["hundreds"], 100), (found["small"], 1))
    return sum(_small(words) * factor for words, factor in parts if words)


def _small(words: str) -> int:
    """Read a number below a hundred; the article stands for one."""
    return sum(_SMALL.get(word, 1) for word in re.split(r"[-\s]", words))


def _is_pronoun(text: str, found: re.Match[str]) -> bool:
    """Tell "that one" and "one-way" from the number one."""
    if found.group() != "one":
        return False
    return text[found.end() : found.end() + 1] == "-" or bool(_PRONOUN_BEFORE.search(text[: found.start()]))
