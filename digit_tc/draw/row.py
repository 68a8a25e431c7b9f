"""Where everything stands in an SVG picture: nodes in a row, ways back above it, ways that skip nodes below it.

A node that talks with one other node only stands under that node. An opened subgraph is a frame around its nodes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from digit_tc.draw.lanes import Strand, lanes, ports
from digit_tc.draw.sketch import INSIDE, Route, Sketch, name, terminal

Point = tuple[float, float]

HEIGHT, LOW = 46.0, 34.0
"""How high a role is, and how high start and end are."""
_SIGN = 7.9
_SMALL = 6.1
_PORT = 18.0
_GAP = 48.0
_LANE = 30.0
_DROP = 58.0
_MARGIN = 34.0
_EDGE = 14.0
"""Between a frame and what is in it."""
_HEAD = 10.0
"""What the name of a frame needs above that."""


@dataclass(frozen=True, slots=True)
class Box:
    """A node: the middle of its shape, and its width."""

    node: str
    x: float
    y: float
    width: float

    @property
    def height(self) -> float:
        """Start and end are lower than the roles."""
        return LOW if terminal(self.node) else HEIGHT


@dataclass(frozen=True, slots=True)
class Line:
    """A route as corners from source to target, and where the middle of its label is."""

    route: Route
    points: tuple[Point, ...]
    label_at: Point
    back: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """An opened node: the edges of the frame around the nodes in its place."""

    node: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Row:
    """A picture ready to be written: its size and its parts."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    frames: tuple[Frame, ...] = ()


def row(sketch: Sketch) -> Row:
    """Finds the place of every node and route."""
    under = _under(sketch)
    spine = [node for node in sketch.nodes if node not in under]
    straight, strands = _parted(sketch, spine, under)
    boxes = _boxes(sketch, spine, straight, strands)
    above = max((strand.lane + 1 for strand in strands if strand.back), default=0)
    room = max((_EDGE + _HEAD) * (1 + _depth(sketch, node)) for node in (*sketch.opened, "")) if sketch.opened else 0.0
    y = _MARGIN + above * _LANE + HEIGHT / 2 + 8 + room
    boxes = {node: Box(node, box.x, y, box.width) for node, box in boxes.items()}
    hanging = {
        node: Box(node, boxes[owner].x, y + HEIGHT + _DROP, max(_width(sketch, node), boxes[owner].width))
        for node, owner in under.items()
    }
    whole = {**boxes, **hanging}
    floor = max(box.y for box in whole.values()) + HEIGHT / 2
    lines = (
        *(_level(route, boxes) for route in straight),
        *(_upright(route, whole) for route in sketch.routes if {route.source, route.target} & set(under)),
        *(_around(strand, strands, boxes, floor) for strand in strands),
    )
    frames = tuple(_frame(sketch, node, whole, lines) for node in sketch.opened)
    below = max((strand.lane + 1 for strand in strands if not strand.back), default=0)
    right = max(*(box.x + box.width / 2 for box in whole.values()), *(each.right for each in frames), 0.0)
    bottom = max(floor + below * _LANE, *(each.bottom for each in frames), 0.0)
    return Row(right + _MARGIN, bottom + _MARGIN, tuple(whole.values()), lines, frames)


def _depth(sketch: Sketch, node: str) -> int:
    """Returns how many frames lie inside each other within that of a node, or in the picture."""
    within = sketch.inside(node) if node else sketch.nodes
    deepest = max(each.count(INSIDE) for each in within)
    return deepest - node.count(INSIDE) - 1 if node else deepest


def _frame(sketch: Sketch, node: str, boxes: Mapping[str, Box], lines: Iterable[Line]) -> Frame:
    inside = set(sketch.inside(node))
    here = [boxes[each] for each in inside]
    own = [each for each in lines if {each.route.source, each.route.target} <= inside]
    heights = [y for each in own for _, y in each.points]
    edge = _EDGE + _EDGE * _depth(sketch, node)
    return Frame(
        node,
        left=min(box.x - box.width / 2 for box in here) - edge,
        top=min(*(box.y - HEIGHT / 2 for box in here), *heights) - edge - _HEAD * (1 + _depth(sketch, node)),
        right=max(box.x + box.width / 2 for box in here) + edge,
        bottom=max(*(box.y + HEIGHT / 2 for box in here), *heights) + edge,
    )


def text_width(text: str, sign: float = _SIGN) -> float:
    """Returns about how wide a text is, in user units; no font is at hand to ask."""
    return len(text) * sign


def _width(sketch: Sketch, node: str) -> float:
    below = sketch.routers.get(node, "")
    return max(text_width(name(node)) + 30, text_width(below, _SMALL) + 22 if below else 0.0, 72.0)


