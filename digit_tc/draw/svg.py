"""An SVG picture that needs no font, no style sheet and no network, and reads on light and on dark pages."""

from xml.sax.saxutils import escape, quoteattr

from digit_tc.canonical import digest
from digit_tc.draw.row import Box, Frame, Line, Point, Row, row, text_width
from digit_tc.draw.sketch import Sketch, name, terminal

_PAPER, _FRAME = "#ffffff", "#d8dee9"
_FORWARD, _BACK, _IDLE = "#475569", "#d9480f", "#cbd5e1"
_FONT = "ui-sans-serif, system-ui, 'Segoe UI', Helvetica, Arial, 'DejaVu Sans', sans-serif"
_LEGEND = 30.0
_NOTE = 19.0
_SMALL = 6.3
_LEFT = 34.0
_RADIUS = 11.0
_THIN, _THICK = 1.6, 3.0
"""How wide a line is, and one that every conversation passed."""


def svg(sketch: Sketch) -> str:
    """Returns the picture as an SVG document."""
    found = row(sketch)
    marks = "-" + digest(*sketch.sentences())[:6]  # pictures may stand side by side in one page
    lines = [
        *_head(sketch, found, marks),
        *(_frame(frame) for frame in found.frames),
        *(_line(line, marks, _weight(sketch, line)) for line in sorted(found.lines, key=lambda line: line.route.taken)),
        *(_box(box, sketch) for box in found.boxes),
        *(_label(line) for line in found.lines if line.route.label),
        *(_title(frame) for frame in found.frames),
        *_legend(sketch, found),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _head(sketch: Sketch, found: Row, marks: str) -> list[str]:
    kinds = _kinds(sketch)
    wide = [
        _LEFT + sum(_entry(text) for text, _, _ in kinds),
        *(_LEFT + text_width(each, 6.8) for each in sketch.notes()),
    ]
    width = max(found.width, *(each + _LEFT for each in wide))
    height = found.height + _LEGEND + _NOTE * len(sketch.notes())
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}"'
        f' height="{height:g}" role="img" font-family="{_FONT}" text-anchor="middle">',
        f"<title>T{escape(sketch.called[1:])}</title>",
        f"<desc>{escape('; '.join(sketch.sentences()))}</desc>",
        "<defs>",
        *(_marker(f"{kind}{marks}", colour) for kind, colour in (("on", _FORWARD), ("back", _BACK), ("idle", _IDLE))),
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


def _weight(sketch: Sketch, line: Line) -> float:
    """Returns how wide a line is: the wider, the more conversations passed it."""
    most = max((each.passed.conversations for each in sketch.routes if each.passed), default=0)
    passed = line.route.passed
    return _THIN + (_THICK - _THIN) * passed.conversations / most if passed and most > 1 else _THIN


def _colour(line: Line) -> tuple[str, str]:
    """Returns the kind of a line and its colour."""
    if not line.route.taken:
        return "idle", _IDLE
    return ("back", _BACK) if line.back else ("on", _FORWARD)


