"""Which dates and times of day a text says.

A date said without a year, and a date said relative to now, mean something only against the simulated
date; without one they say nothing, which keeps the matcher strict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache

from .wording import fold

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH_NUMBER = {name: i for i, name in enumerate(_MONTHS, 1)} | {name[:3]: i for i, name in enumerate(_MONTHS, 1)}
_MONTH_NUMBER["sept"] = 9
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_HOURS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]

_MONTH = "(?P<month>" + "|".join(sorted(_MONTH_NUMBER, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?![\w:]|[.,]\d)"
_YEAR = r"(?:,?\s(?:of\s|in\s)?(?P<year>(?:19|20|21)\d\d)(?![\w-]|[.,:]\d))?"
_NAMED = (
    re.compile(rf"(?<![\w-]){_MONTH}\s(?:the\s)?{_DAY}{_YEAR}"),
    re.compile(rf"(?<![\w.,:$#]){_DAY}\s(?:of\s)?{_MONTH}{_YEAR}(?!\w)"),
)
_ISO = re.compile(r"(?<![\w-])(\d{4})-(\d{2})-(\d{2})(?!(?!t\d)\w|-\w|\.\w)")
_RELATIVE = (
    (re.compile(r"\bday after tomorrow\b"), 2),
    (re.compile(r"(?<!day after )\btomorrow\b"), 1),
    (re.compile(r"\b(?:today|tonight)\b"), 0),
    (re.compile(r"(?<!day before )\byesterday\b"), -1),
    (re.compile(r"\bday before yesterday\b"), -2),
)
_WEEKDAY = re.compile(
    r"(?<![\w-])(?:(?P<lead>\w+)\s)?(?P<weekday>" + "|".join(_WEEKDAYS) + r")\b(?!-)"
    r"(?!,?\s(?:the\s)?(?:\d{1,2}(?:st|nd|rd|th)?\s(?:of\s)?)?(?:" + "|".join(_MONTH_NUMBER) + r")\b)"
)
_NOT_COMING = frozenset({"last", "every", "each", "previous", "past"})

_HALF = r"(?:\s?(?P<half>a\.?m\b\.?|p\.?m\b\.?)|\s(?P<part>in the (?:morning|afternoon|evening)|at night))"
_HOUR_WORD = "(?P<hour>[0-9]{1,2}|" + "|".join(_HOURS[1:]) + ")"
_CLOCK = re.compile(
    r"(?<![\w.,:$#])(?:\d{4}-\d\d-\d\dt)?(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?"
    rf"(?:{_HALF}|z)?(?![\w:])"
)
_HOUR_ONLY = re.compile(rf"(?<![\w.,:$#]){_HOUR_WORD}(?:\so'clock)?{_HALF}")
_OCLOCK = re.compile(rf"(?<![\w.,:$#]){_HOUR_WORD}\so'clock\b(?!\s(?:[ap]\.?m\b|in the|at night))")
_PAST = re.compile(rf"\b(?P<how>half past|quarter past|quarter to)\s{_HOUR_WORD}\b{_HALF}?")
_SHIFT = {"half past": 30, "quarter past": 15, "quarter to": -15}


@dataclass(frozen=True)
class DatesSaid:
    """The dates of one text: complete ones, and those lacking a year."""

    full: frozenset[date]
    yearless: frozenset[tuple[int, int]]

    def covers(self, wanted: date, simulated: date | None) -> bool:
        """Tell whether the wanted date is among them; a missing year may only be one near the simulated one."""
        if wanted in self.full:
            return True
        near = simulated is not None and abs(wanted.year - simulated.year) <= 1
        return near and (wanted.month, wanted.day) in self.yearless


def simulated_date(context: str) -> date | None:
    """Take the first ISO date of the context as "now"."""
    return next(iter(_iso_dates(fold(context))), None)


@lru_cache(maxsize=4096)
def dates_said(text: str, simulated: date | None) -> DatesSaid:
    """Collect every date the text says."""
    folded = fold(text)
    full = set(_iso_dates(folded))
    yearless: set[tuple[int, int]] = set()
    for found in (hit for pattern in _NAMED for hit in pattern.finditer(folded)):
        month, day = _MONTH_NUMBER[found["month"]], int(found["day"])
        if found["year"]:
            full.update(_real_date(int(found["year"]), month, day))
        else:
            yearless.add((month, day))
    if simulated is not None:
        full.update(_relative_dates(folded, simulated))
    return DatesSaid(frozenset(full), frozenset(yearless))


def _iso_dates(folded: str) -> list[date]:
    """Read ISO dates in the order of the text, leaving out days that do not exist."""
    return [day for found in _ISO.finditer(folded) for day in _real_date(*(int(part) for part in found.groups()))]


def _real_date(year: int, month: int, day: int) -> list[date]:
    """Give the date, or nothing for the 30th of February."""
    try:
        return [date(year, month, day)]
    except ValueError:
        return []


def _relative_dates(folded: str, simulated: date) -> set[date]:
    """Resolve "tomorrow", "on Friday" and the like."""
    said = {simulated + timedelta(days=days) for pattern, days in _RELATIVE if pattern.search(folded)}
    for found in _WEEKDAY.finditer(folded):
        if found["lead"] in _NOT_COMING:
            continue
        ahead = (_WEEKDAYS.index(found["weekday"]) - simulated.weekday() - 1) % 7 + 1
        said.add(simulated + timedelta(days=ahead))
        if found["lead"] == "next":
            said.add(simulated + timedelta(days=ahead + 7))
    return said


@lru_cache(maxsize=4096)
def times_said(text: str) -> frozenset[time]:
    """Collect every time of day the text says."""
    folded = fold(text)
    said = {time(12)} if re.search(r"\bnoon\b", folded) else set()
    if re.search(r"\bmidnight\b", folded):
        said.add(time(0))
    for found in _CLOCK.finditer(folded):
        said.update(_clock_times(found))
    for found in _HOUR_ONLY.finditer(folded):
        said.update(_on_the_clock(_hour(found["hour"]), 0, 0, _half(found)))
    for found in _OCLOCK.finditer(folded):
        said.update(_either_half(_hour(found["hour"]) * 60))
    for found in _PAST.finditer(folded):
        said.update(_past_times(found))
    return frozenset(said)


def _clock_times(found: re.Match[str]) -> list[time]:
    """Read a time written with a colon."""
    return _on_the_clock(int(found["hour"]), int(found["minute"]), int(found["second"] or 0), _half(found))


def _past_times(found: re.Match[str]) -> list[time]:
    """Read "half past two", which names either half of the day unless it says which."""
    half = _half(found)
    hour = _hour(found["hour"])
    if hour > 12:
        return []
    minutes = hour % 12 * 60 + _SHIFT[found["how"]]
    if not half:
        return _either_half(minutes)
    return [_from_minutes(minutes + (720 if half == "p" else 0))]


def _either_half(minutes: int) -> list[time]:
    """Give both times a twelve-hour clock may mean."""
    return [_from_minutes(minutes), _from_minutes(minutes + 720)]


def _from_minutes(minutes: int) -> time:
    """Wrap minutes around the day."""
    return time(minutes // 60 % 24, minutes % 60)


def _hour(word: str) -> int:
    """Read an hour in digits or words."""
    return int(word) if word.isdigit() else _HOURS.index(word)


def _half(found: re.Match[str]) -> str:
    """Reduce the ways to say which half of the day to "a", "p" or nothing."""
    if found["half"]:
        return found["half"][0]
    if found["part"]:
        return "a" if found["part"].endswith("morning") else "p"
    return ""


def _on_the_clock(hour: int, minute: int, second: int, half: str) -> list[time]:
    """Give the time, or nothing if there is no such time; without am or pm the clock has 24 hours."""
    if half and not 1 <= hour <= 12:
        return [] if hour > 23 or half == "a" else _on_the_clock(hour, minute, second, "")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return [time(hour, minute, second)]
    except ValueError:
        return []
