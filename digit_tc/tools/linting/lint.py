"""Looking a catalogue through: what was mended, what was inferred, and what its owner alone can put right."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from digit_tc.records import Fix
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.declared import declared_parameters, declared_result
from digit_tc.tools.inference.optional import says_optional
from digit_tc.tools.linting.finding import Finding, found
from digit_tc.tools.linting.written import written_at
from digit_tc.tools.names import words
from digit_tc.tools.place import shown, step
from digit_tc.tools.references import below, circular
from digit_tc.tools.schema import type_of
from digit_tc.tools.tool import Tool

_REAL = {
    "lat", "latitude", "lon", "lng", "longitude", "amount", "price", "rate", "weight", "height", "temperature",
    "distance", "balance", "cost", "fee", "percentage", "altitude", "speed",
}  # fmt: skip
"""Names of quantities that do not come whole."""
_CENTS = re.compile(r"\b(cents?|whole|integer|number of|count)\b", re.IGNORECASE)


def lint(catalogue: Catalogue) -> list[Finding]:
    """Returns what there is to say of every tool of a completed catalogue, in the order of the tools."""
    folded = Counter(name.casefold() for tool in catalogue for name in {tool.name, tool.alias or tool.name})
    return [finding for tool in catalogue for finding in (*_tool(tool), *_alike(tool, folded))]


def widened(tool: Tool) -> Tool:
    """Returns a tool whose real-valued quantities are numbers, where they were integers, with a fix for each."""
    parameters, fixes = tool.parameters, list(tool.fixes)
    for name in _integers(tool):
        member = {**parameters["properties"][name], "type": "number"}
        parameters = {**parameters, "properties": {**parameters["properties"], name: member}}
        fixes.append(_widening(tool, name))
    return tool.model_copy(update={"parameters": parameters, "fixes": tuple(fixes)})


def _tool(tool: Tool) -> Iterator[Finding]:
    for fix in tool.fixes[tool.source.earlier :]:
        yield found(fix.code, tool, fix.pointer, f"{shown(fix.old, 40)} -> {shown(fix.new, 40)}")
    yield from _inferred(tool)
    if not tool.description.strip():
        yield found("description-missing", tool, "")
    parameters, declared = declared_parameters(tool), declared_result(tool)
    integers, demanded = set(_integers(tool)), set(parameters.get("required", ()))
    for name, schema in tool.properties.items():
        pointer = written_at(tool, f"/parameters{step('/properties', name)}")
        for code in _codes(schema, whole=name in integers, demanded=name in demanded):
            yield found(code, tool, pointer, name)
    if declared is not None and declared.get("properties") and not declared.get("required"):
        yield found("output-no-required", tool, written_at(tool, "/output_schema"))
    for head, schema in (("/parameters", parameters), ("/output_schema", declared or {})):
        if circular(schema, below):
            yield found("reference-cyclic", tool, written_at(tool, head))


def _inferred(tool: Tool) -> Iterator[Finding]:
    said: set[tuple[str, str]] = set()
    for one in tool.inferred:
        code, pointer = _code(one.rule, one.pointer)
        if (code, pointer) not in said:
            said.add((code, pointer))
            detail = one.rule if code == "output-missing" else f"{_value(tool, pointer)} by {one.rule}"
            yield found(code, tool, written_at(tool, pointer), "" if code == "required-missing" else detail)


def _code(rule: str, pointer: str) -> tuple[str, str]:
    """Returns the code for an inference, and where it is told: types each for itself, the rest once."""
    if rule.startswith("type-"):
        return "param-untyped", pointer
    if rule.startswith("items-"):
        return "items-missing", pointer
    if pointer.startswith("/output_schema"):
        return "output-missing", "/output_schema"
    return "required-missing", pointer.rpartition("/properties/")[0]


def _value(tool: Tool, pointer: str) -> str:
    node: Any = {"parameters": tool.parameters, "output_schema": tool.output_schema}
    for part in pointer.split("/")[1:]:
        node = node[part.replace("~1", "/").replace("~0", "~")]
    kind = node.get("type", "any")
    return " or ".join(kind) if isinstance(kind, list) else f"{kind}"


def _codes(schema: Any, *, whole: bool, demanded: bool) -> Iterator[str]:
    """Yields the codes for an argument; `whole`: an integer holds what is real, `demanded`: a call must give it."""
    if not isinstance(schema, dict):
        return
    if not str(schema.get("description", "")).strip():
        yield "param-undescribed"
    if whole:
        yield "integer-real"
    if type_of(schema) == "object" and not (schema.get("properties") or isinstance(_rest(schema), dict)):
        yield "object-open"
    if demanded and says_optional({"description": schema.get("description", "")}) == "optional-prose":
        yield "required-contradicted"


def _rest(schema: dict[str, Any]) -> Any:
    return schema.get("additionalProperties")


def _integers(tool: Tool) -> list[str]:
    """Returns the arguments that are whole by declaration, and hold what is not."""
    return [
        name
        for name, schema in tool.properties.items()
        if isinstance(schema, dict)
        and schema.get("type") == "integer"
        and words(name)[-1:]
        and words(name)[-1] in _REAL
        and not _CENTS.search(str(schema.get("description", "")))
    ]


def _widening(tool: Tool, name: str) -> Fix:
    pointer = written_at(tool, f"/parameters{step('/properties', name)}/type")
    return Fix(code="integer-widened", pointer=pointer, old="integer", new="number")


def _alike(tool: Tool, folded: Counter[str]) -> Iterator[Finding]:
    if folded[tool.name.casefold()] > 1:
        yield found("name-casefold", tool, "", tool.name)
