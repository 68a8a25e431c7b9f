"""Where tools come from: files, folders and live MCP servers, read together into one catalogue."""

import json
import re
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from digit_tc.errors import SettingsError
from digit_tc.live.address import PREFIX, is_server, redacted
from digit_tc.live.server import Server
from digit_tc.tools.catalogue import Catalogue, apart
from digit_tc.tools.place import Place
from digit_tc.tools.reading import Aside, File, files_of, parse_tools, tools_of
from digit_tc.tools.tool import Tool


def read_sources(sources: Sequence[str], folder: Path | None = None, aside: Aside | None = None) -> Catalogue:
    """Reads tool files, folders and live MCP servers into one catalogue, in their order.

    A server is `mcp:` before the command line of a stdio server or before an address, or an address alone (http:// or
    https://: streamable HTTP). It is connected to, its tools are listed, and it is let go.

    Args:
        sources: What is to be read.
        folder: Where stdio servers are started; the current folder where none is given.
        aside: Where tools are put that cannot be read; they raise where there is no place for them.

    Raises:
        CatalogueError: A source cannot be read as tools.
        SettingsError: A source is empty, or a server cannot be reached.
    """
    aside = aside or Aside()
    tools = [tool for source in sources for tool in _read(source, folder, aside)]
    return Catalogue(apart(tools), skipped=aside.skipped)


def files_alone(sources: Sequence[str]) -> list[File] | None:
    """Returns the files that the sources name, or None where one of them is a server.

    Raises:
        CatalogueError: A file cannot be read.
        SettingsError: A source is empty.
    """
    if any(is_server(_named(source)) for source in sources):
        return None
    return files_of([Path(source) for source in sources])


def _named(source: str) -> str:
    if not source.strip():
        raise SettingsError("an empty word is no path; name a tool file or folder, or an MCP server")
    return source


def _read(source: str, folder: Path | None, aside: Aside) -> Iterable[Tool]:
    if is_server(_named(source)):
        return _read_server(source, folder, aside)
    return tools_of(files_of([Path(source)]), aside)


def _read_server(source: str, folder: Path | None, aside: Aside) -> list[Tool]:
    place = Place(redacted(source))
    address = source.removeprefix(PREFIX).strip()
    if not address:
        raise place.error("no server is named", "write its command line or its address behind the colon")
    with closing(Server(address, folder)) as server:
        tools = server.specifications()
        if not tools:
            raise place.error("this MCP server has no tools", "name another one or leave it out")
        # As text, so that a server is read exactly as its saved answer would be.
        namespace = server.name or _slug(server.address)
        return parse_tools(json.dumps({"tools": tools}), place.file, namespace=namespace, aside=aside)


def _slug(address: str) -> str:
    """Returns a namespace for a server that has no name: the letters and digits of its address."""
    return re.sub(r"[^a-z0-9]+", "_", address.partition("://")[2].lower() or address.lower()).strip("_")
