"""The verbs of `digit-tc tools` and their flags."""

from pathlib import Path
from typing import Annotated

import typer

from digit_tc.cli.options import AsJson, BaseUrl, ConfigFile, LocalModel, ToolPaths, given

tools = typer.Typer(
    help="Read a tool catalogue: what is in it, what can feed what, what is near what.", no_args_is_help=True
)


@tools.command("show")
def show_tools(
    paths: ToolPaths = None,
    effects: Annotated[bool, typer.Option("--effects", help="Show what each tool does to the world, and why.")] = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Show each tool as it was understood, and every repair that was made."""
    from digit_tc.cli import tools as verb  # noqa: PLC0415

    verb.show(tuple(paths or ()), as_json=as_json, effects=effects, config=config)


@tools.command("graph")
def show_dataflow(paths: ToolPaths = None, as_json: AsJson = False) -> None:
    """Show which output can feed which argument, and why."""
    from digit_tc.cli import tools as verb  # noqa: PLC0415

    verb.graph(tuple(paths or ()), as_json=as_json)


@tools.command("lint")
def lint_tools(
    paths: ToolPaths = None,
    fix: Annotated[
        Path | None, typer.Option("--fix", metavar="OUT", help="Write the catalogue, mended and completed, here.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Chat model that is asked for what is left out.")] = None,
    base_url: BaseUrl = None,
    local_model: LocalModel = None,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with tools, where, and the mend; exit code 1 where one cannot be used."""
    from digit_tc.cli import lint as verb  # noqa: PLC0415

    asked = given({"model": model, "base_url": base_url, "local": local_model})
    raise typer.Exit(verb.lint(paths or (), fix=fix, as_json=as_json, model=asked))


@tools.command("near")
def show_near(
    paths: ToolPaths = None,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="Only what is near this tool.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show tools that are the same or nearly so; of one tool also those that it is related to."""
    from digit_tc.cli import near as verb  # noqa: PLC0415

    verb.near(tuple(paths or ()), name, as_json=as_json)
