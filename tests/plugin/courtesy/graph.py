"""The conversation graph with an usher between assistant and critic."""

from typing import Any

from digit_tc.graphs import conversation
from digit_tc.node import Node
from digit_tc.wiring import extends, insert

from .roles import Usher


@extends(conversation.build)
def build(*, usher: Node = Usher(), **roles: Any) -> conversation.Graph:  # noqa: B008 - roles are frozen
    """Returns the graph, not compiled."""
    graph = conversation.build(**roles)
    insert(graph, "usher", usher, source="assistant", target="critic")
    return graph
