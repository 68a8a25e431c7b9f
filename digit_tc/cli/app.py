"""The verbs and their flags. Each body lives in a module of its own and is imported when its verb is called."""

from pathlib import Path
from typing import Annotated, Any

import typer

import digit_tc
from digit_tc.cli.bench_verbs import bench
from digit_tc.cli.options import (
    AsJson,
    BaseUrl,
    ConfigFile,
    LocalModel,
    OutFile,
    Roles,
    RunFolder,
    ToolSources,
    given,
)
from digit_tc.cli.tool_verbs import tools

app = typer.Typer(
    help="Multi-turn tool-calling conversations from tool specifications alone.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(tools, name="tools")
app.add_typer(bench, name="bench")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"digit-tc {digit_tc.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    pass


@app.command()
def generate(
    tools: ToolSources = None,
    num: Annotated[str | None, typer.Option(metavar="N", help="Conversations to start.", show_default="20")] = None,
    turns: Annotated[str | None, typer.Option(metavar="MIN-MAX", help="Turns.", show_default="2-4")] = None,
    seed: Annotated[str | None, typer.Option(metavar="N", help="Seed of every draw.", show_default="0")] = None,
    out: Annotated[
        str | None, typer.Option(metavar="DIR", help="Output folder.", show_default="runs/FINGERPRINT")
    ] = None,
    graph: Annotated[
        str | None,
        typer.Option(metavar="NAME|module:build|file.py:build", help="Graph.", show_default="conversation"),
    ] = None,
    roles: Annotated[
        str | None,
        typer.Option(
            metavar="offline|llm|hybrid",
            help="Role set; llm and hybrid have a model write the user.",
            show_default="offline",
        ),
    ] = None,
    role: Roles = None,
    size: Annotated[
        str | None, typer.Option(metavar="MIN-MAX", help="Tools of a conversation.", show_default="8-15")
    ] = None,
    sampler: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME[=WEIGHT]|IMPORT", help="What draws the tools; repeatable.", show_default="a mix"),
    ] = None,
    model: Annotated[str | None, typer.Option(help="Chat model; the key is read from OPENAI_API_KEY.")] = None,
    base_url: BaseUrl = None,
    local_model: LocalModel = None,
    client: Annotated[
        str | None,
        typer.Option(metavar="openai|fast", help="What asks the server; fast costs less.", show_default="openai"),
    ] = None,
    config: ConfigFile = None,
    concurrency: Annotated[
        str | None, typer.Option(metavar="N", help="Conversations at once.", show_default="16")
    ] = None,
    processes: Annotated[
        str | None, typer.Option(metavar="N", help="Processes that share the work.", show_default="1")
    ] = None,
    shard: Annotated[str | None, typer.Option(metavar="I/N", help="Only every N-th scenario, from the I-th.")] = None,
    until_accepted: Annotated[str | None, typer.Option(metavar="N", help="Go on until N are accepted.")] = None,
    prompts: Annotated[
        str | None, typer.Option(metavar="DIR", help="Prompts of your own, each in place of ours of the same name.")
    ] = None,
    replies: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Replies kept for other runs.", show_default="OUT/replies.sqlite"),
    ] = None,
    replay: Annotated[str | None, typer.Option(metavar="FILE", help="Only kept replies; ask no server.")] = None,
    candidates: Annotated[
        str | None,
        typer.Option(metavar="K", help="Replies to a question at most, while turned down.", show_default="4"),
    ] = None,
    best_of: Annotated[
        str | None, typer.Option(metavar="K", help="Replies to every question; the best is taken.", show_default="0")
    ] = None,
    max_cost: Annotated[str | None, typer.Option(metavar="USD", help="Begin nothing more once this is spent.")] = None,
    max_tokens: Annotated[
        str | None, typer.Option(metavar="N", help="Begin nothing more once these are spent.")
    ] = None,
    checkpoint: Annotated[
        str | None,
        typer.Option(metavar="none|step", help="Keep each step, to look at and to fork from.", show_default="none"),
    ] = None,
    log_format: Annotated[
        str | None, typer.Option(metavar="text|json", help="Progress for people or machines.", show_default="text")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Show conversations as they grow.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Ask no model; say what the run would ask, cost and take.")
    ] = False,
) -> None:
    """Make conversations; run again with the same folder, it goes on where it stopped."""
    from digit_tc.cli import generate as verb  # noqa: PLC0415
    from digit_tc.cli.flags import role_flags, sampler_flags  # noqa: PLC0415

    run = {
        "tools": tools,
        "num": num,
        "turns": turns,
        "seed": seed,
        "out": out,
        "graph": graph,
        "roles": roles,
        "concurrency": concurrency,
        "processes": processes,
        "shard": shard,
        "until_accepted": until_accepted,
        "prompts": prompts,
        "replies": replies,
        "replay": replay,
        "candidates": candidates,
        "best_of": best_of,
        "max_cost": max_cost,
        "max_tokens": max_tokens,
        "checkpoint": checkpoint,
        "log_format": log_format,
    }
    sampling = given({"size": size, "mix": sampler_flags(sampler) if sampler else None})
    flags: dict[str, Any] = {"run": given(run), "roles": role_flags(role or []), "sampling": sampling}
    default_model = given({"model": model, "base_url": base_url, "local": local_model, "client": client})
    if default_model:
        flags["models"] = {"default": default_model}
    raise typer.Exit(verb.estimated(config, flags) if dry_run else verb.generate(config, flags, watch=watch))


