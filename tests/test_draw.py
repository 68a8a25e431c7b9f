"""Every route of a graph is in every picture, the way back and the way round too."""

import re
import sys
from collections.abc import Callable
from typing import Any, Literal, TypedDict, get_args
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langgraph.graph import END, START, StateGraph

from digit_tc.draw import Flow, Format, Picture, draw
from digit_tc.draw.lanes import lanes
from digit_tc.draw.png import png
from digit_tc.draw.reading import sketch
from digit_tc.draw.row import row
from digit_tc.draw.sketch import Sketch, title
from digit_tc.errors import InputError
from digit_tc.graphs import conversation

FORMATS: tuple[Format, ...] = get_args(Format)
TEXTS: tuple[Format, ...] = ("mermaid", "ascii", "svg")
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


def nested() -> Any:
    """A graph whose second node is a graph."""
    graph = StateGraph(State)
    graph.add_node("a", work)
    graph.add_node("inner", loops().compile())
    graph.add_node("z", work)
    graph.add_edge(START, "a")
    graph.add_edge("a", "inner")
    graph.add_conditional_edges("inner", sort, {"again": "inner", "sideways": "a", "deeper": "z", "on": END})
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
    text = draw(loops()).mermaid()
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
    text = draw(graph).mermaid()
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
        name = re.sub(r"<\w+>|[\[\]() ]", "", name)  # without its router, and what tells its kind
        owner |= dict.fromkeys(range(top, bottom + 1), name)
    found = set()
    for index in owner:
        for at, way in ((left - 1, -1), (right + 1, 1)):
            if 0 <= at < len(lines[index]) and lines[index][at] == "-":
                end, _ = follow(lines, index, at, way)
                assert lines[end][at] in "<>"
                found.add((owner[index], owner[end]))
    return found


@pytest.mark.parametrize("opened", [False, True])
@pytest.mark.parametrize("make", [loops, nested, conversation.build])
def test_the_plain_picture_can_be_read_back(make: Callable[[], Any], opened: bool) -> None:
    drawn = draw(make(), opened=opened)
    text = drawn.ascii()
    assert text.isascii()
    assert read_lanes(text) == {(title(source), title(target)) for source, target in beside(drawn.sketch)}
    assert len(re.findall(r"^[ |]*v[ |]*$", text, re.MULTILINE)) == len(drawn.sketch.routes) - len(beside(drawn.sketch))
    for route in drawn.sketch.routes:
        assert route.label in text


def beside(found: Sketch) -> set[tuple[str, str]]:
    """The routes that do not lead to the next box."""
    return {
        (each.source, each.target) for each in found.routes if found.place(each.target) - found.place(each.source) != 1
    }


def test_svg_is_well_formed_and_has_every_route_and_node() -> None:
    root = ET.fromstring(draw(loops(), title="a < b & c").svg())
    assert root.findtext(f"{SVG}title") == "The graph a < b & c"
    assert "c to a (sort returns again)" in (root.findtext(f"{SVG}desc") or "")
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


def walked(graph: Any, *paths: tuple[str, ...], opened: bool = False) -> Sketch:
    flow = Flow(draw(graph, opened=opened).sketch)
    for path in paths:
        flow.add(path, "c0")
    return flow.drawn()


PATHS = (("a", "a", "b", "helper", "b", "c", END), ("a", "c", "a", "b"), ("a", "c", END))


@pytest.mark.parametrize(
    "found",
    [sketch(loops(), "loops"), walked(loops(), *PATHS), sketch(nested(), "nested"), sketch(nested(), "x", opened=True)],
)
def test_svg_labels_do_not_lie_on_each_other_or_on_nodes(found: Sketch) -> None:
    placed = labels(found)
    for index, (x, y, width) in enumerate(placed):
        for other_x, other_y, other_width in placed[index + 1 :]:
            assert abs(y - other_y) >= 12 or abs(x - other_x) >= (width + other_width) / 2
        for box in row(found).boxes:
            apart = abs(x - box.x) >= (width + box.width) / 2 or abs(y - 4 - box.y) >= (box.height + 12) / 2
            assert apart, box.node


def test_a_frame_is_around_the_nodes_of_its_subgraph_and_no_others() -> None:
    found = row(sketch(nested(), "nested", opened=True))
    (frame,) = found.frames
    for box in found.boxes:
        left, right = box.x - box.width / 2, box.x + box.width / 2
        if box.node.startswith("inner:"):
            assert frame.left < left < right < frame.right, box.node
            assert frame.top < box.y < frame.bottom
        else:
            assert right < frame.left or frame.right < left, box.node
    ends = [(line, {line.route.source, line.route.target}) for line in found.lines]
    within = [
        line for line, both in ends if all(each.startswith("inner:") for each in both) and f"inner:{END}" not in both
    ]
    assert any(len(line.points) == 4 for line in within)
    assert all(frame.top < y < frame.bottom for line in within for _, y in line.points)
    assert any(y < frame.top for line, both in ends if "a" in both for _, y in line.points)


def counts(found: Sketch) -> dict[tuple[str, str], tuple[int, int]]:
    passed = {(each.source, each.target): each.passed for each in found.routes if each.passed and each.passed.times}
    return {ends: (one.conversations, one.times) for ends, one in passed.items()}


