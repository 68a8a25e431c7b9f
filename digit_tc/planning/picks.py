"""Which entry of a list a person means: the cheapest, the best rated, the next one, or simply the first."""

from digit_tc.planning.references import HIGHEST, LOWEST
from digit_tc.streams import Stream
from digit_tc.tools.fields import ITEM, VALUE
from digit_tc.tools.meaning import Understood
from digit_tc.tools.names import words

_SIDES = {"money": (LOWEST, LOWEST, HIGHEST), "rating": (HIGHEST,), "date": (LOWEST,), "datetime": (LOWEST,),
          "time": (LOWEST,)}  # fmt: skip
"""By which attributes one entry of a list is picked, and from which side."""
_NEVER = {"closing", "opening", "expiry", "expires", "last", "updated", "end", "birth", "return", "arrival"}
"""Dates and times by which nobody picks."""
PAST = {"order", "ordered", "placed", "created", "opened", "transaction", "issued", "posted", "joined", "published"}
"""Words of dates that lie behind: of these the most recent is meant, not the earliest."""
_CHOSEN = 0.75


def picked(producer: Understood, output: tuple[str, ...], stream: Stream) -> list[str | int]:
    """Returns an output path with one entry chosen for each list and map on the way."""
    path: list[str | int] = []
    for at, part in enumerate(output):
        if part == ITEM:
            path.append(_entry(producer, output[: at + 1], stream))
        else:
            path.append(0 if part == VALUE else part)
    return path


def _entry(producer: Understood, stem: tuple[str, ...], stream: Stream) -> str | int:
    options: list[str] = []
    for leaf in producer.outputs:
        kind, named = producer.yields[leaf.path].kind, set(words(leaf.key))
        if leaf.path[:-1] == stem and leaf.required and not named & _NEVER:
            sides = (HIGHEST,) if kind in ("date", "datetime") and named & PAST else _SIDES.get(kind, ())
            options += [side + leaf.path[-1] for side in sides]
    if options and not singled(producer) and stream.chance(_CHOSEN):
        return stream.choice(options)
    return 0


def singled(producer: Understood) -> bool:
    """Says whether a search tends to find one thing: by a person's name or address."""
    return any(producer.means[leaf.path].kind in ("person", "email", "name", "username") for leaf in producer.inputs)


def nested(output: tuple[str, ...]) -> bool:
    """Says whether an output lies in a list inside a list: nobody points at such entries."""
    return sum(part in (ITEM, VALUE) for part in output) > 1
