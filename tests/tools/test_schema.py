"""Validation, references and types of schemas."""

from typing import Any

import pytest

from digit_tc.errors import CatalogueError
from digit_tc.tools.schema import nullable, resolve, type_of, validator, violations


def test_equal_schemas_share_a_validator_whatever_their_key_order() -> None:
    first = validator({"type": "string", "format": "date"})
    assert validator({"format": "date", "type": "string"}) is first
    assert validator({"type": "string"}) is not first


def test_formats_are_checked() -> None:
    assert validator({"type": "string", "format": "date"}).is_valid("2026-02-28")
    assert not validator({"type": "string", "format": "date"}).is_valid("2026-02-30")


def test_the_draft_is_2020_12_whatever_the_schema_says() -> None:
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "array",
        "prefixItems": [{"type": "string"}],
    }
    assert violations(schema, [1]) == ['#/0: 1 is not of type "string"']


def test_violations_are_one_line_each_with_the_place() -> None:
    schema = {"type": "object", "properties": {"a/b": {"type": "integer"}, "c": {"enum": ["x"]}}, "required": ["d"]}
    found = violations(schema, {"a/b": "one\ntwo", "c": "y" * 500})
    assert sorted(line.split(":")[0] for line in found) == ["#", "#/a~1b", "#/c"]
    assert all("\n" not in line and len(line) < 200 for line in found)
    assert violations(schema, {"a/b": 1, "c": "x", "d": None}) == []


def test_violations_speak_of_values_and_schemas_that_cannot_be_checked() -> None:
    assert "not JSON" in violations({"type": "string"}, "\ud800")[0]
    assert "schema itself" in violations({"type": "banana"}, "x")[0]


def test_nothing_is_fetched() -> None:
    assert "outside" in violations({"$ref": "http://127.0.0.1:9/x.json"}, 1)[0]


def test_resolve_follows_chains_and_keeps_what_stands_beside() -> None:
    root = {"$defs": {"a": {"$ref": "#/$defs/b", "title": "A"}, "b": {"type": "string", "title": "B"}}}
    assert resolve({"$ref": "#/$defs/a", "description": "d"}, root) == {
        "type": "string",
        "title": "A",
        "description": "d",
    }


def test_resolve_reads_escaped_pointers() -> None:
    root = {"$defs": {"a/b~c d": {"type": "integer"}, "list": {"anyOf": [{"type": "null"}, {"type": "number"}]}}}
    assert resolve({"$ref": "#/$defs/a~1b~0c%20d"}, root) == {"type": "integer"}
    assert resolve({"$ref": "#/$defs/list/anyOf/1"}, root) == {"type": "number"}


def test_resolve_ends_in_circles() -> None:
    root = {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}
    assert resolve({"$ref": "#/$defs/a"}, root) == {}
    assert resolve({"$ref": "#"}, {"$ref": "#"}) == {}


@pytest.mark.parametrize("reference", ["#/$defs/b", "http://x.example/y", "#name", "#/$defs/a/7", ""])
def test_resolve_refuses_what_leads_nowhere(reference: str) -> None:
    with pytest.raises(CatalogueError, match="reference"):
        resolve({"$ref": reference}, {"$defs": {"a": {}}})


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "string"}, "string"),
        ({"type": ["null", "integer"]}, "integer"),
        ({"type": "null"}, None),
        ({}, None),
        ({"anyOf": [{"type": "null"}, {"type": "array"}]}, "array"),
        ({"anyOf": [{"type": "string"}, {"type": "array"}]}, None),
        ({"anyOf": [True, {"type": "string"}]}, None),
        ({"oneOf": [{"type": "number"}, {"type": "null"}], "description": "d"}, "number"),
        ({"anyOf": [{"anyOf": [{"type": "boolean"}, {"type": "null"}]}, {"type": "null"}]}, "boolean"),
        ({"allOf": [{"type": "object"}]}, "object"),
        ({"enum": ["a", "b", None]}, "string"),
        ({"enum": ["a", 1]}, None),
        ({"const": True}, "boolean"),
        ({"properties": {}}, "object"),
        ({"items": {}}, "array"),
    ],
)
def test_type_of(schema: dict[str, Any], kind: str | None) -> None:
    assert type_of(schema) == kind


def test_nullable() -> None:
    assert nullable({"type": ["string", "null"]})
    assert nullable({"anyOf": [{"type": "string"}, {"type": "null"}]})
    assert not nullable({"type": "string"})
    assert not nullable({"anyOf": [True, {"type": "string"}]})
