"""A picture in plain ASCII: the nodes in one column, ways back on the left, ways that skip nodes on the right."""

from dataclasses import dataclass, field

from digit_tc.draw.lanes import Port, Strand, lanes, ports
from digit_tc.draw.sketch import Route, Sketch, title

_LANE = 3
"""Characters from one lane to the next."""


@dataclass
class _Paper:
    """Characters by row and column; a line that crosses an upright one passes behind it."""

    signs: dict[tuple[int, int], str] = field(default_factory=dict)

    def write(self, row: int, at: int, text: str) -> None:
        self.signs |= {(row, at + index): sign for index, sign in enumerate(text)}

    def across(self, row: int, start: int, stop: int) -> None:
        for at in range(min(start, stop), max(start, stop) + 1):
            if self.signs.get((row, at)) != "|":
                self.signs[row, at] = "-"

    def down(self, at: int, start: int, stop: int) -> None:
        for row in range(start, stop + 1):
            if self.signs.get((row, at)) != "+":
                self.signs[row, at] = "|"

    def text(self) -> str:
        left = min(at for _, at in self.signs)
        rows = range(max(row for row, _ in self.signs) + 1)
        wide = max(at for _, at in self.signs) + 1
        lines = ("".join(self.signs.get((row, at), " ") for at in range(left, wide)).rstrip() for row in rows)
        return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class _Side:
    """The strands on one side of the column; the left one counts its columns downwards from the boxes."""

    strands: tuple[Strand, ...]
    edge: int
    way: int
    free: int = 0
    """Characters beside the boxes that labels between them take."""

    def lane(self, strand: Strand) -> int:
        label = max((len(each.route.label) for each in self.strands), default=0)
        return self.edge + self.way * (max(label + 5, self.free) + _LANE * strand.lane)


def column(sketch: Sketch) -> str:
    """Returns the picture, followed by what it cannot show."""
    straight, left, right = _parted(sketch)
    texts = {node: _texts(sketch, node) for node in sketch.nodes}
    inner = max(len(text) for found in texts.values() for text in found) + 4
    between = max((len(each.label) for each in straight), default=0) + 4 - inner // 2
    sides = (_Side(left, -1, -1), _Side(right, inner + 2, 1, free=between))
    paper = _Paper()
    row = 0
    touched: dict[tuple[Port, int], int] = {}
    for node in sketch.nodes:
        there = [ports(node, side.strands) for side in sides]
        height = max(len(texts[node]), *map(len, there))
        _box(paper, row, inner, texts[node], height)
        for which, found in enumerate(there):
            first = row + 1 + (height - len(found)) // 2
            touched |= {(port, which): first + index for index, port in enumerate(found)}
        row += height + 2
        row += _arrow(paper, row, inner, next((each for each in straight if each.source == node), None))
    for index, side in enumerate(sides):
        for strand in side.strands:
            _strand(paper, side, strand, touched[Port(strand, True), index], touched[Port(strand, False), index])
    return "\n".join([paper.text(), *_legend(sketch), *sketch.notes()]).rstrip("\n") + "\n"


def _texts(sketch: Sketch, node: str) -> list[str]:
    """Returns what stands in the box of a node: its name, and its router below it."""
    text = f"({title(node)})" if node in sketch.unseen else title(node)
    router = sketch.routers.get(node, "")
    return [f"[[ {text} ]]" if node in sketch.folded else text, *([f"<{router}>"] if router else [])]


def _legend(sketch: Sketch) -> list[str]:
    signs = [
        (sketch.routers, "<name>: the router of a node"),
        (sketch.folded, "[[ name ]]: a subgraph"),
        (sketch.unseen, "(name): did not run"),
    ]
    return [said for found, said in signs if found]


def _parted(sketch: Sketch) -> tuple[list[Route], tuple[Strand, ...], tuple[Strand, ...]]:
    """Returns the routes between neighbours, the strands back and the strands forward."""
    place = sketch.place
    straight = [each for each in sketch.routes if place(each.target) - place(each.source) == 1]
    sides = []
    for back in (True, False):
        routes = [each for each in sketch.routes if each not in straight and sketch.back(each) is back]
        spans = [tuple(sorted((place(each.source), place(each.target)))) for each in routes]
        found = lanes([(low, high) for low, high in spans])
        sides.append(tuple(Strand(route, lane, back) for route, lane in zip(routes, found, strict=True)))
    return straight, sides[0], sides[1]


def _box(paper: _Paper, row: int, inner: int, texts: list[str], height: int) -> None:
    paper.write(row, 0, f"+{'-' * inner}+")
    first = (height - len(texts)) // 2
    for index in range(height):
        text = texts[index - first] if first <= index < first + len(texts) else ""
        paper.write(row + 1 + index, 0, f"|{text.center(inner)}|")
    paper.write(row + 1 + height, 0, f"+{'-' * inner}+")


def _arrow(paper: _Paper, row: int, inner: int, route: Route | None) -> int:
    """Draws the arrow to the next box, if there is one, and returns the rows it takes."""
    if route is None:
        return 1
    middle = inner // 2 + 1
    paper.write(row, middle, f"|  {route.label}".rstrip())
    paper.write(row + 1, middle, "v")
    return 2


def _strand(paper: _Paper, side: _Side, strand: Strand, leaves: int, enters: int) -> None:
    lane = side.lane(strand)
    paper.down(lane, min(leaves, enters), max(leaves, enters))
    for row in (leaves, enters):
        paper.across(row, side.edge, lane - side.way)
        paper.write(row, lane, "+")
    paper.write(enters, side.edge, ">" if side.way < 0 else "<")
    label = strand.route.label
    if label:
        start = side.edge + 2 if side.way > 0 else side.edge - 3 - len(label)
        paper.write(leaves, start, f" {label} ")
