"""Pictures of graphs, made without any network: Mermaid text, plain ASCII text, SVG."""

from typing import Any, Literal

from digit_tc.draw.column import column
from digit_tc.draw.mermaid import mermaid
from digit_tc.draw.sketch import sketch
from digit_tc.draw.svg import svg

Format = Literal["mermaid", "ascii", "svg"]


def draw(graph: Any, format: Format = "mermaid", *, title: str = "conversation") -> str:  # noqa: A002 - as in --format
    """Returns the picture of a graph, compiled or not; every route is in it, the way back too."""
    drawn = sketch(graph, title)
    if format == "svg":
        return svg(drawn)
    return column(drawn) if format == "ascii" else mermaid(drawn)
