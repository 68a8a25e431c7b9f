"""Examples and lists of values that a description gives in prose."""

import re
from functools import lru_cache

_EXAMPLE = re.compile(
    r"(?:such as|e\.g\.,?|for example,?|example:|eg\.?,?|like|format:?)\s*"
    r"(?:'([^']{1,40})'|\"([^\"]{1,40})\"|`([^`]{1,40})`|\(?([A-Z#][\w#-]{2,24}))",
    re.IGNORECASE,
)
_CHOICES = re.compile(r"(?:'([^']{1,30})'|\"([^\"]{1,30})\")")
_EITHER = re.compile(
    r"(?:\beither\b|\bone of\b|\bmust be\b|\bpossible values\b|\bcan be\b|\[enum\]|\boptions?\b|\bmode\b)",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def example(description: str) -> str:
    """Returns the example value that a description gives, or an empty string."""
    found = _EXAMPLE.search(description)
    return next((group for group in found.groups() if group), "") if found else ""


@lru_cache(maxsize=4096)
def choices(description: str) -> tuple[str, ...]:
    """Returns the values that a description lists as the only ones: either 'a' or 'b'."""
    cue = _EITHER.search(description)
    found = [a or b for a, b in _CHOICES.findall(description[cue.end() :])] if cue else []
    return tuple(dict.fromkeys(found)) if len(found) > 1 else ()
