"""The verbs `tools show` and `tools graph`."""

import json
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from digit_tc.cli.effects import effect_lines, effect_rows
from digit_tc.cli.text import short, width, wrapped
from digit_tc.engine.job import read_tools
from digit_tc.overrides import overridden
from digit_tc.settings import Settings, read_settings
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow, Edge
from digit_tc.tools.declared import declared_result
from digit_tc.tools.expansion import expand
from digit_tc.tools.tool import Tool

_MOST_NAMED = 50  # values of an enumeration


def show(paths: tuple[str, ...], *, as_json: bool, effects: bool = False, config: Path | None = None) -> None:
    """Prints each tool as it was understood, and what was mended; or what each does to the world.

    Raises:
        InputError: The tools or the settings cannot be used.
    """
    settings = read_settings(config, {"run": {"tools": paths}} if paths else {})
    catalogue = overridden(read_tools(settings.run.tools, settings.tools_folder), settings)
    if effects:
        _effects(catalogue, settings, as_json=as_json)
    else:
        _show(catalogue, as_json=as_json)
    _say_skipped(catalogue)


def _say_skipped(catalogue: Catalogue) -> None:
    for sentence in catalogue.skipped:
        print(f"skipped {sentence}", file=sys.stderr)


def _effects(catalogue: Catalogue, settings: Settings, *, as_json: bool) -> None:
    if as_json:
        _print_json(effect_rows(catalogue, settings))
        return
    columns = width()
    for line in effect_lines(catalogue, settings):
        print("\n".join(wrapped(line, columns)))


def _show(catalogue: Catalogue, *, as_json: bool) -> None:
    if as_json:
        _print_json([tool.model_dump(mode="json") for tool in catalogue])
        return
    columns = width()
    for tool in catalogue:
        print("\n".join(piece for line in _tool(tool) for piece in wrapped(line, columns)), end="\n\n")
    fixes = sum(len(tool.fixes) for tool in catalogue)
    gaps = sum(1 for tool in catalogue if tool.inferred)
    closing = f"{len(catalogue)} tool{'' if len(catalogue) == 1 else 's'}, {fixes} repair{'' if fixes == 1 else 's'}"
    print(f"{closing}; something is inferred of {gaps}" if gaps else closing)


def graph(paths: tuple[str, ...], *, as_json: bool) -> None:
    """Prints which output can feed which argument, and why."""
    catalogue = read_tools(paths)
    _say_skipped(catalogue)
    edges = sorted(Dataflow(catalogue).edges, key=lambda edge: (edge.producer, edge.output, edge.consumer, edge.input))
    if as_json:
        _print_json([_edge(edge) for edge in edges])
        return
    for producer, group in groupby(edges, key=lambda edge: edge.producer):
        print(producer)
        for edge in group:
            print(
                f"  {_pointer(edge.output)} -> {edge.consumer} {_pointer(edge.input)}  ({edge.score:.2f}: {edge.why})"
            )
        print()
    if edges:
        print(f"{len(edges)} ways in which an output can feed an argument, among {len(catalogue)} tools")
    else:
        print(f"none of the {len(catalogue)} tools has an output that another one's argument can take")


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _pointer(path: tuple[str, ...]) -> str:
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path) or "/"


def _edge(edge: Edge) -> dict[str, Any]:
    return {
        "producer": edge.producer,
        "output": _pointer(edge.output),
        "consumer": edge.consumer,
        "input": _pointer(edge.input),
        "score": edge.score,
        "why": edge.why,
    }


def _tool(tool: Tool) -> Iterator[str]:
    space = f"  [{tool.namespace}]" if tool.namespace else ""
    alias = f"  (in the file: {tool.alias})" if tool.alias else ""
    yield f"{tool.name}{space}{alias}"
    if tool.description:
        yield f"  {tool.description}"
    yield f"  {tool.source.dialect}, {tool.source.file}{'#' if tool.source.pointer else ''}{tool.source.pointer}"
    needed, inferred = set(tool.required), _inferred(tool)
    for name, schema in expand(tool.parameters).get("properties", {}).items():
        must = ", required" if name in needed else ""
        rules = inferred.get(f"/parameters{_pointer(('properties', name))}", "")
        yield f"    {name}: {_type(schema)}{must}{rules}"
    if not tool.properties:
        yield "    takes no arguments"
    declared = declared_result(tool) is tool.output_schema
    said = _output(None if tool.output_schema is None else expand(tool.output_schema))
    yield f"  returns {said}{'' if declared else '  (inferred)'}"
    for fix in tool.fixes:
        yield f"  mended {fix.code} at {fix.pointer or '/'}: {short(fix.old, 60)} -> {short(fix.new, 60)}"


def _inferred(tool: Tool) -> dict[str, str]:
    """Returns the rules of what was inferred of arguments, by the pointers to them."""
    rules: dict[str, list[str]] = {}
    for one in tool.inferred:
        rules.setdefault(one.pointer, []).append(one.rule)
    return {pointer: f"  (inferred: {', '.join(found)})" for pointer, found in rules.items()}


def _type(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        values = schema["enum"]
        more = f" and {len(values) - _MOST_NAMED:,} more" if len(values) > _MOST_NAMED else ""
        return "one of " + ", ".join(short(value, 40) for value in values[:_MOST_NAMED]) + more
    kind = schema.get("type")
    if kind == "array" and isinstance(schema.get("items"), dict):
        return f"array of {_type(schema['items'])}"
    if kind == "object" and schema.get("properties"):
        return f"object of {', '.join(schema['properties'])}"
    if isinstance(kind, list):
        return " or ".join(kind)
    branches = schema.get("anyOf") or schema.get("oneOf")
    if kind is None and branches:
        return " or ".join(_type(branch) for branch in branches)
    return str(kind or "any") + (f" ({schema['format']})" if "format" in schema else "")


def _output(schema: dict[str, Any] | None) -> str:
    if schema is None:
        return "something that is not specified"
    properties = schema.get("properties")
    if not properties:
        return _type(schema)
    return ", ".join(f"{name} ({_type(inner)})" for name, inner in properties.items())
