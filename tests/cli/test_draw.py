"""The verb `draw`: graphs by every kind of name, paths and flows of runs, formats, and what it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest

TEAM = """
from typing import Literal, TypedDict
from langgraph.graph import START, StateGraph

class State(TypedDict, total=False):
    draft: str

async def work(state: State) -> State:
    return state

def checked(state: State) -> Literal["draft", "__end__"]:
    return "__end__"

def writer():
    graph = StateGraph(State)
    graph.add_node("draft", work)
    graph.add_edge(START, "draft")
    graph.add_conditional_edges("draft", checked)
    return graph.compile()

def build():
    graph = StateGraph(State)
    graph.add_node("write", writer())
    graph.add_edge(START, "write")
    return graph

uncompiled = build()
compiled = build().compile()
number = 3

def broken():
    graph = StateGraph(State)
    graph.add_node("alone", work)
    return graph
"""


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("team") / "team.py"
    file.write_text(TEAM, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of four conversations; the first of them said to have failed in the verifier."""
    from digit_tc.cli import run  # noqa: PLC0415 - as in a new process

    folder = tmp_path_factory.mktemp("runs") / "made"
    assert run(["generate", "--num", "4", "--turns", "1-2", "--out", str(folder)]) == 0
    accepted = folder / "conversations.jsonl"
    first, *others = accepted.read_text("utf-8").splitlines(keepends=True)
    failed = json.loads(first)
    failed["path"] = ["scenario", "planner", "user", "verifier"]
    failed["outcome"] = {"status": "failed", "reason": "broken", "code": "X", "retryable": False}
    accepted.write_text("".join(others), "utf-8")
    (folder / "rejected.jsonl").write_text(json.dumps(failed) + "\n", "utf-8")
    return folder


@pytest.mark.parametrize("name", ["build", "uncompiled", "compiled"])
def test_a_builder_a_graph_and_a_compiled_one_are_drawn_alike(digit_tc: Any, team: Path, name: str) -> None:
    said = digit_tc("draw", f"{team}:{name}")
    assert said.code == 0
    assert "    __start__ --> write\n    write --> __end__\n" in said.out
    opened = digit_tc("draw", f"{team}:{name}", "--open")
    assert 'node-2("draft<br/><small>checked</small>")' in opened.out


def test_a_module_and_its_attribute_are_drawn(digit_tc: Any) -> None:
    named = digit_tc("draw", "digit_tc.graphs.conversation:build").out
    assert named == digit_tc("draw").out == digit_tc("draw", "digit_tc.graphs.studio:conversation").out


@pytest.mark.parametrize(
    ("ending", "sign"), [(".svg", b"<svg"), (".png", b"\x89PNG"), (".txt", b"+--"), (".mmd", b"flow")]
)
def test_the_file_says_the_format(digit_tc: Any, tmp_path: Path, ending: str, sign: bytes) -> None:
    out = tmp_path / f"picture{ending}"
    assert digit_tc("draw", "forward", "--out", out).code == 0
    assert sign in out.read_bytes()[:80]


def test_the_path_of_one_conversation(digit_tc: Any, made: Path) -> None:
    said = digit_tc("draw", "--run", made, "0")
    assert "verifier -.-> assistant\n" in said.out
    assert 'user -->|"1x"| verifier\n' in said.out
    assert "class assistant,tool_simulator,critic,recovery,__end__ unseen" in said.out
    assert "(scenario 0), failed; 2x: passed twice" in said.out
    assert "broke off in verifier" in said.out


def test_the_flow_of_a_run_has_the_rejected_ones_in_it(digit_tc: Any, made: Path) -> None:
    said = digit_tc("draw", "--run", made)
    assert '__start__ -->|"4"| scenario\n' in said.out
    assert "%% 4 conversations: 3 accepted, 0 rejected, 1 failed (X 1)\n" in said.out
    assert "1 broke off in verifier" in said.out
    assert digit_tc("draw", "--run", made, "--format", "svg").out.startswith("<svg")


def without_paths(made: Path, folder: Path) -> Path:
    folder.mkdir()
    (folder / "manifest.json").write_bytes((made / "manifest.json").read_bytes())
    record = json.loads((made / "conversations.jsonl").read_text("utf-8").splitlines()[0])
    del record["path"]
    (folder / "conversations.jsonl").write_text(json.dumps(record) + "\n", "utf-8")
    (folder / "rejected.jsonl").touch()
    return folder


def test_records_of_older_versions_have_no_path(digit_tc: Any, made: Path, tmp_path: Path) -> None:
    old = without_paths(made, tmp_path / "old")
    for which in ((), ("1",)):
        said = digit_tc("draw", "--run", old, *which)
        assert said.code == 2
        assert "has no path" in said.err
        assert "generate the run anew" in said.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["TEAM:number"], "is of the type int; name a graph or a function that returns one"),
        (["TEAM:checked"], "the builder"),
        (["TEAM:broken"], "cannot be compiled"),
        (["TEAM:compild"], "did you mean compiled or"),
        (["--format", "png"], "--out FILE.png"),
        (["--run", "nowhere"], "nowhere: holds no run"),
        (["--run", "MADE", "77"], "has no conversation 77"),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(
    digit_tc: Any, team: Path, made: Path, arguments: list[str], sentence: str
) -> None:
    said = digit_tc("draw", *(each.replace("TEAM", str(team)).replace("MADE", str(made)) for each in arguments))
    assert said.code == 2
    assert sentence in said.err
    assert "Traceback" not in said.err


def test_a_run_of_another_graph_is_said(digit_tc: Any, made: Path, tmp_path: Path) -> None:
    other = without_paths(made, tmp_path / "other")
    line = json.loads((other / "conversations.jsonl").read_text("utf-8"))
    (other / "conversations.jsonl").write_text(json.dumps({**line, "path": ["scenario", "judge"]}) + "\n", "utf-8")
    said = digit_tc("draw", "--run", other)
    assert said.code == 2
    assert "passed the node 'judge', which the graph conversation does not have" in said.err
