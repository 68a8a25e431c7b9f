"""The catalogues are inputs of other tests, so their dialects must be what those tests take them for."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

CATALOGUES = Path(__file__).resolve().parent.parent / "catalogues"
BFCL_TYPES = {"dict", "array", "tuple", "string", "integer", "float", "boolean", "any"}


def _tools(name: str) -> list[dict[str, Any]]:
    """Read a catalogue, whether it is a list, an MCP answer or JSON lines."""
    text = (CATALOGUES / name).read_text(encoding="utf-8")
    if name == "tickets.json":
        return [json.loads(line) for line in text.splitlines()]
    data = json.loads(text)
    tools: list[dict[str, Any]] = data["tools"] if isinstance(data, dict) else data
    return tools


def _types(schema: Any) -> set[str]:
    """Collect the type words of a schema, leaving out properties that happen to be called "type"."""
    if not isinstance(schema, dict):
        return set()
    own = {schema["type"]} if isinstance(schema.get("type"), str) else set()
    children = [*schema.get("properties", {}).values(), schema.get("items")]
    return own.union(*map(_types, children))


@pytest.mark.parametrize(("name", "count"), [("files.json", 16), ("tickets.json", 8), ("math.json", 12)])
def test_bfcl_dialect(name: str, count: int) -> None:
    """This dialect has type words of its own, and `response` for the output."""
    tools = _tools(name)
    assert len({tool["name"] for tool in tools}) == count
    for tool in tools:
        assert set(tool) == {"name", "description", "parameters", "response"}
        assert tool["parameters"]["type"] == tool["response"]["type"] == "dict"
        assert set(tool["parameters"]["required"]) <= set(tool["parameters"]["properties"])
        assert _types(tool["parameters"]) | _types(tool["response"]) <= BFCL_TYPES


def test_bfcl_peculiarities_occur() -> None:
    """The odd words and names are the point of these catalogues."""
    assert all(re.fullmatch(r"[a-z]+", tool["name"]) for tool in _tools("files.json"))
    assert all(tool["name"].startswith("TicketAPI.") for tool in _tools("tickets.json"))
    words = {
        word for tool in _tools("tickets.json") for part in ("parameters", "response") for word in _types(tool[part])
    }
    assert {"float", "tuple", "any"} <= words


@pytest.mark.parametrize(("name", "count"), [("wrapper.json", 5), ("unchainable.json", 4)])
def test_wrapper_dialect(name: str, count: int) -> None:
    """The chat wrapper has no place for outputs."""
    tools = _tools(name)
    assert len({tool["function"]["name"] for tool in tools}) == count
    for tool in tools:
        assert tool["type"] == "function"
        assert set(tool["function"]) <= {"name", "description", "parameters", "strict"}
        Draft202012Validator.check_schema(tool["function"]["parameters"])


@pytest.mark.parametrize(
    ("name", "count", "parts"),
    [("retail.json", 14, ("parameters", "output_schema")), ("mcp_answer.json", 4, ("inputSchema", "outputSchema"))],
)
def test_dialects_with_output_schemas(name: str, count: int, parts: tuple[str, str]) -> None:
    """Both schemas of each tool are real JSON Schema."""
    tools = _tools(name)
    assert len({tool["name"] for tool in tools}) == count
    for tool in tools:
        for part in parts:
            Draft202012Validator.check_schema(tool[part])


def test_nothing_chains_in_the_unchainable() -> None:
    """No two tools share a property, and nothing comes back that a call could use."""
    names = [key for tool in _tools("unchainable.json") for key in tool["function"]["parameters"]["properties"]]
    assert len(names) == len(set(names))
