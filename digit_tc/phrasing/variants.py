"""Templates with choices in them: "[could|would] you [please |]{g}?" stands for four wordings."""

import re
from functools import lru_cache

from digit_tc.streams import Stream

_CHOICE = re.compile(r"\[([^\[\]]*)\]")


def variant(template: str, stream: Stream, **values: str) -> str:
    """Draws one wording of a template, then fills in its fields.

    Args:
        template: Text with choices in square brackets, their alternatives between bars; an empty one says nothing.
        stream: Draws one alternative of each choice.
        values: What stands for each field in braces; nothing in a value is taken for a choice.
    """
    said = "".join(stream.choice(part) for part in _parts(template))
    return said.format(**values)


@lru_cache(maxsize=1024)
def _parts(template: str) -> tuple[tuple[str, ...], ...]:
    """Returns the alternatives of each stretch of a template; a stretch between two choices has one."""
    return tuple(tuple(part.split("|")) if at % 2 else (part,) for at, part in enumerate(_CHOICE.split(template)))
