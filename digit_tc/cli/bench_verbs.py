"""The verbs of `digit-tc bench` and their flags."""

from pathlib import Path
from typing import Annotated

import typer

from digit_tc.cli.options import AsJson, BaseUrl, ConfigFile, LocalModel, given

bench = typer.Typer(help="Measure what the project claims about itself.", no_args_is_help=True)


@bench.command("audit")
def bench_audit(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Records or traces; random walks over packaged tools if none."),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Seed of the random walks.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Plant defects into clean conversations: how many the audit notices, and how often it is wrong."""
    from digit_tc.cli import bench as verb  # noqa: PLC0415

    verb.audit(list(paths or ()), seed=seed, as_json=as_json)


@bench.command("critic")
def bench_critic(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Records, or folders of runs; made offline if none."),
    ] = None,
    num: Annotated[int, typer.Option(metavar="N", min=1, help="Conversations, or of each file at most.")] = 10,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Seed of what is made.")] = 0,
    model: Annotated[str | None, typer.Option(help="Chat model; the key is read from OPENAI_API_KEY.")] = None,
    base_url: BaseUrl = None,
    local_model: LocalModel = None,
    role: Annotated[
        list[str] | None,
        typer.Option(metavar="critic=IMPORT|critic.KNOB=VALUE", help="Another critic, or a knob of it; repeatable."),
    ] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Plant what code cannot see: how much of it a model notices as critic, and how often it is wrong."""
    from digit_tc.cli import bench_critic as verb  # noqa: PLC0415
    from digit_tc.cli.flags import role_flags  # noqa: PLC0415

    asked = given({"model": model, "base_url": base_url, "local": local_model})
    flags = {"roles": role_flags(role or []), **({"models": {"default": asked}} if asked else {})}
    verb.critic(verb.Given(tuple(paths or ()), num, seed), config, flags, as_json=as_json)
