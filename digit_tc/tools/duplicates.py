"""Tools that are the same or nearly so: wild pools hold many of them.

Three kinds, each told with a similarity from 0 to 1: `exact` (equal descriptions and schemas, whatever the names and
the blanks), `near` (most of their words in common, by the Jaccard index) and `names` (the same words in their names, or
names that differ by one letter).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from digit_tc.canonical import canonical
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.index import spoken_of
from digit_tc.tools.joining import Pair, similar_pairs
from digit_tc.tools.names import singular, words
from digit_tc.tools.tool import Tool

THRESHOLD = 0.8
"""The Jaccard index from which two tools are nearly the same."""
_LONG = 10
"""Letters of a name from which one letter more or less makes no other name."""
_BLANKS = re.compile(r"(?:\\[nrt]|\s)+")

Kind = Literal["exact", "near", "names"]


@dataclass(frozen=True)
class Group:
    """Tools that are linked by being alike, in the order of the catalogue; `similarity` is that of the weakest link."""

    kind: Kind
    names: tuple[str, ...]
    similarity: float


def near_duplicates(catalogue: Catalogue, threshold: float = THRESHOLD) -> tuple[Group, ...]:
    """Returns the groups of tools that are alike, exact ones first, then by their first tool.

    A group whose tools all lie in one group of an earlier kind is left out.

    Args:
        catalogue: The tools.
        threshold: The Jaccard index, above 0 and at most 1, from which two sets of words are nearly the same.
    """
    tools = list(catalogue)
    found: list[Group] = []
    pairs: tuple[tuple[Kind, Iterable[Pair]], ...] = (
        ("exact", _same(_specification(tool) for tool in tools)),
        ("near", similar_pairs([spoken_of(tool) for tool in tools], threshold)),
        ("names", _alike([_name(tool) for tool in tools])),
    )
    for kind, links in pairs:
        groups = (Group(kind, tuple(tools[at].name for at in linked), least) for linked, least in _components(links))
        known = [set(group.names) for group in found]
        holders = _holders(known)
        found += [group for group in groups if not any(set(group.names) <= known[at] for at in holders[group.names[0]])]
    return tuple(found)


def _holders(groups: list[set[str]]) -> defaultdict[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for at, names in enumerate(groups):
        for name in names:
            found[name].append(at)
    return found


def _specification(tool: Tool) -> str:
    """Returns what a tool says besides its name; nothing for one that says nothing."""
    if not tool.description.strip() and not tool.properties:
        return ""
    return _BLANKS.sub(" ", canonical([tool.description.strip(), tool.parameters, tool.output_schema]))


def _name(tool: Tool) -> list[str]:
    """Returns the words of a tool's name as it was written, singular."""
    return [singular(word) for word in words(tool.alias or tool.name)]


def _same(keys: Iterable[str]) -> Iterator[Pair]:
    """Yields what has one key, each linked to the first; an empty key is like no other."""
    first: dict[str, int] = {}
    for at, key in enumerate(keys):
        if key and first.setdefault(key, at) != at:
            yield Pair(first[key], at, 1.0)


def _alike(names: Sequence[list[str]]) -> Iterator[Pair]:
    """Yields names of the same words in any order, and long ones that differ by one letter."""
    yield from _same(" ".join(sorted(name)) for name in names)
    spelt: dict[str, int] = {}
    for at, name in enumerate(names):
        spelt.setdefault("".join(name), at)
    for first, second in sorted(_one_apart([text for text in spelt if len(text) >= _LONG])):
        yield Pair(spelt[first], spelt[second], 1 - 1 / max(len(first), len(second)))


def _one_apart(texts: Sequence[str]) -> set[tuple[str, str]]:
    """Returns every two texts that one edit parts.

    Such two have a text in common that is at most one letter shorter (Bocek, Hunt and Stiller, "Fast similarity search
    in large dictionaries", 2007): only texts that share one are compared.
    """
    holders: defaultdict[str, list[str]] = defaultdict(list)
    for text in texts:
        for shorter in {text, *(text[:at] + text[at + 1 :] for at in range(len(text)))}:
            holders[shorter].append(text)
    return {pair for held in holders.values() for pair in combinations(held, 2) if one_apart(*pair)}


def one_apart(first: str, second: str) -> bool:
    """Says whether one letter added, taken away or put in place of another makes one text of the other."""
    shorter, longer = sorted((first, second), key=len)
    if len(longer) - len(shorter) > 1 or first == second:
        return False
    at = next((at for at, letter in enumerate(shorter) if letter != longer[at]), len(shorter))
    return shorter[at + (len(longer) == len(shorter)) :] == longer[at + 1 :]


def _components(pairs: Iterable[Pair]) -> list[tuple[list[int], float]]:
    """Returns what is linked, directly or over others, with the weakest of its links."""
    roots: dict[int, int] = {}

    def root(at: int) -> int:
        while (above := roots.setdefault(at, at)) != at:
            roots[at] = roots[above]
            at = above
        return at

    links = list(pairs)
    for pair in links:
        first, second = sorted((root(pair.first), root(pair.second)))
        roots[second] = first
    least: dict[int, float] = {}
    for pair in links:
        here = root(pair.first)
        least[here] = min(least.get(here, 1.0), pair.similarity)
    members: defaultdict[int, list[int]] = defaultdict(list)
    for at in sorted(roots):
        members[root(at)].append(at)
    return [(members[here], round(least[here], 4)) for here in sorted(members)]
