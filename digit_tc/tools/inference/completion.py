"""A catalogue completed: types, `required` and output schemas that specifications leave out are inferred and marked."""

from collections.abc import Iterable
from typing import Any

from digit_tc.records import Inferred
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.inference.gaps import unlisted, untyped
from digit_tc.tools.inference.optional import optional_because, required_of
from digit_tc.tools.inference.results import result_of
from digit_tc.tools.inference.siblings import Siblings
from digit_tc.tools.inference.types import SCALARS, guess, items_of
from digit_tc.tools.place import step
from digit_tc.tools.schema import type_of
from digit_tc.tools.tool import Tool


def completed(catalogue: Catalogue) -> Catalogue:
    """Returns the catalogue with what its tools leave out, each inference marked with its rule.

    Types come first, for tools whose schemas are typed teach those whose are not; then `required`; then the output
    schemas, for which the arguments of all tools are evidence. Work grows linearly with the number of tools.
    """
    siblings = Siblings(catalogue)
    typed = [_with_arguments(tool, siblings) for tool in catalogue]
    for before, tool in zip(catalogue, typed, strict=True):
        if tool is not before:
            siblings.learn(tool)
        siblings.learn_result(tool)
    return catalogue.with_tools(_with_result(tool, siblings) for tool in typed)


def _with_arguments(tool: Tool, siblings: Siblings) -> Tool:
    found: list[Inferred] = []
    parameters = _members(tool, tool.parameters, "/parameters", siblings, found)
    if found:
        return tool.model_copy(update={"parameters": parameters, "inferred": (*tool.inferred, *found)})
    return tool


def _members(
    tool: Tool, schema: dict[str, Any], pointer: str, siblings: Siblings, found: list[Inferred]
) -> dict[str, Any]:
    """Returns an object schema whose members have types, and `required` where the tool has none at all."""
    properties = schema.get("properties")
    if not isinstance(properties, dict) or not properties:
        return schema
    inside = step(pointer, "properties")
    typed = {name: _member(tool, name, part, step(inside, name), siblings, found) for name, part in properties.items()}
    new = {**schema, "properties": typed}
    if not unlisted(tool):
        return new
    needed = required_of(typed, tool.name, tool.description)
    for name, part in typed.items():
        rule = "required-unless-said" if name in needed else optional_because(name, part, tool.name)
        found.append(Inferred(rule=rule or "optional-criterion", pointer=step(inside, name)))
    return {**new, "required": needed}


def _member(tool: Tool, name: str, schema: Any, pointer: str, siblings: Siblings, found: list[Inferred]) -> Any:
    if not isinstance(schema, dict):
        return schema
    if untyped(schema):
        best = guess(name, schema, siblings.type_for(name), tool.name)
        found.append(Inferred(rule=best.rule if best else "type-unknown", pointer=pointer))
        typed = {**(best.schema if best else {"type": SCALARS}), **schema}
        return {"items": items_of(name, _prose(schema)), **typed} if typed["type"] == "array" else typed
    kind = type_of(schema)
    if kind == "array" and "type" in schema and "items" not in schema and "prefixItems" not in schema:
        found.append(Inferred(rule="items-prose", pointer=pointer))
        return {**schema, "items": items_of(name, _prose(schema))}
    if kind == "array" and isinstance(schema.get("items"), dict):
        items = _members(tool, schema["items"], step(pointer, "items"), siblings, found)
        return schema if items is schema["items"] else {**schema, "items": items}
    return _members(tool, schema, pointer, siblings, found) if kind == "object" else schema


def _prose(schema: dict[str, Any]) -> str:
    return str(schema.get("description", "")).lower()


def _with_result(tool: Tool, siblings: Siblings) -> Tool:
    if tool.output_schema is not None:
        return tool
    result = result_of(tool, siblings)
    marks = [Inferred(rule=rule, pointer=f"/output_schema{pointer}") for pointer, rule in result.rules.items()]
    return tool.model_copy(update={"output_schema": result.schema, "inferred": (*tool.inferred, *marks)})


def rules_of(tools: Iterable[Tool]) -> dict[str, int]:
    """Counts what was inferred by rule, in the order of the rules' names."""
    counts: dict[str, int] = {}
    for tool in tools:
        for one in tool.inferred:
            counts[one.rule] = counts.get(one.rule, 0) + 1
    return dict(sorted(counts.items()))
