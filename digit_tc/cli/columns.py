"""Two texts side by side, or one below the other where there is no room."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from digit_tc.cli.text import printable

_BAR = " │ "
_MOST = 200
"""Columns of both texts together at most: longer lines are hard to read."""


def fitted(line: str, columns: int) -> list[str]:
    """Returns a line in pieces that fit whatever it holds, the further ones four columns further in."""
    line = printable(line)
    indent = " " * (len(line) - len(line.lstrip()))
    pieces = textwrap.wrap(
        line.strip(), columns, initial_indent=indent, subsequent_indent=f"{indent}    ", break_on_hyphens=False
    )
    return pieces or [""]


def widths(columns: int) -> tuple[int, int]:
    """Returns how wide the left and the right text are on so many columns: three fifths and the rest."""
    room = min(columns, _MOST) - len(_BAR)
    return room - room * 2 // 5, room * 2 // 5


def beside(rows: Iterable[tuple[Sequence[str], Sequence[str]]], columns: int) -> Iterator[str]:
    """Yields texts side by side; the two of a row begin on the same line.

    Args:
        rows: Left lines, which fit, and right lines, which are wrapped here.
        columns: Columns of both texts together.
    """
    left, right = widths(columns)
    for first, second in rows:
        pieces = [piece for line in second for piece in fitted(line, right)]
        for one, other in zip_longest(first, pieces, fillvalue=""):
            yield f"{one:<{left}}{_BAR}{other}".rstrip()
