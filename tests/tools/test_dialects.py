"""Each dialect is told by its content and read into the same canonical form."""

import copy
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digit_tc.errors import CatalogueError
from digit_tc.tools.dialects import read_tool
from digit_tc.tools.place import Place
from digit_tc.tools.references import children
from digit_tc.tools.schema import expand, type_of, violations
from digit_tc.tools.tool import Source, Tool

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
OUTPUT = {"type": "object", "properties": {"degrees": {"type": "number"}}}
PROSE = {"name": "get_weather", "description": "Tells the weather."}

DIALECTS: list[tuple[str, dict[str, Any]]] = [
    ("openai", {"type": "function", "function": {**PROSE, "parameters": SCHEMA, "results": OUTPUT, "strict": True}}),
    ("openai", {"type": "function", "function": {**PROSE, "parameters": SCHEMA, "return": OUTPUT}}),
    ("flat", {**PROSE, "parameters": SCHEMA, "output_schema": OUTPUT}),
    ("openai-responses", {"type": "function", **PROSE, "parameters": SCHEMA, "output_schema": OUTPUT}),
    ("mcp", {**PROSE, "inputSchema": SCHEMA, "outputSchema": OUTPUT}),
    ("anthropic", {**PROSE, "input_schema": SCHEMA, "output_schema": OUTPUT}),
    ("bfcl", {**PROSE, "parameters": {**SCHEMA, "type": "dict"}, "response": {
        "type": "dict", "properties": {"degrees": {"type": "float"}}}}),
    ("xlam", {**PROSE, "parameters": {"city": {"type": "str"}}, "output_schema": OUTPUT}),
    ("toolmind", {**PROSE, "parameters": SCHEMA, "output_parameters": OUTPUT}),
    ("nemo-gym", {"name": "get_weather", "doc": "Tells the weather.", "params": SCHEMA, "returns": OUTPUT}),
    ("api-bank", {**PROSE, "input_parameters": {"city": {"type": "str"}}, "output_parameters": {
        "degrees": {"type": "float"}}}),
    ("deepfabric", {**PROSE, "parameters": [{"name": "city", "type": "str", "required": True}], "returns": [
        {"name": "degrees", "type": "float"}]}),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "raw"), DIALECTS)
def test_all_dialects_give_one_form(dialect: str, raw: dict[str, Any]) -> None:
    before = copy.deepcopy(raw)
    tool = read_tool(raw, Place("f.json", "/tools/3"), "weather")
    assert (tool.name, tool.namespace, tool.description) == ("get_weather", "weather", "Tells the weather.")
    assert list(tool.parameters) == list(SCHEMA)
    assert tool.parameters == SCHEMA
    assert tool.output_schema == OUTPUT
    assert tool.source == Source(dialect=dialect, file="f.json", pointer="/tools/3")
    assert tool.original == before == raw


@pytest.mark.parametrize(("dialect", "raw"), DIALECTS)
def test_every_fix_points_into_the_original(dialect: str, raw: dict[str, Any]) -> None:
    tool = read_tool(raw)
    assert bool(tool.fixes) == (dialect in ("bfcl", "xlam", "api-bank", "deepfabric"))
    for fix in tool.fixes:
        found: Any = raw
        for key in fix.pointer.split("/")[1:]:
            found = found[int(key)] if isinstance(found, list) else found.get(key)
        assert found == fix.old or fix.code in ("properties-missing", "parameters-list")


def test_annotations_and_title_of_mcp_are_kept() -> None:
    tool = read_tool({**PROSE, "title": "Weather", "inputSchema": SCHEMA, "annotations": {"readOnlyHint": True}})
    assert tool.annotations == {"title": "Weather", "readOnlyHint": True}


@pytest.mark.parametrize(
    ("written", "name"),
    [("math.add", "math_add"), ("a b", "a_b"), ("größe", "gr__e"), (" ok ", "ok"), ("x" * 64, "x" * 64)],
)
def test_names_become_legal_and_keep_their_alias(written: str, name: str) -> None:
    tool = read_tool({"name": written, "parameters": SCHEMA})
    assert tool.name == name
    assert tool.alias == ("" if written == name else written)
    assert [(fix.code, fix.pointer, fix.old, fix.new) for fix in tool.fixes] == (
        [] if written == name else [("name-illegal", "/name", written, name)]
    )


def test_names_that_would_become_equal_stay_apart() -> None:
    names = ["天气", "汇率", "x" * 70 + "a", "x" * 70 + "b"]
    found = [read_tool({"name": name, "parameters": SCHEMA}).name for name in names]
    assert len(set(found)) == 4
    assert all(len(name) <= 64 and name.isascii() for name in found)


