"""The frame of a request: what is left of it when values and names are masked."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from digit_tc.extraction.mention import Mention, plain
from digit_tc.extraction.mentions import mentions
from digit_tc.planning.references import leaves
from digit_tc.records import Persona, Turn

_MASK = "_"
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_SIGNS = re.compile(r"[^\w\s]+")
_RUN = re.compile(r"_(?: _)+")
_ANY_DAY = date(2024, 1, 1)
"""Where a date stands in a text does not depend on the day on which it is read."""
_FEWEST = 4
"""Words of a sentence that says something; shorter ones are greetings and thanks."""


def frame(turn: Turn, persona: Persona | None) -> list[str]:
    """Returns the sentences of a request in lower case and without signs, each value and name in it a mask."""
    text = plain(turn.user)
    read = ((one.start, one.end) for one in mentions(text, _ANY_DAY) if one.kind != "name" or not _opens(text, one))
    spans = sorted({*_said(text, turn, persona), *read}, key=lambda span: (span[0], -span[1]))
    masked, last = "", 0
    for start, end in spans:
        if start >= last:
            masked += f"{text[last:start]} {_MASK} "
        last = max(last, end)
    masked += text[last:]
    sentences = [" ".join(_SIGNS.sub(" ", one).lower().split()) for one in _SENTENCE.split(masked)]
    return [_RUN.sub(_MASK, one) for one in sentences if one]


def _opens(text: str, name: Mention) -> bool:
    """Says whether a single word is only taken for a name because it opens a sentence."""
    before = text[: name.start].rstrip()
    return " " not in name.surface and (not before or before[-1] in ".!?:")


def telling(sentences: Iterable[str]) -> Iterator[str]:
    """Yields the sentences that are long enough to say something."""
    return (sentence for sentence in sentences if len(sentence.split()) >= _FEWEST)


def _said(text: str, turn: Turn, persona: Persona | None) -> Iterator[tuple[int, int]]:
    """Yields where a text says a value of an argument, or what its author is called."""
    names = [persona.first_name, persona.last_name, persona.city] if persona else []
    calls = [call for step in turn.steps for call in step.calls]
    values = [value for call in calls for _, value in leaves(call.arguments) if isinstance(value, str)]
    lower = text.lower()
    if len(lower) != len(text):
        lower = text  # where a letter has a lower case of two signs, places would shift
    for form in {form for value in (*names, *values) for form in (value, value.replace("_", " "))}:
        yield from _whole(lower, form.strip().lower())


def _whole(text: str, value: str) -> Iterator[tuple[int, int]]:
    """Yields where a text has a value that is no part of a longer word."""
    start = text.find(value) if value else -1
    while start >= 0:
        end = start + len(value)
        if not any(sign.isalnum() for sign in text[start - 1 : start] + text[end : end + 1]):
            yield start, end
        start = text.find(value, end)
