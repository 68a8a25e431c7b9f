"""The pictures of the graphs show what can happen, no more and no less, and those in the documentation are current."""

import asyncio
import importlib
import pkgutil
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, TypedDict, cast, get_args, get_type_hints
from xml.etree import ElementTree as ET

import pytest
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command

import digit_tc.graphs
from digit_tc.context import Context
from digit_tc.draw import Flow, Picture, draw
from digit_tc.engine.conversation import Identity, converse
from digit_tc.models import Models
from digit_tc.records import Record
from digit_tc.streams import Streams
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.samples import sample_catalogue

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"
SHIPPED = sorted(each.name for each in pkgutil.iter_modules(digit_tc.graphs.__path__) if each.name != "studio")
Graph = StateGraph[Any, Any, Any, Any]
Edges = set[tuple[str, str]]


class State(TypedDict, total=False):
    done: bool


async def work(state: State) -> State:
    return state


async def supervise(_: State) -> Command[Literal["search", "book", "__end__"]]:
    return Command(goto="__end__")


def checked(_: State) -> Literal["draft", "__end__"]:
    return "__end__"


def reviewed(_: State) -> Literal["write", "__end__"]:
    return "__end__"


def handing() -> Graph:
    """A supervisor that hands over by Command, and two that hand back."""
    graph: Graph = StateGraph(State)
    graph.add_node("supervisor", cast("Any", supervise))
    graph.add_node("search", work)
    graph.add_node("book", work, destinations=("supervisor",))
    graph.add_edge(START, "supervisor")
    graph.add_edge("search", "supervisor")
    return graph


def nested() -> Graph:
    """A graph whose nodes are graphs, one of them with one inside."""
    drafting: Graph = StateGraph(State)
    drafting.add_node("draft", work)
    drafting.add_node("check", work)
    drafting.add_node("handing", handing().compile())
    drafting.add_edge(START, "handing")
    drafting.add_edge("handing", "draft")
    drafting.add_edge("draft", "check")
    drafting.add_conditional_edges("check", checked)
    graph: Graph = StateGraph(State)
    graph.add_node("write", drafting.compile())
    graph.add_node("review", work)
    graph.add_node("publish", work)
    graph.add_edge(START, "write")
    graph.add_edge("write", "review")
    graph.add_edge("write", "publish")
    graph.add_conditional_edges("review", reviewed)
    return graph


def built(name: str) -> Graph:
    graph: Graph = importlib.import_module(f"digit_tc.graphs.{name}").build()
    return graph


GRAPHS = {**{name: built(name) for name in SHIPPED}, "handing": handing(), "nested": nested()}


def allowed(graph: Graph, outer: str = "", *, opened: bool = False) -> Edges:
    """What can happen: the edges, what routers and nodes are annotated to return, and the end where nothing follows."""
    found: Edges = set(graph.edges)
    for source, branches in graph.branches.items():
        for branch in branches.values():
            router: Any = getattr(branch.path, "func", None)
            found |= {(source, target) for target in get_args(get_type_hints(router)["return"])}
    for node, spec in graph.nodes.items():
        found |= {(node, target) for target in spec.ends or ()}
    found |= {(node, END) for node in graph.nodes if node not in {source for source, _ in found}}
    within = {node: spec.runnable.builder for node, spec in graph.nodes.items() if hasattr(spec.runnable, "builder")}
    if not opened:
        within = {}
    edges = {
        (f"{outer}{source}:{END}" if source in within else outer + source,
         f"{outer}{target}:{START}" if target in within else outer + target)
        for source, target in found
    }  # fmt: skip
    return edges.union(*(allowed(inner, f"{outer}{node}:", opened=True) for node, inner in within.items()))


def in_svg(text: str) -> Edges:
    routes = [each for each in ET.fromstring(text).iter(f"{SVG}path") if each.get("class") == "route"]
    found = [(str(each.get("data-source")), str(each.get("data-target"))) for each in routes]
    assert len(set(found)) == len(found)
    return set(found)


def in_mermaid(text: str) -> Edges:
    """Reads the arrows back, each end by the blocks that it stands in."""
    names: dict[str, str] = {}
    blocks: list[str] = []
    for line in text.splitlines():
        if block := re.match(r' *subgraph \S+\["(.*)"\]$', line):
            blocks.append(f"{block[1]}:")
        elif line.strip() == "end":
            blocks.pop()
        elif node := re.match(r' *([\w-]+)[(\[]+"(.*?)(?:<br/>.*)?"[)\]]+$', line):
            end = {"([": {"start": START, "end": END}.get(node[2], "")}.get(line.strip()[len(node[1]) :][:2], node[2])
            names[node[1]] = "".join(blocks) + end
    arrows = re.findall(r"^    ([\w-]+) (?:-->|-\.->)(?:\|.*?\|)? ([\w-]+)$", text, re.MULTILINE)
    assert len(set(arrows)) == len(arrows)
    return {(names[source], names[target]) for source, target in arrows}


