"""OpenAPI documents become tools, or one clear sentence."""

import json
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digit_tc.canonical import canonical
from digit_tc.cli import run
from digit_tc.errors import CatalogueError
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.linting.codes import CODES
from digit_tc.tools.linting.lint import lint
from digit_tc.tools.meaning import Understood
from digit_tc.tools.openapi.schemas import LARGEST
from digit_tc.tools.reading import parse_tools, read_catalogue
from digit_tc.tools.references import broken, children
from digit_tc.tools.schema import expand, validator
from digit_tc.tools.tool import Tool
from digit_tc.world.effects import effect_of

CATALOGUES = Path(__file__).parents[1] / "catalogues"


def document(paths: dict[str, Any], **components: Any) -> dict[str, Any]:
    return {"openapi": "3.0.3", "info": {}, "paths": paths, "components": components}


def operation(path: str = "/a", method: str = "get", shared: Any = None, **said: Any) -> dict[str, Any]:
    """Paths with one operation called `work`."""
    item = {} if shared is None else {"parameters": shared}
    return {path: {**item, method: {"operationId": "work", **said}}}


def responding(schema: Any, media: str = "application/json", code: str = "200") -> dict[str, Any]:
    return {"responses": {code: {"description": "", "content": {media: {"schema": schema}}}}}


def sending(schema: Any, media: str = "application/json", **said: Any) -> dict[str, Any]:
    return {"requestBody": {"content": {media: {"schema": schema}}, **said}}


def only(paths: dict[str, Any], **components: Any) -> Tool:
    """The one tool of a document."""
    (tool,) = parse_tools(json.dumps(document(paths, **components)), "f.json")
    return tool


def codes(tool: Tool) -> list[str]:
    return [fix.code for fix in tool.fixes]


def refusal(raw: dict[str, Any]) -> str:
    """The sentence with which a document is refused."""
    with pytest.raises(CatalogueError) as caught:
        parse_tools(json.dumps(raw), "f.json")
    assert str(caught.value).startswith("f.json")
    assert str(caught.value).isprintable()
    return str(caught.value)


@pytest.fixture(scope="module")
def shop() -> Catalogue:
    return read_catalogue([CATALOGUES / "petshop_openapi.json"])


@pytest.fixture(scope="module")
def library() -> Catalogue:
    return read_catalogue([CATALOGUES / "library_openapi.json"])


def test_every_operation_is_a_tool_in_the_order_of_the_document(shop: Catalogue, library: Catalogue) -> None:
    assert shop.names == [
        "listPets", "addPet", "getPet", "updatePet", "deletePet", "placeOrder", "getOrder", "cancelOrder",
        "searchCustomers",
    ]  # fmt: skip
    assert library.names == ["changeMember", "get_books", "books_cover_put"], "webhooks are no tools"
    assert {tool.source.dialect for tool in (*shop, *library)} == {"openapi"}
    assert {tool.namespace for tool in shop} == {"petshop_openapi"}


def test_what_stands_where_is_told_from_the_top_of_the_document(shop: Catalogue, library: Catalogue) -> None:
    written = json.loads((CATALOGUES / "petshop_openapi.json").read_text("utf-8"))
    for tool in shop:
        for pointer in (tool.source.pointer, *(fix.pointer for fix in tool.fixes)):
            assert leads(written, pointer), pointer
    assert shop["getPet"].source.pointer == "/paths/~1pets~1{petId}/get"
    assert library["changeMember"].source.pointer == "/components/pathItems/Member/patch"
    findings = lint(shop)
    assert {finding.code for finding in findings} <= set(CODES)
    assert all(leads(written, finding.pointer) for finding in findings)


def leads(value: Any, pointer: str) -> bool:
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list):
            value = value[int(key)]
        elif key in value:
            value = value[key]
        else:
            return key in ("operationId", "type", "required")  # what is told to be missing
    return True