def test_a_flow_counts_conversations_and_how_often_and_where_they_broke_off() -> None:
    found = walked(loops(), *PATHS)
    assert counts(found) == {
        (START, "a"): (3, 3),
        ("a", "a"): (1, 1),
        ("a", "b"): (2, 2),
        ("a", "c"): (2, 2),
        ("b", "helper"): (1, 1),
        ("helper", "b"): (1, 1),
        ("b", "c"): (1, 1),
        ("c", "a"): (1, 1),
        ("c", END): (2, 2),
    }
    assert found.notes() == ["1 broke off in b"]
    assert not found.unseen
    assert walked(loops(), PATHS[2]).unseen == {"b", "helper"}
    assert "(helper)" in Picture(walked(loops(), PATHS[2])).ascii()
    assert "class b,helper unseen" in Picture(walked(loops(), PATHS[2])).mermaid()


def test_a_label_says_how_many_passed_and_how_often() -> None:
    assert {each.label for each in walked(loops(), PATHS[0]).routes if each.source == "c"} == {"again", "on 1x"}
    twice = walked(loops(), ("a", "a", "a", "c", END), ("a", "c", END))
    assert next(each.label for each in twice.routes if each.source == each.target == "a") == "again 1 (2x)"
    assert next(each.label for each in twice.routes if each.target == END) == "on 2"


def test_the_path_through_a_subgraph_shows_where_it_is_opened() -> None:
    path = ("a", "inner", "inner:a", "inner:c", "inner", "inner:a", "inner:c", "z", END)
    folded = counts(walked(nested(), path))
    assert folded == {
        (START, "a"): (1, 1), ("a", "inner"): (1, 1), ("inner", "inner"): (1, 1), ("inner", "z"): (1, 1),
        ("z", END): (1, 1),
    }  # fmt: skip
    opened = counts(walked(nested(), path, opened=True))
    assert opened[f"inner:{END}", f"inner:{START}"] == (1, 1)
    assert opened[f"inner:{START}", "inner:a"] == opened["inner:c", f"inner:{END}"] == (1, 2)
    assert opened[f"inner:{END}", "z"] == (1, 1)
    broken = counts(walked(nested(), path[:4], opened=True))
    assert ("inner:a", "inner:c") in broken
    assert ("inner:c", f"inner:{END}") not in broken
    assert ("inner:c", f"inner:{END}") in counts(walked(nested(), (*path[:4], "z"), opened=True))


def fans() -> Any:
    """A node after which two run side by side, then one that waits for both."""
    graph = StateGraph(State)
    for name in ("a", "left", "right", "join"):
        graph.add_node(name, work)
    graph.add_edge(START, "a")
    graph.add_edge("a", "left")
    graph.add_edge("a", "right")
    graph.add_edge(["left", "right"], "join")
    return graph


def test_nodes_side_by_side_are_reached_from_the_same_one() -> None:
    found = counts(walked(fans(), ("a", "left", "right", "join", END)))
    assert set(found) == {
        (START, "a"),
        ("a", "left"),
        ("a", "right"),
        ("left", "join"),
        ("right", "join"),
        ("join", END),
    }
    assert set(found.values()) == {(1, 1)}


def test_a_way_that_nobody_declared_is_drawn_where_it_was_taken() -> None:
    graph = StateGraph(State)
    graph.add_node("a", work)
    graph.add_node("b", work)
    graph.add_edge(START, "a")
    graph.add_conditional_edges("a", anywhere)
    found = walked(graph, ("a", "b", END))
    assert ("a", "b") in counts(found)
    assert 'data-source="a" data-target="b"' in Picture(found).svg()


def test_a_path_of_another_graph_is_refused() -> None:
    with pytest.raises(InputError, match="c0 passed the node 'verifier', which the graph does not have"):
        walked(loops(), ("a", "verifier"))


def test_png_has_letters_on_a_machine_without_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its bytes are the same where the renderer sees no font but its own: so the letters are from there."""
    resvg = pytest.importorskip("resvg_py")
    drawn = draw(loops())
    made, render = drawn.png(), resvg.svg_to_bytes
    assert made.startswith(b"\x89PNG\r\n")
    monkeypatch.setattr(resvg, "svg_to_bytes", lambda **given: render(**given, skip_system_fonts=True))
    assert drawn.png() == made
    blank = re.sub(r"<text.*?</text>", "", drawn.svg())
    assert len(png(blank, 2.0)) < len(made)


def test_png_without_its_extra_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(InputError, match=r"pip install 'digit-tc\[draw\]'"):
        draw(loops()).png()


def test_a_notebook_shows_the_picture() -> None:
    """The hook that IPython asks an object for, with the types that notebooks and terminals show."""
    picture = draw(loops().compile())
    bundle = picture._repr_mimebundle_()
    assert set(bundle) == {"image/svg+xml", "text/plain"}
    assert ET.fromstring(bundle["image/svg+xml"]).tag == f"{SVG}svg"
    assert bundle["text/plain"] == picture.ascii()


def test_a_router_without_declared_targets_is_said_not_guessed() -> None:
    graph = StateGraph(State)
    graph.add_node("a", work)
    graph.add_edge(START, "a")
    graph.add_conditional_edges("a", anywhere)
    assert sketch(graph, "open").undeclared == ("a",)
    assert sketch(graph, "open").nodes == (START, "a")
    for form in TEXTS:
        assert "a also goes wherever its router says" in str(draw(graph).made(form))


def test_pictures_do_not_change_between_runs() -> None:
    for form in FORMATS:
        assert draw(loops()).made(form) == draw(loops().compile()).made(form)


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
