"""What is wrong in schemas is mended and noted; what cannot be mended is refused with its place."""

from typing import Any

import pytest

from digit_tc.errors import CatalogueError
from digit_tc.tools.dialects import read_tool
from digit_tc.tools.place import Place
from digit_tc.tools.tool import Tool


def tool_with(properties: dict[str, Any], **more: Any) -> Tool:
    return read_tool({"name": "t", "parameters": {"type": "object", "properties": properties, **more}}, Place("f.json"))


@pytest.mark.parametrize(
    ("written", "mended", "codes"),
    [
        ({"type": "float"}, {"type": "number"}, ["type-word"]),
        ({"type": "any"}, {}, ["type-any"]),
        ({"type": "banana"}, {}, ["type-unknown"]),
        ({"type": ["str", "null"]}, {"type": ["string", "null"]}, ["type-word"]),
        ({"type": "List[int]"}, {"type": "array", "items": {"type": "integer"}}, ["type-word"]),
        ({"type": "array", "items": {"type": "dict"}}, {"type": "array", "items": {"type": "object"}}, ["type-word"]),
        ({"type": "array"}, {"type": "array"}, []),
        ("str", {"type": "string"}, ["schema-shorthand"]),
        (True, {}, ["schema-shorthand"]),
        (False, {"not": {}}, ["schema-shorthand"]),
        ({"type": "string", "default": "None"}, {"type": "string"}, ["default-absent"]),
        ({"type": "string", "default": None}, {"type": "string"}, ["default-absent"]),
        ({"type": "string", "default": "none"}, {"type": "string", "default": "none"}, []),
        ({"type": "string", "enum": ["None", "x"], "default": "None"},) * 2 + ([],),
        ({"type": ["string", "null"], "default": None}, {"type": ["string", "null"], "default": None}, []),
        ({"type": "boolean", "default": "True"}, {"type": "boolean", "default": True}, ["default-literal"]),
        ({"type": "boolean", "default": "False"}, {"type": "boolean", "default": False}, ["default-literal"]),
        ({"type": "integer", "default": "5"}, {"type": "integer", "default": 5}, ["default-literal"]),
        ({"type": "float", "default": 1}, {"type": "number", "default": 1}, ["type-word"]),
        ({"type": "integer", "default": ""}, {"type": "integer"}, ["default-absent"]),
        ({"type": "integer", "default": "many"}, {"type": "integer"}, ["default-invalid"]),
        ({"type": "number", "default": "NaN"}, {"type": "number"}, ["default-invalid"]),
        ({"type": "string", "enum": ["a"], "default": "b"}, {"type": "string", "enum": ["a"]}, ["default-invalid"]),
        ({"type": "array", "default": "[]"}, {"type": "array", "default": []}, ["default-literal"]),
        ({"type": "string", "enum": [1, 2]}, {"type": "string", "enum": ["1", "2"]}, ["enum-literal"]),
        ({"type": "integer", "enum": ["1", "2"]}, {"type": "integer", "enum": [1, 2]}, ["enum-literal"]),
        ({"type": "integer", "enum": ["a", "b"]}, {"enum": ["a", "b"]}, ["enum-other-type"]),
        ({"type": "array", "enum": ["a"]}, {"type": "array", "items": {"enum": ["a"]}}, ["enum-of-items"]),
        ({"type": "string", "enum": []}, {"type": "string"}, ["empty-enum"]),
        ({"type": "string", "format": None}, {"type": "string"}, ["null-keyword"]),
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}, ["nullable"]),
        ({"items": [{"type": "string"}]}, {"prefixItems": [{"type": "string"}], "type": "array"},
         ["items-list", "type-missing"]),
        ({"type": "number", "minimum": 0, "exclusiveMinimum": True}, {"type": "number", "exclusiveMinimum": 0},
         ["exclusive-flag"]),
        ({"type": "number", "minimum": 0, "exclusiveMinimum": False}, {"type": "number", "minimum": 0},
         ["exclusive-flag"]),
        ({"type": "string", "examples": "x"}, {"type": "string", "examples": ["x"]}, ["examples-wrapped"]),
        ({"type": "string", "pattern": "(?P<y>a)\\Z"}, {"type": "string", "pattern": "(?<y>a)$"}, ["pattern-python"]),
        ({"type": "string", "$id": "x"}, {"type": "string"}, ["dialect-keyword"]),
        ({"properties": {"type": {"type": "int"}}}, {"properties": {"type": {"type": "integer"}}, "type": "object"},
         ["type-word", "type-missing"]),
    ],
)  # fmt: skip
def test_one_property(written: Any, mended: dict[str, Any], codes: list[str]) -> None:
    tool = tool_with({"p": written})
    assert tool.properties["p"] == mended
    assert [fix.code for fix in tool.fixes] == codes
    assert all(fix.pointer.startswith("/parameters/properties/p") for fix in tool.fixes)


def test_a_fix_tells_old_and_new_value_and_the_place_in_the_original() -> None:
    (fix,) = tool_with({"a/b": {"type": "array", "items": {"type": "float"}}}).fixes
    assert fix.pointer == "/parameters/properties/a~1b/items/type"
    assert (fix.old, fix.new) == ("float", "number")


def test_required_entries_that_name_nothing_are_dropped() -> None:
    tool = tool_with({"a": {"type": "string"}}, required=["b", "a", "a"])
    assert tool.required == ["a"]
    assert [(fix.code, fix.pointer, fix.old) for fix in tool.fixes] == [
        ("required-unknown", "/parameters/required/0", "b"),
        ("required-repeated", "/parameters/required/2", "a"),
    ]


