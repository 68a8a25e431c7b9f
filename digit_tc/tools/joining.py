"""All pairs of sets that are similar, without comparing every two of them.

The join is exact: the prefix filter of Bayardo, Ma and Srikant ("Scaling up all pairs similarity search", 2007) with
the length and position filters of Xiao, Wang, Lin and Yu ("Efficient similarity joins for near duplicate detection",
2008). Two sets that are similar enough share one of their rarest members; only sets that do are looked at further.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from math import ceil
from typing import NamedTuple

_SLACK = 1e-9
"""What rounding may take from a product; a filter that lets too much through is only slower."""


class Pair(NamedTuple):
    """Two of a list, by their places, the lower one first, and how similar they are."""

    first: int
    second: int
    similarity: float


def similar_pairs(sets: Sequence[Collection[str]], threshold: float) -> Iterator[Pair]:
    """Yields every two sets whose Jaccard index is at least the threshold; an empty set is similar to none.

    Args:
        sets: Sets of words; no member occurs twice in one.
        threshold: Above 0 and at most 1.

    Raises:
        ValueError: The threshold is not.
    """
    if not 0 < threshold <= 1:
        raise ValueError("the threshold must be above 0 and at most 1")
    ranked = _ranked(sets)
    index: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for here in sorted((at for at, members in enumerate(ranked) if members), key=lambda at: len(ranked[at])):
        members = ranked[here]
        for there in _candidates(ranked, members, index, threshold):
            shared = len(set(members) & set(ranked[there]))
            similarity = shared / (len(members) + len(ranked[there]) - shared)
            if similarity >= threshold:
                yield Pair(min(here, there), max(here, there), similarity)
        for position, member in enumerate(_prefix(members, 2 * threshold / (1 + threshold))):
            index[member].append((here, position))


def _ranked(sets: Sequence[Collection[str]]) -> list[list[int]]:
    """Returns the sets with their members as numbers, rare ones first."""
    counts = Counter(member for members in sets for member in members)
    rank = {member: at for at, (member, _) in enumerate(sorted(counts.items(), key=lambda item: (item[1], item[0])))}
    return [sorted(rank[member] for member in members) for members in sets]


def _prefix(members: list[int], share: float) -> list[int]:
    """Returns so many of the rarest members that one of them is among any such share of all."""
    return members[: len(members) - ceil(share * len(members) - _SLACK) + 1]


def _candidates(
    ranked: list[list[int]], members: list[int], index: dict[int, list[tuple[int, int]]], threshold: float
) -> list[int]:
    """Returns those of the sets seen so far, all as short or shorter, that may be similar to this one."""
    size, shared = len(members), Counter[int]()
    least = threshold * size - _SLACK
    for position, member in enumerate(_prefix(members, threshold)):
        for there, at in index.get(member, ()):
            other = len(ranked[there])
            if other < least:
                continue
            needed = ceil(threshold / (1 + threshold) * (size + other) - _SLACK)
            if shared[there] + min(size - position, other - at) >= needed:
                shared[there] += 1
    return list(shared)
