"""Reads a graph of LangGraph into a sketch, its subgraphs too where they are to be opened."""

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import replace
from typing import Any, NamedTuple

from digit_tc.draw.sketch import END, INSIDE, START, Choice, Route, Sketch


class _Way(NamedTuple):
    """One way that a graph declares; `choice` is None where it is always taken."""

    source: str
    target: str
    choice: Choice | None


def sketch(graph: Any, title: str, *, opened: bool = False) -> Sketch:
    """Reads a `StateGraph`, or a compiled graph.

    Args:
        graph: The graph.
        title: What it is called.
        opened: Whether the nodes of subgraphs stand in their place, as `outer:inner`, theirs in turn too.
    """
    builder = getattr(graph, "builder", graph)
    subgraphs = _subgraphs(graph)
    outer = _level(builder, title, tuple(subgraphs))
    return _unfolded(outer, subgraphs) if opened and subgraphs else outer


def _subgraphs(graph: Any) -> dict[str, Any]:
    """Returns the graphs that nodes are, or call, by node; what is not compiled is left as it is."""
    compiled = graph if hasattr(graph, "get_subgraphs") else copy(graph).compile()
    return {node: found for node, found in compiled.get_subgraphs() if hasattr(found, "builder")}


def _unfolded(outer: Sketch, subgraphs: Mapping[str, Any]) -> Sketch:
    """Puts the nodes of subgraphs in the place of theirs: routes lead to their start and come from their end."""
    inner = {node: _prefixed(sketch(found, node, opened=True), node) for node, found in subgraphs.items()}
    below = inner.values()
    whole = replace(outer, opened=tuple(inner), folded=())
    nodes = [each for node in outer.nodes for each in (inner[node].nodes if node in inner else (node,))]
    routes = [replace(each, source=whole.exit(each.source), target=whole.entry(each.target)) for each in outer.routes]
    return replace(
        whole,
        nodes=tuple(nodes),
        routes=(*routes, *(each for found in below for each in found.routes)),
        undeclared=(*map(whole.exit, outer.undeclared), *(each for found in below for each in found.undeclared)),
        opened=(*inner, *(each for found in below for each in found.opened)),
        routers={
            **{whole.exit(node): said for node, said in outer.routers.items()},
            **{node: said for found in below for node, said in found.routers.items()},
        },
    )


def _prefixed(inner: Sketch, node: str) -> Sketch:
    def of(each: str) -> str:
        return node + INSIDE + each

    nodes = inner.nodes if END in inner.nodes else (*inner.nodes, END)
    return replace(
        inner,
        nodes=tuple(map(of, nodes)),
        routes=tuple(replace(each, source=of(each.source), target=of(each.target)) for each in inner.routes),
        undeclared=tuple(map(of, inner.undeclared)),
        opened=tuple(map(of, inner.opened)),
        routers={of(each): said for each, said in inner.routers.items()},
    )


def _level(builder: Any, title: str, folded: tuple[str, ...]) -> Sketch:
    named = [START, *builder.nodes, END]
    undeclared = [node for node in named if any(each.ends is None for each in builder.branches.get(node, {}).values())]
    ways = list(_ways(builder))
    leading = {each.source for each in ways} | set(undeclared)
    ways += [_Way(node, END, None) for node in builder.nodes if node not in leading]  # there the graph ends
    rank = {node: index for index, node in enumerate(named)}
    pairs = sorted({(each.source, each.target) for each in ways}, key=lambda pair: (rank[pair[0]], rank[pair[1]]))
    routes = tuple(_route(pair, ways) for pair in pairs)
    if END not in {route.target for route in routes}:
        named.remove(END)
    routers = {node: " / ".join(found) for node in named if (found := _routers(builder, node))}
    return Sketch(title, tuple(_ordered(named, routes)), routes, tuple(undeclared), folded, routers=routers)


def _ways(builder: Any) -> Iterator[_Way]:
    for source, target in builder.edges:
        yield _Way(source, target, None)
    for sources, target in builder.waiting_edges:
        yield from (_Way(source, target, None) for source in sources)
    for source, branches in builder.branches.items():
        for router, branch in branches.items():
            for word, target in (branch.ends or {}).items():
                yield _Way(source, target, Choice(_named(router), str(word)))
    for source, spec in builder.nodes.items():  # a node that says itself where to go on, by Command
        ends = spec.ends or ()
        words = ends if isinstance(ends, Mapping) else {}
        yield from (_Way(source, target, Choice("", words.get(target, ""))) for target in ends)


def _named(router: str) -> str:
    """Returns the name of a router; a lambda has none."""
    return router if router.isidentifier() else "the router"


def _routers(builder: Any, node: str) -> list[str]:
    return [router for router in builder.branches.get(node, {}) if router.isidentifier()]


def _route(pair: tuple[str, str], ways: list[_Way]) -> Route:
    same = [each.choice for each in ways if (each.source, each.target) == pair]
    choices = sorted({each for each in same if each}, key=lambda each: (each.router, each.word))
    return Route(*pair, choices=() if None in same else tuple(choices))


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
