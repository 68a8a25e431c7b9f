"""The graph that the references of a plan make: its depth, its connected parts, the substance of its calls."""

from collections import Counter
from collections.abc import Sequence

from digit_tc.canonical import canonical
from digit_tc.planning.references import literals
from digit_tc.state import PlannedCall, Reference

_EARLIER = ""
"""The node that stands for all that earlier turns gave."""
_BARE = 1
"""Tools that a plan may call without a value of their own."""


def depth(calls: Sequence[PlannedCall]) -> int:
    """Returns how many calls the longest chain of references has."""
    levels: dict[str, int] = {}
    for call in calls:
        below = (levels.get(reference["call"], 0) for reference in call["references"].values())
        levels[call["id"]] = 1 + max(below, default=0)
    return max(levels.values(), default=0)


def connected(calls: Sequence[PlannedCall]) -> list[PlannedCall]:
    """Returns the calls of the largest part that references connect, numbered on from the first.

    What earlier turns gave counts as one thing: two calls that both draw on it are connected (DiGiT-TC).
    """
    roots = {call["id"]: call["id"] for call in calls} | {_EARLIER: _EARLIER}

    def root(node: str) -> str:
        while roots[node] != node:
            node = roots[node]
        return node

    for call in calls:
        for reference in call["references"].values():
            source = reference["call"] if reference["call"] in roots else _EARLIER
            roots[root(call["id"])] = root(source)
    parts = Counter(root(call["id"]) for call in calls)
    largest = max(parts, key=lambda node: parts[node], default=_EARLIER)
    return renumbered([call for call in calls if root(call["id"]) == largest], calls)


def renumbered(kept: Sequence[PlannedCall], calls: Sequence[PlannedCall]) -> list[PlannedCall]:
    """Returns some calls of a plan under the first of its ids, their references with them."""
    ids = {call["id"]: other["id"] for call, other in zip(kept, calls, strict=False)}
    return [PlannedCall(**{**call, "id": ids[call["id"]], "references": _moved(call, ids)}) for call in kept]


def _moved(call: PlannedCall, ids: dict[str, str]) -> dict[str, Reference]:
    return {
        pointer: Reference(call=ids.get(reference["call"], reference["call"]), path=reference["path"])
        for pointer, reference in call["references"].items()
    }


def substantial(calls: Sequence[PlannedCall]) -> bool:
    """Says whether a turn is about something: who asks has values to give, and not for one call alone.

    At most one call has no literal value, and of three or more they do not all stand in one of them (DiGiT-TC). The
    same look-up of several entries of a list counts once.
    """
    said = [{canonical(value) for _, value in literals(call)} for call in calls]
    if len({call["tool"] for call, values in zip(calls, said, strict=True) if not values}) > _BARE:
        return False
    return len({call["tool"] for call in calls}) < 3 or not any(set().union(*said) <= values for values in said)
