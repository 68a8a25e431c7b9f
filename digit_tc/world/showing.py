"""How the tools of a conversation show the attributes of each kind of thing."""

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from digit_tc.tools.dataflow import Dataflow
from digit_tc.world.subject import attribute

Views = Mapping[str, tuple[dict[str, Any], ...]]
"""Attribute to the schemas under which some tool shows it."""


@lru_cache(maxsize=1024)
def views(flow: Dataflow, kind: str) -> Views:
    """Returns the attributes that the tools show of a kind of thing; ids are none."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for name in flow.names:
        tool = flow[name]
        for leaf in tool.outputs:
            means = tool.yields[leaf.path]
            if leaf.key and means.kind != "id" and means.entity == kind:
                found[attribute(leaf.key, kind)].append(leaf.schema)
    return {name: tuple(schemas) for name, schemas in found.items()}
