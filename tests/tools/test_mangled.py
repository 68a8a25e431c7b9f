"""Specifications of every dialect, mangled: one clear sentence or a sound catalogue within a second, no traceback."""

import copy
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from digit_tc.errors import CatalogueError
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.reading import read_catalogue

SCHEMA = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "enum": ["Oslo", "Rome"], "default": "Oslo"},
        "days": {"type": "array", "items": {"type": "integer", "minimum": 1}},
        "type": {"$ref": "#/$defs/kind"},
    },
    "required": ["city", "type"],
    "$defs": {"kind": {"allOf": [{"type": "object", "properties": {"of": {"$ref": "#/$defs/kind"}}}]}},
}
PROSE = {"name": "weather.get", "description": "Tells the weather."}
MAP = {"city": {"type": "str"}, "days": {"type": "List[int], optional"}, "type": {"type": "dict", "default": "None"}}
LIST = [{"name": "city", "type": "str", "required": True}, {"name": "days", "type": "list", "items": {"type": "int"}}]
TOOL = {**PROSE, "parameters": SCHEMA, "output_schema": {"type": "array", "items": {"type": "string"}}}
PAGE = {"jsonrpc": "2.0", "id": 1, "result": {"tools": [{**PROSE, "inputSchema": SCHEMA, "title": "Weather"}]}}
SPECIFICATIONS: list[Any] = [
    TOOL,
    [{"type": "function", "function": {**PROSE, "parameters": SCHEMA, "return": {"type": "string"}}}],
    {"type": "function", "strict": True, **PROSE, "parameters": SCHEMA},
    {"tools": [{**PROSE, "input_schema": SCHEMA}]},
    [PAGE, PAGE],
    {**PROSE, "parameters": {**SCHEMA, "type": "dict"}, "response": {"type": "dict", "properties": MAP}},
    [{**PROSE, "parameters": MAP}],
    {"Weather": {"description": "It.", "parameters": SCHEMA, "output_parameters": MAP}, "Other": TOOL},
    {"weather": [TOOL], "more": [{**PROSE, "parameters": MAP}]},
    {"name": "weather", "doc": "It.", "params": SCHEMA, "returns": {"type": "number"}},
    [{**PROSE, "input_parameters": MAP, "output_parameters": MAP}],
    [{**PROSE, "parameters": LIST, "returns": "The weather."}],
    [{"id": "1", "tools": [TOOL], "steps": []}],
]
ODD = ["", "\u0000", "\x1b[2J\n", "$ref", "type", "properties", "a/b~c", "天气", "\ud7ff", "x" * 300, "<<", "null"]
JSON = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, -1, 10**400, 1.5, 1e308, float("inf"), float("nan")]),
    st.sampled_from(
        [*ODD, "dict", "List[int", "#", "#/properties/city", "#/$defs/kind", "https://a.b/c", "(", "\ud800"]
    ),
    st.sampled_from(
        [[], {}, [[]], [None], {"type": None}, {"$ref": "#"}, {"allOf": [{"$ref": "#"}]}, {"": {}}, ["a", 1]]
    ),
    st.text(max_size=4),
)
Change = tuple[str, int, Any, str]
CHANGES = st.tuples(
    st.sampled_from(["drop", "replace", "insert", "rename", "wrap", "bury", "repeat", "swap"]),
    st.integers(0, 10_000),
    JSON,
    st.sampled_from(ODD),
)
DAMAGE = st.tuples(st.integers(0, 10_000), st.integers(0, 6), st.sampled_from(
    [b"&a ", b"*a", b"!!x ", b"\t", b"\n", b"---\n", b"<<: ", b"{", b"]", b'"', b"\xff", b"\x00", b": ", b"\\ud800"]
))  # fmt: skip


def spots(value: Any) -> list[tuple[Any, Any]]:
    """Every container in a value with each of its keys or indices."""
    found: list[tuple[Any, Any]] = []
    todo = [value]
    while todo:
        holder = todo.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        found += [(holder, key) for key in keys]
        todo += [holder[key] for key in keys]
    return found