def test_arguments_without_properties_around_them_are_wrapped() -> None:
    parameters = {
        "type": {"type": "str", "description": "An argument of that name."},
        "properties": {"type": "List[int]"},
        "limit": {"type": "int, optional"},
        "page": {"type": "int", "default": 1},
    }
    tool = read_tool({"name": "t", "parameters": parameters})
    assert tool.source.dialect == "xlam"
    assert tool.required == ["type", "properties"]
    assert tool.properties["properties"] == {"type": "array", "items": {"type": "integer"}}
    assert tool.properties["limit"] == {"type": "integer"}
    assert tool.fixes[0].code == "properties-missing"


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({"type": {"type": "str"}}, ["type"]),
        ({"properties": {"type": "object", "description": "Of a room."}}, ["properties"]),
        ({"type": {"description": "Which."}, "properties": {"type": "dict"}}, ["type", "properties"]),
        ({"city": {"type": "str"}, "days": {}}, ["city", "days"]),
        ({"city": "str", "days": "List[int]"}, ["city", "days"]),
        ({"description": {"type": "str"}, "enum": {}}, ["description", "enum"]),
        ({"type": "object", "properties": {"type": {"type": "str"}, "properties": {}}}, ["type", "properties"]),
        ({"properties": {"type": {"type": "str"}, "description": {"type": "str"}}}, ["type", "description"]),
        ({"type": "object", "properties": {}}, []),
        ({"description": "None.", "type": "object"}, []),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"properties": {"b": {}}}}}, ["b"]),
    ],
)
def test_arguments_called_like_keywords_are_told_from_keywords(parameters: dict[str, Any], names: list[str]) -> None:
    assert list(read_tool({"name": "t", "parameters": parameters}).properties) == names


def test_a_list_of_arguments_keeps_all_that_is_said_of_them() -> None:
    nested = {"type": "object", "properties": {"zip": {"type": "str"}}, "required": ["zip"]}
    listed = [
        {"name": "size", "type": "str", "description": "How large.", "enum": ["s", "l"], "default": "s"},
        {"name": "to", **nested, "required": ["zip"]},
        {"name": "when", "type": "string", "format": "date", "required": False},
        {"name": "tags", "type": "list", "items": {"type": "int"}, "required": True},
        {"name": "note", "type": "str, optional"},
    ]
    before = copy.deepcopy(listed)
    tool = read_tool({"name": "t", "parameters": listed, "returns": "A parcel."})
    assert tool.required == ["to", "tags"]
    assert tool.properties == {
        "size": {"type": "string", "description": "How large.", "enum": ["s", "l"], "default": "s"},
        "to": {"type": "object", "properties": {"zip": {"type": "string"}}, "required": ["zip"]},
        "when": {"type": "string", "format": "date"},
        "tags": {"type": "array", "items": {"type": "integer"}},
        "note": {"type": "string"},
    }
    assert tool.original == {"name": "t", "parameters": before, "returns": "A parcel."}
    pointers = {fix.pointer for fix in tool.fixes if fix.code == "type-word"}
    assert {"/parameters/0/type", "/parameters/1/properties/zip/type", "/parameters/3/items/type"} <= pointers
    assert {fix.code for fix in tool.fixes} == {"parameters-list", "output-says-nothing", "type-word"}


def test_an_argument_that_is_listed_twice_is_refused_unless_it_is_the_same() -> None:
    once, other = {"name": "a", "type": "string"}, {"name": "a", "type": "integer"}
    assert read_tool({"name": "t", "parameters": [once, once]}).required == ["a"]
    with pytest.raises(CatalogueError, match=r"f#/parameters/1: the argument 'a' stands twice"):
        read_tool({"name": "t", "parameters": [once, other]}, Place("f"))


def test_a_tool_without_a_name_takes_the_key_under_which_it_stands() -> None:
    raw = {"description": "Tells the weather.", "parameters": SCHEMA}
    tool = read_tool(raw, key="weather.get")
    assert (tool.name, tool.alias, tool.original) == ("weather_get", "weather.get", raw)
    assert [fix.code for fix in tool.fixes] == ["name-from-key", "name-illegal"]
    assert read_tool({**raw, "name": "own"}, key="weather").name == "own"


def test_what_mcp_says_beyond_the_schemas_stays_in_the_original() -> None:
    raw = {"name": "t", "inputSchema": SCHEMA, "title": "T", "icons": [{"src": "a"}], "_meta": {"v": 1}}
    assert read_tool(raw).original == raw


@pytest.mark.parametrize(
    "raw",
    [
        {"type": "function", "function": {"name": "t"}},
        {"name": "t", "parameters": []},
        {"type": "function", "name": "t"},
        {"name": "t", "inputSchema": None},
    ],
)
def test_a_function_without_arguments_may_leave_them_out(raw: dict[str, Any]) -> None:
    tool = read_tool(raw)
    assert tool.parameters == {"type": "object", "properties": {}}
    assert [fix.code for fix in tool.fixes] == ["parameters-missing"]


