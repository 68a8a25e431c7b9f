"""Every route of a graph is in every picture, the way back and the way round too."""

import re
from typing import Any, Literal, TypedDict, get_args
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langgraph.graph import END, START, StateGraph

from digit_tc.draw import Format, draw
from digit_tc.draw.lanes import lanes
from digit_tc.draw.row import row
from digit_tc.draw.sketch import Sketch, sketch

FORMATS: tuple[Format, ...] = get_args(Format)
SVG = "{http://www.w3.org/2000/svg}"


class State(TypedDict, total=False):
    count: int


async def work(state: State) -> State:
    return state


def sort(_: State) -> Literal["again", "sideways", "deeper", "on"]:
    return "on"


def anywhere(_: State) -> Any:
    return "a"


def loops() -> StateGraph[State]:
    """Two words for one way, a loop of one node, a node under another, a way back and a way that skips."""
    graph = StateGraph(State)
    for name in ("a", "b", "helper", "c"):
        graph.add_node(name, work)
    graph.add_edge(START, "a")
    graph.add_conditional_edges("a", sort, {"again": "a", "sideways": "b", "deeper": "b", "on": "c"})
    graph.add_conditional_edges("b", sort, {"again": "helper", "sideways": "a", "on": "c"})
    graph.add_edge("helper", "b")
    graph.add_conditional_edges("c", sort, {"again": "a", "on": END})
    return graph


ROUTES = {
    (START, "a"): "",
    ("a", "a"): "again",
    ("a", "b"): "deeper / sideways",
    ("a", "c"): "on",
    ("b", "helper"): "again",
    ("b", "a"): "sideways",
    ("b", "c"): "on",
    ("helper", "b"): "",
    ("c", "a"): "again",
    ("c", END): "on",
}


@pytest.mark.parametrize("compiled", [False, True])
def test_every_route_is_read_with_its_words(compiled: bool) -> None:
    graph = loops().compile() if compiled else loops()
    found = sketch(graph, "loops")
    assert {(each.source, each.target): each.label for each in found.routes} == ROUTES
    assert found.nodes[0] == START
    assert found.nodes[-1] == END
    assert not found.undeclared


def test_mermaid_has_one_arrow_for_each_route() -> None:
    text = draw(loops())
    arrows = re.findall(r'^    (\w+) (-->|-\.->)(?:\|"([^"]*)"\|)? (\w+)$', text, re.MULTILINE)
    assert {(source, target): label for source, _, label, target in arrows} == ROUTES
    assert len(arrows) == len(ROUTES)
    assert ("a", "-.->", "again", "a") in arrows
    assert ("helper", "-->", "", "b") in arrows


def test_mermaid_survives_words_of_its_language() -> None:
    graph = StateGraph(State)
    graph.add_node("end", work)
    graph.add_node('a "quoted" node', work)
    graph.add_edge(START, "end")
    graph.add_edge("end", 'a "quoted" node')
    text = draw(graph)
    assert "    node-1 --> node-2\n" in text
    assert "&quot;quoted&quot;" in text


def follow(lines: list[str], row_: int, at: int, way: int) -> tuple[int, int]:
    """Walks from the edge of a box along a line of the plain picture and returns where it ends."""

    def sign(row: int, column: int) -> str:
        return lines[row][column] if 0 <= row < len(lines) and 0 <= column < len(lines[row]) else " "

    while sign(row_, at) != "+":
        at += way
    for step in (-1, 1):
        end = row_ + step
        while sign(end, at) in "|-":
            end += step
        if sign(end, at) == "+" and end != row_:
            return end, at
    raise AssertionError(f"the line at row {row_} leads nowhere")


def read_lanes(text: str) -> set[tuple[str, str]]:
    """Reads the routes beside the boxes back from the plain picture, as a person would."""
    lines = text.split("\n")
    edges = [match.span() for line in lines if (match := re.search(r"\+-+\+$|(?<=[ |-])\+-{5,}\+(?=[ |])", line))]
    left, right = edges[0][0], edges[0][1] - 1
    owner: dict[int, str] = {}
    tops = [index for index, line in enumerate(lines) if line[left : right + 1] == "+" + "-" * (right - left - 1) + "+"]
    for top, bottom in zip(tops[::2], tops[1::2], strict=True):
        name = "".join(line[left + 1 : right].strip() for line in lines[top + 1 : bottom])
        owner |= dict.fromkeys(range(top, bottom + 1), name)
    found = set()
    for index in owner:
        for at, way in ((left - 1, -1), (right + 1, 1)):
            if 0 <= at < len(lines[index]) and lines[index][at] == "-":
                end, _ = follow(lines, index, at, way)
                assert lines[end][at] in "<>"
                found.add((owner[index], owner[end]))
    return found


