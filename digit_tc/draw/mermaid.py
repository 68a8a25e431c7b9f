"""Mermaid text, as GitHub and many editors show it."""

from collections.abc import Iterator, Mapping

from digit_tc.draw.sketch import INSIDE, Sketch, name, terminal

_WORDS = ("end", "graph", "flowchart", "subgraph", "style", "class", "classdef", "click", "linkstyle", "default")
_IDLE = "stroke:#cbd5e1,color:#64748b"


def mermaid(sketch: Sketch) -> str:
    """Returns a flowchart; dashed arrows are those that a router chooses, grey is what did not run."""
    ids = {node: _id(node, index) for index, node in enumerate(sketch.nodes)}
    lines = ["flowchart TD", *_nodes(sketch, ids, "")]
    for route in sketch.routes:
        arrow = "-.->" if route.conditional else "-->"
        label = f"|{_quoted(route.label)}|" if route.label else ""
        lines.append(f"    {ids[route.source]} {arrow}{label} {ids[route.target]}")
    if unseen := [ids[node] for node in sketch.nodes if node in sketch.unseen]:
        lines += [f"    classDef unseen fill:#f8fafc,{_IDLE}", f"    class {','.join(unseen)} unseen"]
    if idle := [str(at) for at, route in enumerate(sketch.routes) if not route.taken]:
        lines.append(f"    linkStyle {','.join(idle)} {_IDLE}")
    lines += [f"    %% {note}" for note in sketch.notes()]
    return "\n".join(lines) + "\n"


def _nodes(sketch: Sketch, ids: Mapping[str, str], outer: str) -> Iterator[str]:
    """Yields the nodes of one graph, those of an opened subgraph in a block of their own."""
    pad = "    " * (1 + outer.count(INSIDE))
    met: set[str] = set()
    for node in sketch.nodes:
        own, inside, _ = node.removeprefix(outer).partition(INSIDE)
        if not node.startswith(outer) or (inside and outer + own in met):
            continue
        if not inside:
            yield f"{pad}{ids[node]}{_shape(sketch, node)}"
            continue
        met.add(outer + own)
        yield f"{pad}subgraph frame-{ids[node]}[{_quoted(own)}]"
        yield from _nodes(sketch, ids, outer + own + INSIDE)
        yield f"{pad}end"


def _shape(sketch: Sketch, node: str) -> str:
    text, router = _quoted(name(node)), sketch.routers.get(node, "")
    if terminal(node):
        return f"([{text}])"
    if router:
        text = f'{text[:-1]}<br/><small>{_quoted(router)[1:-1]}</small>"'
    return f"[[{text}]]" if node in sketch.folded else f"({text})"


def _id(node: str, index: int) -> str:
    plain = node.isascii() and node.isidentifier() and node.lower() not in _WORDS
    return node if plain else f"node-{index}"


def _quoted(text: str) -> str:
    return '"' + text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;") + '"'
