"""What ran in a graph, laid over its picture: how often each route was passed, and where conversations broke off.

A path names the nodes that ran, not the routes between them. Where one node runs after the other, the route is that
from each to the next. Where several run side by side, a node was reached from the last one before it that leads there,
and a node that nothing seems to have followed leads on to the first one behind it that it can lead to.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from digit_tc.draw.sketch import END, INSIDE, START, Choice, Passed, Route, Sketch, title
from digit_tc.errors import InputError

Ends = tuple[str, str]


@dataclass
class Flow:
    """Sums up paths over the sketch of their graph; it grows with the graph, not with the number of paths."""

    sketch: Sketch
    count: int = 0
    """How many paths were added."""
    _conversations: Counter[Ends] = field(default_factory=Counter)
    _times: Counter[Ends] = field(default_factory=Counter)
    _broken: Counter[str] = field(default_factory=Counter)

    def add(self, path: Sequence[str], whose: str) -> None:
        """Adds the path of one conversation, as its record has it.

        Raises:
            InputError: The graph has no such node; `whose` says of what the path is.
        """
        shown = [node for node in path if self._shows(node, whose)]
        ended = bool(shown) and shown[-1] == END
        passed = Counter(_passed(self.sketch, shown[:-1] if ended else shown, "", ended=ended))
        self._times += passed
        self._conversations.update(passed.keys())
        if shown and not ended:
            self._broken[shown[-1]] += 1
        self.count += 1

    def _shows(self, node: str, whose: str) -> bool:
        """Says whether a node is in the picture, and not only a node around it."""
        if node in self.sketch.nodes or node in self.sketch.opened or node == END:
            return True
        parts = node.split(INSIDE)
        if any(INSIDE.join(parts[:count]) in self.sketch.nodes for count in range(1, len(parts))):
            return False
        raise InputError(
            f"{whose} passed the node {node!r}, which {self.sketch.called} does not have:"
            " it was made with another one; generate it anew to draw it"
        )

    def drawn(self, about: Sequence[str] = ()) -> Sketch:
        """Returns the sketch with how often each route was passed; one that nobody declared is added to it."""
        known = {(each.source, each.target) for each in self.sketch.routes}
        more = [Route(*ends, choices=(Choice("", ""),)) for ends in sorted(self._times) if ends not in known]
        routes = tuple(self._counted(each) for each in (*self.sketch.routes, *more))
        nodes = self.sketch.nodes
        if any(each.target == END for each in more) and END not in nodes:
            nodes = (*nodes, END)
        seen = {end for each in routes if each.taken for end in (each.source, each.target)}
        broken = [
            f"{count} broke off in {title(node)}" if self.count > 1 else f"broke off in {title(node)}"
            for node, count in sorted(self._broken.items())
        ]
        return replace(self.sketch, nodes=nodes, routes=routes, unseen=frozenset(nodes) - seen, about=(*about, *broken))

    def _counted(self, route: Route) -> Route:
        ends = (route.source, route.target)
        passed = Passed(self._conversations[ends], self._times[ends])
        return replace(route, passed=passed, text=self._text(passed))

    def _text(self, passed: Passed) -> str:
        if not passed.times:
            return ""
        if self.count == 1:
            return f"{passed.times}x"
        often = f" ({passed.times}x)" if passed.times > passed.conversations else ""
        return f"{passed.conversations}{often}"


def _passed(sketch: Sketch, path: Sequence[str], outer: str, *, ended: bool) -> Iterator[Ends]:
    """Yields the routes that one run of a graph passed.

    Args:
        sketch: The picture of the whole graph.
        path: What ran, with what ran inside of it.
        outer: What the names of this graph begin with; empty for the whole one.
        ended: Whether it came to its end.
    """
    ran: list[str] = []
    inside: list[list[str]] = []
    for node in path:
        if INSIDE in node.removeprefix(outer):
            inside[-1].append(node)
        else:
            ran.append(node)
            inside.append([])
    for source, target in _steps(sketch, [outer + START, *ran], outer + END, ended=ended):
        yield sketch.exit(source), sketch.entry(target)
    for at, node in enumerate(ran):
        if node in sketch.opened:
            yield from _passed(sketch, inside[at], node + INSIDE, ended=ended or at < len(ran) - 1)


def _steps(sketch: Sketch, ran: Sequence[str], end: str, *, ended: bool) -> Iterator[Ends]:
    """Yields from where each node was reached, then where those led that nothing was reached from."""
    declared = {(each.source, each.target) for each in sketch.routes}

    def leads(source: str, target: str) -> bool:
        ends = (sketch.exit(source), sketch.entry(target))
        return ends in declared or ends[0] in sketch.undeclared

    led: set[int] = set()
    for at in range(1, len(ran)):
        source = next((before for before in range(at - 1, -1, -1) if leads(ran[before], ran[at])), at - 1)
        led.add(source)
        yield ran[source], ran[at]
    for at in sorted(set(range(len(ran) - 1)) - led):
        later = (each for each in ran[at + 1 :] if leads(ran[at], each))
        target = next(later, end if leads(ran[at], end) else None)
        if target is not None:
            yield ran[at], target
    if ended:
        yield ran[-1], end
