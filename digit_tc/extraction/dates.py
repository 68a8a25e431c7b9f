"""Dates, times of day and date-times in many wordings."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from digit_tc.extraction.mention import Mention
from digit_tc.extraction.words import table

_MONTHS = table("january february march april may june july august september october november december")
_DAYS = table("monday tuesday wednesday thursday friday saturday sunday")
_NUMERALS = table("zero one two three four five six seven eight nine ten eleven twelve")
_COUNTS = {word: number for number, word in enumerate(_NUMERALS)} | {"a": 1, "an": 1}
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\b\.?"
)
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b"
_YEAR = r"(?:,?\s+(?:of\s+)?(?P<year>(?:19|20)\d\d)\b(?!:))?"
_PREFIX = rf"(?:{_WEEKDAY},?\s+(?:the\s+)?)?"

_ISO = re.compile(r"(?<![\w-])(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)(?![\d-])")
_MONTH_DAY = re.compile(rf"\b{_PREFIX}{_MONTH}\s*(?:the\s+)?{_DAY}{_YEAR}", re.I)
_DAY_MONTH = re.compile(rf"\b{_PREFIX}(?<![\d:.-]){_DAY}[\s-]+(?:day\s+)?(?:of\s+)?{_MONTH}(?![a-z]){_YEAR}", re.I)
_SLASHED = re.compile(r"(?<![\w/.-])(?P<a>\d\d?)(?P<sign>[/.])(?P<b>\d\d?)(?P=sign)(?P<year>(?:19|20)?\d\d)(?![\w/-])")
_COUNT = rf"\d+|{'|'.join(_COUNTS)}"
_RELATIVE = re.compile(
    r"\b(?:(?P<named>today|tonight|tomorrow|yesterday|(?:the )?day after tomorrow|this (?:morning|afternoon|evening))"
    rf"|(?:in|within) (?P<n>{_COUNT}) (?P<unit>day|week)s?(?: from (?:now|today))?"
    rf"|(?P<n2>{_COUNT}) (?P<unit2>day|week)s? (?:from (?:now|today)|(?P<ago>ago))"
    r"|(?:(?P<which>this coming|this|next|coming|on|last|by|until|for|from|to) )?"
    rf"(?P<weekday>{'|'.join(_DAYS)}))\b(?!s)",
    re.I,
)
_NAMED = {
    "today": 0,
    "tonight": 0,
    "tomorrow": 1,
    "yesterday": -1,
    "day after tomorrow": 2,
    "the day after tomorrow": 2,
}
_DAY_OF = re.compile(
    r"\b(?:on|by|until|till|from|through|to|and|-) the (?P<day>[0-3]?\d)(?:st|nd|rd|th)\b"
    r"(?! (?:floor|item|one|time|row))",
    re.I,
)
_SECOND_DAY = re.compile(
    r"\s*(?:to|-|through|until|till|(?P<loose>and|or))\s*(?:the\s+)?(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b"
    r"(?![:/.]\d|[-\w]|\s*(?:[ap]\.?m\b|%|of the\b|(?!of\b)[a-z]+s\b))(?(loose)(?!\s+[A-Za-z\d]))" + _YEAR,
    re.I,
)
_CLOCK = re.compile(
    r"(?<![\w:.#$-])(?P<hour>[01]?\d|2[0-4])(?:[:.](?P<minute>[0-5]\d)(?::[0-5]\d)?)?"
    r"\s*(?P<half>[ap])\.?\s?m\b\.?",
    re.I,
)
_CLOCK24 = re.compile(
    r"(?<![\w:.-])(?P<hour>[01]?\d|2[0-3])(?::|(?<=\d)h(?=\d))(?P<minute>[0-5]\d)(?::[0-5]\d)?"
    r"(?:Z|\b)(?!:|\s*[ap]\.?m\b)"
)
_PART = r"in the (?:morning|afternoon|evening)|at night"
_SPOKEN = re.compile(
    r"\b(?:(?P<named>noon|midday|midnight)"
    r"|(?:a )?(?P<shift>half past|quarter past|quarter to) (?P<hour>\d\d?|[a-z]+)"
    rf"|(?P<clock>\d\d?|{'|'.join(_NUMERALS[1:])})(?: o'clock(?P<late> (?:{_PART}))?| (?P<part>{_PART})))\b",
    re.I,
)
_STAMP = re.compile(
    r"(?<!\w)((?:19|20)\d\d-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d))?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?(?![\d:])"
)
_BARE_HOUR = re.compile(
    r"(?<![\w:.$#-])(?P<hour>1[0-2]|[1-9])(?:[:.](?P<minute>[0-5]\d))?\s*(?:to|-|until|till|and)\s*$", re.I
)


def dates(text: str, today: date) -> Iterator[Mention]:
    """Finds dates; one without a year reads as the simulated year, with the years beside it as other readings."""
    for match in _ISO.finditer(text):
        yield from _written(match, _valid(int(match["year"]), int(match["month"]), int(match["day"])))
    for pattern in (_MONTH_DAY, _DAY_MONTH):
        for match in pattern.finditer(text):
            yield from _spelled(match, today)
    for match in _SLASHED.finditer(text):
        yield from _slashed(match)
    for match in _RELATIVE.finditer(text):
        yield from _relative(match, today)


def bare_days(text: str, known: list[Mention], today: date) -> Iterator[Mention]:
    """Finds days that lean on a date said before them: "March 5 to 9", "and back on the 12th"."""
    for match in _DAY_OF.finditer(text):
        earlier = [str(value) for mention in known if mention.start < match.start() for value in mention.values]
        months = earlier or [today.isoformat()]
        start = match.start("day") - 4
        values = _unique(_valid(int(m[:4]), int(m[5:7]), int(match["day"])) for m in months)
        if values:
            yield Mention("date", values, text[start : match.end()], start, match.end(), True)
    for mention in known:
        match_after = _SECOND_DAY.match(text, mention.end)
        if match_after:
            year = match_after["year"]
            values = _unique(
                _valid(int(year or str(value)[:4]), int(str(value)[5:7]), int(match_after["day"]))
                for value in mention.values
            )
            start, end = match_after.start("day"), match_after.end()
            if values:
                yield Mention("date", values, text[start:end], start, end, True)


def stamps(text: str) -> Iterator[Mention]:
    """Finds date-times in ISO form."""
    for match in _STAMP.finditer(text):
        value = f"{match[1]}T{match[2]}:{match[3] or '00'}"
        yield Mention("datetime", (value,), match[0], match.start(), match.end(), True)


def times(text: str) -> Iterator[Mention]:
    """Finds times of day; one without a half of the day has both as readings."""
    for match in _CLOCK.finditer(text):
        hour = int(match["hour"]) % 12 + (12 if match["half"].lower() == "p" else 0)
        first = _BARE_HOUR.search(text, 0, match.start())
        yield _time(match, (_clock(hour, match["minute"]),))
        if first:
            bare = int(first["hour"]) % 12
            own = bare + (12 if match["half"].lower() == "p" else 0)
            values = (_clock(own, first["minute"]), _clock((own + 12) % 24, first["minute"]))
            start, end = first.start("hour"), first.end("minute") if first["minute"] else first.end("hour")
            yield Mention("time", values, text[start:end], start, end, True)
    for match in _CLOCK24.finditer(text):
        yield _time(match, (_clock(int(match["hour"]), match["minute"]),))
    for match in _SPOKEN.finditer(text):
        yield from _spoken(match)


def joined(text: str, found: list[Mention]) -> Iterator[Mention]:
    """Joins a date and a time that stand together into a date-time, beside the two."""
    ordered = sorted((m for m in found if m.kind in ("date", "time")), key=lambda m: m.start)
    for left, right in pairwise(ordered):
        between = text[left.end : right.start]
        if left.kind == right.kind or len(between) > 24 or re.search(r"[.;!?]\s|\d", between):
            continue
        day, clock = (left, right) if left.kind == "date" else (right, left)
        values = tuple(f"{d}T{t}:00" for d in day.values for t in clock.values)
        yield Mention("datetime", values, text[left.start : right.end], left.start, right.end)


def _time(match: re.Match[str], values: tuple[str, ...]) -> Mention:
    return Mention("time", values, match[0], match.start(), match.end(), True)


def _clock(hour: int, minute: str | None) -> str:
    return f"{hour % 24:02d}:{minute or '00'}"


def _spoken(match: re.Match[str]) -> Iterator[Mention]:
    if match["named"]:
        yield _time(match, ("00:00" if match["named"].lower() == "midnight" else "12:00",))
        return
    said = (match["hour"] or match["clock"]).lower()
    hour = int(said) if said.isdigit() else _COUNTS.get(said, 0)
    if not 1 <= hour <= 12:
        return
    minute = "00"
    if match["shift"]:
        minute = "30" if "half" in match["shift"].lower() else "15" if "past" in match["shift"].lower() else "45"
        hour -= minute == "45"
    part = (match["part"] or match["late"] or "").lower()
    early, late = _clock(hour % 12, minute), _clock(hour % 12 + 12, minute)
    if part:
        yield _time(match, (early if "morning" in part else late,))
    else:
        yield _time(match, (early, late))


def _valid(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _unique(values: Iterator[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _written(match: re.Match[str], *values: str | None) -> Iterator[Mention]:
    readings = _unique(iter(values))
    if readings:
        yield Mention("date", readings, match[0], match.start(), match.end(), True)


def _spelled(match: re.Match[str], today: date) -> Iterator[Mention]:
    month = next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(match["month"][:3].lower()))
    years = [int(match["year"])] if match["year"] else [today.year, today.year + 1, today.year - 1]
    yield from _written(match, *(_valid(year, month, int(match["day"])) for year in years))


def _slashed(match: re.Match[str]) -> Iterator[Mention]:
    year = int(match["year"]) + (0 if len(match["year"]) == 4 else 2000)
    a, b = int(match["a"]), int(match["b"])
    pairs = [(b, a), (a, b)] if match["sign"] == "." else [(a, b), (b, a)]
    yield from _written(match, *(_valid(year, month, day) for month, day in pairs))


def _relative(match: re.Match[str], today: date) -> Iterator[Mention]:
    if match["weekday"]:
        values = _weekday(match, today)
        start = (
            match.start("which")
            if (match["which"] or "").lower() in ("this", "next", "last", "coming")
            else match.start("weekday")
        )
    else:
        values = [today + timedelta(days=_offset(match))]
        start = match.start()
    end = match.end()
    yield Mention("date", tuple(v.isoformat() for v in values), match.string[start:end], start, end, True)


def _offset(match: re.Match[str]) -> int:
    if match["named"]:
        return _NAMED.get(match["named"].lower(), 0)
    said = (match["n"] or match["n2"]).lower()
    count = int(said) if said.isdigit() else _COUNTS[said]
    days = min(count, 10_000) * (7 if (match["unit"] or match["unit2"]).lower() == "week" else 1)
    return -days if match["ago"] else days


def _weekday(match: re.Match[str], today: date) -> list[date]:
    ahead = (_DAYS.index(match["weekday"].lower()) - today.weekday()) % 7
    coming = today + timedelta(days=ahead)
    which = (match["which"] or "").lower()
    if which == "last":
        return [coming - timedelta(days=7)]
    if which == "next":
        return [coming + timedelta(days=7), coming] if ahead else [coming + timedelta(days=7)]
    return [coming] if ahead else [coming + timedelta(days=7), coming]
