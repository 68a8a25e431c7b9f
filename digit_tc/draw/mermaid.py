"""Mermaid text, as GitHub and many editors show it."""

from digit_tc.draw.sketch import END, START, Sketch, name


def mermaid(sketch: Sketch) -> str:
    """Returns a flowchart; dashed arrows are those that a router chooses."""
    ids = {node: node if node.isidentifier() and node != "end" else f"n{index}" for index, node in enumerate(sketch.nodes)}
    ids |= {START: "start_", END: "end_"}  # a bare "end" is a word of the language
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


def _quoted(text: str) -> str:
    return '"' + text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;") + '"'