def test_the_operation_is_kept_as_it_was_written(shop: Catalogue) -> None:
    written = json.loads((CATALOGUES / "petshop_openapi.json").read_text("utf-8"))["paths"]["/pets/{petId}"]
    assert shop["getPet"].original == {
        "method": "get", "path": "/pets/{petId}", "parameters": written["parameters"], "operation": written["get"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "method", "written", "name", "alias", "code"),
    [
        ("/pets", "get", "listPets", "listPets", "", []),
        ("/pets", "get", "pets/list all", "pets_list_all", "pets/list all", ["name-illegal"]),
        ("/pets", "get", None, "get_pets", "", ["name-from-path"]),
        ("/pets/{id}/toys.json", "delete", "", "delete_pets_id_toys_json", "", ["name-from-path"]),
        ("/", "head", None, "head", "", ["name-from-path"]),
    ],
)
def test_names(path: str, method: str, written: str | None, name: str, alias: str, code: list[str]) -> None:
    spoken = {} if written is None else {"operationId": written}
    (tool,) = parse_tools(json.dumps({"openapi": "3.0.0", "paths": {path: {method: spoken}}}), "f.json")
    assert (tool.name, tool.alias) == (name, alias)
    assert [found for found in codes(tool) if found.startswith("name")] == code


def test_operations_of_one_name_are_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "two.json"
    paths = {"/a": {"get": {"operationId": "same"}}, "/b": {"post": {"operationId": "same", "summary": "Other"}}}
    file.write_text(json.dumps(document(paths)), "utf-8")
    tools = list(read_catalogue([file]))
    assert [(tool.name, tool.alias) for tool in tools] == [("same", ""), ("same_2", "same")]
    assert tools[1].fixes[-1].pointer == "/paths/~1b/post/operationId"


@pytest.mark.parametrize(
    ("spoken", "description"),
    [
        ({"summary": "List pets"}, "List pets"),
        ({"description": "All of them."}, "All of them."),
        ({"summary": "List pets", "description": "All of them."}, "List pets. All of them."),
        ({"summary": "List pets.", "description": "List pets of all kinds."}, "List pets of all kinds."),
        ({"summary": "Really?", "description": "Yes."}, "Really? Yes."),
        ({}, "All about pets"),
    ],
)
def test_summary_and_description_are_joined(spoken: dict[str, Any], description: str) -> None:
    paths = {"/pets": {"summary": "All about pets", "get": spoken}}
    (tool,) = parse_tools(json.dumps(document(paths)), "f.json")
    assert tool.description == description


def test_the_method_hints_at_the_effect(shop: Catalogue) -> None:
    hints = {
        tool.name: sorted(key for key, value in tool.annotations.items() if key.endswith("Hint") and value)
        for tool in shop
    }
    assert hints["listPets"] == ["readOnlyHint"]
    assert hints["deletePet"] == ["destructiveHint", "idempotentHint"]
    assert hints["updatePet"] == ["idempotentHint"]
    assert hints["searchCustomers"] == []
    assert shop["deletePet"].annotations["deprecated"] is True
    effects = {tool.name: effect_of(Understood(tool)) for tool in shop}
    assert (effects["searchCustomers"].kind, effects["searchCustomers"].writes) == ("search", False)
    assert (effects["deletePet"].kind, effects["deletePet"].removes) == ("delete", True)
    assert (effects["getPet"].kind, effects["getPet"].writes) == ("read", False)


