"""The verb `draw`: a graph as a picture, the path that one conversation took through it, or the flow of a whole run."""

import difflib
import sys
from collections import Counter
from pathlib import Path
from typing import get_args

from digit_tc.cli.folder import one, records
from digit_tc.cli.writing import write
from digit_tc.draw import Flow, Format, Picture
from digit_tc.draw import draw as picture
from digit_tc.engine import manifest
from digit_tc.engine.job import roles_of
from digit_tc.errors import LoadingError, OutputError, SettingsError
from digit_tc.importing import one_line
from digit_tc.loading import build_graph, load_drawing, load_graph
from digit_tc.records import Record
from digit_tc.settings import relaid

_ENDINGS: dict[str, Format] = {".svg": "svg", ".png": "png", ".txt": "ascii"}


def draw(graph: str, form: str | None, out: Path | None, *, opened: bool) -> None:
    """Prints or writes the picture of a graph with its own roles.

    Raises:
        InputError: The graph cannot be loaded, the format is unknown, or the file cannot be written.
    """
    kind = _format(form, out)
    _put(_drawn(load_drawing(graph), graph, opened=opened), kind, out)


def draw_run(folder: Path, which: str, form: str | None, out: Path | None, *, opened: bool) -> None:
    """Prints or writes the path that one conversation of a run took, or without one the flow of all.

    Raises:
        InputError: There is no run, no such conversation or no path, the graph cannot be loaded or has changed, the
            format is unknown, or the file cannot be written.
    """
    kind = _format(form, out)
    flow = Flow(_graph_of(folder, opened=opened).sketch)
    about = _path(flow, folder, which) if which else _all(flow, folder)
    _put(Picture(flow.drawn(about)), kind, out)


def _path(flow: Flow, folder: Path, which: str) -> list[str]:
    record = one(folder, which)
    if not record.path:
        raise OutputError(f"{folder}: {_who(record)} has no path; a newer version keeps it: generate the run anew")
    flow.add(record.path, f"{folder}: {_who(record)}")
    return [f"{_who(record)}, {record.outcome.status}; 2x: passed twice"]


def _all(flow: Flow, folder: Path) -> list[str]:
    ended: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for record in records(folder, rejected=True):
        if not record.path:
            raise OutputError(f"{folder}: {_who(record)} has no path; a newer version keeps it: generate the run anew")
        flow.add(record.path, f"{folder}: {_who(record)}")
        ended[record.outcome.status] += 1
        reasons[record.outcome.code] += record.outcome.status != "accepted"
    said = ", ".join(f"{ended[status]} {status}" for status in ("accepted", "rejected", "failed"))
    why = ", ".join(f"{code} {count}" for code, count in sorted(reasons.items()) if count)
    return [
        f"{flow.count} conversation{'s' if flow.count != 1 else ''}: {said}{f' ({why})' if why else ''}",
        "numbers: how many of them passed; in brackets, how often in all",
    ]


def _who(record: Record) -> str:
    return f"conversation {record.id[:8]} (scenario {record.index})"


def _graph_of(folder: Path, *, opened: bool) -> Picture:
    """Returns the picture of the graph that a run was made with, as its manifest names it."""
    saved = manifest.read(folder) if folder.is_dir() else None
    if saved is None:
        raise OutputError(f"{folder}: holds no run; name the output folder of `digit-tc generate`")
    settings = relaid(saved["settings"], {})
    spec = settings.run.graph
    builder = load_graph(spec)
    return _drawn(build_graph(builder, roles_of(builder, settings), spec), spec, opened=opened)


def _drawn(graph: object, spec: str, *, opened: bool) -> Picture:
    try:
        return picture(graph, title=spec.rpartition("/")[2], opened=opened)
    except ValueError as error:
        raise LoadingError(f"the graph {spec} cannot be compiled: {one_line(error)}; mend it there") from error


def _format(form: str | None, out: Path | None) -> Format:
    """Returns the format that is asked for, or else that of the file."""
    if form is None:
        return _ENDINGS.get(out.suffix.lower(), "mermaid") if out else "mermaid"
    kinds = get_args(Format)
    kind: Format | None = next((known for known in kinds if known == form), None)
    if kind is None:
        close = difflib.get_close_matches(form, kinds, n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(kinds)}"
        raise SettingsError(f"--format {form} is not known; {hint}")
    if kind == "png" and out is None:
        raise SettingsError("--format png makes a file; name it with --out FILE.png")
    return kind


def _put(drawn: Picture, kind: Format, out: Path | None) -> None:
    made = drawn.made(kind)
    if out is None:
        sys.stdout.write(made.decode())
        return
    write(out, [made])
