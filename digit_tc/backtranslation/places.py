"""Where in a text a literal value of a slot is said."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from digit_tc.backtranslation.members import members
from digit_tc.backtranslation.reading import Place, Reading
from digit_tc.backtranslation.slots import Slot
from digit_tc.extraction.mention import Mention, plain
from digit_tc.extraction.mentions import mentions
from digit_tc.extraction.words import FUNCTION_WORDS, vocabulary, words

_TRIM = " \n.,;:!?\"'"
_NONE = vocabulary("no zero none without nothing")
_ONE = vocabulary("a an one single another")
_EDGE = vocabulary("first last next")
_ALONE = re.compile(r"\bjust (?:me|myself)\b|\bby myself\b|\balone\b|\bmyself\b|\bonly me\b|\bsolo\b|\bonce\b")
_TWICE = re.compile(r"\btwice\b|\bthe two of us\b|\bboth of us\b|\bmy (?:wife|husband|partner) and (?:I|me)\b", re.I)
_LARGEST = 1e300
"""No larger number is read from a text; a model may well make one up."""
_MOMENTS = ("date", "time", "datetime")


def places(reading: Reading, slot: Slot, value: Any, today: date) -> list[Place]:
    """Returns every place of a text where a literal could be said, in order, none twice."""
    return sorted(set(_places(reading, slot, value, today)))


def _places(reading: Reading, slot: Slot, value: Any, today: date) -> Iterator[Place]:
    if slot.kind == "enum" and value in slot.schema["enum"]:
        yield from members(reading, slot.schema["enum"], slot.name).get(value, [])
    elif isinstance(value, int | float):
        if abs(value) <= _LARGEST:
            yield from number_places(reading, slot, float(value))
    elif isinstance(value, str):
        if slot.kind in _MOMENTS:
            yield from _moments(reading, slot.kind, value, today)
        elif slot.kind == "phone":
            yield from _digits(reading, value)
        yield from text_places(reading, value)


def _moments(reading: Reading, kind: str, value: str, today: date) -> Iterator[Place]:
    wanted = {str(one) for mention in mentions(value, today) if mention.kind == kind for one in mention.values[:1]}
    if kind == "time":
        wanted |= {value[:5]}
    for mention in reading.mentions:
        if wanted & {str(one) for one in _as(mention, kind)}:
            yield mention.start, mention.end
    if kind == "datetime":
        for stamp in sorted(wanted):
            yield from _apart(reading, stamp)


def _as(mention: Mention, kind: str) -> Iterator[str | float]:
    if mention.kind == kind:
        yield from mention.values
    elif kind == "time" and mention.kind == "number" and not mention.unit:
        hour = mention.values[0]
        if isinstance(hour, float) and hour in range(1, 13):
            yield f"{int(hour) % 12:02d}:00"
            yield f"{int(hour) % 12 + 12:02d}:00"
    elif kind == "datetime" and mention.kind == "date":
        yield from (f"{value}T00:00:00" for value in mention.values)


def _apart(reading: Reading, stamp: str) -> Iterator[Place]:
    """Finds a date-time whose date and time are said in two places of the text."""
    for day in reading.mentions:
        if day.kind != "date" or stamp[:10] not in day.values:
            continue
        for clock in reading.mentions:
            if stamp[11:16] in [str(one)[:5] for one in _as(clock, "time")] and not clock.overlaps(day.start, day.end):
                yield min((day.start, day.end), (clock.start, clock.end))
                yield max((day.start, day.end), (clock.start, clock.end))


def number_places(reading: Reading, slot: Slot, value: float) -> Iterator[Place]:
    """Yields where a number is said, in digits or in words."""
    scales = _scales(slot)
    quoted = [m for m in reading.mentions if m.kind == "quoted"]
    for mention in reading.mentions:
        if any(q.start <= mention.start and mention.end <= q.end and q.value != mention.surface for q in quoted):
            continue
        if _equals(reading, mention, value, scales):
            yield mention.start, mention.end
    if value in (0, 1, 2) and not any(value in m.values for m in reading.mentions if m.kind == "number"):
        yield from _small(reading, slot, int(value))


def _scales(slot: Slot) -> dict[str, float]:
    said = f"{slot.name} {slot.schema.get('description') or ''}".lower()
    if "minute" in said:
        return {"hour": 60.0, "hours": 60.0, "day": 1440.0}
    if "second" in said:
        return {"minute": 60.0, "minutes": 60.0, "hour": 3600.0, "hours": 3600.0}
    return {"week": 7.0, "weeks": 7.0} if "day" in said or "night" in said else {}


def _equals(reading: Reading, mention: Mention, value: float, scales: dict[str, float]) -> bool:
    if mention.kind == "number":
        if value in mention.values:
            return True
        following = reading.index(mention.end)
        unit = reading.words[following].lower if following < len(reading.words) else ""
        return unit in scales and float(mention.values[0]) * scales[unit] == value
    digits = mention.surface.lstrip("#")
    return digits.isdigit() and mention.kind in ("id", "date", "time", "phone") and float(digits) == value


def _small(reading: Reading, slot: Slot, value: int) -> Iterator[Place]:
    for pattern in (_ALONE,) if value == 1 else (_TWICE,) if value == 2 else ():
        yield from ((m.start(), m.end()) for m in pattern.finditer(reading.text))
    signs = {0: _NONE, 1: _ONE}.get(value, frozenset())
    for index, word in enumerate(reading.words):
        counted = [w for w in reading.words[index + 1 : index + 4] if slot.cues.get(w.stem, 0.0) >= 1.3]
        single = word.lower in _EDGE and value == 1 and any(not w.lower.endswith("s") for w in counted[:1])
        if (word.lower in signs and counted) or single:
            yield word.start, word.end


def _digits(reading: Reading, value: str) -> Iterator[Place]:
    wanted = re.sub(r"\D", "", value)
    for mention in reading.mentions:
        if wanted and mention.kind in ("phone", "number", "id") and re.sub(r"\D", "", mention.surface) == wanted:
            yield mention.start, mention.end


def text_places(reading: Reading, value: str) -> list[Place]:
    """Returns where a text stands word for word, or else with only small words more or less."""
    wanted = plain(value).lower().strip(_TRIM)
    if not wanted:
        return []
    found, start = [], reading.lower.find(wanted)
    while start >= 0:
        end = start + len(wanted)
        if _bounded(reading.lower, start, end):
            found.append((start, end))
        start = reading.lower.find(wanted, start + 1)
    return found or _loose(reading, wanted)


def _bounded(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 2]
    if (before.isalnum() or before in ("_", "@")) and text[start].isalnum() and start:
        return False
    if before in ("-", "/", ".", "\\") and start > 1 and text[start - 2].isalnum() and text[start].isalnum():
        return False
    if not text[end - 1].isalnum():
        return True
    return not (
        after[:1].isalnum() or after[:1] in ("_", "@") or (after[:1] in ("-", "/", ".") and after[1:].isalnum())
    )


def _loose(reading: Reading, wanted: str) -> list[Place]:
    """Finds the content words in order, small words between them aside; a single word must stand exactly."""
    own = [w for w in words(wanted) if w.lower[0].isalnum()]
    content = [w for w in own if w.lower not in FUNCTION_WORDS]
    if len(content) < 2 or len(own) - len(content) > len(content):
        return []
    said = [w for w in reading.words if w.lower[0].isalnum()]
    found = []
    for index, word in enumerate(said):
        if word.stem == content[0].stem:
            end = _follow(said, index, [w.stem for w in content])
            if end:
                found.append((word.start, end))
    return found


def _follow(said: list[Any], index: int, stems: list[str]) -> int:
    at = 0
    for word in said[index:]:
        if word.stem == stems[at]:
            at += 1
            if at == len(stems):
                return int(word.end)
        elif word.lower not in FUNCTION_WORDS:
            return 0
    return 0
