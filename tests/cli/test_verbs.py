"""What the verbs print, for people and for programs."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from digit_tc.cli.text import cut
from digit_tc.engine.standing import Standing

SAMPLES = Path(__file__).parents[1] / "catalogues"


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_run_ends_with_figures_a_conversation_and_what_to_do_next(digit_tc: Any, tmp_path: Path) -> None:
    said = digit_tc("generate", "--num", "3", "--turns", "1-2", "--out", tmp_path / "out")
    saved = lines(tmp_path / "out" / "conversations.jsonl")
    assert said.code == 0
    assert f"3 conversations in {tmp_path / 'out'}: {len(saved)} accepted" in said.out
    assert saved[0]["id"] in said.out
    assert saved[0]["turns"][0]["steps"][0]["calls"][0]["name"] + "(" in said.out
    assert f"digit-tc export {tmp_path / 'out'}" in said.out


def test_a_finished_folder_says_so(digit_tc: Any, folder: Path) -> None:
    said = digit_tc("generate", "--num", "4", "--turns", "1-2", "--out", folder)
    assert said.code == 0
    assert "nothing to do" in said.out
    said = digit_tc("generate", "--num", "2", "--turns", "1-2", "--out", folder)
    assert said.code == 0
    assert "already held more than --num 2" in said.out


def test_a_run_of_nothing_but_failures_has_exit_code_1(digit_tc: Any, tmp_path: Path) -> None:
    role = tmp_path / "roles.py"
    role.write_text("async def broken(state, runtime):\n    raise KeyError('lost')\n", encoding="utf-8")
    said = digit_tc("generate", "--num", "2", "--role", f"user={role}:broken", "--out", tmp_path / "out")
    assert said.code == 1
    assert "\n  2 x failed: KeyError\n      KeyError: 'lost'\n" in said.out
    command = said.out.splitlines()[-1]
    assert command == f"      digit-tc show {tmp_path / 'out'} 0"
    assert digit_tc(*command.split()[1:]).out.startswith("conversation ")
    assert [row["outcome"]["reason"] for row in lines(tmp_path / "out" / "rejected.jsonl")] == ["KeyError: 'lost'"] * 2


def test_show_prints_the_conversation_that_was_asked_for(digit_tc: Any, folder: Path) -> None:
    saved = lines(folder / "conversations.jsonl")
    last = saved[-1]
    by_index, by_id = digit_tc("show", folder, str(last["index"])), digit_tc("show", folder, last["id"][:12])
    assert by_index.out == by_id.out
    assert last["id"] in by_index.out
    assert digit_tc("show", folder).out.startswith(f"conversation {saved[0]['id']}")
    assert json.loads(digit_tc("show", folder, last["id"], "--json").out) == last
    assert digit_tc("show", folder, "4711").code == 2


@pytest.mark.parametrize("form", ["trace", "openai"])
def test_export_writes_one_row_per_accepted_conversation(
    digit_tc: Any, folder: Path, tmp_path: Path, form: str
) -> None:
    said = digit_tc("export", folder, "--format", form)
    assert digit_tc("export", folder, "--format", form, "--out", tmp_path / "rows.jsonl").code == 0
    assert (tmp_path / "rows.jsonl").read_text(encoding="utf-8") == said.out
    rows = lines(tmp_path / "rows.jsonl")
    assert len(rows) == len(lines(folder / "conversations.jsonl"))
    assert set(rows[0]) >= ({"messages", "tools"} if form == "openai" else {"id", "tools", "steps"})


def test_tools_show_tells_arguments_results_places_and_repairs(digit_tc: Any, tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    schema = {
        "type": "dict",
        "properties": {"size": {"type": "string", "enum": ["S", "M"]}, "qty": {"type": "int"}},
        "required": ["size"],
    }
    path.write_text(json.dumps([{"name": "shop.order", "description": "Order.", "parameters": schema}]), "utf-8")
    said = digit_tc("tools", "show", path)
    assert said.code == 0
    assert 'size: one of "S", "M", required' in said.out
    assert "qty: integer" in said.out
    assert f"{path}#/0" in said.out
    assert '"int" -> "integer"' in said.out
    tools = json.loads(digit_tc("tools", "show", path, "--json").out)
    assert [tool["original"]["name"] for tool in tools] == ["shop.order"]


def test_tools_show_takes_the_samples_when_nothing_is_named(digit_tc: Any) -> None:
    assert "sample:shop" in digit_tc("tools", "show").out


def test_tools_graph_tells_what_feeds_what_and_why(digit_tc: Any) -> None:
    said = digit_tc("tools", "graph", SAMPLES / "retail.json")
    edges = json.loads(digit_tc("tools", "graph", SAMPLES / "retail.json", "--json").out)
    assert edges
    assert all(set(edge) == {"producer", "output", "consumer", "input", "score", "why"} for edge in edges)
    first = edges[0]
    assert f"  {first['output']} -> {first['consumer']} {first['input']}  (" in said.out
    assert f"\n{len(edges)} ways" in said.out


def test_tools_graph_says_when_nothing_feeds_anything(digit_tc: Any) -> None:
    said = digit_tc("tools", "graph", SAMPLES / "unchainable.json")
    assert said.code == 0
    assert said.out.startswith("none of the ")
    assert json.loads(digit_tc("tools", "graph", SAMPLES / "unchainable.json", "--json").out) == []


@pytest.mark.parametrize(("form", "sign"), [("mermaid", "flowchart TD"), ("ascii", "critic"), ("svg", "<svg")])
def test_draw_prints_or_writes_the_picture(digit_tc: Any, tmp_path: Path, form: str, sign: str) -> None:
    said = digit_tc("draw", "conversation", "--format", form)
    assert said.code == 0
    assert sign in said.out
    assert digit_tc("draw", "conversation", "--format", form, "--out", tmp_path / "picture").out == ""
    assert (tmp_path / "picture").read_text(encoding="utf-8").strip() == said.out.strip()


def test_help_names_every_verb_and_loads_nothing_heavy(digit_tc: Any) -> None:
    said = digit_tc("--help")
    assert said.code == 0
    assert all(verb in said.out for verb in ("generate", "tools", "show", "export", "draw"))
    code = (
        "import sys\nfrom digit_tc.cli import run\nrun(['--help'])\n"
        "print([n for n in ('langgraph', 'langchain_core', 'openai', 'pydantic', 'jinja2') if n in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] in ("[]", "['pydantic']")


def test_the_version_is_that_of_the_package(digit_tc: Any) -> None:
    import digit_tc as package  # noqa: PLC0415

    assert digit_tc("--version").out == f"digit-tc {package.__version__}\n"


def test_the_package_is_a_program() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "digit_tc", "--version"], capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout.split()[0]) == (0, "digit-tc")


def test_a_run_that_adds_nothing_shows_no_sample(digit_tc: Any, folder: Path) -> None:
    said = digit_tc("generate", "--num", "4", "--turns", "1-2", "--out", folder)
    assert "— turn 1 —" not in said.out
    assert "Next: " in said.out


def test_one_conversation_is_one(digit_tc: Any, tmp_path: Path) -> None:
    said = digit_tc("generate", "--num", "1", "--turns", "1", "--out", tmp_path / "out")
    assert said.out.startswith("1 conversation in ")
    assert "look-ups the user never asks for" in " ".join(said.out.split())
    assert digit_tc("export", tmp_path / "out", "--out", tmp_path / "rows").out.startswith("1 conversation in ")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
def test_an_interrupted_run_says_how_to_go_on_and_nothing_else(
    digit_tc: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tell(standing: Standing, _: object) -> None:
        if standing.ended == 2:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr("digit_tc.cli.progress._as_text", tell)
    said = digit_tc("generate", "--num", "40", "--turns", "1", "--concurrency", "2", "--out", tmp_path / "out")
    assert said.code == 130
    assert re.search(
        r"^stopping: waiting for the next step of \d+ conversations?; Ctrl-C again stops at once$",
        said.err,
        re.MULTILINE,
    )
    assert "— turn 1 —" not in said.out
    assert said.out.splitlines()[-1] == "stopped before the end; run the same command again to go on"


@pytest.mark.parametrize(("columns", "terminal", "most"), [(60, True, 60), (240, True, 100), (60, False, 100)])
def test_lines_fit_the_terminal(
    digit_tc: Any, folder: Path, monkeypatch: pytest.MonkeyPatch, columns: int, terminal: bool, most: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    for verb in (["show", folder], ["tools", "show"]):
        longest = max(len(line) for line in digit_tc(*verb).out.splitlines())
        assert most - 15 < longest <= most


def test_long_reasons_are_cut_after_a_word() -> None:
    assert cut("a  b\nc", 160) == "a b c"
    assert cut("word " * 50, 160) == ("word " * 31).strip() + "…"
    assert cut("x" * 200, 160) == "x" * 159 + "…"