def test_parameters_of_the_path_and_of_the_operation_are_merged_and_the_operation_wins() -> None:
    shared = [
        {"name": "id", "in": "path", "schema": {"type": "integer"}},
        {"name": "page", "in": "query", "schema": {"type": "string"}, "description": "Old."},
    ]
    own = [
        {"name": "page", "in": "query", "required": True, "description": "Which page.", "schema": {"type": "integer"}},
        {"name": "X-Trace", "in": "header", "deprecated": True, "schema": {"type": "string"}},
    ]
    tool = only(operation("/a/{id}", shared=shared, parameters=own))
    assert tool.parameters == {
        "type": "object",
        "properties": {
            "id": {"type": "integer"},
            "page": {"type": "integer", "description": "Which page."},
            "X-Trace": {"type": "string", "deprecated": True},
        },
        "required": ["id", "page"],
    }
    assert tool.annotations == {
        "method": "GET", "path": "/a/{id}", "readOnlyHint": True,
        "argumentLocations": {"id": "path", "page": "query", "X-Trace": "header"},
    }  # fmt: skip
    assert tool.fixes == ()


def test_what_a_client_sends_by_itself_is_left_out_and_noted() -> None:
    left = {"Accept": "header", "content-type": "header", "AUTHORIZATION": "header", "X-KEY": "header", "key": "query"}
    parameters = [{"name": name, "in": place, "schema": {}} for name, place in left.items()]
    parameters += [{"name": "key", "in": "header", "schema": {}}, {"name": "sid", "in": "cookie", "schema": {}}]
    schemes = {
        "a": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "b": {"$ref": "#/components/securitySchemes/c"},
        "c": {"type": "apiKey", "in": "query", "name": "key"},
        "d": {"type": "http", "scheme": "basic"},
    }
    tool = only(operation(parameters=parameters), securitySchemes=schemes)
    assert list(tool.properties) == ["key"], "a header of that name is not the key in the query"
    assert tool.annotations["argumentLocations"] == {"key": "header"}
    assert codes(tool) == ["header-left-out"] * 3 + ["key-left-out"] * 2 + ["cookie-left-out"]
    assert tool.fixes[0].pointer == "/paths/~1a/get/parameters/0"
    assert tool.fixes[0].old == parameters[0]


def test_parameters_of_one_name_in_two_places_are_both_kept() -> None:
    written = [{"name": "id", "in": place, "schema": {"type": "string"}} for place in ("query", "header", "path")]
    tool = only(operation("/a/{id}", parameters=[*written, {"name": "id_query", "in": "query", "schema": {}}]))
    assert tool.annotations["argumentLocations"] == {
        "id": "path", "id_query": "query", "id_header": "header", "id_query_query": "query",
    }  # fmt: skip
    assert tool.annotations["argumentNames"] == {"id_query": "id", "id_header": "id", "id_query_query": "id_query"}
    assert codes(tool) == ["argument-collides"] * 3
    assert tool.required == ["id"]


def test_a_parameter_that_only_the_path_names_is_added() -> None:
    tool = only(
        operation("/a/{one}/b/{two}", parameters=[{"name": "two", "in": "path", "schema": {"type": "integer"}}])
    )
    assert tool.properties == {"two": {"type": "integer"}, "one": {"type": "string"}}
    assert tool.required == ["two", "one"]
    assert codes(tool) == ["path-parameter-missing"]


@pytest.mark.parametrize(
    ("written", "schema", "noted"),
    [
        ({"content": {"application/json": {"schema": {"type": "object"}}}}, {"type": "object"}, []),
        ({"schema": {"type": "string"}, "example": "x"}, {"type": "string", "examples": ["x"]}, []),
        ({"schema": {"type": "string"}, "examples": {"a": {"value": "x"}, "b": {"externalValue": "u"}}},
         {"type": "string", "examples": ["x"]}, []),
        ({"schema": {"$ref": "#/components/schemas/Color"}, "description": "Which."},
         {"type": "string", "enum": ["red"], "description": "Which."}, []),
        ({"type": "integer", "format": "int32"}, {"type": "integer", "format": "int32"}, ["parameter-schema-missing"]),
        ({}, {}, ["parameter-schema-missing"]),
    ],
)  # fmt: skip
def test_schemas_of_parameters(written: dict[str, Any], schema: dict[str, Any], noted: list[str]) -> None:
    tool = only(
        operation(parameters=[{"name": "p", "in": "query", **written}]),
        schemas={"Color": {"type": "string", "enum": ["red"]}},
    )
    assert tool.properties == {"p": schema}
    assert codes(tool) == noted


PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name"],
}


@pytest.mark.parametrize(
    ("schema", "required", "arguments", "needed", "whole"),
    [
        (PERSON, True, ["name", "age"], ["name"], ""),
        (PERSON, False, ["name", "age"], [], ""),
        ({**PERSON, "nullable": True}, True, ["name", "age"], ["name"], ""),
        ({"allOf": [PERSON, {"properties": {"x": {}}, "required": ["x"]}]}, True, ["name", "age", "x"], ["name", "x"],
         ""),
        ({"type": "array", "items": PERSON}, True, ["body"], ["body"], "body"),
        ({"type": "object"}, True, ["body"], ["body"], "body"),
        ({**PERSON, "minProperties": 1}, False, ["body"], [], "body"),
        ({**PERSON, "additionalProperties": {"type": "string"}}, True, ["body"], ["body"], "body"),
        ({"oneOf": [PERSON, {"type": "object"}]}, True, ["body"], ["body"], "body"),
        ({**PERSON, "properties": {"name": {}, "q": {}}}, True, ["q", "body"], ["body"], "body"),
    ],
)  # fmt: skip
def test_the_body_becomes_arguments_or_one_argument(
    schema: dict[str, Any], required: bool, arguments: list[str], needed: list[str], whole: str
) -> None:
    query = [{"name": "q", "in": "query", "schema": {}}] if "q" in arguments else []
    tool = only(operation(method="post", parameters=query, **sending(schema, required=required)))
    assert list(tool.properties) == arguments
    assert tool.required == needed
    assert tool.annotations.get("bodyArgument", "") == whole
    places = tool.annotations["argumentLocations"]
    assert {place for name, place in places.items() if name != "q"} == {"body"}


def test_a_closed_body_closes_the_arguments() -> None:
    tool = only(operation(method="post", **sending({**PERSON, "additionalProperties": False}, required=True)))
    assert tool.parameters["additionalProperties"] is False


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (["text/plain", "multipart/form-data", "application/hal+json", "application/json; charset=utf-8"], 3),
        (["text/plain", "multipart/form-data", "application/hal+json"], 2),
        (["text/plain", "multipart/form-data"], 1),
        (["image/png", "text/plain"], 0),
    ],
)
def test_the_media_type_of_the_body_is_chosen(offered: list[str], chosen: int) -> None:
    content = {media: {"schema": {"type": "string", "title": media}} for media in offered}
    tool = only(operation(method="put", requestBody={"content": {"application/json": {}, **content}}))
    assert tool.properties["body"]["title"] == offered[chosen]
    assert tool.annotations["mediaType"] == offered[chosen]


def test_what_is_read_only_or_write_only_is_seen_by_one_side(shop: Catalogue) -> None:
    assert "id" not in shop["addPet"].properties
    assert shop["addPet"].required == ["name", "status"]
    assert "supplier_note" in shop["addPet"].properties
    output = shop["addPet"].output_schema or {}
    assert "id" in output["properties"]
    assert "supplier_note" not in output["properties"]
    assert shop["placeOrder"].required == ["petId"], "nor may another part of the allOf demand it"
    hidden = {fix.pointer for fix in shop["placeOrder"].fixes if fix.code == "read-only-left-out"}
    assert hidden == {"/components/schemas/OrderBase/properties/id"}
    assert (shop["getOrder"].output_schema or {})["required"] == ["petId", "id", "status"]


