"""Values as people say them: dates, times, money, lists, names of members of an enum."""

import re
from datetime import date, datetime, time
from typing import Any, Literal

from digit_tc.streams import Stream

_ORDINALS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


Order = Literal["month", "day", ""]
"""Which of the two stands before the other in a date; either where it is empty."""


def be(label: str) -> str:
    """Returns "are" behind a label in the plural, else "is": the guests are, the status is."""
    return "are" if label.endswith("s") and not label.endswith(("ss", "us", "is")) else "is"


def said_date(value: str, today: date, stream: Stream, order: Order = "") -> str:
    """Says a date (YYYY-MM-DD); the year is left out only where it is the simulated one."""
    day = date.fromisoformat(value)
    if (day - today).days == 1 and stream.chance(0.6):
        return "tomorrow"
    if day == today and stream.chance(0.6):
        return "today"
    month, ordinal = day.strftime("%B"), f"{day.day}{_ORDINALS.get(day.day, 'th')}"
    first = order or stream.choice(("month", "month", "day"))
    forms = (f"{month} {day.day}", f"{month} {ordinal}", f"{day.strftime('%b')} {day.day}")
    if first == "day":
        forms = (f"{day.day} {month}", f"the {ordinal} of {month}", f"{day.day} {day.strftime('%b')}")
    if day.year != today.year:
        return stream.choice((f"{forms[0]}, {day.year}" if first == "month" else f"{forms[0]} {day.year}", value))
    if 0 < (day - today).days < 60 and stream.chance(0.25):
        return f"{day.strftime('%A')}{',' if first == 'month' else ''} {forms[0]}"
    return value if stream.chance(0.1) else stream.choice(forms if day.month != 5 else forms[:2])


def said_time(value: str, stream: Stream) -> str:
    """Says a time of day (HH:MM or HH:MM:SS)."""
    clock = time.fromisoformat(value)
    if clock == time(12, 0) and stream.chance(0.5):
        return "noon"
    hour, half = clock.hour % 12 or 12, "am" if clock.hour < 12 else "pm"
    short = f"{hour}:{clock.minute:02d} {half}" if clock.minute else f"{hour} {half}"
    return stream.choice((short, short, short.replace(" ", ""), f"{clock.hour:02d}:{clock.minute:02d}"))


def said_datetime(value: str, today: date, stream: Stream, order: Order = "") -> str:
    """Says a date with its time."""
    moment = datetime.fromisoformat(value.removesuffix("Z"))
    clock = said_time(moment.strftime("%H:%M"), stream)
    return f"{said_date(moment.date().isoformat(), today, stream, order)} at {clock}"


def said_number(value: float, stream: Stream, *, words: bool = False) -> str:
    """Says a number; small counts may be said in words."""
    if words and float(value).is_integer() and 0 <= value <= 12 and stream.chance(0.45):
        return _SMALL[int(value)]
    if isinstance(value, int) and abs(value) >= 10_000 and stream.chance(0.5):
        return f"{value:,}"
    return str(value)


def said_money(value: float, stream: Stream) -> str:
    """Says an amount of money."""
    amount = f"{value:,}" if value >= 1000 and stream.chance(0.6) else str(value)
    if "." in amount and len(amount.split(".")[1]) == 1:
        amount += "0"
    return stream.choice((f"${amount}", f"${amount}", f"{amount} dollars"))


def said_enum(value: Any) -> str:
    """Says a member of an enum: in_progress gives "in progress"."""
    text = str(value)
    if text in _WEEKDAYS:
        return text.capitalize()
    return text.replace("_", " ") if re.fullmatch(r"[a-zA-Z]+(_[a-zA-Z0-9]+)*", text) else text


def quoted(text: str, stream: Stream) -> str:
    """Puts a text in quotes."""
    return stream.choice((f'"{text}"', f'"{text}"', f"'{text}'")) if "'" not in text else f'"{text}"'


def listed(items: list[str], conjunction: str = "and") -> str:
    """Joins words: a, b and c."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {conjunction} {items[-1]}"
