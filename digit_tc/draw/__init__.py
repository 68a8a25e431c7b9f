"""Pictures of graphs and of what ran in them, made without any network: Mermaid, plain ASCII, SVG, PNG.

In a notebook `draw(graph)` is the picture: the last line of a cell shows it.
"""

from typing import Any

from digit_tc.draw.flow import Flow
from digit_tc.draw.picture import Format, Picture
from digit_tc.draw.reading import sketch

__all__ = ["Flow", "Format", "Picture", "draw"]


def draw(graph: Any, *, title: str = "", opened: bool = False) -> Picture:
    """Returns the picture of a graph; every route is in it, the way back too.

    Args:
        graph: A `StateGraph` or a compiled graph.
        title: What it is called, for who cannot see the picture.
        opened: Whether subgraphs are drawn with their own nodes, and not as one node each.

    Raises:
        ValueError: LangGraph cannot compile the graph.
    """
    return Picture(sketch(graph, title, opened=opened))
