"""Flags and arguments that several verbs have."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

SOURCES = "Tool files, folders, MCP servers (mcp:COMMAND, mcp:URL, URL)."
ToolPaths = Annotated[
    list[str] | None,
    typer.Argument(metavar="[SOURCE]...", help="Tool files, folders, MCP servers; the packaged samples if none."),
]
ToolSources = Annotated[
    list[str] | None,
    typer.Option("--tools", metavar="SOURCE...", help=SOURCES, show_default="the packaged samples"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
OutFile = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write here instead of standard output.")]
ConfigFile = Annotated[
    Path | None, typer.Option("--config", metavar="FILE.toml", help="Settings; flags override them.")
]
LocalModel = Annotated[
    str | None, typer.Option(metavar="FILE.gguf", help="Chat model on this machine, in a llama.cpp server of our own.")
]
RunFolder = Annotated[Path, typer.Argument(metavar="DIR", help="The output folder of a run.")]
Roles = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=IMPORT|NAME.KNOB=VALUE", help="Another role, or a knob of one; repeatable."),
]
BaseUrl = Annotated[str | None, typer.Option(metavar="URL", help="OpenAI-compatible server.")]

_MANY = ("--tools",)
"""Flags that take several values after one mention."""


def given(flags: dict[str, Any]) -> dict[str, Any]:
    """Returns the flags that were given."""
    return {name: value for name, value in flags.items() if value is not None}


def spread(arguments: Sequence[str]) -> list[str]:
    """Repeats a flag that is followed by several values: `--tools a b` becomes `--tools a --tools b`."""
    result: list[str] = []
    flag = ""
    first = False
    for argument in arguments:
        if argument.startswith("-") and argument != "-":
            flag = argument if argument in _MANY else ""
            first = bool(flag)
        elif flag and not first:
            result.append(flag)
        else:
            first = False
        result.append(argument)
    return result
