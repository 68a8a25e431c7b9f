"""Tools with gaps become tools that calls can be planned with, every inference marked."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.declared import declared_parameters, declared_result, without_inferred_result
from digit_tc.tools.dialects import read_tool
from digit_tc.tools.inference.completion import completed, rules_of
from digit_tc.tools.tool import Tool


def tool(name: str, description: str = "", required: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    listed = {} if required is None else {"required": required}
    schema = {"type": "object", "properties": properties, **listed}
    return {"name": name, "description": description, "parameters": schema}


def complete(*raw: dict[str, Any]) -> Catalogue:
    return completed(Catalogue(read_tool(one) for one in raw))


def output(*raw: dict[str, Any]) -> dict[str, Any]:
    """The output schema of the first tool."""
    found = next(iter(complete(*raw))).output_schema
    assert found is not None
    return found


def keys(schema: dict[str, Any]) -> list[str]:
    return list(schema["properties"])


TEXT = {"type": "string"}
CREATE = tool("create_order", "Place an order", ["city"], city=TEXT, total={"type": "number"}, password=TEXT)
GET = tool("get_order", "Show an order", ["orderId"], orderId={"type": "integer"})
SEARCH = tool("search_orders", "Search for orders", [], city=TEXT)


def test_what_creates_gives_the_id_under_the_name_and_type_that_others_ask_for() -> None:
    found = output(CREATE, GET, SEARCH)
    assert found["properties"]["orderId"] == {"type": "integer"}
    assert {"city", "total", "status"} <= set(keys(found))
    assert "password" not in keys(found)
    assert found["required"] == keys(found)


def test_what_gets_one_shows_its_id_and_what_others_set_of_it() -> None:
    found = output(GET, CREATE)
    assert keys(found)[0] == "orderId"
    assert {"city", "total", "status"} <= set(keys(found))


def test_what_searches_gives_a_list_of_them() -> None:
    found = output(SEARCH, CREATE, GET)
    assert keys(found) == ["orders"]
    item = found["properties"]["orders"]["items"]
    assert keys(item)[0] == "orderId"
    assert "city" in keys(item)


def test_inferred_results_can_be_chained_on() -> None:
    edges = {(edge.producer, edge.consumer) for edge in Dataflow(complete(CREATE, GET, SEARCH)).edges}
    assert {("create_order", "get_order"), ("search_orders", "get_order")} <= edges


@pytest.mark.parametrize(
    ("raw", "properties"),
    [
        (tool("calculate_tip", "", ["bill"], bill={"type": "number"}), {"tip": {"type": "number"}}),
        (tool("convert_length", "", ["value"], value={"type": "number"}), {"converted_length": {"type": "number"}}),
        (tool("convert_celsius_to_fahrenheit", "", ["celsius"], celsius={}), {"fahrenheit": {"type": "number"}}),
        (tool("count_words", "", ["text"], text=TEXT), {"count": {"type": "integer"}}),
        (tool("translate_text", "", ["text"], text=TEXT), {"translated_text": TEXT}),
        (tool("check_palindrome", "", ["text"], text=TEXT), {"is_palindrome": {"type": "boolean"}}),
        (tool("validate_email", "", ["email"], email=TEXT), {"email": TEXT, "valid": {"type": "boolean"}}),
        (tool("find_user_id_by_email", "", ["email"], email=TEXT), {"user_id": TEXT}),
        (tool("get_stock_price", "", ["symbol"], symbol=TEXT), {"symbol": TEXT, "stock_price": {"type": "number"}}),
        (tool("delete_note", "", ["note_id"], note_id=TEXT), {"note_id": TEXT, "success": {"type": "boolean"}}),
        (tool("frobnicate", ""), {"success": {"type": "boolean"}}),
    ],
)
def test_what_comes_back_by_the_verb(raw: dict[str, Any], properties: dict[str, Any]) -> None:
    assert output(raw)["properties"] == properties


def test_the_description_is_read_where_the_name_has_no_verb() -> None:
    found = output(
        tool("MediaWatchAPI", "This tool belongs to X. Tool description: Search for news articles by topic.")
    )
    assert keys(found) == ["articles"]


def test_what_other_tools_of_the_same_id_give_back_is_given_back() -> None:
    order = {"type": "object", "properties": {"order_id": TEXT, "status": {**TEXT, "description": "As it is now"}}}
    whole = [
        {**tool(f"{verb}_order", "", ["order_id"], order_id=TEXT), "output_schema": order} for verb in ("cancel", "pay")
    ]
    asked = tool("ship_order", "", ["order_id"], order_id=TEXT)
    assert output(asked, *whole)["properties"] == {"order_id": TEXT, "status": TEXT}
    assert "output-like-siblings" not in rules_of(complete(asked, whole[0]))
    assert "output-like-siblings" in rules_of(complete(asked, *whole))


def test_one_tool_is_no_majority_also_where_it_is_read_twice_for_its_types() -> None:
    order = {"type": "object", "properties": {"order_id": TEXT, "state": TEXT}}
    lone = {**tool("cancel_order", "", ["order_id"], order_id=TEXT, note={}), "output_schema": order}
    asked = tool("ship_order", "", ["order_id"], order_id=TEXT)
    assert "output-like-siblings" not in rules_of(complete(asked, lone))


def test_what_the_description_says_of_ids_and_what_others_ask_for_afterwards_is_given() -> None:
    borrow = tool("borrow_book", "Check out a book. Returns the loan id and due date.", ["isbn"], isbn=TEXT)
    assert keys(output(borrow, tool("renew_loan", "", ["loan_id"], loan_id=TEXT)))[0] == "loan_id"
    admit = tool("admit_patient", "Admit a patient", ["patient_id"], patient_id=TEXT)
    assert "admission_id" not in keys(output(admit))
    assert "admission_id" in keys(output(admit, tool("discharge", "", ["admission_id"], admission_id=TEXT)))
    standing = tool("create_standing_order", "", ["amount"], amount={"type": "number"})
    cancel = tool("cancel_standing_order", "", ["standing_order_id"], standing_order_id=TEXT)
    assert keys(output(standing, cancel))[0] == "standing_order_id"
    assert keys(output(tool("transfer_money", "", ["amount"], amount={"type": "number"})))[0] == "transfer_id"


def test_things_show_what_they_are_searched_by() -> None:
    search = tool("find_patient", "", ["last_name"], last_name=TEXT, ward=TEXT, limit={"type": "integer"}, apikey=TEXT)
    item = output(search)["properties"]["patients"]["items"]
    assert {"patient_id", "first_name", "last_name", "ward"} <= set(keys(item))
    assert not {"name", "limit", "apikey"} & set(keys(item))
    assert item["required"] == keys(item)


def test_a_thing_has_one_whole_name() -> None:
    register = tool("register_member", "", ["full_name"], full_name=TEXT)
    get = tool("get_member", "Returns name and email", ["member_id"], member_id=TEXT)
    assert sum(key in ("name", "full_name") for key in keys(output(get, register))) == 1


def test_types_of_typed_siblings_count() -> None:
    typed = [tool(f"t{at}", "", ["grade"], grade={"type": "string"}) for at in range(3)]
    catalogue = complete(tool("rate", "", ["grade"], grade={}), *typed)
    assert catalogue["rate"].properties["grade"] == TEXT
    assert rules_of([catalogue["rate"]])["type-sibling"] == 1


def test_required_is_inferred_only_where_no_list_stands() -> None:
    catalogue = complete(tool("add_note", "", None, title=TEXT, color={**TEXT, "description": "Optional"}))
    assert catalogue["add_note"].required == ["title"]
    listed = complete(tool("add_note", "", [], title=TEXT))
    assert listed["add_note"].required == []


def test_what_nothing_tells_may_be_any_scalar_and_a_list_without_items_gets_some() -> None:
    catalogue = complete(tool("do", "", [], blob={}, values={"type": "array"}))
    assert catalogue["do"].properties == {
        "blob": {"type": ["string", "number", "boolean"]},
        "values": {"type": "array", "items": {"type": "number"}},
    }
    assert {one.rule for one in catalogue["do"].inferred} >= {"type-unknown", "items-prose"}


def test_nothing_is_changed_where_everything_is_said() -> None:
    whole = {**tool("get_x", "", ["a"], a=TEXT), "output_schema": {"type": "object", "properties": {"b": TEXT}}}
    before = read_tool(whole)
    assert complete(whole)["get_x"] == before


NESTED = tool(
    "make_trip", "", None, stops={"type": "array", "items": {"type": "object", "properties": {"city": {}}}}, days={}
)  # fmt: skip


def test_nested_members_are_completed_and_what_was_declared_comes_back() -> None:
    found = complete(NESTED)["make_trip"]
    assert found.properties["stops"]["items"]["properties"]["city"] == TEXT
    assert found.properties["stops"]["items"]["required"] == ["city"]
    assert declared_parameters(found) == NESTED["parameters"]
    assert declared_result(found) is None
    assert without_inferred_result(found).output_schema is None


NAMES = st.sampled_from(["title", "limit", "order_id", "price", "is_new", "tags", "q", "x", "start_date", "type"])
SCHEMAS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "integer", "number", "boolean", "array", "object"]),
        "description": st.sampled_from(["", "An optional title", "The number of days", "A list of names", "e.g. 5"]),
        "default": st.sampled_from([None, 1, "a", True, []]),
    },
)
TOOLS = st.builds(
    tool,
    st.sampled_from(["create_order", "get_order", "search_orders", "check_x", "calculate_sum", "weird", "ids", "get"]),
    st.sampled_from(["", "Get the price and rating of it", "Sends it, including name and status."]),
    st.none() | st.just([]),
)


@given(st.lists(TOOLS, min_size=1, max_size=5, unique_by=lambda raw: str(raw["name"])), st.data())
def test_whatever_is_missing_the_outcome_is_sound_marked_and_stable(raws: list[dict[str, Any]], data: Any) -> None:
    for raw in raws:
        raw["parameters"]["properties"] = data.draw(st.dictionaries(NAMES, SCHEMAS, max_size=4))
    before = [read_tool(json.loads(json.dumps(raw))) for raw in raws]
    catalogue = completed(Catalogue(before))
    for given_tool, found in zip(before, catalogue, strict=True):
        _sound(found)
        assert declared_parameters(found) == given_tool.parameters
        assert declared_result(found) == given_tool.output_schema
    assert [*completed(catalogue)] == [*catalogue]


def _sound(found: Tool) -> None:
    assert found.output_schema is not None
    for schema in (found.parameters, found.output_schema):
        Draft202012Validator.check_schema(schema)
    assert set(found.required) <= set(found.properties)
    whole = {"parameters": found.parameters, "output_schema": found.output_schema}
    for one in found.inferred:
        node: Any = whole
        for part in one.pointer.split("/")[1:]:
            node = node[part.replace("~1", "/").replace("~0", "~")]