def _line(line: Line, marks: str, weight: float) -> str:
    kind, colour = _colour(line)
    dashes = ' stroke-dasharray="5 4"' if line.route.conditional else ""
    return (
        f'<path class="route" data-source={quoteattr(line.route.source)} data-target={quoteattr(line.route.target)}'
        f' d="{_path(line.points)}" fill="none" stroke="{colour}" stroke-width="{weight:.2g}"{dashes}'
        f' marker-end="url(#{kind}{marks})"><title>{escape(line.route.sentence())}</title></path>'
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


def _box(box: Box, sketch: Sketch) -> str:
    idle, end = box.node in sketch.unseen, terminal(box.node)
    fill, stroke, ink = ("#334155", "#334155", "#ffffff") if end else ("#eef2ff", "#6366f1", "#1e1b4b")
    if idle:
        fill, stroke, ink = ("#e2e8f0", _IDLE, "#64748b") if end else ("#f8fafc", _IDLE, "#64748b")
    router = sketch.routers.get(box.node, "") if not end else ""
    lines = [
        f'<g class="node" data-node={quoteattr(box.node)}>{_shape(box, 0, fill, stroke)}',
        *([_shape(box, 3.5, "none", stroke)] if box.node in sketch.folded else []),
        f'<text x="{box.x:g}" y="{box.y + (-2.4 if router else 4.8):g}" font-size="14" font-weight="600"'
        f' fill="{ink}">{escape(name(box.node))}</text>',
        *([_small(box.x, box.y + 13.6, router)] if router else []),
    ]
    return "".join(lines) + "</g>"


def _shape(box: Box, inset: float, fill: str, stroke: str) -> str:
    left, top = box.x - box.width / 2 + inset, box.y - box.height / 2 + inset
    round_ = box.height / 2 if terminal(box.node) else 9 - inset
    return (
        f'<rect x="{left:g}" y="{top:g}" width="{box.width - 2 * inset:g}" height="{box.height - 2 * inset:g}"'
        f' rx="{round_:g}" fill="{fill}" stroke="{stroke}" stroke-width="1.4"/>'
    )


def _small(x: float, y: float, text: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="10.5" fill="#64748b">{escape(text)}</text>'


def _frame(frame: Frame) -> str:
    return (
        f'<rect class="frame" data-node={quoteattr(frame.node)} x="{frame.left:g}" y="{frame.top:g}"'
        f' width="{frame.right - frame.left:g}" height="{frame.bottom - frame.top:g}" rx="12" fill="#f8fafc"'
        f' stroke="#a5b4fc" stroke-width="1.2"/>'
    )


def _title(frame: Frame) -> str:
    return (
        f'<text x="{frame.left + 12:g}" y="{frame.top + 16:g}" font-size="12" font-weight="600" text-anchor="start"'
        f' fill="#4338ca" stroke="#f8fafc" stroke-width="4" stroke-linejoin="round" paint-order="stroke">'
        f"{escape(name(frame.node))}</text>"
    )


def _label(line: Line) -> str:
    x, y = line.label_at
    colour = "#64748b" if not line.route.taken else _colour(line)[1]
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="12" fill="{colour}" stroke="{_PAPER}"'
        f' stroke-width="4" stroke-linejoin="round" paint-order="stroke">{escape(line.route.label)}</text>'
    )


def _kinds(sketch: Sketch) -> list[tuple[str, str, str]]:
    """Returns what the legend explains: a text, and the colour and the dashes of its line; no colour for no line."""
    there = [
        (any(not each.conditional for each in sketch.routes), "always", _FORWARD, ""),
        (any(each.conditional for each in sketch.routes), "a router decides", _FORWARD, "5 4"),
        (any(sketch.back(each) for each in sketch.routes), "back to an earlier node", _BACK, "5 4"),
        (any(not each.taken for each in sketch.routes), "not taken", _IDLE, "5 4"),
        (bool(sketch.routers), "small: the router of a node", "", ""),
        (bool(sketch.folded), "double line: a subgraph", "", ""),
    ]
    return [(text, colour, dashes) for found, text, colour, dashes in there if found]


def _entry(text: str) -> float:
    """Returns how wide an entry of the legend is, with what is left free behind it."""
    return 38 + text_width(text, _SMALL) + 26


def _legend(sketch: Sketch, found: Row) -> list[str]:
    """Explains the kinds of lines, and says what the picture cannot show."""
    y = found.height + _LEGEND / 2 - 8
    lines, x = [], _LEFT
    for text, colour, dashes in _kinds(sketch):
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        if colour:
            lines.append(f'<path d="M{x:g} {y:g} h30" stroke="{colour}" stroke-width="{_THIN}"{dashed}/>')
        lines.append(_note(x + (38 if colour else 0), y, text))
        x += _entry(text) - (0 if colour else 38)
    for at, note in enumerate(sketch.notes(), start=1):
        lines.append(_note(_LEFT, y + at * _NOTE, note))
    return lines


def _note(x: float, y: float, text: str) -> str:
    return f'<text x="{x:g}" y="{y + 4:g}" font-size="12" text-anchor="start" fill="{_FORWARD}">{escape(text)}</text>'