@pytest.mark.parametrize(
    ("responses", "schema"),
    [
        ({"404": {"type": "null"}, "201": {"type": "string"}, "200": {"type": "integer"}}, {"type": "integer"}),
        ({"2XX": {"type": "string"}, "202": {"type": "integer"}}, {"type": "integer"}),
        ({"2xx": {"type": "string"}}, {"type": "string"}),
        ({"default": {"type": "string"}}, None),
        ({"200": {}}, None),
        ({}, None),
    ],
)
def test_the_lowest_success_is_the_output(responses: dict[str, Any], schema: Any) -> None:
    written = {code: responding(one)["responses"]["200"] for code, one in responses.items()}
    tool = only(operation(responses={"204": {"description": "Nothing."}, **written}))
    assert tool.output_schema == schema
    assert codes(tool) == (["output-says-nothing"] if responses == {"200": {}} else [])


@pytest.mark.parametrize(
    ("media", "taken"),
    [("application/json", True), ("application/problem+json", True), ("*/*", True), ("text/csv", False)],
)
def test_only_json_is_an_output(media: str, taken: bool) -> None:
    assert (only(operation(**responding({"type": "string"}, media))).output_schema is not None) is taken


def test_references_carry_what_they_reach_and_no_more(library: Catalogue) -> None:
    books = library["get_books"]
    assert set((books.output_schema or {})["$defs"]) == {"Book"}
    book = (books.output_schema or {})["$defs"]["Book"]
    assert book["properties"]["sequels"] == {"type": "array", "items": {"$ref": "#/$defs/Book"}}
    assert set(books.parameters["$defs"]) == {"Name"}, "a definition within the schema"
    assert books.properties["filter"]["properties"] == {"author": {"$ref": "#/$defs/Name"}}
    assert "reference-relative" in codes(books)
    assert books.properties["year"] == {"type": ["integer", "null"], "examples": [1913, 2024]}
    assert books.properties["kind"] == {"const": "book"}
    assert library["changeMember"].properties.keys() == {"id", "body"}
    assert library["changeMember"].output_schema is None
    assert library["books_cover_put"].properties.keys() == {"isbn", "isbn_path", "body"}


def test_two_schemas_of_one_name_get_names_of_their_own() -> None:
    first, second = ({"type": "object", "properties": {"x": {"type": kind}}} for kind in ("string", "integer"))
    schemas = {"A": first, "B": {"type": "object", "properties": {"A": second}}}
    refers = {"a": {"$ref": "#/components/schemas/A"}, "b": {"$ref": "#/components/schemas/B/properties/A"}}
    output = only(operation(**responding({"type": "object", "properties": refers})), schemas=schemas).output_schema
    assert output is not None
    assert output["$defs"] == {"A": first, "A_2": second}
    assert output["properties"]["b"] == {"$ref": "#/$defs/A_2"}


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "nullable": False}, {"type": "string"}),
        ({"nullable": True}, {}),
        ({"type": "string", "enum": ["a"], "nullable": True}, {"type": ["string", "null"], "enum": ["a", None]}),
        ({"$ref": "#/components/schemas/T", "nullable": True, "description": "d"},
         {"description": "d", "anyOf": [{"$ref": "#/$defs/T"}, {"type": "null"}]}),
        ({"allOf": [{"$ref": "#/components/schemas/T"}], "nullable": True, "type": "object"},
         {"anyOf": [{"allOf": [{"$ref": "#/$defs/T"}], "type": "object"}, {"type": "null"}]}),
        ({"anyOf": [{"type": "string"}], "nullable": True}, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ({"oneOf": [{"type": "string"}], "nullable": True},
         {"anyOf": [{"oneOf": [{"type": "string"}]}, {"type": "null"}]}),
        ({"type": "number", "maximum": 5, "exclusiveMaximum": True}, {"type": "number", "exclusiveMaximum": 5}),
        ({"type": "string", "example": "x"}, {"type": "string", "examples": ["x"]}),
        ({"type": "string", "xml": {"attribute": True}, "externalDocs": {"url": "u"}}, {"type": "string"}),
        ({"$ref": "#/components/schemas/S", "nullable": True}, {"type": ["string", "null"], "format": "date"}),
    ],
)  # fmt: skip
def test_schemas_of_older_versions(written: dict[str, Any], mended: dict[str, Any]) -> None:
    schemas = {
        "T": {"type": "object", "properties": {"x": {"type": "string"}}},
        "S": {"type": "string", "format": "date"},
    }
    output = only(
        operation(**responding({"type": "object", "properties": {"p": written}})), schemas=schemas
    ).output_schema
    assert output is not None
    assert output["properties"]["p"] == mended


