"""One value as it stands in a text, and the text in a form in which it can be scanned."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "date", "time", "datetime", "number", "email", "url", "phone", "id", "file", "quoted", "name", "hashtag", "currency"
]

_TYPOGRAPHIC = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201a": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u00ab": '"',
        "\u00bb": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2212": "-",
        "\u2014": ",",
        "\u00a0": " ",
        "\u2009": " ",
        "\u202f": " ",
        "\t": " ",
    }
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A value found in a text.

    `values` holds the normalised value first and the other readings after it: dates as YYYY-MM-DD, times as HH:MM,
    date-times as YYYY-MM-DDTHH:MM:SS, numbers as floats. `start` and `end` are character offsets. `strict` is true
    where a person who says it means a value by it, so that it may not be left over.
    """

    kind: Kind
    values: tuple[str | float, ...]
    surface: str
    start: int
    end: int
    strict: bool = False
    unit: str = ""

    @property
    def value(self) -> str | float:
        """The most likely reading."""
        return self.values[0]

    def overlaps(self, start: int, end: int) -> bool:
        """Tells whether the mention shares a character with that stretch of the text."""
        return self.start < end and start < self.end


class Canvas:
    """Keeps which characters of a text are already taken, so that a value is read once."""

    def __init__(self, size: int) -> None:
        self._taken = bytearray(size)

    def free(self, start: int, end: int) -> bool:
        """Tells whether nothing in that stretch is taken."""
        return not any(self._taken[start:end])

    def take(self, start: int, end: int) -> None:
        """Marks a stretch as taken."""
        self._taken[start:end] = b"\x01" * (end - start)

    def keep(self, mentions: Iterable[Mention]) -> list[Mention]:
        """Returns the mentions whose place is free, and takes their places in turn."""
        kept: list[Mention] = []
        for mention in mentions:
            if self.free(mention.start, mention.end):
                self.take(mention.start, mention.end)
                kept.append(mention)
        return kept


def plain(text: str) -> str:
    """Returns the text with plain quotes, hyphens and blanks; every character keeps its place."""
    return text.translate(_TYPOGRAPHIC)
