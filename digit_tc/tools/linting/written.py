"""Where something in a tool as it was understood stands in the tool as it was written."""

from typing import Any

from digit_tc.tools.tool import Tool

_INSIDE = ("", "/function")
_SCHEMAS = {
    "/parameters": ("/parameters", "/inputSchema", "/input_schema", "/params", "/input_parameters"),
    "/output_schema": (
        "/output_schema", "/outputSchema", "/response", "/results", "/return", "/returns", "/output_parameters",
    ),
}  # fmt: skip


def written_at(tool: Tool, pointer: str) -> str:
    """Returns the pointer into the original for one into the canonical tool; as deep as the original has it.

    Arguments may stand without `properties` around them; what stands nowhere leads to the tool itself.
    """
    if tool.source.dialect == "openapi":
        return ""  # its arguments stand in many places
    head = next((head for head in _SCHEMAS if pointer.startswith(head)), "")
    if not head:
        return ""
    rest = [part for part in pointer.removeprefix(head).split("/") if part]
    for inside in _INSIDE:
        for name in _SCHEMAS[head]:
            if (start := _follow(tool.original, f"{inside}{name}".split("/")[1:])) is not None:
                return f"{inside}{name}{_deepest(start, rest)}"
    return ""


def _follow(value: Any, parts: list[str]) -> Any:
    for part in parts:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _deepest(value: Any, parts: list[str]) -> str:
    pointer = ""
    for part in parts:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif part == "properties":
            continue
        else:
            break
        pointer += f"/{part}"
    return pointer
