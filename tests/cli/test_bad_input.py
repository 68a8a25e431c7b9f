"""What the user gets wrong is one sentence on standard error, exit code 2, and nothing written."""

import json
from pathlib import Path
from typing import Any

import pytest

from digit_tc.cli.options import spread

EMPTY_FILES = {
    "empty.json": "",
    "broken.json": '{"name": "f", ',
    "number.json": "7",
    "none.json": "[]",
    "bad.toml": "[run]\nnmu = 3",
    "broken.toml": "[run",
    "strange.toml": '[models.usr]\nmodel = "m"',
    "graph.py": "def build():\n    raise RuntimeError('no')\n",
    "syntax.py": "def build(:\n",
    "votes.toml": '[roles.critic]\nuse = "digit_tc.nodes.critic:LLMCritic"\nvotse = 3',
    "number.toml": "[roles.critic]\nuse = 3",
    "noknob.toml": '[roles."cri tic"]\nvotes = 3',
    "beside/far.toml": '[roles.critic]\nuse = "absent.py:Critic"',
    "sampler.toml": "[sampling.mix]\nchain = 1\n[sampling.knobs.chain]\nlenght = 3",
    "imported.toml": '[sampling.mix]\n"json:lods" = 1',
    "true.toml": "[run]\nnum = true",
    "weight.toml": "[strata]\nirrelevant = true",
    "retries.toml": "[plan]\nretries = true",
    "seconds.toml": "[tools.f]\nseconds = true",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with files that are no good."""
    (tmp_path / "beside").mkdir()
    for name, text in EMPTY_FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    return tmp_path


def everything(folder: Path) -> dict[str, bytes]:
    found = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {str(path.relative_to(folder)): text for path, text in found.items() if "__pycache__" not in path.parts}


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["generate", "--turns", "5-2"], "--turns"),
        (["generate", "--turns", "many"], "--turns"),
        (["generate", "--num", "0"], "--num"),
        (["generate", "--num", "x"], "--num"),
        (["generate", "--num"], "--num"),
        (["generate", "--seed", "-1"], "--seed"),
        (["generate", "--nmu", "3"], "--nmu"),
        (["generate", "extra"], "extra"),
        (["generate", "--roles", "mine"], "--roles"),
        (["generate", "--shard", "9/3"], "--shard"),
        (["generate", "--tools", "absent.json"], "absent.json"),
        (["generate", "--tools", "empty.json"], "empty.json"),
        (["generate", "--tools", "broken.json"], "broken.json"),
        (["generate", "--tools", "number.json"], "number.json"),
        (["generate", "--tools", "none.json"], "none.json"),
        (["generate", "--config", "absent.toml"], "absent.toml"),
        (["generate", "--config", "bad.toml"], "did you mean 'num'?"),
        (["generate", "--config", "broken.toml"], "not valid TOML"),
        (["generate", "--config", "strange.toml"], "models.usr: no role asks a model of this name; did you mean user?"),
        (["generate", "--graph", "conversatoin"], "conversation"),
        (["generate", "--graph", "graph.py:build"], "graph.py:2: RuntimeError: no; mend the builder"),
        (["draw", "graph.py"], "the builder graph.py failed at"),
        (["generate", "--graph", "syntax.py:build"], "syntax.py:1 failed"),
        (["generate", "--graph", "absent.py:build"], "absent.py"),
        (["generate", "--role", "critic"], "--role"),
        (["generate", "--role", "critic=absent.module:Critic"], "absent"),
        (["generate", "--role", "citric=digit_tc.nodes.critic:ProceduralCritic"], "citric"),
        (["generate", "--role", "critic.votse=3"], "votse"),
        (["generate", "--role", "user=absent.py:Mine"], "absent.py: there is no such file; "),
        (["generate", "--role", "nosuch.knob=1"], "the graph conversation has no role 'nosuch'; it has scenario, "),
        (["generate", "--role", "verifier.findings=-1"], "--role verifier: the graph's own ProceduralVerifier cann"),
        (["generate", "--role", "planner.candidates=7"], "has no knob 'candidates'; it has rehearse"),
        (["generate", "--role", "planner.rehearse=7"], "--role planner: the knob 'rehearse' of"),
        (["generate", "--role", "verifier.findings=true"], "must be a whole number; got true"),
        (["generate", "--role", "critic=strict"], "--role critic: no installed package offers a role 'strict'; one of"),
        (["generate", "--role", "critic=json:dumps"], "--role critic: json:dumps is not a role: it is not async"),
        (["generate", "--role", "critic=json:loads", "--role", "critic.votes=1"], "json:loads takes no knobs, but was"),
        (
            ["generate", "--config", "votes.toml"],
            "votes.toml: roles.critic: digit_tc.nodes.critic:LLMCritic has no knob",
        ),
        (["generate", "--config", "votes.toml"], "'votse'; did you mean votes?; it has prompt, model, votes"),
        (["generate", "--config", "number.toml"], "number.toml: roles.critic.use must be an import string"),
        (["generate", "--config", "noknob.toml"], 'noknob.toml: roles."cri tic": the graph conversation has no role'),
        (["generate", "--config", "beside/far.toml"], "beside/far.toml: roles.critic: beside/absent.py: there is no"),
        (
            ["generate", "--config", "sampler.toml"],
            "sampler.toml: sampling.knobs.chain: digit_tc.sampling.shapes:Chain",
        ),
        (
            ["generate", "--config", "imported.toml"],
            "imported.toml: sampling.mix.\"json:lods\": json has no 'lods'; did",
        ),
        (["generate", "--sampler", "json:lods"], "--sampler: json has no 'lods'; did you mean load"),
        (["generate", "--config", "true.toml"], "true.toml: run.num must be a whole number; got true"),
        (["generate", "--config", "weight.toml"], "weight.toml: strata must be a number; got true"),
        (["generate", "--config", "retries.toml"], "retries.toml: plan.retries must be a whole number; got true"),
        (["generate", "--config", "seconds.toml"], "seconds.toml: tools.f.seconds must be a whole number; got true"),
        (["generate", "--roles", "nope"], "--roles must be 'offline', 'llm' or 'hybrid'"),
        (["generate", "--tools", ""], "name a tool file or folder, or an MCP server"),
        (["tools", "show", ""], "name a tool file or folder, or an MCP server"),
        (["generate", "--base-url", "http://127.0.0.1:1/v1"], "add --model NAME"),
        (["generate", "--model", "m"], "--model is not used by --roles offline; add --roles hybrid or --role user="),
        (["generate", "--model", "m", "--role", "user=digit_tc.nodes.user:LLMUser"], "OPENAI_API_KEY"),
        (["generate", "--roles", "hybrid"], "--model"),
        (["generate", "--roles", "hybrid", "--model", "m"], "OPENAI_API_KEY"),
        (["generate", "--model", "m", "--base-url", "nowhere"], "--base-url"),
        (["generate", "--model", "m", "--client", "fsat"], "--client must be 'openai' or 'fast'; got 'fsat'"),
        (["generate", "--client", "fast"], "--model"),
        (["generate", "--out", "."], "is not empty"),
        (["generate", "--out", "number.json"], "is not a folder"),
        (["generate", "--out", "number.json/below"], "cannot be written to"),
        (["tools", "show", "absent.json"], "absent.json"),
        (["tools", "shwo"], "shwo"),
        (["tools", "graph", "broken.json"], "broken.json"),
        (["show"], "DIR"),
        (["show", "absent"], "absent"),
        (["export", "absent"], "absent"),
        (["export", "number.json"], "number.json:1"),
        (["export", ".", "--format", "opnai"], "did you mean openai?"),
        (["draw", "conversation", "--format", "asci"], "did you mean ascii?"),
        (["draw", "conversatoin"], "conversation"),
        (["genrate"], "genrate"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_one_sentence_and_nothing_written(digit_tc: Any, here: Path, arguments: list[str], word: str) -> None:
    before = everything(here)
    said = digit_tc(*arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("digit-tc: ")
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err
    assert word in said.err
    assert everything(here) == before


def test_a_run_of_other_settings_is_not_written_over(digit_tc: Any, folder: Path) -> None:
    before = everything(folder)
    said = digit_tc("generate", "--num", "4", "--turns", "1-2", "--seed", "9", "--out", folder)
    assert said.code == 2
    assert "seed 0 there, 9 here" in said.err
    assert everything(folder) == before


def test_an_export_that_fails_leaves_the_old_file(digit_tc: Any, folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl"
    first = (folder / "conversations.jsonl").read_bytes().splitlines(keepends=True)[0]
    broken.write_bytes(first + b'{"id": 1}\n')
    (tmp_path / "old.jsonl").write_text("old", encoding="utf-8")
    said = digit_tc("export", broken, "--out", tmp_path / "old.jsonl")
    assert (said.code, "broken.jsonl:2" in said.err) == (2, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken.jsonl", "old.jsonl"]
    assert (tmp_path / "old.jsonl").read_text(encoding="utf-8") == "old"


def test_a_key_is_never_repeated(digit_tc: Any, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very secret")
    said = digit_tc("generate", "--roles", "hybrid", "--model", "m", "--out", here / "out")
    assert said.code == 2
    assert "very" not in said.out + said.err


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (["--tools", "a", "b"], ["--tools", "a", "--tools", "b"]),
        (["--tools", "a", "--tools", "b", "--num", "3"], ["--tools", "a", "--tools", "b", "--num", "3"]),
        (["--tools", "a", "b", "c", "--num", "3"], ["--tools", "a", "--tools", "b", "--tools", "c", "--num", "3"]),
        (["--num", "3", "x"], ["--num", "3", "x"]),
        (["--tools"], ["--tools"]),
    ],
)
def test_one_flag_takes_several_files(given: list[str], meant: list[str]) -> None:
    assert spread(given) == meant


def test_several_catalogues_are_read_as_one(digit_tc: Any, tmp_path: Path) -> None:
    for name in ("first", "second"):
        tool = {"name": name, "description": "d", "inputSchema": {"type": "object", "properties": {}}}
        (tmp_path / f"{name}.json").write_text(json.dumps({"tools": [tool]}), encoding="utf-8")
    paths = [tmp_path / "first.json", tmp_path / "second.json"]
    said = digit_tc("generate", "--tools", *paths, "--num", "1", "--turns", "1-1", "--out", tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert [tool["name"] for tool in manifest["tools"]] == ["first", "second"]
    assert "single calls" in said.err, "nothing can be chained, and the user is told"
