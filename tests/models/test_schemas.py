"""Schemas are sent in the subset that strict servers take, and mean what the shape means."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import jsonschema_rs
import pytest
from pydantic import BaseModel, Field, WithJsonSchema

from digit_tc.models.schemas import Sent, example

TAKEN = {
    "type",
    "description",
    "enum",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "anyOf",
    "$ref",
    "$defs",
}


class Leaf(BaseModel):
    """A leaf."""

    name: str = Field(min_length=1, pattern="^a", description="Its name")
    size: int = Field(default=3, ge=1, le=9)


class Tree(BaseModel):
    leaf: Leaf
    others: tuple[Leaf, ...] = ()
    pair: tuple[int, str] | None = None
    kind: Literal["oak", "elm"] = "oak"
    only: Literal["x"] = "x"
    below: "Tree | None" = None


def nodes(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    for table in ("properties", "$defs"):
        for each in schema.get(table, {}).values():
            yield from nodes(each)
    for each in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())):
        yield from nodes(each)


def test_every_object_is_closed_and_nothing_else_is_in_it() -> None:
    sent = Sent(Tree.model_json_schema())
    assert sent.strict
    assert sent.schema["type"] == "object", "a root is no reference"
    for node in nodes(sent.schema):
        assert set(node) <= TAKEN, node
        if "$ref" in node:
            assert set(node) == {"$ref"}
        if node.get("type") == "object":
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])
    leaf = sent.schema["$defs"]["Leaf"]
    assert leaf["properties"]["size"] == {"anyOf": [{"type": "integer"}, {"type": "null"}]}
    assert leaf["properties"]["name"]["description"] == "Its name"
    full = {
        "leaf": {"name": "a", "size": None},
        "others": None,
        "pair": None,
        "kind": None,
        "only": None,
        "below": None,
    }
    assert jsonschema_rs.is_valid(sent.schema, full)
    assert not jsonschema_rs.is_valid(sent.schema, {**full, "leaf": None})
    assert not jsonschema_rs.is_valid(sent.schema, {**full, "kind": "ash"})


@pytest.mark.parametrize(
    "field",
    [
        {"description": "anything"},
        {"type": "object"},
        {"type": "object", "additionalProperties": {"type": "integer"}},
        {"type": "array"},
        {"allOf": [{"type": "object", "properties": {}}, {"type": "object", "properties": {}}]},
        True,
    ],
)
def test_what_is_left_open_is_not_strict(field: Any) -> None:
    assert not Sent({"type": "object", "properties": {"a": field}, "required": ["a"]}).strict
    assert not Sent({"type": "object", "properties": {"a": {"type": "array", "items": field}}}).strict


def test_unions_stay_unions() -> None:
    either = {"oneOf": [{"type": "string"}, {"const": 3}], "description": "d", "discriminator": {}}
    sent = Sent({"type": "object", "properties": {"a": either}, "required": ["a"], "additionalProperties": False})
    assert sent.schema["properties"]["a"] == {"description": "d", "anyOf": [{"type": "string"}, {"enum": [3]}]}
    assert sent.strict


def test_a_shape_is_shown_in_a_line() -> None:
    shown = example(Sent(Tree.model_json_schema()).schema)
    assert shown.startswith(
        '{"leaf": {"name": "text", "size": 0 | null}, "others": [{"name": "text", "size": 0 | null}, ...] | null'
    )
    assert '"kind": "oak" | "elm" | null' in shown
    assert len(shown) < 4000, "a shape that holds itself is shown to a depth"
    opened = Sent(
        {"type": "object", "properties": {"a": {"type": "object", "additionalProperties": {"type": "number"}}}}
    )
    assert example(opened.schema) == '{"a": {"NAME": 0.0, ...} | null}'


def test_a_shape_may_carry_the_schema_of_a_tool() -> None:
    class Proposed(BaseModel):
        result: Annotated[Any, WithJsonSchema({"type": "object", "properties": {"id": {"type": "string"}}})]

    sent = Sent(Proposed.model_json_schema())
    assert sent.schema["properties"]["result"]["properties"] == {
        "id": {"anyOf": [{"type": "string"}, {"type": "null"}]}
    }
    assert sent.strict
