"""Where tools are found again: by what they give and take, and by the words they speak in.

A tool is named by its place in the catalogue, from 0, so that a list of tools is a list of small numbers.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from digit_tc.tools.matching import incoming, outgoing
from digit_tc.tools.meaning import Understood
from digit_tc.tools.names import singular, words
from digit_tc.tools.references import children
from digit_tc.tools.tool import Tool

Places = Sequence[int]
"""Places of tools in their catalogue, ascending."""

_SPREAD = 50
"""A word that more than one in so many tools speaks of tells none of them apart."""
_FEW = 100
"""Tools among which every word counts, however many speak of it."""


@dataclass(frozen=True)
class Ports:
    """The tools by the keys of what they give and of what they take (`digit_tc.tools.matching.keys`)."""

    offers: Mapping[str, Places]
    wants: Mapping[str, Places]


@dataclass(frozen=True)
class Vocabulary:
    """The tools by the words that several of them have and not most; words are weighed by how rare they are."""

    words: Mapping[str, Places]
    lengths: Sequence[float]
    """For each tool the sum of the squared weights of its words."""

    def weight(self, places: Places) -> int:
        """Returns what a word counts that those tools have."""
        return weight(len(places), len(self.lengths))


def ports_of(tools: Iterable[Understood]) -> Ports:
    """Returns the index of what tools give and take."""
    offers: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
    wants: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
    for at, tool in enumerate(tools):
        for key in outgoing(tool):
            offers[key].append(at)
        for key in incoming(tool):
            wants[key].append(at)
    return Ports(dict(offers), dict(wants))


def vocabulary_of(tools: Iterable[Tool]) -> Vocabulary:
    """Returns the index of the words of tools."""
    found: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
    count = 0
    for at, tool in enumerate(tools):
        count = at + 1
        for word in spoken_of(tool):
            found[word].append(at)
    most = max(_FEW, count // _SPREAD)
    lengths = array("d", bytes(8 * count))
    for places in found.values():
        if len(places) <= most:
            for at in places:
                lengths[at] += weight(len(places), count) ** 2
    return Vocabulary({word: places for word, places in found.items() if 1 < len(places) <= most}, lengths)


def weight(having: int, count: int) -> int:
    """Returns what a word counts that so many of all tools have: the whole part of a logarithm, equal everywhere."""
    return (count // having).bit_length()


def spoken_of(tool: Tool) -> set[str]:
    """Returns the words of a tool: of its description, of its arguments and outputs, and twice those of its name."""
    named = _singular(tool.name)
    found = {f"={word}" for word in named} | set(named) | set(_singular(tool.description))
    for schema in (tool.parameters, tool.output_schema or {}):
        for name in _properties(schema):
            found.update(_singular(name))
    return found


def _singular(text: str) -> list[str]:
    return [singular(word) for word in words(text) if len(word) > 1]


def _properties(schema: dict[str, Any]) -> Iterator[str]:
    todo: list[Any] = [schema]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            if isinstance(node.get("properties"), dict):
                yield from node["properties"]
            todo.extend(part for _, part in children(node))
