"""What a picture shows of a graph: its nodes and every route between them.

It is read from the `StateGraph` itself. LangGraph's own pictures merge two routes that lead from one node to one other,
and invent an end for a node whose router does not say where it leads.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

START, END = "__start__", "__end__"

_Found = tuple[str, str, str, bool]


@dataclass(frozen=True, slots=True)
class Route:
    """A way from one node to another; `labels` are the words of the router, where they are not the target's name."""

    source: str
    target: str
    labels: tuple[str, ...] = ()
    conditional: bool = False

    @property
    def label(self) -> str:
        """The labels in one line."""
        return " / ".join(self.labels)


@dataclass(frozen=True, slots=True)
class Sketch:
    """The nodes of a graph from start to end, its routes, and the nodes whose router does not declare its targets."""

    title: str
    nodes: tuple[str, ...]
    routes: tuple[Route, ...]
    undeclared: tuple[str, ...] = ()

    def place(self, node: str) -> int:
        """Returns where a node stands in the order from start to end."""
        return self.nodes.index(node)

    def back(self, route: Route) -> bool:
        """Tells whether a route leads to the same or an earlier node."""
        return self.place(route.target) <= self.place(route.source)

    def sentences(self) -> list[str]:
        """Returns every route in words."""
        words = [f"{name(each.source)} to {name(each.target)}{_bracketed(each.label)}" for each in self.routes]
        return words + [f"{name(node)} to wherever its router says" for node in self.undeclared]


def name(node: str) -> str:
    """Returns what a node is called in a picture."""
    return {START: "start", END: "end"}.get(node, node)


def sketch(graph: Any, title: str) -> Sketch:
    """Reads a `StateGraph`, or a compiled graph, in the order of its nodes."""
    builder = getattr(graph, "builder", graph)
    named = [START, *builder.nodes, END]
    found = list(_found(builder))
    rank = {node: index for index, node in enumerate(named)}
    pairs = sorted({(each[0], each[1]) for each in found}, key=lambda pair: (rank[pair[0]], rank[pair[1]]))
    routes = tuple(_route(pair, found) for pair in pairs)
    undeclared = [
        node for node in named if any(branch.ends is None for branch in builder.branches.get(node, {}).values())
    ]
    if END not in {route.target for route in routes}:
        named.remove(END)
    return Sketch(title, tuple(_ordered(named, routes)), routes, tuple(undeclared))


def _found(builder: Any) -> Iterator[_Found]:
    """Yields source, target, label, conditional of every way that a graph declares."""
    for source, target in builder.edges:
        yield source, target, "", False
    for sources, target in builder.waiting_edges:
        yield from ((source, target, "", False) for source in sources)
    for source, branches in builder.branches.items():
        for branch in branches.values():
            yield from ((source, target, str(word), True) for word, target in (branch.ends or {}).items())
    for source, spec in builder.nodes.items():  # a node that routes itself, by Command
        ends = spec.ends or ()
        words = ends if isinstance(ends, Mapping) else {}
        yield from ((source, target, words.get(target, ""), True) for target in ends)


def _route(pair: tuple[str, str], found: list[_Found]) -> Route:
    same = [each for each in found if each[:2] == pair]
    labels = sorted({word for _, target, word, _ in same if word not in ("", target)})
    return Route(*pair, labels=tuple(labels), conditional=all(each[3] for each in same))


def _ordered(named: list[str], routes: tuple[Route, ...]) -> list[str]:
    """Returns the nodes by the longest way from the start, then as named, so that routes lead forward."""
    ahead = {node: [each.target for each in routes if each.source == node] for node in named}
    behind = _returns(named, ahead)
    depth = dict.fromkeys(named, 0)
    for _ in named:
        for route in routes:
            if (route.source, route.target) not in behind:
                depth[route.target] = max(depth[route.target], depth[route.source] + 1)
    last = max(depth.values()) + 1
    fixed = {START: -1, END: last}
    return sorted(named, key=lambda node: (fixed.get(node, depth[node]), named.index(node)))


def _returns(named: list[str], ahead: dict[str, list[str]]) -> set[tuple[str, str]]:
    """Returns the routes that close a loop, found by walking in the order of the nodes."""
    behind: set[tuple[str, str]] = set()
    done: set[str] = set()

    def walk(node: str, path: tuple[str, ...]) -> None:
        for target in ahead[node]:
            if target in (*path, node):
                behind.add((node, target))
            elif target not in done:
                walk(target, (*path, node))
        done.add(node)

    for node in named:
        if node not in done:
            walk(node, ())
    return behind


def _bracketed(label: str) -> str:
    return f" ({label})" if label else ""
