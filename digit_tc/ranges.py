"""Ranges and parts of whole numbers as users write them: `2-4`, or `3` for `3-3`; `1/4` for every fourth."""


def as_range(value: object, example: str) -> str:
    """Returns a range in its usual form.

    Raises:
        ValueError: It is none, is empty, or starts below 1; `example` is what the message shows.
    """
    low, dash, high = str(value).partition("-")
    high = high if dash else low
    if not (low.strip().isdecimal() and high.strip().isdecimal()):
        raise ValueError(f"must be MIN-MAX, for example {example}; got {value!r}")
    if int(low) < 1:
        raise ValueError(f"must start at 1 or more; got {value!r}")
    if int(high) < int(low):
        raise ValueError(f"must not end before it starts; got {value!r}, write {int(high)}-{int(low)}")
    return f"{int(low)}-{int(high)}"


def bounds(text: str) -> tuple[int, int]:
    """Returns the lower and the upper end of a range in its usual form."""
    low, _, high = text.partition("-")
    return int(low), int(high)


def stride(shard: str) -> tuple[int, int]:
    """Returns the first number that belongs to a shard, and the step from each to the next; an empty one is all."""
    part, _, whole = (shard or "1/1").partition("/")
    return int(part) - 1, int(whole)