def test_what_is_written_in_place_is_mended_where_it_stands_in_the_document() -> None:
    schemas = {"S": {"type": "string", "nullable": True}}
    refers = {"type": "object", "properties": {"p": {"$ref": "#/components/schemas/S"}}}
    tool = only(operation(**responding(refers)), schemas=schemas)
    assert [fix.pointer for fix in tool.fixes] == ["/components/schemas/S/nullable"]


def test_the_parts_of_a_whole_are_judged_together() -> None:
    schemas = {"Base": {"type": "object", "properties": {"id": {"type": "string", "readOnly": True}}}}
    parts = [{"$ref": "#/components/schemas/Base"}, {"properties": {"id": {"description": "Yours."}, "x": {}}}]
    whole = {"allOf": parts, "required": ["id", "x", "ghost"]}
    tool = only(operation(method="post", **sending(whole, required=True), **responding(whole)), schemas=schemas)
    assert tool.parameters == {"type": "object", "properties": {"x": {}}, "required": ["x"]}
    assert tool.output_schema is not None
    assert tool.output_schema["required"] == ["id", "x"], "what names nothing is left out"
    assert "required-unknown" in codes(tool)


def test_schemas_that_refer_to_one_another_without_end_say_nothing() -> None:
    schemas = {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}}
    tool = only(operation(**responding({"$ref": "#/components/schemas/A"})), schemas=schemas)
    assert tool.output_schema is None


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({"swagger": "2.0", "info": {}, "paths": {}}, "is Swagger 2.0, which is not read; convert it to OpenAPI 3"),
        ({"openapi": "4.0.0", "paths": {}}, "this is OpenAPI 4.0.0, which is not read; convert it to OpenAPI 3"),
        ({"openapi": "3.0.0", "paths": {}}, "this OpenAPI document has no operations; name another file"),
        ({"openapi": "3.1.0", "webhooks": {"a": {"post": {}}}}, "has no operations"),
        ({"openapi": "3.0.0", "paths": []}, "f.json#/paths: `paths` is an object, not array"),
        ({"openapi": "3.0.0", "paths": {"/a": 5}}, "f.json#/paths/~1a: a path is an object, not integer"),
        ({"openapi": "3.0.0", "paths": {"/a": {"get": []}}}, "#/paths/~1a/get: an operation is an object, not array"),
        ({"openapi": "3.0.0", "paths": {"/a": {"$ref": "other.json"}}},
         "#/paths/~1a: the reference 'other.json' leads out of the document; bundle all parts into one file"),
        ({"openapi": "3.0.0", "paths": {"/a": {"$ref": "#/paths/~1b"}, "/b": {"$ref": "#/paths/~1a"}}},
         "leads back to itself; write a path in place"),
        ({"openapi": "3.0.0", "paths": {"/\ud800": {"get": {}}}}, "half of a surrogate pair"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_document_is_one_sentence(raw: dict[str, Any], says: str) -> None:
    assert says in refusal(raw)


@pytest.mark.parametrize(
    ("spoken", "says"),
    [
        ({"operationId": 5}, "/get/operationId: `operationId` is text, not integer"),
        ({"parameters": [{"name": f"p{at}", "in": "query"} for at in range(1001)]}, "has more than 1,000 parameters"),
        ({"parameters": {}}, "/get/parameters: parameters are a list, not object"),
        ({"parameters": [5]}, "/get/parameters/0: a parameter is an object, not integer"),
        ({"parameters": [{"in": "query"}]}, "/get/parameters/0: this parameter has no name"),
        ({"parameters": [{"name": "a", "in": "body"}]}, "/parameters/0/in: a parameter cannot stand in 'body'"),
        ({"parameters": [{"$ref": "#/components/parameters/No"}]}, "leads to nothing; define it or write it in place"),
        ({"parameters": [{"name": "a", "in": "query", "schema": {"pattern": "("}}]},
         "/get/parameters/0/schema/pattern: this is not JSON Schema"),
        ({"requestBody": {"content": []}}, "/get/requestBody/content: `content` is an object, not array"),
        ({"description": "\ud800"}, "/get/description: this text holds half of a surrogate pair"),
        (responding({"$ref": "#/components/schemas/Half"}), "/Half/description: this text holds half of a surrogate"),
        ({"responses": []}, "/get/responses: `responses` is an object, not array"),
        (responding({"type": "array", "items": {"$ref": "b.yaml#/Pet"}}),
         "/schema/items: the reference 'b.yaml#/Pet' leads out of the document"),
        (responding({"$ref": "#/components/schemas/None"}), "/schema: the reference '#/components/schemas/None' leads"),
    ],
)  # fmt: skip
def test_one_bad_operation_refuses_the_file_with_its_place(spoken: dict[str, Any], says: str) -> None:
    half = {"type": "object", "description": "\ud800"}
    assert says in refusal(document({"/good": {"get": {}}, "/a": {"get": spoken}}, schemas={"Half": half}))


def test_a_large_web_of_schemas_is_bounded_and_what_is_near_stays() -> None:
    things = {
        f"Thing{at}": {
            "type": "object",
            "required": ["id", "kind"],
            "properties": {
                "id": {"type": "string"},
                "kind": {"oneOf": [{"$ref": f"#/components/schemas/Thing{(at + 1) % 300}"}, {"type": "string"}]},
                "more": {"not": {"$ref": f"#/components/schemas/Thing{(at + 1) % 300}"}},
                **{f"to_{k}": {"$ref": f"#/components/schemas/Thing{(at * 7 + k * 13) % 300}"} for k in range(6)},
            },
        }
        for at in range(300)
    }
    paths = {
        f"/things/{at}": {"get": {"operationId": f"get{at}", **responding({"$ref": f"#/components/schemas/Thing{at}"})}}
        for at in range(300)
    }
    started = time.process_time()
    tools = parse_tools(json.dumps(document(paths, schemas=things)), "f.json")
    assert time.process_time() - started < 10
    for tool in tools[::40]:
        assert tool.output_schema is not None
        assert len(canonical(tool.output_schema)) < 3 * LARGEST
        assert "schema-cut" in codes(tool)
        assert broken(tool.output_schema) is None
        assert not {"oneOf", "not"} & keywords(tool.output_schema), "less of a schema must not let less through"
        assert "to_0" in expand(tool.output_schema)["properties"]
        validator(tool.output_schema)
        assert violations_of(tool, {"id": "1", "kind": "x"}) == []
        assert violations_of(tool, {"id": 1, "kind": "x"}) != []
    shared = [tool.output_schema["$defs"] for tool in tools if tool.output_schema]
    assert shared[0]["Thing1"] is next(defs["Thing1"] for defs in shared[1:] if "properties" in defs.get("Thing1", {}))


def keywords(schema: Any) -> set[str]:
    found = set(schema) if isinstance(schema, dict) else set()
    return found.union(*(keywords(child) for _, child in children(schema))) if found else found


def violations_of(tool: Tool, value: Any) -> list[Any]:
    return list(validator(tool.output_schema or {}).iter_errors(value))


def test_one_schema_that_is_too_large_is_cut_where_it_just_fits() -> None:
    deep: dict[str, Any] = {"type": "string"}
    for _ in range(12):
        long = {"type": "string", "description": "x" * 4000, "not": {"const": 1}}
        deep = {"type": "object", "properties": {"a": {"oneOf": [deep]}, "b": long}}
    tool = only(operation(responses=responding(deep)["responses"]))
    assert tool.output_schema is not None
    assert len(canonical(tool.output_schema)) <= LARGEST
    assert list(tool.output_schema["properties"]) == ["a", "b"]
    assert not {"oneOf", "not"} & keywords(tool.output_schema)
    assert codes(tool) == ["schema-cut"]


SCHEMAS = st.recursive(
    st.none() | st.booleans() | st.sampled_from(["string", "int"]),
    lambda inner: st.dictionaries(
        st.sampled_from(
            ["type", "properties", "items", "allOf", "oneOf", "not", "nullable", "required", "readOnly", "enum",
             "example", "additionalProperties", "$defs", "exclusiveMinimum", "discriminator"]
        ),
        inner | st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "a"]), inner, max_size=2)
        | st.sampled_from(["object", "array", "string", 3]),
        max_size=4,
    )
    | st.sampled_from(["#/components/schemas/A", "#/components/schemas/B", "#", "#/$defs/a"]).map(
        lambda to: {"$ref": to}
    ),
    max_leaves=12,
)  # fmt: skip


