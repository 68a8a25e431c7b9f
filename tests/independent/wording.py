"""Comparing strings and finding them in prose.

Two views are kept apart: `plain` flattens a whole value for equality, `is_said` looks for a value inside a
text. The text is never flattened the same way, because its hyphens and dots are what tells a whole token
from a part of one.
"""

from __future__ import annotations

import re
import unicodedata

_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2212": "-", "\u2011": "-"})
_LEADING = "'\"`([{#<"
_TRAILING = "'\"`)]}>,.;:!?"
_INNER_SEPARATOR = re.compile(r"(?<=[^\W_])[-_\s]+(?=[^\W_])")
_JOINERS = ".@-'"
_DIGIT_JOINERS = ",:"


def fold(text: str) -> str:
    """Unify what never carries meaning (case, quote shapes, runs of white space) and keep everything else."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_QUOTES).casefold().split())


def plain(text: str) -> str:
    """Flatten a value for equality; a value that is nothing but punctuation keeps it, so "." is not ".."."""
    folded = fold(text)
    stripped = folded.lstrip(_LEADING).rstrip(_TRAILING).strip()
    return _INNER_SEPARATOR.sub(" ", stripped) if stripped else folded


def is_said(value: str, text: str) -> bool:
    """Tell whether the value stands in the text as whole tokens, so that "12" is not found within "4123"."""
    wanted = plain(value)
    if not wanted:
        return False
    pattern = r"[\s_-]+".join(re.escape(part) for part in wanted.split(" "))
    folded = fold(text)
    hits = re.finditer(f"(?=({pattern}))", folded)  # a lookahead, so that overlapping hits are all tried
    edges = _stands_alone if any(map(str.isalnum, wanted)) else _stands_apart
    return any(edges(folded, found.start(1), found.end(1)) for found in hits)


def _stands_apart(text: str, start: int, end: int) -> bool:
    """Judge a value of mere punctuation: "." is said in quotes or among blanks, not by ending a sentence."""
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    return before.strip() == after.strip() == "" or (before == after and before in "'\"`")


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Judge both edges of a hit."""
    natural = _is_natural_compound(text, start, end)
    return not _joined_left(text, start, natural) and not _joined_right(text, end, natural)


def _joined_left(text: str, start: int, natural: bool) -> bool:
    """Tell whether the token goes on before the hit."""
    before = text[start - 1 : start] if start else ""
    if _is_word(before):
        return True
    if before == "-" and text[start].isdigit():
        return True  # a minus sign, or the rest of a number such as 12345-6789
    further = text[start - 2 : start - 1] if start >= 2 else ""
    return _is_joint(before, further, text[start : start + 1], natural)


def _joined_right(text: str, end: int, natural: bool) -> bool:
    """Tell whether the token goes on after the hit; a possessive 's ends a token."""
    after = text[end : end + 1]
    if _is_word(after):
        return True
    if re.match(r"'s\b", text[end:]):
        return False
    return _is_joint(after, text[end + 1 : end + 2], text[end - 1 : end], natural)


def _is_joint(mark: str, outer: str, inner: str, natural: bool) -> bool:
    """Tell whether a mark between two characters glues them into one token (a.b, a-b, 1,250, 14:30)."""
    if not mark or not _is_word(outer):
        return False
    if mark in _DIGIT_JOINERS:
        return outer.isdigit() and inner.isdigit()
    if mark == "-" and natural:
        return False
    return mark in _JOINERS


def _is_word(char: str) -> bool:
    """Letters, digits and the underscore of any script continue a token."""
    return bool(char) and (char.isalnum() or char == "_")


def _is_natural_compound(text: str, start: int, end: int) -> bool:
    """Tell "high-priority" (its parts are said) from "W12-88" and "error-log.txt" (one name)."""
    left, right = start, end
    while left > 0 and (_is_word(text[left - 1]) or text[left - 1] in _JOINERS):
        left -= 1
    while right < len(text) and (_is_word(text[right]) or text[right] in _JOINERS):
        right += 1
    chunk = re.sub(r"'s$", "", text[left:right].strip(_JOINERS))
    return all(part.isalpha() for part in re.split(r"[-\s]", chunk))
