"""The verb `draw`: a graph as a picture."""

import difflib
import sys
from pathlib import Path
from typing import get_args

from digit_tc.cli.writing import write
from digit_tc.draw import Format
from digit_tc.draw import draw as picture
from digit_tc.errors import SettingsError
from digit_tc.loading import build_graph, load_graph


def draw(graph: str, form: str, out: Path | None) -> None:
    """Prints or writes the picture of a graph with its own roles.

    Raises:
        InputError: The graph cannot be loaded, the format is unknown, or the file cannot be written.
    """
    kind = next((known for known in get_args(Format) if known == form), None)
    if kind is None:
        close = difflib.get_close_matches(form, get_args(Format), n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(get_args(Format))}"
        raise SettingsError(f"--format {form} is not known; {hint}")
    drawn = picture(build_graph(load_graph(graph), {}, graph), kind, title=graph.rpartition("/")[2])
    if out is None:
        sys.stdout.write(drawn if drawn.endswith("\n") else drawn + "\n")
        return
    write(out, [drawn])
