"""What a specification itself declares, without what was inferred: all that a call or a result can be refused for."""

from typing import Any

from digit_tc.tools.place import step
from digit_tc.tools.tool import Tool

_OUTPUT = "/output_schema"


def declared_parameters(tool: Tool) -> dict[str, Any]:
    """Returns the schema of the arguments without what was inferred."""
    drop: dict[str, tuple[str, ...]] = {}
    for one in tool.inferred:
        if not one.pointer.startswith("/parameters/"):
            continue
        if one.rule.startswith(("type-", "items-")):
            drop[one.pointer] = ("items",) if one.rule.startswith("items-") else ("type", "items")
        else:
            drop[one.pointer.rpartition("/properties/")[0]] = ("required",)
    return _without(tool.parameters, "/parameters", drop) if drop else tool.parameters


def declared_result(tool: Tool) -> dict[str, Any] | None:
    """Returns the schema of the result; None where it was inferred, or where there is none."""
    return None if any(one.pointer.startswith(_OUTPUT) for one in tool.inferred) else tool.output_schema


def without_inferred_result(tool: Tool) -> Tool:
    """Returns the tool without an output schema that was inferred: what really answers it may give anything else."""
    if declared_result(tool) is tool.output_schema:
        return tool
    kept = tuple(one for one in tool.inferred if not one.pointer.startswith(_OUTPUT))
    return tool.model_copy(update={"output_schema": None, "inferred": kept})


def _without(node: Any, pointer: str, drop: dict[str, tuple[str, ...]]) -> Any:
    if isinstance(node, list):
        return [_without(item, step(pointer, at), drop) for at, item in enumerate(node)]
    if not isinstance(node, dict):
        return node
    gone = drop.get(pointer, ())
    return {key: _without(value, step(pointer, key), drop) for key, value in node.items() if key not in gone}
