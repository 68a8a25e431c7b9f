"""The tools of one run, by name."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import count

from digit_tc.canonical import digest
from digit_tc.errors import CatalogueError
from digit_tc.records import Fix
from digit_tc.tools.names import LONGEST_NAME, legal_name
from digit_tc.tools.tool import Tool


class Catalogue:
    """Tools by name, in the order in which they were read.

    `skipped` says in one sentence each, with the place, which files of a folder were left out, and why.

    Raises:
        CatalogueError: Two tools have one name and different schemas.
    """

    def __init__(self, tools: Iterable[Tool], *, skipped: Iterable[str] = ()) -> None:
        self._tools: dict[str, Tool] = {}
        self.skipped = tuple(skipped)
        for tool in tools:
            self._add(tool)

    def _add(self, tool: Tool) -> None:
        known = self._tools.setdefault(tool.name, tool)
        if _shape(known) != _shape(tool):
            raise CatalogueError(
                f"two tools are called {tool.name!r} but differ: {_where(known)} and {_where(tool)};"
                " rename one of them or leave one out"
            )

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
        return self._tools.get(name) or next((tool for tool in self if tool.alias == name), None)

    @property
    def names(self) -> list[str]:
        """The tool names in reading order."""
        return list(self._tools)

    @cached_property
    def fingerprint(self) -> str:
        """Digest of everything in the specifications that can shape a conversation, wherever it was read."""
        return digest([[tool.name, *_shape(tool), tool.annotations, tool.namespace] for tool in self])


def apart(tools: Iterable[Tool]) -> Iterator[Tool]:
    """Yields each tool once; different ones of one name get names of their own, with the old one as alias and a fix.

    The first keeps its name. A later one is called after its namespace where that differs, else it is numbered.
    """
    everything = list(tools)
    written = Counter(tool.name for tool in everything)
    taken, met = set(written), {name: _Namesakes() for name, times in written.items() if times > 1}
    for tool in everything:
        namesakes = met.get(tool.name)
        if namesakes is None:
            yield tool
        elif (shape := digest(_shape(tool))) not in namesakes.shapes:
            name = namesakes.name_for(tool, taken) if namesakes.shapes else tool.name
            namesakes.shapes.add(shape)
            namesakes.namespaces.add(tool.namespace)
            taken.add(name)
            yield tool if name == tool.name else _renamed(tool, name)


class _Namesakes:
    """The different tools of one name that were met so far."""

    def __init__(self) -> None:
        self.shapes: set[str] = set()
        self.namespaces: set[str] = set()
        self._numbers = count(2)

    def name_for(self, tool: Tool, taken: set[str]) -> str:
        """Returns a name of its own for one more."""
        spaced = legal_name(f"{tool.namespace}_{tool.name}")
        if tool.namespace and tool.namespace not in self.namespaces and spaced not in taken:
            return spaced
        tails = (f"_{number}" for number in self._numbers)
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