def mangled(draw: st.DrawFn, value: Any) -> Any:
    """A value with some of its parts replaced or left out."""
    if draw(st.integers(0, 99)) == 7:
        return draw(SCHEMAS)
    if isinstance(value, dict):
        return {key: mangled(draw, part) for key, part in value.items() if draw(st.integers(0, 99)) != 7}
    if isinstance(value, list):
        return [mangled(draw, part) for part in value]
    return value


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(["petshop_openapi.json", "library_openapi.json"]))
    raw = json.loads((CATALOGUES / name).read_text("utf-8"))
    path = draw(st.sampled_from(sorted(raw["paths"])))
    few = {"openapi": raw["openapi"], "paths": {path: raw["paths"][path]}, "components": raw["components"]}
    schemas = {"A": draw(SCHEMAS), "B": draw(SCHEMAS)}
    few["components"] = {**few["components"], "schemas": {**few["components"]["schemas"], **schemas}}
    few["paths"]["/x"] = {"post": {
        "parameters": [{"name": "q", "in": "query", "schema": draw(SCHEMAS)}],
        "requestBody": {"content": {"application/json": {"schema": draw(SCHEMAS)}}}, **responding(draw(SCHEMAS)),
    }}  # fmt: skip
    return {key: part if key == "openapi" else mangled(draw, part) for key, part in few.items()}