def buried(value: Any, depth: int) -> Any:
    for level in range(depth):
        value = [value] if level % 3 == 0 else {"properties": {"p": value}}
    return value


def mangle(box: list[Any], change: Change) -> None:
    what, at, value, name = change
    places = spots(box)
    if not places:
        return
    holder, key = places[at % len(places)]
    other, there = places[(at * 7 + 3) % len(places)]
    makes: dict[str, Callable[[], Any]] = {
        "replace": lambda: copy.deepcopy(value),
        "wrap": lambda: [holder[key]] if at % 2 else {name: holder[key]},
        "bury": lambda: buried(holder[key], at % 120),
        "swap": lambda: copy.deepcopy(other[there]),
    }
    if what in makes:
        holder[key] = makes[what]()
    elif what == "drop":
        del holder[key]
    elif isinstance(holder, list):
        holder.insert(key, copy.deepcopy(holder[key] if what == "repeat" else value))
    else:
        holder[name] = holder.pop(key) if what == "rename" else copy.deepcopy(value)


def written(box: list[Any], form: str) -> bytes:
    if form == ".yaml":
        try:
            return yaml.safe_dump_all(box, allow_unicode=True, sort_keys=False).encode(errors="surrogatepass")
        except RecursionError:
            return b"a: b"
    lines = "\n".join(json.dumps(value, ensure_ascii=bool(len(box) % 2)) for value in box)
    return lines.encode(errors="surrogatepass")


def damaged(data: bytes, damage: list[tuple[int, int, bytes]]) -> bytes:
    for at, size, new in damage:
        start = at % (len(data) + 1)
        data = data[:start] + new + data[start + size :]
    return data


def check(folder: Path, data: bytes, form: str) -> bool:
    """Reads a mangled file; returns whether it is a catalogue."""
    path = folder / f"tools{form}"
    path.write_bytes(data)
    began = time.perf_counter()
    try:
        catalogue: Catalogue | None = read_catalogue([path])
    except CatalogueError as error:
        catalogue, sentence = None, str(error)
    assert time.perf_counter() - began < 1
    if catalogue is None:
        assert sentence.startswith(str(path))
        assert sentence.isprintable()
        return False
    for tool in catalogue:
        assert tool.parameters["type"] == "object"
        assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", tool.name)
        for schema in filter(None, (tool.parameters, tool.output_schema)):
            jsonschema.Draft202012Validator.check_schema(schema)
    return True


MANGLED = given(
    st.sampled_from(SPECIFICATIONS),
    st.lists(CHANGES, max_size=4),
    st.sampled_from([".json", ".jsonl", ".yaml"]),
    st.just([]) | st.lists(DAMAGE, max_size=3),
)


def run(folder: Path, specification: Any, changes: list[Change], form: str, damage: list[Any]) -> None:
    box = [copy.deepcopy(specification)]
    for change in changes:
        mangle(box, change)
    check(folder, damaged(written(box, form), damage), form)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mangled")


@pytest.mark.parametrize("form", [".json", ".jsonl", ".yaml"])
@pytest.mark.parametrize("specification", SPECIFICATIONS)
def test_before_they_are_mangled_all_are_sound(folder: Path, specification: Any, form: str) -> None:
    assert check(folder, written([specification], form), form)


@settings(max_examples=300, deadline=None)
@MANGLED
def test_a_mangled_specification(
    folder: Path, specification: Any, changes: list[Change], form: str, damage: list[Any]
) -> None:
    run(folder, specification, changes, form, damage)


@pytest.mark.long
@settings(max_examples=4000, deadline=None)
@MANGLED
def test_many_mangled_specifications(
    folder: Path, specification: Any, changes: list[Change], form: str, damage: list[Any]
) -> None:
    run(folder, specification, changes, form, damage)
