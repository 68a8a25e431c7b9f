"""The tools of one run, by name."""

from collections import ChainMap, Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

from digit_tc.canonical import digest
from digit_tc.errors import CatalogueError
from digit_tc.records import Fix
from digit_tc.tools.names import LONGEST_NAME, legal_name
from digit_tc.tools.tool import Tool

if TYPE_CHECKING:
    from digit_tc.tools.index import Ports, Vocabulary


class Head(NamedTuple):
    """What a list of tools says of each one."""

    name: str
    namespace: str
    alias: str
    dialect: str
    file: str
    pointer: str
    fixes: int
    """How many repairs were made."""


class Kept(Protocol):
    """Tools that lie elsewhere and are brought in one by one, with what was found out about them before."""

    @property
    def key(self) -> str:
        """Digest of what the catalogue was made from."""

    @property
    def tools(self) -> Mapping[str, Tool]:
        """The tools by name, in reading order."""

    @property
    def heads(self) -> tuple[Head, ...]:
        """What the list says of each, in reading order."""

    @property
    def skipped(self) -> tuple[str, ...]:
        """The files of folders that were left out, and why."""

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the catalogue."""

    @property
    def ports(self) -> "Ports":
        """The tools by what they give and take."""

    @property
    def vocabulary(self) -> "Vocabulary":
        """The tools by their words."""


class Catalogue:
    """Tools by name, in the order in which they were read.

    `skipped` says in one sentence each, with the place, which files of a folder were left out, and why.

    Raises:
        CatalogueError: Two tools have one name and different schemas.
    """

    kept: Kept | None = None
    """Where the tools lie, when they are not in memory."""

    def __init__(self, tools: Iterable[Tool], *, skipped: Iterable[str] = ()) -> None:
        self.skipped = tuple(skipped)
        found: dict[str, Tool] = {}
        for tool in tools:
            known = found.setdefault(tool.name, tool)
            if known is not tool and _shape(known) != _shape(tool):
                raise CatalogueError(
                    f"two tools are called {tool.name!r} but differ: {_where(known)} and {_where(tool)};"
                    " rename one of them or leave one out"
                )
        self._tools: Mapping[str, Tool] = found

    @classmethod
    def of(cls, kept: Kept) -> "Catalogue":
        """Returns the catalogue of tools that lie elsewhere."""
        catalogue = cls((), skipped=kept.skipped)
        catalogue._tools, catalogue.kept = kept.tools, kept
        return catalogue

    def with_changed(self, changed: Mapping[str, Tool]) -> "Catalogue":
        """Returns the catalogue with some of its tools in another form; what they are called stays."""
        if not changed:
            return self
        catalogue = Catalogue((), skipped=self.skipped)
        own = cast("dict[str, Tool]", self._tools)
        catalogue._tools, catalogue.kept = ChainMap(dict(changed), own), self.kept
        return catalogue

    def __getitem__(self, name: str) -> Tool:
        return self._tools[name]

    def __contains__(self, name: object) -> bool:
        return name in self._tools

    def __iter__(self) -> Iterator[Tool]:
        return iter(self._tools.values())

    def __len__(self) -> int:
        return len(self._tools)

    def with_tools(self, tools: Iterable[Tool]) -> "Catalogue":
        """Returns a catalogue of what became of the tools, which tells of the same skipped files."""
        return Catalogue(tools, skipped=self.skipped)

    def find(self, name: str) -> Tool | None:
        """Returns the tool of this name, also of the name that it has in its file; None where there is none."""
        known = name if name in self._tools else self._aliases.get(name)
        return None if known is None else self._tools[known]

    @cached_property
    def _aliases(self) -> dict[str, str]:
        return {head.alias: head.name for head in reversed(self.heads) if head.alias}

    @cached_property
    def names(self) -> list[str]:
        """The tool names in reading order."""
        return list(self._tools)

    def place(self, name: str) -> int:
        """Returns where a tool stands in reading order, from 0."""
        return self._places[name]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: at for at, name in enumerate(self.names)}

    def beside(self, namespace: str) -> list[str]:
        """Returns the names of the tools of a namespace, in reading order."""
        return self._namespaces.get(namespace, [])

    @property
    def namespaces(self) -> list[str]:
        """The namespaces, in reading order."""
        return list(self._namespaces)

    @cached_property
    def _namespaces(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for head in self.heads:
            found.setdefault(head.namespace, []).append(head.name)
        return found

    @cached_property
    def heads(self) -> tuple[Head, ...]:
        """What a list says of each tool, in reading order."""
        return self.kept.heads if self.kept else tuple(_head(tool) for tool in self)

    @cached_property
    def fingerprint(self) -> str:
        """Digest of everything in the specifications that can shape a conversation, wherever it was read."""
        if self.kept:
            return self.kept.fingerprint
        return digest([[tool.name, *_shape(tool), tool.annotations, tool.namespace] for tool in self])


def _head(tool: Tool) -> Head:
    source = tool.source
    return Head(tool.name, tool.namespace, tool.alias, source.dialect, source.file, source.pointer, len(tool.fixes))


def apart(tools: Iterable[Tool]) -> Iterator[Tool]:
    """Yields each tool once; different ones of one name get names of their own, with the old one as alias and a fix.

    The first keeps its name. A later one is called after its namespace where that differs, else it is numbered.
    """
    everything = list(tools)
    named = Counter(tool.name for tool in everything)
    taken, met = set(named), {name: _Namesakes() for name, times in named.items() if times > 1}
    for tool in everything:
        others = met.get(tool.name)
        if others is None:
            yield tool
            continue
        shape = digest(*_shape(tool))
        if shape in others.shapes:
            continue
        name = _own_name(tool, others, taken) if others.shapes else tool.name
        others.shapes.add(shape)
        others.namespaces.add(tool.namespace)
        taken.add(name)
        yield tool if name == tool.name else _renamed(tool, name)


@dataclass
class _Namesakes:
    """The tools of one name that were met so far."""

    shapes: set[str] = field(default_factory=set)
    namespaces: set[str] = field(default_factory=set)
    numbers: Iterator[int] = field(default_factory=lambda: count(2))


def _own_name(tool: Tool, others: _Namesakes, taken: set[str]) -> str:
    spaced = legal_name(f"{tool.namespace}_{tool.name}")
    if tool.namespace and tool.namespace not in others.namespaces and spaced not in taken:
        return spaced
    tails = (f"_{number}" for number in others.numbers)
    return next(name for tail in tails if (name := tool.name[: LONGEST_NAME - len(tail)] + tail) not in taken)


def _renamed(tool: Tool, name: str) -> Tool:
    insides = {"openai": "/function/name", "openapi": f"{tool.source.pointer}/operationId"}
    pointer = insides.get(tool.source.dialect, "/name")
    fix = Fix(code="name-collides", pointer=pointer, old=tool.name, new=name)
    return tool.model_copy(update={"name": name, "alias": tool.alias or tool.name, "fixes": (*tool.fixes, fix)})


def _shape(tool: Tool) -> list[object]:
    return [tool.description, tool.parameters, tool.output_schema]


def _where(tool: Tool) -> str:
    return f"{tool.source.file or 'given in code'}{'#' if tool.source.pointer else ''}{tool.source.pointer}"
