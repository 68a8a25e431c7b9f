"""A graph made of another one: a node put into a way between two others, and a builder that hands roles on."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from langgraph.graph import StateGraph

from digit_tc.errors import LoadingError

Build = TypeVar("Build", bound=Callable[..., Any])


def insert(  # noqa: PLR0913 - where it stands, and where it leads
    graph: StateGraph[Any, Any, Any, Any],
    name: str,
    node: Any,
    *,
    source: str,
    target: str,
    path: Callable[..., Any] | None = None,
    ends: Mapping[Any, str] | None = None,
) -> None:
    """Puts a node into the way from one node to another; every other way of the graph stays.

    Args:
        graph: A graph that is not compiled; it is changed.
        name: What the node is called.
        node: A role, or any node that LangGraph takes.
        source: Where the way begins.
        target: Where it leads.
        path: The router behind the node; without one it leads to `target`.
        ends: What the words of the router stand for, where they are not names of nodes.

    Raises:
        LoadingError: No way leads from the one to the other, or a router does not say where it leads.
    """
    graph.add_node(name, node)
    if not _turned(graph, name, source, target):
        raise LoadingError(f"the node {name!r} cannot be put in: no way leads from {source!r} to {target!r}")
    if path is None:
        graph.add_edge(name, target)
    else:
        graph.add_conditional_edges(name, path, dict(ends) if ends else None)


def _turned(graph: StateGraph[Any, Any, Any, Any], name: str, source: str, target: str) -> bool:
    """Has the ways from source to target lead to another node; says whether there were any."""
    found = (source, target) in graph.edges
    if found:
        graph.edges.remove((source, target))
        graph.add_edge(source, name)
    branches = graph.branches.get(source, {})
    for key, branch in branches.items():
        if branch.ends is None:
            raise LoadingError(f"the router behind {source!r} does not say where it leads: have it return a Literal")
        if target in branch.ends.values():
            found = True
            ends = {word: name if end == target else end for word, end in branch.ends.items()}
            branches[key] = branch._replace(ends=cast("dict[Any, str]", ends))
    return found


def extends(base: Callable[..., Any]) -> Callable[[Build], Build]:
    """Gives a builder that hands its `**roles` on to another one the roles of both, with their defaults.

    So knobs, role sets and what is said of a role that does not exist are as with the builder itself.
    """
    inherited = inspect.signature(base).parameters

    def with_both(build: Build) -> Build:
        signature = inspect.signature(build)
        own = [each for each in signature.parameters.values() if each.kind is not each.VAR_KEYWORD]
        names = {each.name for each in own}
        both = [*own, *(each for each in inherited.values() if each.name not in names)]
        build.__signature__ = signature.replace(parameters=both)  # type: ignore[attr-defined]
        return build

    return with_both