def test_a_property_that_its_keyword_has_swallowed_is_restored() -> None:
    tool = tool_with({"a": {"type": "string"}}, required=["a", "type", "type"])
    assert tool.required == ["a", "type"]
    assert tool.properties["type"] == {}
    assert [fix.code for fix in tool.fixes] == ["property-swallowed", "required-repeated"]


def test_required_stays_where_other_keywords_bring_the_property() -> None:
    inner = {
        "type": "object",
        "properties": {"a": {}},
        "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
        "required": ["c"],
    }
    assert tool_with({"p": inner}).properties["p"] == inner


def test_a_required_flag_moves_to_the_list() -> None:
    tool = tool_with({"a": {"type": "string", "required": True}, "b": {"type": "string", "required": False}})
    assert tool.required == ["a"]
    assert tool.properties == {"a": {"type": "string"}, "b": {"type": "string"}}
    assert [fix.code for fix in tool.fixes] == ["required-flag", "required-flag"]


def test_arguments_behind_a_reference_are_brought_to_the_top() -> None:
    arguments = {"type": "dict", "properties": {"a": {"$ref": "#/$defs/a"}}, "required": ["a"]}
    tool = read_tool(
        {"name": "t", "parameters": {"$ref": "#/$defs/p", "$defs": {"p": arguments, "a": {"type": "str"}}}}
    )
    assert tool.parameters["type"] == "object"
    assert tool.required == ["a"]
    assert "$ref" not in tool.parameters
    assert "root-inlined" in [fix.code for fix in tool.fixes]


def test_arguments_stay_where_a_reference_leads_into_what_would_be_merged() -> None:
    branch = {"type": "object", "properties": {"a": {"type": "string"}}}
    parameters = {"allOf": [branch], "properties": {"b": {"$ref": "#/allOf/0/properties/a"}}, "type": "object"}
    tool = read_tool({"name": "t", "parameters": parameters})
    assert tool.parameters == parameters
    assert tool.fixes == ()


def test_a_fix_says_how_long_a_long_value_was() -> None:
    tool = tool_with({"a": {"type": "integer", "enum": [str(at) for at in range(2_000)], "default": "x" * 20_000}})
    enum, default = tool.fixes
    assert (enum.code, enum.old, enum.new) == ("enum-literal", "a list of 2,000", "a list of 2,000")
    assert (default.code, default.new) == ("default-invalid", None)
    assert str(default.old).startswith("xxx")
    assert str(default.old).endswith("... (20,000 characters)")
    assert tool.properties["a"]["enum"][-1] == 1_999


def test_arguments_are_never_null() -> None:
    tool = read_tool({"name": "t", "parameters": {"nullable": True, "properties": {}}})
    assert "nullable" not in tool.parameters
    assert tool.parameters["type"] == "object"
    assert [fix.code for fix in read_tool({"name": "t", "parameters": {"nullable": True}}).fixes] == [
        "nullable",
        "type-missing",
    ]


def test_the_type_of_the_arguments_is_written_down() -> None:
    tool = read_tool({"name": "t", "parameters": {}})
    assert tool.parameters == {"type": "object"}
    assert [(fix.code, fix.pointer) for fix in tool.fixes] == [("type-missing", "/parameters/type")]


def nested(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(depth - 1):
        schema = {"type": "object", "properties": {"p": schema}}
    return schema


def test_deep_schemas_are_read_up_to_a_bound() -> None:
    assert read_tool({"name": "t", "parameters": nested(64)}).properties
    with pytest.raises(CatalogueError, match="nested more than 64 deep"):
        read_tool({"name": "t", "parameters": nested(65)})
    with pytest.raises(CatalogueError, match="nested too deeply"):
        read_tool({"name": "t", "parameters": nested(5000)})


@pytest.mark.parametrize(
    ("schema", "pointer", "what"),
    [
        ({"type": True, "default": "x"}, "/parameters/properties/p/type", "not JSON Schema"),
        ({"type": {"type": "string"}}, "/parameters/properties/p/type", "not JSON Schema"),
        ({"type": "string", "pattern": "("}, "/parameters/properties/p/pattern", "regex"),
        ({"type": "object", "properties": ["a"]}, "/parameters/properties/p/properties", "not JSON Schema"),
        ({"type": "string", "minLength": "3"}, "/parameters/properties/p/minLength", "not JSON Schema"),
        ({"$ref": "#/$defs/nowhere"}, "/parameters/properties/p", "leads to no schema"),
        ({"$ref": "https://example.com/s.json"}, "/parameters/properties/p", "leads out of the schema"),
        ("a banana", "/parameters/properties/p", "a schema is an object"),
        (7, "/parameters/properties/p", "a schema is an object"),
        ({"type": "string", "const": float("nan")}, "/parameters/properties/p/const", "not a JSON number"),
        ({"type": "string", "const": "\ud800"}, "/parameters/properties/p/const", "surrogate"),
        ({"type": "integer", "const": 10**5000}, "/parameters/properties/p/const", "too large"),
    ],
)
def test_what_cannot_be_mended_is_refused_with_its_place(schema: Any, pointer: str, what: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        tool_with({"p": schema})
    text = str(caught.value)
    assert text.startswith(f"f.json#{pointer}")
    assert what in text
    assert "\n" not in text
