"""Members of an enumeration in words: underscores as blanks, inflected, or said through a relative of the word."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from digit_tc.backtranslation.reading import Place, Reading
from digit_tc.extraction.mention import Mention
from digit_tc.extraction.numbers import CODES
from digit_tc.extraction.words import FUNCTION_WORDS, parts, stem, table

_GROUPS: Mapping[str, tuple[str, ...]] = {
    "weekday": ("monday", "tuesday", "wednesday", "thursday", "friday"),
    "weekend": ("saturday", "sunday"),
    "daily": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
}
_EVERY_DAY = re.compile(
    r"\b(?:every|each|all) (?:single )?days?\b|\bevery (?:morning|evening|night|afternoon)\b|\bdaily\b"
)
_SWITCHES = frozenset(
    stem(word) for word in table("turn switch power set keep put is are be leave turned light lamp stay")
)
_SIGN = re.compile(r"[$€£¥₹]|[A-Za-z]+$")
_GAP = 3


def members(reading: Reading, enum: Sequence[Any], name: str = "") -> dict[Any, list[Place]]:
    """Returns where each member of an enumeration is said; a stretch belongs to the member that fits it best.

    Args:
        reading: The text.
        enum: The members.
        name: The name of the argument, by which members like "on" and "any" are told from small words.
    """
    near = frozenset(stem(part) for part in parts(name)) | _SWITCHES
    found: list[tuple[int, int, Place, Any]] = []
    for member in enum:
        for quality, place in _said(reading, member, near):
            found.append((place[1] - place[0], quality, place, member))
    found.sort(key=lambda item: (-item[1], -item[0], item[2]))
    kept: list[tuple[int, Place, Any]] = []
    for _, quality, place, member in found:
        rivals = [k for k in kept if k[1][0] < place[1] and place[0] < k[1][1] and k[2] != member]
        if not any(k[0] > quality or (k[1][1] - k[1][0]) > place[1] - place[0] for k in rivals):
            kept.append((quality, place, member))
    placed: dict[Any, list[Place]] = {}
    for quality, place, member in kept:
        if not any(k[2] != member and k[0] >= quality and _covers(k[1], place) for k in kept):
            placed.setdefault(member, []).append(place)
    return placed


def _covers(outer: Place, inner: Place) -> bool:
    return outer != inner and outer[0] <= inner[0] and inner[1] <= outer[1]


def _said(reading: Reading, member: Any, near: frozenset[str]) -> Iterable[tuple[int, Place]]:
    if isinstance(member, bool) or not isinstance(member, str):
        return [(3, (m.start, m.end)) for m in reading.mentions if m.kind == "number" and member in m.values]
    words = parts(member)
    quoted = [(5, (m.start, m.end)) for m in reading.mentions if m.kind == "quoted" and parts(str(m.value)) == words]
    if len(words) == 1 and words[0] in FUNCTION_WORDS:
        return quoted + _particle(reading, words[0], near)
    found = quoted + _joined(reading, "".join(words) or member.lower())
    if member in CODES:
        found += [(3, _unit(m)) for m in reading.mentions if member == (m.value if m.kind == "currency" else m.unit)]
    if len(words) > 1:
        found += _spread(reading, [stem(w) for w in words])
    elif words and len(words[0]) > 2:
        found += _related(reading, stem(words[0]))
    found += [
        (2, place) for group, names in _GROUPS.items() if member.lower() in names for place in _group(reading, group)
    ]
    return found


def _unit(mention: Mention) -> Place:
    """Returns where the currency stands in an amount of money."""
    sign = _SIGN.search(mention.surface)
    return (mention.start + sign.start(), mention.start + sign.end()) if sign else (mention.start, mention.end)


def _group(reading: Reading, group: str) -> list[Place]:
    if group == "daily":
        return [(m.start(), m.end()) for m in _EVERY_DAY.finditer(reading.lower)]
    return [(w.start, w.end) for w in reading.words if w.lower in (group, f"{group}s")]


def _joined(reading: Reading, letters: str) -> list[tuple[int, Place]]:
    """Finds a member by its letters alone, so that "in-progress", "to do" and "e-mail" are found."""
    found = []
    for index, word in enumerate(reading.words):
        if not letters.startswith(word.lower):
            continue
        built, last = word.lower, index
        while built != letters and last + 1 < len(reading.words) and last - index < 8:
            last += 1
            following = reading.words[last].lower
            if following in ("-", "_"):
                continue
            if not letters.startswith(built + following):
                break
            built += following
        if built == letters:
            found.append((4, (word.start, reading.words[last].end)))
    return found


def _spread(reading: Reading, stems: list[str]) -> list[tuple[int, Place]]:
    """Finds the words of a member near one another, in any order, with a few small words between."""
    content = [one for one in stems if one not in FUNCTION_WORDS and len(one) > 1] or stems
    if len(content) < 2 and len(stems) > 1 and len(content[0]) < 5:
        return []
    found = []
    for index, word in enumerate(reading.words):
        if not any(_alike(word.stem, one) for one in content):
            continue
        window = reading.words[index : index + len(stems) + _GAP]
        hits = [next((w for w in window if _alike(w.stem, one)), None) for one in content]
        ends = [w.end for w in hits if w is not None]
        if len(ends) == len(content) and reading.sentence(word.start) == reading.sentence(max(ends) - 1):
            found.append((3 if len(content) == len(stems) else 2, (word.start, max(ends))))
    return found


def _related(reading: Reading, one: str) -> list[tuple[int, Place]]:
    return [
        (3 if word.stem == one else 1, (word.start, word.end))
        for word in reading.words
        if word.stem == one or _alike(word.stem, one)
    ]


def _alike(a: str, b: str) -> bool:
    if a == b:
        return True
    if len(a) < 4 or len(b) < 4 or a[:4] != b[:4]:
        return False
    shared = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return shared >= 6 or (shared == min(len(a), len(b)) and max(len(a), len(b)) - shared <= 4)


def _particle(reading: Reading, word: str, near: frozenset[str]) -> list[tuple[int, Place]]:
    """Finds members like "on", "off" or "any": behind a verb of switching or beside the name of the argument."""
    found = []
    for index, token in enumerate(reading.words):
        if token.lower == word and (_switched(reading, index, near) or _labelled(reading, index, near)):
            found.append((4, (token.start, token.end)))
    return found


def _switched(reading: Reading, index: int, near: frozenset[str]) -> bool:
    for earlier in reversed(reading.words[max(0, index - 8) : index]):
        if earlier.lower in ("on", "off", "in", "to", ".") and earlier.lower != reading.words[index].lower:
            return False
        if earlier.stem in near:
            return True
    return False


def _labelled(reading: Reading, index: int, near: frozenset[str]) -> bool:
    around = reading.words[max(0, index - 5) : index + 5]
    here = reading.sentence(reading.words[index].start)
    own = near - _SWITCHES
    return any((word.stem in own or word.lower == "power") and reading.sentence(word.start) == here for word in around)
