"""Away from the checkout: the wheel and a package of somebody else, installed; a role in a fresh folder."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from digit_tc.testing.server import Rule, serve

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = ROOT / "tests" / "plugin"
THRIFT = Path(__file__).with_name("thrift.py")

Ask = Callable[..., str]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel and the plugin are installed; their dependencies are those of this Python."""
    folder = tmp_path_factory.mktemp("installed")
    for source in (ROOT, PLUGIN):
        copy = folder / f"source-{source.name}"
        shutil.copytree(
            source, copy, ignore=shutil.ignore_patterns(".git", "build", "*.egg-info", ".mypy_cache", "runs")
        )
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
        done = subprocess.run(
            [*command, "--target", str(folder / "site"), str(copy)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    return folder / "site"


@pytest.fixture
def ask(site: Path, tmp_path: Path) -> Ask:
    """Runs a command of the installed program in a fresh folder and returns what it printed."""

    def asked(*arguments: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "digit_tc", *arguments], cwd=tmp_path, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(site)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert done.returncode == code, done.stdout
        return done.stdout

    where = "import digit_tc, courtesy; print(digit_tc.__file__, courtesy.__file__)"
    found = subprocess.run(
        [sys.executable, "-c", where], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(site)}, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    assert all(path.startswith(str(site)) for path in found.stdout.split())
    return asked


def records(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "conversations.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.long
def test_a_plugin_brings_a_graph_and_a_role(ask: Ask, tmp_path: Path) -> None:
    ask("generate", "--graph", "courteous", "--role", "assistant=butler", "--num", "3", "--out", "out")
    made = records(tmp_path / "out")
    assert len(made) == 3
    assert all(turn["assistant"].startswith("Thank you for asking. ") for record in made for turn in record["turns"])
    said = [one for record in made for one in record["verdicts"] if one["check"] == "courtesy"]
    assert {one["status"] for one in said} == {"pass"}
    assert "usher --> critic" in ask("draw", "courteous")
    assert "0 with errors" in ask("audit", "out")


@pytest.mark.long
def test_knobs_and_models_of_a_plugin_are_those_of_any_role(ask: Ask, tmp_path: Path) -> None:
    said = ask("generate", "--graph", "courteous", "--role", "usher.wrod=hello", code=2)
    assert "--role usher: the graph's own Usher has no knob 'wrod'; did you mean word?; it has word" in said
    assert "--role assistant: no installed package offers a role 'buttler'; did you mean butler?" in ask(
        "generate", "--role", "assistant=buttler", code=2
    )
    assert "there is no graph 'curteous'; did you mean courteous?" in ask("draw", "curteous", code=2)
    with serve([Rule(contains="a word of thanks", reply={"thanks": False})]) as served:
        (tmp_path / "own.toml").write_text(
            f'[models.usher]\nmodel = "scripted"\nbase_url = "{served.base_url}"\n', encoding="utf-8"
        )
        usher = ["--role", "usher=courtesy.roles:LLMUsher", "--config", "own.toml"]
        ask("generate", "--graph", "courteous", *usher, "--num", "2", "--out", "out")
    made = records(tmp_path / "out")
    assert [record["usage"]["usher"]["calls"] for record in made] == [len(record["turns"]) for record in made]
    assert {one["source"] for record in made for one in record["verdicts"] if one["check"] == "courtesy"} == {"model"}


@pytest.mark.long
def test_a_role_in_a_fresh_folder(ask: Ask, tmp_path: Path) -> None:
    shutil.copy(THRIFT, tmp_path)
    for number, graph in enumerate(("thrift.py", "./thrift.py:build", "thrift:build")):
        ask("generate", "--graph", graph, "--role", "thrift.calls=1", "--num", "2", "--out", f"out{number}")
        assert all(
            sum(len(step["calls"]) for step in turn["steps"]) <= 1
            for record in records(tmp_path / f"out{number}")
            for turn in record["turns"]
        )
        assert "thrift -.-> planner" in ask("draw", graph)


@pytest.mark.long
def test_what_new_writes_works_there(ask: Ask, site: Path, tmp_path: Path) -> None:
    ask("new", "role", "fact_checker")
    ask("generate", "--graph", "fact_checker.py", "--num", "2", "--out", "out")
    assert len(records(tmp_path / "out")) == 2
