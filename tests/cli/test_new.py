"""`digit-tc new` writes a role or graph that works as it is, with a test, and overwrites nothing."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from digit_tc.draw import draw
from digit_tc.engine.job import prepare
from digit_tc.loading import build_graph, load_graph
from digit_tc.settings import read_settings

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    "role": ("fact_checker.py", "fact_checker.md", "test_fact_checker.py"),
    "graph": ("fact_checker.py", "test_fact_checker.py"),
}


@pytest.mark.parametrize("kind", FILES)
def test_it_says_what_it_wrote_and_the_graph_can_be_loaded(digit_tc: Any, tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "deep" / "mine"
    said = digit_tc("new", kind, "fact_checker", "--out", folder)
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[: len(FILES[kind])] == [str(folder / name) for name in FILES[kind]]
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES[kind])
    assert not [path for path in folder.iterdir() if "$" in path.read_text(encoding="utf-8")]
    builder = load_graph(str(folder / "fact_checker.py"))
    picture = draw(build_graph(builder, {})).mermaid()
    assert ("fact_checker -.-> critic" in picture) is (kind == "role")


def test_the_skeleton_of_a_role_has_knobs_and_a_model_of_its_own(digit_tc: Any, tmp_path: Path) -> None:
    assert digit_tc("new", "role", "fact_checker", "--out", tmp_path).code == 0
    file = tmp_path / "fact_checker.py"
    asks = {"use": f"{file}:LLMFactChecker"}
    model = {"model": "m", "base_url": "http://127.0.0.1:9/v1"}
    flags = {"run": {"graph": str(file)}, "roles": {"fact_checker": asks}, "models": {"fact_checker": model}}
    job = prepare(read_settings(None, flags))
    assert job.asks_models
    before = job.fingerprint
    job.close()
    (tmp_path / "fact_checker.md").write_text("Another question.", encoding="utf-8")
    job = prepare(read_settings(None, flags))
    assert job.fingerprint != before
    job.close()
    said = digit_tc("generate", "--graph", file, "--role", "fact_checker.wrods=3", "--out", tmp_path / "out")
    assert (said.code, said.err) == (
        2,
        "digit-tc: --role fact_checker: the graph's own FactChecker has no knob 'wrods'; did you mean words?;"
        " it has words\n",
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rule", "mine"), "there is no new 'rule' to be made; did you mean role?"),
        (("node", "mine"), "there is no new 'node' to be made; there are role and graph"),
        (("role", "fact-checker"), "'fact-checker' cannot be a name: take small letters, digits and underscores, such"),
        (("role", "FactChecker"), "such as factchecker"),
        (("role", "../evil"), "'../evil' cannot be a name: take small letters, digits and underscores, such as evil"),
        (("role", "1st"), "'1st' cannot be a name: take small letters, digits and underscores\n"),
        (("role", "class"), "'class' cannot be a name"),
        (("graph", "json"), "'json' is the name of a module that others import"),
        (("role", "critic"), "the conversation has a role 'critic' already"),
        (("role", "node"), "'node' is what something else in the file is called"),
        (("role", "taken"), "taken.md is there already; take another name, or another folder by --out"),
        (("role", "mine", "--out", "taken.md/below"), "taken.md/below: no folder can be made there"),
    ],
)
def test_what_cannot_be_made_is_one_sentence_and_nothing_is_written(
    digit_tc: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken.md").write_text("mine", encoding="utf-8")
    result = digit_tc("new", *arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("digit-tc: ")
    assert result.err.count("\n") == 1
    assert said in result.err
    assert [path.name for path in tmp_path.iterdir()] == ["taken.md"]
    assert (tmp_path / "taken.md").read_text(encoding="utf-8") == "mine"


@pytest.mark.long
@pytest.mark.parametrize("kind", FILES)
def test_the_written_test_passes_and_conversations_are_made(tmp_path: Path, kind: str) -> None:
    def ask(*command: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=tmp_path, env={**os.environ, "PYTHONPATH": ""}, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout

    ask("digit_tc", "new", kind, "fact_checker")
    ask("pytest", "-q", "-p", "no:cacheprovider", "test_fact_checker.py")
    ask("digit_tc", "generate", "--graph", "fact_checker.py", "--num", "2", "--out", "out")
    ask("digit_tc", "audit", "out")
    ask("ruff", "check", "--config", str(ROOT / "pyproject.toml"), "--ignore", "B008,S101,PLR0913,ARG", ".")
    ask("ruff", "format", "--check", "--config", str(ROOT / "pyproject.toml"), ".")
    assert (tmp_path / "out" / "conversations.jsonl").read_bytes()
