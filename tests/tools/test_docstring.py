"""Docstrings in Google's style, and in none."""

import string

from hypothesis import given
from hypothesis import strategies as st

from digit_tc.tools.docstring import Docstring, read_docstring

FULL = """Book a table.

    More about it: it is
    held for ten minutes.

    Args:
        city: Where.
        people (int, optional): How many,
            children: too.

            Babies do not count.
        **more: Whatever else: nothing, mostly.

    Returns:
        dict: The booking, with
            its id.

    Raises:
        ValueError: if there is no table.
    """


def test_the_parts_of_a_docstring_are_told_apart() -> None:
    assert read_docstring(FULL) == Docstring(
        "Book a table.\n\nMore about it: it is\nheld for ten minutes.",
        {
            "city": "Where.",
            "people": "How many, children: too. Babies do not count.",
            "more": "Whatever else: nothing, mostly.",
        },
        "The booking, with its id.",
    )


def test_a_docstring_of_another_style_is_a_description() -> None:
    text = "Book a table.\n\n:param city: Where.\n:returns: the booking"
    assert read_docstring(text) == Docstring(text)
    assert read_docstring(None) == Docstring() == read_docstring("  \n ")


NAME = st.text(string.ascii_lowercase, min_size=1, max_size=8)
LINE = st.text(string.ascii_lowercase + " .", min_size=1, max_size=30).map(str.strip).filter(bool)


@given(LINE, st.dictionaries(NAME, LINE, min_size=1), LINE)
def test_what_is_written_is_read(summary: str, arguments: dict[str, str], returns: str) -> None:
    listed = "\n".join(f"        {name}: {text}" for name, text in arguments.items())
    read = read_docstring(f"{summary}\n\n    Args:\n{listed}\n\n    Returns:\n        {returns}\n    ")
    assert read == Docstring(
        summary, arguments,
        " ".join(returns.split()),
    )  # fmt: skip


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    assert isinstance(read_docstring(text), Docstring)
    assert isinstance(read_docstring(f"x\n\nArgs:\n{text}\nReturns:\n{text}"), Docstring)
