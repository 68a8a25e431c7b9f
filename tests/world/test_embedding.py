"""A write to a part of a value that is known as a whole: the whole is another one afterwards."""

from typing import Any

import pytest

from digit_tc.backend import Backend
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dialects import read_tool

ADDRESS = {"street": {"type": "string"}, "city": {"type": "string"}, "zip": {"type": "string"}}
USER = {
    "type": "object",
    "properties": {
        "user_id": {"type": "string"},
        "email": {"type": "string", "format": "email"},
        "address": {"type": "object", "properties": ADDRESS, "required": list(ADDRESS)},
    },
    "required": ["user_id", "email", "address"],
}


def tool(name: str, description: str, **properties: Any) -> dict[str, Any]:
    parameters = {
        "type": "object",
        "properties": {"user_id": {"type": "string"}, **properties},
        "required": ["user_id", *properties],
    }
    return {"name": name, "description": description, "parameters": parameters, "output_schema": USER}


@pytest.fixture
def backend() -> Backend:
    tools = [
        tool("get_user", "Get the details of a user."),
        tool("update_user_address", "Update the address of a user.", **ADDRESS),
    ]
    return Backend(Catalogue(read_tool(one) for one in tools), seed=3)


def test_an_address_that_was_shown_is_the_new_one_after_an_update(backend: Backend) -> None:
    before = backend.call("get_user", {"user_id": "US-1"}).result
    moved = {"street": "1 New Street", "city": "Lyon", "zip": "69002"}
    assert before["address"] != moved
    changed = backend.call("update_user_address", {"user_id": "US-1", **moved}).result
    after = backend.call("get_user", {"user_id": "US-1"}).result
    assert changed["address"] == after["address"] == moved
    assert after["email"] == before["email"]


def test_one_that_was_not_shown_is_the_new_one_as_well(backend: Backend) -> None:
    moved = {"street": "1 New Street", "city": "Lyon", "zip": "69002"}
    assert backend.call("update_user_address", {"user_id": "US-1", **moved}).result["address"] == moved
    assert backend.call("get_user", {"user_id": "US-1"}).result["address"] == moved
