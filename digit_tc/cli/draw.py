"""The verb `draw`: a graph as a picture."""

import sys
from pathlib import Path

from digit_tc.draw import draw as picture
from digit_tc.errors import OutputError
from digit_tc.loading import build_graph, load_graph


def draw(graph: str, form: str, out: Path | None) -> None:
    """Prints or writes the picture of a graph with its own roles.

    Raises:
        InputError: The graph cannot be loaded, or the picture cannot be made or written.
    """
    drawn = picture(build_graph(load_graph(graph), {}).compile(), form)
    if out is None:
        sys.stdout.write(drawn if drawn.endswith("\n") else drawn + "\n")
        return
    try:
        out.write_text(drawn, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{out}: cannot be written: {error.strerror}") from error
