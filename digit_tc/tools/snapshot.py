"""Tools as this program has written them, read again: nothing that was mended or inferred is lost or done twice."""

from typing import Any

from pydantic import ValidationError

from digit_tc.tools.mending import Mender
from digit_tc.tools.names import legal_name
from digit_tc.tools.place import Place
from digit_tc.tools.tool import Tool

_MARKS = ("original", "source", "fixes", "inferred")
"""Keys that no other dialect has together."""


def is_snapshot(raw: dict[str, Any]) -> bool:
    """Says whether a tool was written by `tools show --json` or `tools lint --fix`."""
    return all(key in raw for key in _MARKS)


def read_snapshot(raw: dict[str, Any], place: Place) -> Tool:
    """Reads such a tool; its source stays where it was first read. What was edited since is mended like anything else.

    Raises:
        CatalogueError: It was edited into something that is no tool.
    """
    mender = Mender(place)
    try:
        tool = Tool.model_validate(raw)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        where = place.at(*(part for part in detail["loc"] if isinstance(part, str | int)))
        raise where.error(
            f"this is no tool as `tools show --json` writes it ({detail['msg']})", "correct it"
        ) from error
    if not tool.name:
        raise place.at("name").error("this tool has no name", "give it a `name`")
    if (name := legal_name(tool.name)) != tool.name:
        mender.note("name-illegal", "/name", tool.name, name)
    parameters = mender.parameters(tool.parameters, "/parameters")
    output = None if tool.output_schema is None else mender.output(tool.output_schema, "/output_schema")
    return tool.model_copy(
        update={
            "name": name,
            "source": tool.source.model_copy(update={"earlier": len(tool.fixes)}),
            "alias": tool.alias or (tool.name if name != tool.name else ""),
            "parameters": parameters,
            "output_schema": output,
            "fixes": (*tool.fixes, *mender.fixes),
            "inferred": tuple(one for one in tool.inferred if _leads(one.pointer, parameters, output)),
            "effect": {},  # what is said of an effect stands in the settings
        }
    )


def _leads(pointer: str, parameters: dict[str, Any], output: dict[str, Any] | None) -> bool:
    """Says whether there is still something where an inference points to."""
    node: Any = {"parameters": parameters, "output_schema": output}
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(node, dict) or key not in node:
            return False
        node = node[key]
    return True