@given(documents())
def test_any_document_gives_sound_tools_or_one_clear_sentence(raw: dict[str, Any]) -> None:
    try:
        tools, sentence = parse_tools(json.dumps(raw), "f.json"), "f.json"
    except CatalogueError as error:
        tools, sentence = [], str(error)
    assert sentence.startswith("f.json")
    assert sentence.isprintable()
    for tool in tools:
        assert tool.parameters["type"] == "object"
        assert set(tool.required) <= set(tool.properties)
        assert set(tool.annotations.get("argumentLocations", tool.properties)) == set(tool.properties)
        for schema in filter(None, (tool.parameters, tool.output_schema)):
            jsonschema.Draft202012Validator.check_schema(schema)
            assert broken(schema) is None
            expand(schema)
            validator(schema)


@pytest.mark.long
@pytest.mark.parametrize("name", ["petshop_openapi", "library_openapi"])
def test_conversations_over_operations_are_accepted(name: str, tmp_path: Path) -> None:
    command = ["generate", "--tools", str(CATALOGUES / f"{name}.json"), "--num", "40", "--out", str(tmp_path / "out")]
    assert run(command) == 0
    accepted = (tmp_path / "out" / "conversations.jsonl").read_text("utf-8").splitlines()
    assert len(accepted) >= 38
