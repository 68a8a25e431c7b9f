"""A picture that can be had in any format, and that notebooks show."""

from dataclasses import dataclass
from typing import Any, Literal

from digit_tc.draw.column import column
from digit_tc.draw.mermaid import mermaid
from digit_tc.draw.png import png
from digit_tc.draw.sketch import Sketch
from digit_tc.draw.svg import svg

Format = Literal["mermaid", "ascii", "svg", "png"]


@dataclass(frozen=True, slots=True)
class Picture:
    """What `draw` returns. A notebook shows it as SVG, an IPython terminal as ASCII."""

    sketch: Sketch
    """What is in it: nodes and routes."""

    def mermaid(self) -> str:
        """Returns it as a Mermaid flowchart."""
        return mermaid(self.sketch)

    def ascii(self) -> str:
        """Returns it as plain text."""
        return column(self.sketch)

    def svg(self) -> str:
        """Returns it as an SVG document that reads on light and on dark pages."""
        return svg(self.sketch)

    def png(self, *, zoom: float = 2.0) -> bytes:
        """Returns it as a PNG file, the SVG picture drawn `zoom` times as large in pixels.

        Raises:
            InputError: The extra `draw` is not installed.
        """
        return png(self.svg(), zoom)

    def made(self, format: Format) -> bytes:  # noqa: A002 - as in --format
        """Returns it as the content of a file.

        Raises:
            InputError: It is to be a PNG and the extra `draw` is not installed.
        """
        if format == "png":
            return self.png()
        return {"mermaid": self.mermaid, "ascii": self.ascii, "svg": self.svg}[format]().encode()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:  # noqa: ARG002 - IPython's
        return {"image/svg+xml": self.svg(), "text/plain": self.ascii()}