def _under(sketch: Sketch) -> dict[str, str]:
    """Returns the nodes that hang under another one: they talk with it alone, and it sends nothing round below."""
    found: dict[str, str] = {}
    for node in sketch.nodes:
        near = {
            end for each in sketch.routes if node in (each.source, each.target) for end in (each.source, each.target)
        }
        others = near - {node}
        if terminal(node) or len(others) != 1 or any(each.source == each.target == node for each in sketch.routes):
            continue
        owner = others.pop()
        free = not terminal(owner) and owner not in found and owner not in found.values()
        if free and not _skips(sketch, owner, {*found, node}):
            found[node] = owner
    return found


def _skips(sketch: Sketch, owner: str, away: Iterable[str]) -> bool:
    spine = [node for node in sketch.nodes if node not in set(away)]
    steps = [
        spine.index(each.target) - spine.index(each.source)
        for each in sketch.routes
        if owner in (each.source, each.target) and each.source in spine and each.target in spine
    ]
    return any(step > 1 for step in steps)


def _parted(sketch: Sketch, spine: list[str], under: dict[str, str]) -> tuple[list[Route], list[Strand]]:
    """Returns the routes between neighbours in the row, and those that go round."""
    routes = [each for each in sketch.routes if not {each.source, each.target} & set(under)]
    step = {each: spine.index(each.target) - spine.index(each.source) for each in routes}
    strands = []
    for back in (True, False):
        round_ = [each for each in routes if step[each] != 1 and (step[each] < 1) is back]
        found = lanes([_span(spine, each) for each in round_])
        strands += [Strand(route, lane, back) for route, lane in zip(round_, found, strict=True)]
    return [each for each in routes if step[each] == 1], strands


def _span(spine: list[str], route: Route) -> tuple[float, float]:
    """Returns the nodes that a route passes, and a little more where its label is longer than its way."""
    low, high = sorted((spine.index(route.source), spine.index(route.target)))
    spare = max(0.0, text_width(route.label) / (72.0 + _GAP) - (high - low)) / 2
    return low - spare, high + spare


def _boxes(sketch: Sketch, spine: list[str], straight: list[Route], strands: list[Strand]) -> dict[str, Box]:
    """Returns the nodes from left to right; wide enough for their ports, far enough apart for labels between them."""
    label = {each.source: each.label for each in straight}
    boxes: dict[str, Box] = {}
    left = _MARGIN + _borders(sketch, "", spine[0])
    for node, behind in zip(spine, [*spine[1:], ""], strict=True):
        touching = max(len(ports(node, _side(strands, back))) for back in (True, False))
        width = max(_width(sketch, node), touching * _PORT + 16)
        boxes[node] = Box(node, left + width / 2, 0.0, width)
        left += width + max(_GAP, text_width(label.get(node, ""), 6.8) + 30) + _borders(sketch, node, behind)
    return boxes


def _borders(sketch: Sketch, node: str, behind: str) -> float:
    """Returns how wide the edges of frames between two neighbours are."""
    around = [{each for each in sketch.opened if node_.startswith(each + INSIDE)} for node_ in (node, behind)]
    return _EDGE * len(around[0] ^ around[1])


def _side(strands: list[Strand], back: bool) -> list[Strand]:
    return [strand for strand in strands if strand.back is back]


def _level(route: Route, boxes: dict[str, Box]) -> Line:
    source, target = boxes[route.source], boxes[route.target]
    start, stop = source.x + source.width / 2, target.x - target.width / 2
    return Line(route, ((start, source.y), (stop, source.y)), ((start + stop) / 2 - 3, source.y - 8), back=False)


def _upright(route: Route, boxes: dict[str, Box]) -> Line:
    """Returns a route between a node and the one under it: down on the left, up on the right."""
    source, target = boxes[route.source], boxes[route.target]
    way = 1 if target.y > source.y else -1
    x = source.x - way * 14
    start, stop = source.y + way * HEIGHT / 2, target.y - way * HEIGHT / 2
    return Line(
        route,
        ((x, start), (x, stop)),
        (x - way * (8 + text_width(route.label, 6.8) / 2), (start + stop) / 2 + 4),
        False,
    )


def _around(strand: Strand, strands: list[Strand], boxes: dict[str, Box], floor: float) -> Line:
    """Returns a route that leaves a node, runs in its lane, and enters another node."""
    start = _port_x(strand, strands, boxes[strand.route.source], leaving=True)
    stop = _port_x(strand, strands, boxes[strand.route.target], leaving=False)
    way = -1 if strand.back else 1
    level = boxes[strand.route.source].y - HEIGHT / 2 if strand.back else floor
    lane = level + way * (8 + _LANE * (strand.lane + 0.6))
    edges = [each.y + way * each.height / 2 for each in (boxes[strand.route.source], boxes[strand.route.target])]
    points = ((start, edges[0]), (start, lane), (stop, lane), (stop, edges[1]))
    return Line(strand.route, points, ((start + stop) / 2, lane - 7), strand.back)


def _port_x(strand: Strand, strands: list[Strand], box: Box, *, leaving: bool) -> float:
    here = ports(box.node, _side(strands, strand.back))
    index = next(i for i, port in enumerate(here) if port.strand == strand and port.leaving is leaving)
    return box.x + (index - (len(here) - 1) / 2) * _PORT
