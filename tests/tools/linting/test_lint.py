"""Findings have a stable code, the place in the file as it was written, and a mend."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from digit_tc.errors import CatalogueError
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dialects import read_tool
from digit_tc.tools.inference.completion import completed
from digit_tc.tools.linting.codes import CODES, INFERRED, REPAIRED
from digit_tc.tools.linting.finding import Finding
from digit_tc.tools.linting.lint import lint, widened
from digit_tc.tools.place import Place

ROOT = Path(__file__).parents[3]
TEXT = {"type": "string", "description": "Some text"}


def tool(name: str = "do_it", required: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(properties) if required is None else required,
    }
    output = {"type": "object", "properties": {"a": TEXT}, "required": ["a"]}
    return {"name": name, "description": "Does it.", "parameters": schema, "output_schema": output}


def findings(*raw: dict[str, Any]) -> list[Finding]:
    return lint(completed(Catalogue(read_tool(one, Place("f.json", f"/{at}")) for at, one in enumerate(raw))))


def found(*raw: dict[str, Any]) -> list[tuple[str, str]]:
    return [(finding.code, finding.pointer) for finding in findings(*raw)]


ARGUMENT = "/0/parameters/properties/x"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (tool(x=TEXT), []),
        (tool(x={"description": "X"}), [("param-untyped", ARGUMENT)]),
        (tool(x={"type": "string"}), [("param-undescribed", ARGUMENT)]),
        (tool(x={**TEXT, "type": "array"}), [("items-missing", ARGUMENT)]),
        (tool(x={**TEXT, "type": "object"}), [("object-open", ARGUMENT)]),
        (tool(x={**TEXT, "type": "object", "additionalProperties": {"type": "string"}}), []),
        (tool(x={**TEXT, "type": "str"}), [("type-word", f"{ARGUMENT}/type")]),
        (tool(x={**TEXT, "enum": [1, 2]}), [("enum-literal", f"{ARGUMENT}/enum")]),
        (tool(x={**TEXT, "description": "Optional text"}), [("required-contradicted", ARGUMENT)]),
        (tool(required=[], x={**TEXT, "description": "Optional text"}), []),
        (tool(required=["y"], x=TEXT), [("required-unknown", "/0/parameters/required/0")]),
        (tool(price={"type": "integer", "description": "P"}), [("integer-real", "/0/parameters/properties/price")]),
        (tool(price={"type": "integer", "description": "Price in cents"}), []),
        ({**tool(), "description": " "}, [("description-missing", "/0")]),
        ({**tool("a.b")}, [("name-illegal", "/0/name")]),
    ],
)
def test_what_is_wrong_with_one_argument(raw: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert found(raw) == expected


def test_what_is_missing_is_said_once_and_where() -> None:
    raw = tool(x=TEXT, y={})
    del raw["parameters"]["required"], raw["output_schema"]
    assert found(raw) == [
        ("param-untyped", "/0/parameters/properties/y"),
        ("required-missing", "/0/parameters"),
        ("output-missing", "/0"),
        ("param-undescribed", "/0/parameters/properties/y"),
    ]


def test_pointers_lead_into_the_tool_as_it_was_written() -> None:
    wrapped = {"type": "function", "function": tool(x={"description": "X"})}
    mcp = {"name": "m", "description": "M.", "inputSchema": tool(x={"description": "X"})["parameters"]}
    flat = {"name": "f", "description": "F.", "parameters": {"x": {"description": "X"}}}
    places = {code: pointer for code, pointer in found(wrapped) if code == "param-untyped"}
    assert places == {"param-untyped": "/0/function/parameters/properties/x"}
    assert ("param-untyped", "/0/inputSchema/properties/x") in found(mcp)
    assert ("param-untyped", "/0/parameters/x") in found(flat)


def test_references_that_close_a_circle_are_told() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}
    raw = tool(x={"$ref": "#/$defs/node", "description": "X"})
    raw["parameters"]["$defs"] = {"node": node, "leaf": {"type": "string"}}
    assert found(raw) == [("reference-cyclic", "/0/parameters")]
    raw["parameters"]["$defs"]["node"] = {"type": "object", "properties": {"next": {"$ref": "#/$defs/leaf"}}}
    assert found(raw) == []


ENDLESS = {"type": "object", "properties": {"n": {"$ref": "#/$defs/A"}}, "required": ["n"]}
ROUND = {"A": {"$ref": "#/$defs/B"}, "B": {"allOf": [{"$ref": "#/$defs/A"}]}}


@pytest.mark.parametrize("defs", [{"A": ENDLESS}, ROUND])
def test_what_needs_itself_without_end_is_refused(defs: dict[str, Any]) -> None:
    raw = tool(x={"$ref": "#/$defs/A"})
    raw["parameters"]["$defs"] = defs
    with pytest.raises(CatalogueError, match="no arguments can fit this") as caught:
        read_tool(raw)
    assert caught.value.code == "schema-unsatisfiable"
    raw["parameters"]["required"] = []
    assert ("reference-cyclic", "/0/parameters") in found(raw)


def test_a_long_chain_of_references_is_no_circle_and_does_not_end_the_walk() -> None:
    raw = tool(x={"$ref": "#/$defs/d0", "description": "X"})
    last = 2000
    raw["parameters"]["$defs"] = {f"d{at}": {"$ref": f"#/$defs/d{at + 1}"} for at in range(last)} | {
        f"d{last}": {"type": "string"}
    }
    assert ("reference-cyclic", "/0/parameters") not in found(raw)


def test_names_that_differ_in_case_alone_are_told_of_both() -> None:
    assert found(tool("DoIt"), tool("doit")) == [("name-casefold", "/0"), ("name-casefold", "/1")]


def test_a_result_of_which_nothing_is_required_is_told() -> None:
    raw = tool()
    del raw["output_schema"]["required"]
    assert found(raw) == [("output-no-required", "/0/output_schema")]


def test_a_finding_is_one_line_with_place_code_and_mend() -> None:
    (finding,) = findings(tool(x={"description": "a\nb"}))
    line = str(finding)
    assert line.startswith("f.json#/0/parameters/properties/x: warning: param-untyped: it has no type; inferred (")
    assert line.endswith(CODES["param-untyped"].mend)
    assert "\n" not in line


def test_real_quantities_are_widened_with_a_fix() -> None:
    before = read_tool(tool(lat={"type": "integer"}, days={"type": "integer"}))
    after = widened(before)
    assert [after.properties[name]["type"] for name in ("lat", "days")] == ["number", "integer"]
    assert [(fix.code, fix.pointer) for fix in after.fixes] == [
        ("integer-widened", "/parameters/properties/lat/type")
    ]  # fmt: skip
    assert widened(after) == after


def test_what_was_written_and_read_again_is_not_told_twice() -> None:
    (once,) = completed(Catalogue([read_tool(tool("a.b", x={"description": "X"}), Place("f.json"))]))
    again = read_tool(json.loads(once.model_dump_json()), Place("g.json"))
    assert [finding.code for finding in lint(Catalogue([again]))] == ["param-untyped"]
    assert again.model_dump(exclude={"source"}) == once.model_dump(exclude={"source"})
    edited = json.loads(once.model_dump_json())
    edited["parameters"]["properties"]["x"] = {"type": "str", "description": "X"}
    found_now = lint(Catalogue([read_tool(edited)]))
    assert [finding.code for finding in found_now] == ["type-word", "param-untyped"]


def codes_noted() -> set[str]:
    """The codes that the code itself names where it notes a repair."""
    noted: set[str] = set()
    for path in (ROOT / "digit_tc" / "tools").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] in ("note", "Fix"):
                first = [*call.args[:1], *(one.value for one in call.keywords if one.arg == "code")]
                texts = (part.value for one in first for part in ast.walk(one) if isinstance(part, ast.Constant))
                noted |= {text for text in texts if isinstance(text, str)}
    return noted


def test_every_repair_has_its_code() -> None:
    noted = codes_noted()
    assert len(noted) > 30
    assert noted <= set(REPAIRED)


def test_the_page_lists_every_code_with_its_severity() -> None:
    lines = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if line.startswith("| `")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table if line.count("|") == 5]
    assert [(cells[0].strip("`"), cells[1]) for cells in rows] == [
        (name, code.severity) for name, code in CODES.items()
    ]
    assert all(cells[2] for cells in rows)
    assert not set(REPAIRED) & set(INFERRED)
