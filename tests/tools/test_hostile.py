"""Files that were made to do harm are refused or read, within bounds of time and memory."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from digit_tc.cli import run
from digit_tc.errors import CatalogueError
from digit_tc.tools import files
from digit_tc.tools.reading import read_catalogue

CHILD = """
import sys, time
from pathlib import Path
from digit_tc.errors import CatalogueError
from digit_tc.tools.expansion import expand
from digit_tc.tools.reading import read_catalogue

def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) // 1024

before, began = peak(), time.process_time()
try:
    tools = list(read_catalogue([Path(sys.argv[1])]))
    for tool in tools:
        expand(tool.parameters)
    said = f"{len(tools)} tools"
except CatalogueError as error:
    said = str(error)
print(time.process_time() - began, peak() - before, said)
"""


def tool(parameters: Any, **more: Any) -> str:
    return json.dumps({"name": "t", "parameters": parameters, **more})


def with_argument(schema: Any, **more: Any) -> str:
    return tool({"type": "object", "properties": {"a": schema}, **more})


def nested(depth: int) -> dict[str, Any]:
    return {"type": "object", "properties": {"p": nested(depth - 1)}} if depth else {"type": "string"}


def chain(length: int, keyword: str) -> str:
    defs: dict[str, Any] = {f"d{length}": {"type": "string"}}
    for at in range(length):
        link = {"$ref": f"#/$defs/d{at + 1}"}
        defs[f"d{at}"] = {"allOf": [link]} if keyword == "allOf" else link
    return with_argument({"$ref": "#/$defs/d0"}, **{"$defs": defs})


def fan(keyword: str, depth: int = 60, width: int = 8) -> str:
    """References to references, as many as a number with fifty digits says."""
    defs: dict[str, Any] = {f"d{depth}": {"type": "string"}}
    for at in range(depth):
        links = [{"$ref": f"#/$defs/d{at + 1}"} for _ in range(width)]
        defs[f"d{at}"] = {keyword: dict(zip("abcdefgh", links, strict=True)) if keyword == "properties" else links}
    return with_argument({"$ref": "#/$defs/d0"}, **{"$defs": defs})


def yaml_bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]" for at in range(1, 30)]
    return "\n".join(lines)


def namesakes(count: int) -> str:
    return json.dumps([json.loads(tool({"properties": {f"p{at}": {"type": "string"}}})) for at in range(count)])


QUICK: dict[str, tuple[str, str]] = {
    "deep.json": ('{"name": "t", "parameters": ' + '{"not": ' * 100_000, "nested too deeply"),
    "fan-properties.json": (fan("properties"), "1 tools"),
    "fan-all.json": (fan("allOf"), "1 tools"),
    "fan-any.json": (fan("anyOf"), "1 tools"),
    "chain.json": (chain(4_000, "$ref"), "more than 3,000 schemas deep"),
    "chain-all.json": (chain(4_000, "allOf"), "more than 3,000 schemas deep"),
    "short-chain.json": (chain(900, "allOf"), "1 tools"),
    "itself.json": (tool({"properties": {f"a{at}": {"$ref": "#"} for at in range(2_000)}}), "1 tools"),
    "pattern.json": (with_argument({"type": "string", "pattern": "((a{1,999}){1,999}){1,999}"}), "regex"),
    "open.json": (with_argument({"type": "string", "pattern": "(" * 50_000}), "regex"),
    "values.json": (with_argument({"enum": [*range(200_000)]}), "more than 200,000 values"),
    "text.json": (with_argument({"description": "x" * 5_000_000}), "or 5,000,000 characters"),
    "bomb.yaml": (yaml_bomb(), "more than 1,000,000 values once its aliases are followed"),
    "long-bomb.yaml": ("a: &a " + "x" * 500_000 + "\nb: [" + ", ".join(["*a"] * 1_000) + "]", "more than 1,000,000"),
    "deep-alias.yaml": ("b0: &b0 [x]\n" + "\n".join(f"b{i}: &b{i} [*b{i - 1}]" for i in range(1, 999)), "nested too"),
    "open.yaml": ("[" * 500_000, "not YAML"),
    "dashes.yaml": ("- " * 200_000, "nested too deeply"),
    "keys.yaml": ("? " * 200_000, "a list or a mapping"),
    "object.yaml": ("a: !!python/object/apply:os.system [id]", "the tag !!python/object/apply:os.system"),
    "namesakes.json": (namesakes(400), "400 tools"),
}  # fmt: skip


def text(**schema: Any) -> dict[str, Any]:
    return {"type": "string", **schema}


def many(schema: Any, count: int = 60_000) -> dict[str, Any]:
    return {f"p{at}": schema for at in range(count)}


def merged() -> str:
    kinds: dict[str, Any] = {kind: {"properties": {f"{kind}{at}": {} for at in range(40_000)}} for kind in "ab"}
    return tool({"allOf": [{"$ref": f"#/$defs/{'ab'[at % 2]}"} for at in range(30_000)], "$defs": kinds})


HEAVY: dict[str, tuple[Callable[[], str], str]] = {
    "nested.json": (lambda: tool({"properties": many(nested(60), 5_000)}), "200,000 values"),
    "wide.json": (lambda: tool({"properties": many(text(description="x" * 30), 150_000)}), "200,000 values"),
    "enum.json": (lambda: with_argument(text(enum=[f"v{at}" for at in range(1_000_000)])), "200,000 values"),
    "literals.json": (
        lambda: with_argument({"type": "integer", "enum": [str(at) for at in range(190_000)]}), "1 tools",
    ),
    "enums.json": (
        lambda: with_argument({"allOf": [{"enum": [*range(60_000)]}, {"enum": [*range(60_000, 0, -1)]}]}), "1 tools",
    ),
    "required.json": (lambda: tool({"properties": many(text()), "required": [*many(text())]}), "1 tools"),
    "unknown.json": (lambda: tool({"properties": {}, "required": [*many(text(), 190_000)]}), "1 tools"),
    "flags.json": (lambda: tool({"properties": many(text(required=True))}), "1 tools"),
    "list.json": (lambda: tool([{"name": name, "type": "str"} for name in many(text())]), "1 tools"),
    "merged.json": (merged, "1 tools"),
    "chain.json": (lambda: chain(45_000, "allOf"), "3,000 schemas deep"),
    "numbers.json": (lambda: json.dumps([*range(2_000_000)]), "a tool is an object"),
    "twice.json": (lambda: '{"a": 1, ' + '"b": {}, ' * 500_000 + '"a": 2}', "stands twice"),
    "values.yaml": (lambda: "- x\n" * 3_000_000, "more than 1,000,000 values"),
    "namesakes.json": (lambda: namesakes(5_000), "5000 tools"),
}  # fmt: skip


@pytest.mark.parametrize("name", QUICK)
def test_what_is_made_to_explode_does_not(tmp_path: Path, name: str) -> None:
    written, expected = QUICK[name]
    path = tmp_path / name
    path.write_text(written, encoding="utf-8")
    try:
        said = f"{len(read_catalogue([path]))} tools"
    except CatalogueError as error:
        said = str(error)
    assert expected in said
    assert said.isprintable()
    assert len(said) < 600


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from /proc")
@pytest.mark.parametrize("name", HEAVY)
def test_what_is_large_is_bounded_in_time_and_memory(tmp_path: Path, name: str) -> None:
    make, expected = HEAVY[name]
    written = make()
    path = tmp_path / name
    path.write_text(written, encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", CHILD, path], capture_output=True, text=True, check=True, timeout=120)
    seconds, megabytes, said = done.stdout.split(maxsplit=2)
    print(f"{name}: {len(written) / 1e6:.1f} million characters, {float(seconds):.1f} s, {megabytes} MB")
    assert expected in said
    assert float(seconds) < 20
    assert int(megabytes) < 600


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST_FILE", 1000)
    path = tmp_path / "t.json"
    path.write_text(tool({}) + " " * 1000, encoding="utf-8")
    with pytest.raises(CatalogueError, match="the file is larger than 1,000 bytes; split it"):
        read_catalogue([path])
    path.write_text(tool({}) + " " * (1000 - len(tool({}))), encoding="utf-8")
    assert len(read_catalogue([path])) == 1


def test_names_with_control_characters_never_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "t.json"
    evil = "a\x1b]0;owned\x07\n\u202eb\x00"
    path.write_text(json.dumps({"name": evil, "description": evil, "parameters": {"properties": {evil: {
        "type": "string", "enum": [evil]}}, "required": [evil]}}), encoding="utf-8")  # fmt: skip
    assert run(["tools", "show", str(path)]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("a__0_owned___b_")
    assert "a\\x1b]0;owned\\x07" in printed
    assert all(char.isprintable() or char == "\n" for char in printed)
