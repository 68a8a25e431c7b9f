"""An SVG picture that needs no font, no style sheet and no network, and reads on light and on dark pages."""

from xml.sax.saxutils import escape, quoteattr

from digit_tc.draw.row import Box, Line, Point, Row, row
from digit_tc.draw.sketch import END, START, Sketch, name

_PAPER, _FRAME = "#ffffff", "#d8dee9"
_FORWARD, _BACK = "#475569", "#d9480f"
_FONT = "ui-sans-serif, system-ui, 'Segoe UI', Helvetica, Arial, 'DejaVu Sans', sans-serif"
_LEGEND = 30.0
_RADIUS = 11.0


def svg(sketch: Sketch) -> str:
    """Returns the picture as an SVG document."""
    found = row(sketch)
    lines = [
        *_head(sketch, found),
        *(_line(line) for line in found.lines),
        *(_box(box) for box in found.boxes),
        *(_label(line) for line in found.lines if line.route.label),
        *_legend(sketch, found),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _head(sketch: Sketch, found: Row) -> list[str]:
    width, height = found.width, found.height + _LEGEND
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}"'
        f' height="{height:g}" role="img" font-family="{_FONT}" text-anchor="middle">',
        f"<title>The graph {escape(sketch.title)}</title>",
        f"<desc>{escape('; '.join(sketch.sentences()))}</desc>",
        "<defs>",
        _marker("forward", _FORWARD),
        _marker("back", _BACK),
        "</defs>",
        f'<rect x="0.5" y="0.5" width="{width - 1:g}" height="{height - 1:g}" rx="14" fill="{_PAPER}"'
        f' stroke="{_FRAME}"/>',
    ]


def _marker(kind: str, colour: str) -> str:
    return (
        f'<marker id="{kind}" viewBox="0 0 10 10" refX="8.5" refY="5" markerWidth="8" markerHeight="8"'
        f' markerUnits="userSpaceOnUse" orient="auto">'
        f'<path d="M0 0.8 L9.5 5 L0 9.2 L2.4 5 Z" fill="{colour}"/></marker>'
    )


def _line(line: Line) -> str:
    kind, colour = ("back", _BACK) if line.back else ("forward", _FORWARD)
    dashes = ' stroke-dasharray="5 4"' if line.route.conditional else ""
    said = f"{name(line.route.source)} to {name(line.route.target)}"
    return (
        f'<path class="route" data-source={quoteattr(line.route.source)} data-target={quoteattr(line.route.target)}'
        f' d="{_path(line.points)}" fill="none" stroke="{colour}" stroke-width="1.6"{dashes}'
        f' marker-end="url(#{kind})"><title>{escape(said)}</title></path>'
    )


def _path(points: tuple[Point, ...]) -> str:
    """Returns lines from point to point with round corners."""
    drawn = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(_RADIUS, _distance(before, corner) / 2, _distance(corner, after) / 2)
        start, stop = _towards(corner, before, radius), _towards(corner, after, radius)
        drawn.append(f"L{start[0]:g} {start[1]:g} Q{corner[0]:g} {corner[1]:g} {stop[0]:g} {stop[1]:g}")
    drawn.append(f"L{points[-1][0]:g} {points[-1][1]:g}")
    return " ".join(drawn)


def _distance(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])  # every line is level or upright


def _towards(point: Point, goal: Point, length: float) -> Point:
    whole = _distance(point, goal) or 1.0
    return tuple(a + (b - a) * length / whole for a, b in zip(point, goal, strict=True))  # type: ignore[return-value]


def _box(box: Box) -> str:
    end = box.node in (START, END)
    fill, stroke, ink = ("#334155", "#334155", "#ffffff") if end else ("#eef2ff", "#6366f1", "#1e1b4b")
    round_ = box.height / 2 if end else 9
    left, top = box.x - box.width / 2, box.y - box.height / 2
    return (
        f'<g class="node" data-node={quoteattr(box.node)}><rect x="{left:g}" y="{top:g}"'
        f' width="{box.width:g}" height="{box.height:g}" rx="{round_:g}" fill="{fill}" stroke="{stroke}"'
        f' stroke-width="1.4"/><text x="{box.x:g}" y="{box.y + 4.8:g}" font-size="14" font-weight="600"'
        f' fill="{ink}">{escape(name(box.node))}</text></g>'
    )


def _label(line: Line) -> str:
    x, y = line.label_at
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="12" fill="{_BACK if line.back else _FORWARD}" stroke="{_PAPER}"'
        f' stroke-width="4" stroke-linejoin="round" paint-order="stroke">{escape(line.route.label)}</text>'
    )


def _legend(sketch: Sketch, found: Row) -> list[str]:
    """Explains the kinds of lines, and what the picture cannot show."""
    y = found.height + _LEGEND / 2 - 8
    kinds = [("always", _FORWARD, ""), ("a router decides", _FORWARD, "5 4"), ("back to an earlier role", _BACK, "5 4")]
    lines, x = [], 34.0
    for text, colour, dashes in kinds:
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        lines.append(f'<path d="M{x:g} {y:g} h30" stroke="{colour}" stroke-width="1.6"{dashed}/>')
        lines.append(_note(x + 38, y, text))
        x += 38 + len(text) * 6.2 + 26
    lines += [_note(x, y, f"{name(node)} also goes wherever its router says") for node in sketch.undeclared[:1]]
    return lines


def _note(x: float, y: float, text: str) -> str:
    return f'<text x="{x:g}" y="{y + 4:g}" font-size="12" text-anchor="start" fill="{_FORWARD}">{escape(text)}</text>'
