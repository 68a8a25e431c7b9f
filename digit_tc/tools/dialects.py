"""The ways in which tools are written down, told apart by content, and read into one canonical form."""

from typing import Any

from digit_tc.tools.arguments import INPUT_KEYS, is_list, is_map, read_input, read_output
from digit_tc.tools.mending import Mender
from digit_tc.tools.names import legal_name
from digit_tc.tools.place import Place, check_json
from digit_tc.tools.schema import json_type
from digit_tc.tools.snapshot import is_snapshot, read_snapshot
from digit_tc.tools.tool import Source, Tool


def looks_like_tool(raw: Any) -> bool:
    """Says whether a JSON value is meant as a tool, sound or not."""
    if not isinstance(raw, dict):
        return False
    if isinstance(raw.get("function"), dict):
        return True
    # `params` alone is what a request has that calls something.
    return any(key in raw for key in INPUT_KEYS if key != "params") or ("params" in raw and "method" not in raw)


def detect(raw: dict[str, Any]) -> str:
    """Returns the dialect of a tool by the rules of `docs/catalogues.md`."""
    parameters = raw.get("parameters")
    told = (
        ("openai", isinstance(raw.get("function"), dict)),
        ("mcp", "inputSchema" in raw),
        ("deepfabric", is_list(parameters)),
        ("api-bank", "input_parameters" in raw),
        ("nemo-gym", "params" in raw or "doc" in raw),
        ("bfcl", "response" in raw or (isinstance(parameters, dict) and parameters.get("type") == "dict")),
        ("anthropic", "input_schema" in raw),
        ("openai-responses", raw.get("type") == "function"),
        ("toolmind", "output_parameters" in raw),
        ("xlam", is_map(parameters)),
    )
    return next((dialect for dialect, holds in told if holds), "flat")


def read_tool(raw: Any, place: Place | None = None, namespace: str = "", key: str = "") -> Tool:
    """Reads one tool in any dialect; what had to be mended is noted in its `fixes`, never changed silently.

    `key` is its name where it stands under one and has no other.

    Raises:
        CatalogueError: It is no tool, or cannot be mended.
    """
    place = place or Place()
    check_json(raw, place)
    if not isinstance(raw, dict):
        raise place.error(f"a tool is an object, not {json_type(raw)}", "give an object with name and parameters")
    if is_snapshot(raw):
        return read_snapshot(raw, place)
    dialect = detect(raw)
    body, inside = (raw["function"], "/function") if dialect == "openai" else (raw, "")
    mender = Mender(place)
    written, name = _name(body, inside, key, mender, place)
    return Tool(
        name=name,
        namespace=_text(body, "namespace", place.below(inside)) or namespace,
        description=_text(body, "description", place.below(inside)) or _text(body, "doc", place.below(inside)),
        parameters=read_input(body, inside, mender, place),
        output_schema=read_output(body, inside, mender, place),
        annotations=_annotations(body, inside, place),
        alias=written if name != written else "",
        source=Source(dialect=dialect, file=place.file, pointer=place.pointer),
        fixes=tuple(mender.fixes),
        original=raw,
    )


def _name(body: dict[str, Any], inside: str, key: str, mender: Mender, place: Place) -> tuple[str, str]:
    """Returns the name as it is written, and as model servers accept it."""
    written = _text(body, "name", place.below(inside))
    if not written and key:
        mender.note("name-from-key", f"{inside}/name", body.get("name"), key)
        written = key
    if not written:
        raise place.below(inside).error("this tool has no name", "give it a `name`")
    name = legal_name(written)
    if name != written:
        mender.note("name-illegal", f"{inside}/name", written, name)
    return written, name


def _text(body: dict[str, Any], key: str, place: Place) -> str:
    value = body.get(key)
    if value is not None and not isinstance(value, str):
        raise place.at(key).error(f"the {key} of a tool is text, not {json_type(value)}", "write it as a string")
    return value or ""


def _annotations(body: dict[str, Any], inside: str, place: Place) -> dict[str, Any]:
    raw = body.get("annotations")
    if raw is not None and not isinstance(raw, dict):
        raise place.below(f"{inside}/annotations").error(
            f"annotations are an object, not {json_type(raw)}", "write the hints by name"
        )
    title = _text(body, "title", place.below(inside))
    return {**({"title": title} if title else {}), **(raw or {})}
