"""Schemas written out: no reference remains, circles are cut so that values still fit."""

import json
from typing import Any

import pytest

from digit_tc.tools.schema import expand, validator

NODE = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "parent": {"$ref": "#/$defs/node"},
        "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
        "other": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
    },
    "required": ["name", "children"],
}


def test_references_are_written_in_place_and_definitions_go() -> None:
    schema = {
        "type": "object",
        "properties": {
            "home": {"$ref": "#/$defs/place", "description": "Where from."},
            "work": {"$ref": "#/$defs/place"},
        },
        "$defs": {
            "place": {"type": "object", "description": "A place.", "properties": {"zip": {"$ref": "#/$defs/zip"}}},
            "zip": {"type": "string"},
        },
    }
    assert expand(schema) == {
        "type": "object",
        "properties": {
            "home": {"type": "object", "description": "Where from.", "properties": {"zip": {"type": "string"}}},
            "work": {"type": "object", "description": "A place.", "properties": {"zip": {"type": "string"}}},
        },
    }


def test_a_circle_is_cut_so_that_values_still_fit() -> None:
    schema = {"type": "object", "properties": {"root": {"$ref": "#/$defs/node"}}, "$defs": {"node": NODE}}
    found = expand(schema)
    assert "$ref" not in json.dumps(found)
    node = found["properties"]["root"]
    assert "parent" not in node["properties"]
    assert node["properties"]["children"] == {"type": "array", "maxItems": 0}
    assert node["properties"]["other"] == {"anyOf": [{"type": "null"}]}
    value: dict[str, Any] = {"root": {"name": "a", "children": [], "other": None}}
    assert validator(found).is_valid(value)
    assert validator(schema).is_valid(value)


def test_a_circle_through_the_root_goes_round_once() -> None:
    schema = {"type": "object", "properties": {"next": {"$ref": "#"}, "value": {"type": "integer"}}}
    assert expand(schema)["properties"]["next"] == {"type": "object", "properties": {"value": {"type": "integer"}}}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]},
        {"type": "object", "allOf": [{"$ref": "#"}]},
        {"type": "object", "not": {"$ref": "#"}},
    ],
)
def test_a_schema_without_finite_values_keeps_its_type(schema: dict[str, Any]) -> None:
    assert expand(schema) == {"type": "object"}


def test_references_that_multiply_are_bounded() -> None:
    levels = {f"d{n}": {"type": "array", "prefixItems": [{"$ref": f"#/$defs/d{n + 1}"}] * 4} for n in range(30)}
    schema = {"$ref": "#/$defs/d0", "$defs": {**levels, "d30": {"type": "string"}}}
    assert len(json.dumps(expand(schema))) < 2_000_000


def test_a_long_chain_of_references_ends() -> None:
    chain = {f"d{n}": {"type": "object", "properties": {"n": {"$ref": f"#/$defs/d{n + 1}"}}} for n in range(3000)}
    schema = {"$ref": "#/$defs/d0", "$defs": {**chain, "d3000": {"type": "string"}}}
    assert expand(schema)["type"] == "object"


def test_plain_all_of_is_merged() -> None:
    schema = {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "number", "minimum": 1}}, "required": ["a"]},
            {"type": "object", "properties": {"a": {"type": "integer", "minimum": 3}, "b": {}}, "required": ["b", "a"]},
        ],
        "description": "Both.",
    }
    assert expand(schema) == {
        "type": "object",
        "properties": {"a": {"type": "integer", "minimum": 3}, "b": {}},
        "required": ["a", "b"],
        "description": "Both.",
    }


@pytest.mark.parametrize(
    "branches",
    [
        [{"pattern": "^a"}, {"pattern": "b$"}],
        [{"properties": {"a": {}}, "additionalProperties": False}, {"properties": {"b": {}}}],
        [{"type": "string"}, {"type": "integer"}],
        [{"enum": ["a"]}, {"enum": ["b"]}],
        [{"anyOf": [{"type": "string"}]}, {"anyOf": [{"type": "integer"}]}],
    ],
)
def test_all_of_that_cannot_be_said_otherwise_stays(branches: list[dict[str, Any]]) -> None:
    assert expand({"allOf": branches}) == {"allOf": branches}


def test_values_that_both_parts_list_are_kept_and_true_is_not_one() -> None:
    assert expand({"allOf": [{"enum": [1, "a", None, [2]]}, {"enum": [True, [2.0], "a"]}]}) == {"enum": ["a", [2]]}


def test_all_of_that_is_too_large_to_merge_stays() -> None:
    parts = [{"required": [f"{kind}{at}" for at in range(1_500)]} for kind in "ab"]
    assert expand({"allOf": parts * 2}).keys() == {"required"}
    assert expand({"allOf": parts * 20}) == {"allOf": parts * 20}


def test_alternatives_stay() -> None:
    schema = {"anyOf": [{"$ref": "#/$defs/a"}, {"type": "null"}], "$defs": {"a": {"type": "string"}}}
    assert expand(schema) == {"anyOf": [{"type": "string"}, {"type": "null"}]}


def test_the_schema_itself_is_not_changed() -> None:
    schema = {"type": "object", "properties": {"root": {"$ref": "#/$defs/node"}}, "$defs": {"node": NODE}}
    before = json.dumps(schema)
    expand(schema)
    assert json.dumps(schema) == before


def test_of_a_web_of_schemas_what_is_near_is_written_out() -> None:
    links = {f"to_{k}": {"$ref": f"#/$defs/T{k}"} for k in range(12)}
    links["must"] = {"$ref": "#/$defs/Leaf"}
    thing = {"type": "object", "properties": {"id": {"type": "string"}, **links}, "required": ["id", "must"]}
    leaf = {"type": "object", "properties": {"x": {"type": "string"}}, "required": ["x"]}
    found = expand({**thing, "$defs": {"Leaf": leaf, **{f"T{k}": thing for k in range(12)}}})
    assert list(found["properties"]) == ["id", *links], "no part of the web takes all the room"
    near = found["properties"]["to_11"]["properties"]
    assert near["must"] == leaf, "what is required is there however far away"
    assert len(json.dumps(found)) < 200_000


def test_a_deep_tree_of_schemas_that_is_small_is_written_out_whole() -> None:
    parts = {f"T{k}": {"type": "object", "properties": {"next": {"$ref": f"#/$defs/T{k + 1}"}}} for k in range(30)}
    found = expand({"$ref": "#/$defs/T0", "$defs": {**parts, "T30": {"type": "string"}}})
    for _ in range(30):
        found = found["properties"]["next"]
    assert found == {"type": "string"}
