"""What the settings say of single tools: their effects laid over a catalogue, and what answers their calls."""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from digit_tc.errors import InputError, SettingsError
from digit_tc.importing import load_object
from digit_tc.live.server import Server
from digit_tc.settings import Settings
from digit_tc.standins.fixture import Fixture
from digit_tc.standins.function import PythonFunction
from digit_tc.standins.live import LiveTool
from digit_tc.standins.standin import StandIn
from digit_tc.tool_settings import ToolSettings
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.declared import without_inferred_result
from digit_tc.tools.expansion import expand
from digit_tc.tools.tool import Tool


def overridden(catalogue: Catalogue, settings: Settings) -> Catalogue:
    """Returns the catalogue with what the settings say of the effects of its tools.

    What something else than the simulation answers has no inferred output schema: nobody knows what will come.

    Raises:
        SettingsError: A table names no tool of the catalogue, or says of one what it cannot do.
    """
    said = dict(_tables(catalogue, settings))
    return catalogue.with_changed({name: _told(catalogue[name], table) for name, (_, table) in said.items()})


def _told(tool: Tool, table: ToolSettings) -> Tool:
    answered = without_inferred_result(tool) if table.answers[0] else tool
    return answered.model_copy(update={"effect": table.effect})


def load_standins(catalogue: Catalogue, settings: Settings) -> dict[str, StandIn]:
    """Returns what answers in place of the simulation, by the name of the tool; live servers are connected to.

    Raises:
        InputError: A function, a fixture or a server cannot be used.
    """
    loaded: dict[str, StandIn] = {}
    servers: dict[str, Server] = {}
    try:
        for name, (key, table) in _tables(catalogue, settings):
            source, _ = table.answers
            if source:
                try:
                    loaded[name] = _standin(catalogue[name], table, settings, servers)
                except InputError as error:
                    raise SettingsError(f"{settings.place('tools', key, source)}: {error}") from error
    except BaseException:
        for standin in loaded.values():
            standin.close()
        raise
    return loaded


def _standin(tool: Tool, table: ToolSettings, settings: Settings, servers: dict[str, Server]) -> StandIn:
    if table.function:
        function = load_object(table.function)
        if not callable(function):
            raise SettingsError(f"{table.function} is a {type(function).__name__}; name a function")
        return PythonFunction(function, tool)
    if table.fixture:
        return Fixture(Path(table.fixture), tool, fallback=table.fallback)
    folder = settings.file.parent if settings.file else None
    return LiveTool(servers.setdefault(table.mcp, Server(table.mcp, folder)), tool)


def _tables(catalogue: Catalogue, settings: Settings) -> Iterator[tuple[str, tuple[str, ToolSettings]]]:
    """Yields the tables by the names of their tools, each with the name that it has in the settings."""
    met: dict[str, str] = {}
    for key, table in settings.tools.items():
        tool = catalogue.find(key)
        if tool is None:
            known = [name for head in catalogue.heads for name in (head.name, head.alias) if name]
            close = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
            mend = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(catalogue.names)}"
            raise SettingsError(f"{settings.place('tools', key)} is no tool of this catalogue; {mend}")
        if tool.name in met:
            raise SettingsError(f"{settings.place('tools', key)} is {met[tool.name]} as well; put both into one table")
        met[tool.name] = key
        for field, problem in _problems(tool, table):
            raise SettingsError(f"{settings.place('tools', key, field)} {problem}")
        yield tool.name, (key, table)


def _problems(tool: Tool, table: ToolSettings) -> Iterator[tuple[str, str]]:
    """Yields what is said of a tool that its specification does not have: the field, and what is wrong with it."""
    named = {
        "id_argument": [table.id_argument] if table.id_argument else [],
        "filters": list(table.filters),
        "sets": [name.strip("/").split("/")[0] if name.startswith("/") else name for name in table.sets],
        "enters": [name for name in table.enters.values() if name],
    }
    for field, names in named.items():
        for name in names:
            if name not in tool.properties:
                yield field, f"names {name!r}, which is no argument of {tool.name}; {_among(name, [*tool.properties])}"
    for field in ("id_result", "list_result"):
        pointer = getattr(table, field)
        if pointer and not pointer.startswith("/"):
            yield field, f"must be a JSON pointer into the result, such as '/{pointer}'; got {pointer!r}"
        elif pointer and tool.output_schema and not _leads(expand(tool.output_schema), pointer):
            yield field, f"leads to {pointer!r}, which the result of {tool.name} does not have; correct the pointer"


def _among(name: str, names: list[str]) -> str:
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"it has {', '.join(names)}" if names else "it has none: take the key out"


def _leads(schema: dict[str, Any], pointer: str) -> bool:
    """Says whether a pointer may lead somewhere in what fits a schema; where that is left open, it may."""
    for part in pointer.strip("/").split("/") if pointer != "/" else ():
        properties = schema.get("properties")
        if not properties:
            return True
        name = part.replace("~1", "/").replace("~0", "~")
        if name not in properties:
            return False
        schema = properties[name]
    return True
