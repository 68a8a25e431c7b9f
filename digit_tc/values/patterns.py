"""Strings of a form: from a regular expression, or after the example that a description gives."""

import random
import re
import string
from functools import lru_cache
from typing import Any

from rstr import Rstr
from rstr.xeger import sre_parse  # type: ignore[attr-defined]  # the standard parser, wherever a version has it

from digit_tc.streams import Stream
from digit_tc.values.lexicon import lexicon


class _Drawn(random.Random):
    """A standard generator whose every draw comes from a named stream."""

    def __init__(self, stream: Stream) -> None:
        super().__init__()
        self._stream = stream

    def seed(self, *_: Any, **__: Any) -> None:
        """Keeps the seed away: the stream has its own."""

    def random(self) -> float:
        return self._stream.unit()


class _Strings(Rstr):
    """Draws strings of regular expressions, each of which is parsed once."""

    def xeger(self, string_or_regex: str | re.Pattern[str]) -> str:
        drawn = self._build_string(_parsed(string_or_regex))
        self._cache.clear()
        return drawn

    def _handle_in(self, value: Any) -> str:
        return self._random.choice(_members(tuple(value)))


@lru_cache(maxsize=512)
def _parsed(pattern: str | re.Pattern[str]) -> Any:
    return sre_parse.parse(pattern)


@lru_cache(maxsize=512)
def _members(parts: tuple[Any, ...]) -> list[str]:
    """Returns the characters of a class of a regular expression."""
    strings = Rstr()
    negated = parts[0][0].name == "NEGATE"
    members = [char for part in parts[negated:] for char in strings._handle_state(part)]
    return sorted(set(string.printable).difference(members)) if negated else members


def matching(pattern: str, stream: Stream) -> str | None:
    """Draws a string that matches the whole of a regular expression, or None where the expression is beyond us."""
    try:
        drawn = _Strings(_Drawn(stream)).xeger(pattern.removeprefix("^").removesuffix("$"))
        return drawn if re.search(pattern, drawn) else None
    except (re.error, KeyError, ValueError, OverflowError, RecursionError):
        return None  # the caller draws by meaning instead and checks the result against the schema


def alike(sample: str, stream: Stream) -> str:
    """Draws a value of the same shape as a sample: other digits, other personal names, the rest as it is."""

    def digits(run: re.Match[str]) -> str:
        first = str(stream.integer(1, 9))
        return first + "".join(str(stream.integer(0, 9)) for _ in run.group()[1:])

    def name(run: re.Match[str]) -> str:
        word = run.group()
        for group in ("first_names", "last_names"):
            if word.capitalize() in lexicon()[group] or word in ("sara", "doe", "john", "smith", "jane"):
                drawn = stream.choice(lexicon()["last_names" if word in ("doe", "smith") else group])
                return str(drawn.lower() if word.islower() else drawn)
        return word

    return re.sub(r"[0-9]+", digits, re.sub(r"[A-Za-z]+", name, sample))
