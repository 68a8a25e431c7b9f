"""The tools of one run, by name."""

from collections.abc import Iterable, Iterator
from functools import cached_property

from digit_tc.canonical import digest
from digit_tc.errors import CatalogueError
from digit_tc.tools.tool import Tool


class Catalogue:
    """Tools by name, in the order in which they were read.

    Raises:
        CatalogueError: Two tools have one name and different schemas.
    """

    def __init__(self, tools: Iterable[Tool]) -> None:
        self._tools: dict[str, Tool] = {}
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


def _shape(tool: Tool) -> list[object]:
    return [tool.description, tool.parameters, tool.output_schema]


def _where(tool: Tool) -> str:
    return f"{tool.source.file or 'given in code'}{'#' if tool.source.pointer else ''}{tool.source.pointer}"
