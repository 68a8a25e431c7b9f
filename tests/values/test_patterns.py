"""Strings of regular expressions: drawn as the library draws them, and the same in every process."""

import subprocess
import sys

import pytest
from rstr import Rstr

from digit_tc.streams import Stream
from digit_tc.values.patterns import _Drawn, matching

PATTERNS = (
    r"TK-[0-9]{8}",
    r"[A-Z]{2}\d{3,5}[-_ ]?(?:alpha|beta)+",
    r"([a-f0-9]{4})-\1",
    r"\w{3}\s\D{2}",
    r".{4}",
    r"(?:0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]",
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_strings_are_those_that_the_library_draws(pattern: str) -> None:
    for seed in range(20):
        assert matching(f"^{pattern}$", Stream("form", seed)) == Rstr(_Drawn(Stream("form", seed))).xeger(pattern)


def test_what_a_class_leaves_out_is_drawn_alike_in_every_process() -> None:
    program = (
        "from digit_tc.streams import Stream; from digit_tc.values.patterns import matching;"
        "print(ascii(matching('[^a-z]{12}', Stream('form'))))"
    )
    drawn = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(drawn) == 1
