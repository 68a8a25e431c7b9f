"""A small catalogue of orders, and a backend over it in which something else may answer."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from digit_tc.backend import Backend
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dialects import read_tool

TEXT = {"type": "string"}
ORDER = {
    "type": "object",
    "properties": {
        "order_id": TEXT,
        "status": {"type": "string", "enum": ["pending", "shipped", "cancelled"]},
        "total": {"type": "number"},
    },
    "required": ["order_id", "status", "total"],
}
BY_ID = {"type": "object", "properties": {"order_id": TEXT}, "required": ["order_id"]}


def tool(name: str, parameters: dict[str, Any], output: dict[str, Any] | None = None, **more: Any) -> Any:
    return {"name": name, "parameters": parameters, "output_schema": output, **more}


RAW = [
    tool("get_order", BY_ID, ORDER),
    tool("track.order", BY_ID, ORDER),
    tool("list_orders", {"type": "object", "properties": {"limit": {"type": "integer"}}}),
    tool("cancel_order", BY_ID, ORDER, description="Cancel an order. It cannot be cancelled once it is shipped."),
    tool("update_order", {**BY_ID, "properties": {"order_id": TEXT, "status": TEXT}}, ORDER),
    tool("delete_order", BY_ID),
    tool("create_order", {"type": "object", "properties": {"total": {"type": "number"}}, "required": ["total"]}),
    tool("logout", {"type": "object", "properties": {}}),
    tool("place_bid", {"type": "object", "properties": {}}, description="The user must be logged in."),
]


def catalogue() -> Catalogue:
    return Catalogue(read_tool({key: value for key, value in raw.items() if value is not None}) for raw in RAW)


@pytest.fixture
def backend() -> Iterator[Callable[..., Backend]]:
    """Makes backends with stand-ins by the names of their tools, and closes them."""
    made: list[Backend] = []

    def make(standins: dict[str, Any], **settings: Any) -> Backend:
        made.append(Backend(catalogue(), standins=standins, **settings))
        return made[-1]

    yield make
    for each in made:
        each.close()
