"""All values of one text, each read once."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from digit_tc.extraction import dates, marks, numbers
from digit_tc.extraction.mention import Canvas, Mention, plain


def mentions(text: str, today: date) -> list[Mention]:
    """Returns the values that a text mentions, in order of appearance.

    A stretch of text is read as one kind of value, with two exceptions: a quoted string lies over what stands inside
    it, and a date-time lies over its date and its time. What stands inside quotes beside other words is not strict.
    """
    text = plain(text)
    canvas = Canvas(len(text))
    quoted = Canvas(len(text)).keep(marks.quotes(text))
    found = canvas.keep(marks.addresses(text))
    found += canvas.keep(dates.stamps(text))
    days = canvas.keep(dates.dates(text, today))
    days += canvas.keep(dates.bare_days(text, days, today))
    clocks = canvas.keep(dates.times(text))
    found += days + clocks + list(dates.joined(text, days + clocks))
    found += canvas.keep(_unlike_numbers(marks.identifiers(text)))
    found += canvas.keep(numbers.numbers(text))
    found += canvas.keep(marks.currencies(text))
    found += canvas.keep(marks.names(text))
    found = [_inside(mention, quoted) for mention in found] + quoted
    return sorted(found, key=lambda mention: (mention.start, -mention.end))


def _unlike_numbers(found: Iterable[Mention]) -> list[Mention]:
    """Leaves bare digits to the numbers, which serve identifiers as well."""
    return [mention for mention in found if not mention.surface.isdigit()]


def _inside(mention: Mention, quoted: list[Mention]) -> Mention:
    for quote in quoted:
        if quote.start <= mention.start and mention.end <= quote.end:
            whole = quote.value == mention.surface
            return mention if whole else replace(mention, strict=False)
    return mention