@pytest.mark.parametrize(
    ("written", "found", "codes"),
    [
        ({}, None, ["output-says-nothing"]),
        ("The sum of both.", None, ["output-says-nothing"]),
        ("float", {"type": "number"}, ["schema-shorthand"]),
        (None, None, []),
        ({"sum": {"type": "float"}}, {"type": "object", "properties": {"sum": {"type": "number"}}}, None),
        ({"items": {"type": "string"}}, {"items": {"type": "string"}, "type": "array"}, ["type-missing"]),
    ],
)
def test_outputs(written: Any, found: Any, codes: list[str] | None) -> None:
    tool = read_tool({"name": "t", "parameters": SCHEMA, "returns": written})
    assert tool.output_schema == found
    assert codes is None or [fix.code for fix in tool.fixes] == codes


@pytest.mark.parametrize(
    ("raw", "pointer", "what"),
    [
        ({"parameters": {}}, "", "no name"),
        ({"name": "", "parameters": {}}, "", "no name"),
        ({"name": 5, "parameters": {}}, "/name", "the name of a tool is text"),
        ({"type": "function", "function": {"parameters": {}}}, "/function", "no name"),
        ({"name": "t"}, "", "no `parameters`"),
        ({"name": "t", "parameters": [1]}, "/parameters", "not array"),
        ({"name": "t", "parameters": "x"}, "/parameters", "not string"),
        ({"name": "t", "parameters": {"type": "string"}}, "/parameters", "not string"),
        ({"name": "t", "parameters": {"enum": ["a"]}}, "/parameters", "not an enumeration"),
        ({"name": "t", "parameters": {}, "description": ["x"]}, "/description", "the description of a tool is text"),
        ({"name": "t", "inputSchema": {}, "annotations": []}, "/annotations", "annotations are an object"),
        ({"name": "t", "parameters": {}, "output_schema": [1]}, "/output_schema", "a schema is an object"),
        ([], "", "a tool is an object"),
        (None, "", "a tool is an object"),
    ],
)
def test_malformed_tools_are_refused_with_place_and_mend(raw: Any, pointer: str, what: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        read_tool(raw, Place("f.json", "/0"))
    place, _, sentence = str(caught.value).partition(": ")
    assert place == f"f.json#/0{pointer}"
    assert what in sentence
    assert "; " in sentence


def test_an_error_is_one_printable_line() -> None:
    with pytest.raises(CatalogueError) as caught:
        read_tool({"name": "t", "parameters": {"properties": {"a\n\ud800": 5}}}, Place("f.json"))
    assert str(caught.value).isprintable()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
WORDS = """type properties required items enum default $ref $defs anyOf allOf oneOf additionalProperties prefixItems not
const minimum exclusiveMinimum nullable pattern examples description $schema $id format if then definitions minItems"""
KEYWORDS = st.sampled_from(WORDS.split())
LEAVES = JSON | st.sampled_from(
    [
        "object",
        "dict",
        "List[int]",
        "any",
        "None",
        "True",
        "#",
        "#/$defs/a",
        "#/properties/a",
        ["a"],
        ["object", "null"],
        True,
    ]
)
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: (
        st.dictionaries(KEYWORDS, inner, max_size=5)
        | st.fixed_dictionaries({"properties": st.dictionaries(st.sampled_from(["a", "b", "type"]), inner, max_size=3)})
        | st.fixed_dictionaries({"allOf": st.lists(inner, max_size=3)})
        | st.fixed_dictionaries({"$defs": st.fixed_dictionaries({"a": inner}), "$ref": st.just("#/$defs/a")})
    ),
    max_leaves=20,
)
PARTS = ["name", "description", "parameters", "inputSchema", "input_schema", "function", "type", "response", "title"]
TOOLS = st.dictionaries(st.sampled_from(PARTS), SCHEMAS, max_size=6) | st.builds(
    lambda schema, output: {"name": "t", "parameters": schema, "response": output}, SCHEMAS, SCHEMAS
)


def refers(schema: Any) -> bool:
    return isinstance(schema, dict) and ("$ref" in schema or any(refers(child) for _, child in children(schema)))


@given(JSON | TOOLS | SCHEMAS)
def test_any_json_gives_a_sound_tool_or_one_clear_sentence(raw: Any) -> None:
    try:
        tool: Tool | None = read_tool(raw, Place("f.json"))
    except CatalogueError as error:
        sentence = str(error)
        tool = None
    if tool is None:
        assert sentence.startswith("f.json")
        assert sentence.isprintable()
        return
    assert tool.parameters["type"] == "object"
    for schema in filter(None, (tool.parameters, tool.output_schema)):
        jsonschema.Draft202012Validator.check_schema(schema)
        assert not refers(expand(schema))
        violations(schema, {})
    for schema in tool.properties.values():
        type_of(schema)


@given(SCHEMAS)
def test_reading_a_canonical_tool_again_changes_nothing(schema: Any) -> None:
    try:
        once = read_tool({"name": "t", "parameters": schema})
    except CatalogueError:
        return
    again = read_tool({"name": once.name, "parameters": once.parameters})
    assert again.parameters == once.parameters
    assert again.fixes == ()
