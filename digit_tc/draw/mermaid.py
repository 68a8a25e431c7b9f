"""Mermaid text, as GitHub and many editors show it."""

from digit_tc.draw.sketch import END, START, Sketch, name

_WORDS = ("end", "graph", "flowchart", "subgraph", "style", "class", "classdef", "click", "linkstyle", "default")


def mermaid(sketch: Sketch) -> str:
    """Returns a flowchart; dashed arrows are those that a router chooses."""
    ids = {node: _id(node, index) for index, node in enumerate(sketch.nodes)}
    lines = ["flowchart TD"]
    for node in sketch.nodes:
        box = "([{}])" if node in (START, END) else "({})"
        lines.append(f"    {ids[node]}{box.format(_quoted(name(node)))}")
    for route in sketch.routes:
        arrow = "-.->" if route.conditional else "-->"
        label = f"|{_quoted(route.label)}|" if route.label else ""
        lines.append(f"    {ids[route.source]} {arrow}{label} {ids[route.target]}")
    lines += [f"    %% {name(node)} also goes wherever its router says" for node in sketch.undeclared]
    return "\n".join(lines) + "\n"


def _id(node: str, index: int) -> str:
    plain = node.isascii() and node.isidentifier() and node.lower() not in _WORDS
    return node if plain else f"node-{index}"


def _quoted(text: str) -> str:
    return '"' + text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;") + '"'