@pytest.mark.parametrize("opened", [False, True])
@pytest.mark.parametrize("name", GRAPHS)
def test_no_route_is_missing_and_none_invented(name: str, opened: bool) -> None:
    expected = allowed(GRAPHS[name], opened=opened)
    picture = draw(GRAPHS[name], opened=opened)
    assert in_svg(picture.svg()) == expected
    assert in_mermaid(picture.mermaid()) == expected
    assert ("critic" in str(expected)) is (name in SHIPPED)


@pytest.mark.parametrize("name", GRAPHS)
def test_langgraph_draws_the_same_routes(name: str) -> None:
    theirs = {(each.source, each.target) for each in GRAPHS[name].compile().get_graph().edges}
    assert in_svg(draw(GRAPHS[name]).svg()) == theirs


@pytest.mark.parametrize("name", SHIPPED)
def test_the_graphs_for_servers_are_the_same(name: str) -> None:
    module = importlib.import_module("digit_tc.graphs.studio")
    assert in_svg(draw(getattr(module, name)).svg()) == in_svg(draw(built(name)).svg())


def test_a_router_and_what_it_returns_can_be_read() -> None:
    picture = draw(built("conversation"))
    assert "verifier to planner (after_verifier returns planner)" in picture.svg()
    assert 'critic("critic<br/><small>judged_or_over</small>")' in picture.mermaid()
    assert "<judged_or_over>" in picture.ascii()


def taken(path: tuple[str, ...]) -> Edges:
    return set(pairwise([START, *path]))


def test_what_ran_is_in_the_picture(samples: list[Record]) -> None:
    """The roles run one after the other, so each pair of names is a route."""
    drawn = in_svg(draw(built("conversation")).svg())
    ran = set().union(*(taken(each.path) for each in samples))
    assert ran <= drawn
    assert len(ran) > len(drawn) / 2
    assert all(each.path[0] == "scenario" and each.path[-1] == END for each in samples)
    assert {each.path.count("tool_simulator") for each in samples} > {1, 2, 3}


@pytest.mark.parametrize("name", sorted({*SHIPPED} - {"conversation"}))
def test_what_ran_in_the_other_graphs_is_in_their_pictures(name: str) -> None:
    catalogue = sample_catalogue()
    context = Context(
        catalogue=catalogue, dataflow=Dataflow(catalogue), streams=Streams(0, 0, "conversation"), models=Models()
    )
    record = asyncio.run(converse(built(name).compile(), context, Identity("c0", 0, 0, name)))
    assert record.path[-1] == END
    assert taken(record.path) <= in_svg(draw(built(name)).svg())


def numbers(picture: Picture) -> Iterator[tuple[tuple[str, str], int, int]]:
    for route in picture.sketch.routes:
        assert route.passed is not None
        yield (route.source, route.target), route.passed.conversations, route.passed.times


def test_the_flow_counts_every_conversation(samples: list[Record]) -> None:
    flow = Flow(draw(built("conversation")).sketch)
    for record in samples:
        flow.add(record.path, record.id)
    paths = [list(pairwise([START, *each.path])) for each in samples]
    for route, conversations, times in numbers(Picture(flow.drawn())):
        assert conversations == sum(route in each for each in paths)
        assert times == sum(each.count(route) for each in paths)


PICTURES = sorted((ROOT / "docs").glob("*.svg"))


def test_every_graph_is_shown_in_the_documentation() -> None:
    pages = "".join(each.read_text("utf-8") for each in (ROOT / "docs").glob("*.md"))
    assert {each.stem for each in PICTURES} >= set(SHIPPED)
    assert all(f"({each.name})" in pages for each in PICTURES)
    assert "docs/conversation.svg" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", SHIPPED)
def test_the_pictures_of_graphs_are_current(name: str) -> None:
    file = ROOT / "docs" / f"{name}.svg"
    kept = file.read_text("utf-8") if file.is_file() else ""
    assert kept == draw(built(name), title=name).svg(), f"draw it anew: digit-tc draw {name} --out docs/{name}.svg"


@pytest.mark.parametrize("file", [each for each in PICTURES if each.stem not in SHIPPED], ids=lambda each: each.name)
def test_the_pictures_of_runs_are_of_the_graph_as_it_is(file: Path) -> None:
    """Their numbers are those of the day: what the roles write changes with every better role."""
    kept = file.read_text("utf-8")
    assert in_svg(kept) == in_svg(draw(built("conversation")).svg()), f"draw {file.name} again, as docs/graphs.md says"
    assert re.search(r">\d+", kept)