@app.command()
def show(
    folder: RunFolder,
    which: Annotated[str, typer.Argument(metavar="[ID|INDEX]", help="A conversation; the first one if none.")] = "",
    world: Annotated[bool, typer.Option("--world", help="Show what each call changed in the world.")] = False,
    at: Annotated[
        str | None, typer.Option(metavar="STEP", help="Stop after this call; show the whole world right after it.")
    ] = None,
    steps: Annotated[
        bool, typer.Option("--steps", help="List the steps of its graph; needs --checkpoint step.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show one conversation of a run, with its world where that is asked for."""
    from digit_tc.cli import show as verb  # noqa: PLC0415

    verb.show(folder, which, world=world, at=at, steps=steps, as_json=as_json)


@app.command()
def fork(
    folder: RunFolder,
    which: Annotated[str, typer.Argument(metavar="ID|INDEX", help="A conversation.")],
    at: Annotated[
        str, typer.Option(metavar="STEP", help="The call after which it branches off; 0 for the first plan.")
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Write the record here.")],
    seed: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="Seed of the rest.", show_default="the same")
    ] = None,
    role: Roles = None,
    model: Annotated[str | None, typer.Option(help="Chat model of the rest.")] = None,
    base_url: BaseUrl = None,
    local_model: LocalModel = None,
) -> None:
    """Make the rest of a conversation anew from one of its steps; needs a run with --checkpoint step."""
    from digit_tc.cli import fork as verb  # noqa: PLC0415
    from digit_tc.cli.flags import role_flags  # noqa: PLC0415

    asked = given({"model": model, "base_url": base_url, "local": local_model})
    flags = {**({"roles": role_flags(role)} if role else {}), **({"models": {"default": asked}} if asked else {})}
    raise typer.Exit(verb.fork(folder, which, at=at, out=out, seed=seed, flags=flags))


@app.command()
def status(folder: RunFolder, as_json: AsJson = False) -> None:
    """Show how a run stands, also while it goes on elsewhere."""
    from digit_tc.cli import status as verb  # noqa: PLC0415

    verb.status(folder, as_json=as_json)


@app.command()
def merge(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR...", help="The folders of all shards of a run.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the whole.")],
) -> None:
    """Bring the shards of a run together into the folder that one run would have left."""
    from digit_tc.cli import merge as verb  # noqa: PLC0415

    verb.merge(folders, out)


@app.command()
def play(
    place: Annotated[str, typer.Option("--as", metavar="user|assistant", help="Whose place you take.")] = "user",
    tools: ToolSources = None,
    seed: Annotated[str | None, typer.Option(metavar="N", help="Seed of every draw.", show_default="0")] = None,
    index: Annotated[int, typer.Option(metavar="N", min=0, help="Which scenario.")] = 0,
    turns: Annotated[str | None, typer.Option(metavar="MIN-MAX", help="Turns.", show_default="2-4")] = None,
    graph: Annotated[str | None, typer.Option(metavar="NAME|module:build|file.py:build", help="Graph.")] = None,
    role: Roles = None,
    model: Annotated[str | None, typer.Option(help="Chat model of the other roles.")] = None,
    base_url: BaseUrl = None,
    config: ConfigFile = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the record here.")] = None,
) -> None:
    """Take the place of the user or the assistant, against the other roles and the simulated tools."""
    from digit_tc.cli import play as verb  # noqa: PLC0415
    from digit_tc.cli.flags import role_flags  # noqa: PLC0415

    run = given({"tools": tools, "seed": seed, "turns": turns, "graph": graph})
    asked = given({"model": model, "base_url": base_url})
    flags = {"run": run, "roles": role_flags(role or []), **({"models": {"default": asked}} if asked else {})}
    raise typer.Exit(verb.play(config, flags, place, index, out))


@app.command()
def simulate(
    tools: ToolSources = None,
    seed: Annotated[int | None, typer.Option(metavar="N", min=0, help="Seed of every draw.", show_default="0")] = None,
    config: ConfigFile = None,
    state: Annotated[Path | None, typer.Option(metavar="FILE", help="JSON that the world begins with.")] = None,
    trace: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to keep the trace.")] = None,
    unknown_ids: Annotated[
        str, typer.Option(metavar="create|reject", help="What becomes of ids that nobody mentioned.")
    ] = "create",
) -> None:
    """Answer tool calls given as JSON lines on standard input, over one simulated world."""
    from digit_tc.cli import simulate as verb  # noqa: PLC0415

    run = given({"tools": tools, "seed": seed})
    verb.simulate(config, {"run": run}, state=state, trace=trace, unknown_ids=verb.unknown(unknown_ids))


@app.command()
def audit(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Records or traces, one per line; or a run's folder.")],
    as_json: AsJson = False,
) -> None:
    """Check conversations by code, ours or recorded elsewhere; exit code 1 where there is an error."""
    from digit_tc.cli import audit as verb  # noqa: PLC0415

    raise typer.Exit(verb.audit(path, as_json=as_json))


@app.command()
def stats(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Output folders of runs, or files of records.")
    ],
    as_json: AsJson = False,
) -> None:
    """Show what datasets are like in figures, side by side: turns, depth, requests, where arguments come from."""
    from digit_tc.cli import stats as verb  # noqa: PLC0415

    verb.stats(paths, as_json=as_json)


@app.command()
def experiment(
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help="Settings, and a table variants.NAME for each.")],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the experiment.", show_default="experiments/FILE")
    ] = None,
    num: Annotated[
        str | None, typer.Option(metavar="N", help="Conversations to start of each variant.", show_default="20")
    ] = None,
    concurrency: Annotated[
        str | None, typer.Option(metavar="N", help="Conversations at once.", show_default="16")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run variants on the same scenarios and seeds and compare them; run again, it goes on where it stopped."""
    from digit_tc.cli import experiment as verb  # noqa: PLC0415

    run = given({"num": num, "concurrency": concurrency})
    raise typer.Exit(verb.experiment(file, out, {"run": run} if run else {}, as_json=as_json))


@app.command()
def diff(
    first: Annotated[Path, typer.Argument(metavar="A", help="The output folder of a run, or a file of records.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Another one, on the same scenarios.")],
    which: Annotated[str, typer.Argument(metavar="[INDEX|ID]", help="One scenario; an overview of all if none.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show where two runs of the same scenarios part; exit code 0, whether they do or not."""
    from digit_tc.cli import diff as verb  # noqa: PLC0415

    verb.diff(first, second, which, as_json=as_json)


@app.command()
def export(
    folder: RunFolder,
    form: Annotated[str, typer.Option("--format", metavar="trace|openai", help="Shape of the rows.")] = "trace",
    out: OutFile = None,
) -> None:
    """Write the accepted conversations of a run in another format."""
    from digit_tc.cli import export as verb  # noqa: PLC0415

    verb.export(folder, form, out)


@app.command()
def draw(
    graph: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME|module:name|file.py:name|ID|INDEX]",
            help="A graph, or a builder of one; with --run, a conversation.",
            show_default="conversation; with --run, all of them",
        ),
    ] = None,
    run: Annotated[
        Path | None, typer.Option("--run", metavar="DIR", help="Draw what ran in this run: one conversation, or all.")
    ] = None,
    opened: Annotated[bool, typer.Option("--open", help="Draw subgraphs with their own nodes.")] = False,
    form: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="mermaid|ascii|svg|png", help="Kind.", show_default="by the ending of FILE, or mermaid"
        ),
    ] = None,
    out: OutFile = None,
) -> None:
    """Draw a graph, or what ran in it, offline."""
    from digit_tc.cli import draw as verb  # noqa: PLC0415

    if run is not None:
        verb.draw_run(run, graph or "", form, out, opened=opened)
    else:
        verb.draw(graph or "conversation", form, out, opened=opened)


@app.command()
def new(
    kind: Annotated[str, typer.Argument(metavar="role|graph", help="What to begin.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name: small letters, digits, underscores.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the files go.")] = Path(),
) -> None:
    """Write a role or a graph of your own that works, with a test, to begin with."""
    from digit_tc.cli import new as verb  # noqa: PLC0415

    verb.new(kind, name, out)