def test_the_plain_picture_can_be_read_back() -> None:
    text = draw(loops(), "ascii")
    assert text.isascii()
    drawn = sketch(loops(), "loops")
    places = {node: index for index, node in enumerate(drawn.nodes)}
    beside = {
        (source.strip("_"), target.strip("_")) for source, target in ROUTES if places[target] - places[source] != 1
    }
    assert read_lanes(text) == beside
    assert len(re.findall(r"\bv\b", text)) == sum(places[target] - places[source] == 1 for source, target in ROUTES)
    for label in filter(None, ROUTES.values()):
        assert label in text


def test_svg_is_well_formed_and_has_every_route_and_node() -> None:
    root = ET.fromstring(draw(loops(), "svg", title="a < b & c"))
    assert root.findtext(f"{SVG}title") == "The graph a < b & c"
    assert "c to a (again)" in (root.findtext(f"{SVG}desc") or "")
    drawn = [each for each in root.iter(f"{SVG}path") if each.get("class") == "route"]
    assert {(each.get("data-source"), each.get("data-target")) for each in drawn} == set(ROUTES)
    assert len(drawn) == len(ROUTES)
    assert all(each.get("marker-end") for each in drawn)
    nodes = {each.get("data-node") for each in root.iter(f"{SVG}g")}
    assert nodes == {START, "a", "b", "helper", "c", END}
    texts = [each.text for each in root.iter(f"{SVG}text")]
    assert set(filter(None, ROUTES.values())) <= set(texts)


def labels(found: Sketch) -> list[tuple[float, float, float]]:
    return [
        (line.label_at[0], line.label_at[1], len(line.route.label) * 6.8)
        for line in row(found).lines
        if line.route.label
    ]


def test_svg_labels_do_not_lie_on_each_other_or_on_nodes() -> None:
    found = sketch(loops(), "loops")
    placed = labels(found)
    for index, (x, y, width) in enumerate(placed):
        for other_x, other_y, other_width in placed[index + 1 :]:
            assert abs(y - other_y) >= 12 or abs(x - other_x) >= (width + other_width) / 2
        for box in row(found).boxes:
            apart = abs(x - box.x) >= (width + box.width) / 2 or abs(y - 4 - box.y) >= (box.height + 12) / 2
            assert apart, box.node


def test_a_router_without_declared_targets_is_said_not_guessed() -> None:
    graph = StateGraph(State)
    graph.add_node("a", work)
    graph.add_edge(START, "a")
    graph.add_conditional_edges("a", anywhere)
    assert sketch(graph, "open").undeclared == ("a",)
    assert sketch(graph, "open").nodes == (START, "a")
    for form in FORMATS:
        assert "a also goes wherever its router says" in draw(graph, form)


def test_pictures_do_not_change_between_runs() -> None:
    for form in FORMATS:
        assert draw(loops(), form) == draw(loops().compile(), form)


def test_a_node_that_routes_itself_shows_where_it_may_lead() -> None:
    graph = StateGraph(State)
    graph.add_node("a", work, destinations={"b": "hand over", END: "stop"})
    graph.add_node("b", work, destinations=("a",))
    graph.add_edge(START, "a")
    found = {(each.source, each.target): each.label for each in sketch(graph, "hand").routes}
    assert found == {(START, "a"): "", ("a", "b"): "hand over", ("a", END): "stop", ("b", "a"): ""}


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda pair: (min(pair), max(pair))), max_size=12))
def test_spans_that_touch_never_share_a_lane(spans: list[tuple[int, int]]) -> None:
    found = lanes(spans)
    for index, (low, high) in enumerate(spans):
        for other in range(index):
            if spans[other][0] <= high and low <= spans[other][1]:
                assert found[index] != found[other]
