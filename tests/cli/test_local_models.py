"""A model on this machine: served in this process while a run lasts, counted by its weights, wrong in one sentence.

What holds with a real model whatever it says is held where DIGIT_TC_GGUF names a file of weights; `.ci/run` fetches a
small one.
"""

import json
import os
import secrets
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from digit_tc.cli import run
from digit_tc.errors import SettingsError
from digit_tc.models.local import SLOTS, identity_of
from digit_tc.testing.server import Served, serve

WEIGHTS = os.environ.get("DIGIT_TC_GGUF", "")
GGUF = b"GGUF" + bytes(range(256)) * 8000
ALIVE: "weakref.WeakSet[FakeServer]" = weakref.WeakSet()
"""Servers that something still refers to."""


class FakeParams(SimpleNamespace):
    """Takes any parameter, as those of llama.cpp."""

    def __init__(self) -> None:
        super().__init__(model=SimpleNamespace(), cpuparams=SimpleNamespace(), cpuparams_batch=SimpleNamespace())


class FakeServer:
    """Stands for llama.cpp: listens where the scripted server does."""

    address = ""
    started: list[FakeParams] = []  # noqa: RUF012 - one list for the class

    def __init__(self, params: FakeParams) -> None:
        if not self.address:
            raise RuntimeError("Failed to init server")
        self.listening_address = self.address
        self.started.append(params)
        ALIVE.add(self)


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serve(temper="echo-user") as served:
        yield served


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Served) -> Path:
    """A working folder with a file of weights, and llama.cpp replaced by the scripted server."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.chdir(tmp_path)
    Path("small.gguf").write_bytes(GGUF)
    monkeypatch.setattr(FakeServer, "address", server.base_url.removesuffix("/v1"))
    monkeypatch.setattr(FakeServer, "started", [])
    fake: Any = SimpleNamespace(CommonParams=FakeParams, Server=FakeServer)
    monkeypatch.setitem(sys.modules, "xllamacpp", fake)
    return tmp_path


def arguments(*more: str) -> list[str]:
    return ["generate", "--role", "user=digit_tc.nodes.user:LLMUser", "--num", "1", "--turns", "1", *more]


def manifest(folder: str | Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(folder, "manifest.json").read_text("utf-8"))
    return found


def made(folder: Path) -> bytes:
    return b"".join((folder / name).read_bytes() for name in ("conversations.jsonl", "rejected.jsonl"))


def test_the_run_has_a_server_of_its_own_and_leaves_none(digit_tc: Any, here: Path, server: Served) -> None:
    before = len(server.requests())
    assert digit_tc(*arguments("--local-model", "small.gguf", "--out", "out", "--max-cost", "1")).code == 0
    asked = server.requests()[before:]
    name = identity_of(Path("small.gguf"))
    assert asked
    assert {body["model"] for body in asked} == {name}
    (params,) = FakeServer.started
    assert (params.model.path, params.hostnames, params.port) == ("small.gguf", ["127.0.0.1"], 0)
    assert not ALIVE
    (key,) = params.api_keys
    assert len(key) > 30
    written = b"".join(path.read_bytes() for path in here.rglob("*") if path.is_file())
    assert name.encode() in written
    assert key.encode() not in written
    assert manifest("out")["shape"]["models"]["default"]["model"] == name


def test_a_file_of_settings_names_it_beside_itself_and_a_flag_goes_before(digit_tc: Any, here: Path) -> None:
    Path("below").mkdir()
    Path("below/mine.gguf").write_bytes(GGUF + b"other")
    Path("below/run.toml").write_text('[models.default]\nlocal = "mine.gguf"\n[models.user]\nlocal = "mine.gguf"\n')
    Path("server.toml").write_text('[models.default]\nmodel = "large"\nbase_url = "http://127.0.0.1:1/v1"\n')
    assert digit_tc(*arguments("--config", "below/run.toml", "--out", "first")).code == 0
    assert digit_tc(*arguments("--config", "server.toml", "--local-model", "small.gguf", "--out", "second")).code == 0
    assert [params.model.path for params in FakeServer.started] == ["below/mine.gguf", "small.gguf"]
    replayed = digit_tc(*arguments("--config", "below/run.toml", "--replay", "first/replies.sqlite", "--out", "third"))
    assert replayed.code == 0
    assert len(FakeServer.started) == 2
    assert made(Path("third")) == made(Path("first"))


def test_the_verbs_that_ask_models_take_it_too(digit_tc: Any, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGIT_TC_CACHE", str(here / "cache"))
    assert digit_tc("bench", "critic", "--num", "1", "--local-model", "small.gguf").code == 0
    Path("tools.json").write_text(json.dumps(TOOLS), "utf-8")
    lint = digit_tc("tools", "lint", "tools.json", "--fix", "mended.json", "--local-model", "small.gguf")
    assert "the model was asked about" in lint.out, lint.err
    assert len(FakeServer.started) == 2
    assert not ALIVE
    assert digit_tc(*arguments("--local-model", "absent.gguf", "--dry-run")).code == 0, "an estimate needs no weights"
    assert len(FakeServer.started) == 2


@pytest.mark.parametrize(
    ("file", "word"),
    [
        ("absent.gguf", "absent.gguf: there is no such file; name a GGUF file after --local-model"),
        ("text.gguf", "text.gguf: is not a GGUF file"),
        (".", ".: cannot be read: Is a directory"),
    ],
)
def test_what_is_no_file_of_weights_is_one_sentence(digit_tc: Any, here: Path, file: str, word: str) -> None:
    Path("text.gguf").write_text("no weights", "utf-8")
    _refused(digit_tc(*arguments("--local-model", file, "--out", "out")), word)
    assert not FakeServer.started


def test_a_server_that_does_not_start_is_one_sentence(
    digit_tc: Any, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeServer, "address", "")
    _refused(digit_tc(*arguments("--local-model", "small.gguf", "--out", "out")), "llama.cpp cannot load it")
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    _refused(digit_tc(*arguments("--local-model", "small.gguf", "--out", "out")), "pip install 'digit-tc[local]'")


def test_a_run_that_cannot_begin_leaves_no_server(digit_tc: Any, here: Path) -> None:
    """The server is up before the folder is looked at, and before the other parts of a run are made."""
    _refused(digit_tc(*arguments("--local-model", "small.gguf", "--out", "small.gguf")), "is not a folder")
    assert (len(FakeServer.started), len(ALIVE)) == (1, 0)
    Path("none.toml").write_text('[tools.get_account]\nfunction = "absent.py:answer"\n', "utf-8")
    said = digit_tc(*arguments("--config", "none.toml", "--local-model", "small.gguf", "--out", "out"))
    _refused(said, "absent.py")
    assert (len(FakeServer.started), len(ALIVE)) == (2, 0)


def _refused(said: Any, word: str) -> None:
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1), said.err
    assert word in said.err
    assert not Path("out").exists()


def test_only_one_source_of_a_model_can_be_meant(digit_tc: Any, here: Path) -> None:
    said = digit_tc(*arguments("--local-model", "small.gguf", "--model", "m"))
    assert (said.code, "must name one model; got local and model" in said.err) == (2, True)
    said = digit_tc("generate", "--local-model", "small.gguf")
    assert (said.code, said.err.startswith("digit-tc: --local-model is not used by --roles offline")) == (2, True)


def test_weights_count_by_name_and_content(tmp_path: Path) -> None:
    large = GGUF * 2
    for folder, content in {"a": large, "b": large, "c": large[:-1] + b"x", "d": large + b"x"}.items():
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "w.gguf").write_bytes(content)
    a, b, c, d = (identity_of(tmp_path / folder / "w.gguf") for folder in "abcd")
    assert a == b
    assert len({a, c, d}) == 3
    assert a.startswith("w.gguf@")
    with pytest.raises(SettingsError, match="there is no such file"):
        identity_of(tmp_path / "none.gguf")


TOOLS = [
    {
        "name": "find_rooms",
        "description": "List the rooms of the house that are free on a day.",
        "parameters": {
            "type": "object",
            "properties": {"day": {"type": "string", "format": "date"}},
            "required": ["day"],
        },
        "output_schema": {
            "type": "object",
            "required": ["rooms"],
            "properties": {
                "rooms": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["room_id", "beds"],
                        "properties": {"room_id": {"type": "string"}, "beds": {"type": "integer"}},
                    },
                }
            },
        },
    },
    {
        "name": "book_room",
        "description": "Book a room for a day.",
        "parameters": {
            "type": "object",
            "properties": {"room_id": {"type": "string"}, "day": {"type": "string", "format": "date"}},
            "required": ["room_id", "day"],
        },
        "output_schema": {
            "type": "object",
            "required": ["booking_id", "status"],
            "properties": {"booking_id": {"type": "string"}, "status": {"type": "string"}},
        },
    },
]
"""Few and small: a small processor reads some hundred tokens a second."""

RUN = f"""
[run]
tools = ["tools.json"]
turns = "1"
concurrency = {SLOTS}

[plan]
max_calls = 2
retries = 0
implicit = 0
branches = 0

[strata]
plain = 100

[models.default]
local = {json.dumps(WEIGHTS)}
seed = 1
max_tokens = 64
"""
ROLES = {
    "planner": "planner:LLMPlanner",
    "user": "user:LLMUser",
    "verifier": "verifier:LLMVerifier",
    "assistant": "assistant:LLMAssistant",
    "tool_simulator": "tool_simulator:LLMToolSimulator",
    "critic": "critic:LLMCritic",
}


@pytest.mark.long
@pytest.mark.skipif(not WEIGHTS, reason="DIGIT_TC_GGUF names no file of weights")
class TestARealModel:
    """Holds whatever the model says."""

    @pytest.fixture
    def keys(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """The keys that are drawn."""
        drawn: list[str] = []
        draw = secrets.token_urlsafe

        def kept(size: int) -> str:
            drawn.append(draw(size))
            return drawn[-1]

        monkeypatch.setattr(secrets, "token_urlsafe", kept)
        return drawn

    @pytest.fixture
    def place(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.chdir(tmp_path)
        monkeypatch.delenv("OPENAI_API_KEY", raising=False)
        Path("tools.json").write_text(json.dumps(TOOLS), encoding="utf-8")
        Path("run.toml").write_text(RUN, encoding="utf-8")
        return tmp_path

    def test_every_role_at_once(self, place: Path, keys: list[str], capfd: pytest.CaptureFixture[str]) -> None:
        code = run(["generate", "--config", "run.toml", "--roles", "llm", "--num", "2", "--out", "first"])
        spent = self._accounted(place / "first", 2, code)
        assert spent["planner"]["requests"] > 0, "the role that begins is always asked"
        again = ["--replies", "first/replies.sqlite", "--out", "second"]
        assert run(["generate", "--config", "run.toml", "--roles", "llm", "--num", "2", *again]) == code
        assert {
            role: row["requests"] for role, row in self._accounted(place / "second", 2, code).items()
        } == dict.fromkeys(spent, 0)
        assert made(place / "second") == made(place / "first")
        self._silent(place, keys, capfd)

    @pytest.mark.parametrize("role", ROLES)
    def test_each_role_among_others_that_need_no_model(
        self, place: Path, keys: list[str], capfd: pytest.CaptureFixture[str], role: str
    ) -> None:
        told = ["--role", f"{role}=digit_tc.nodes.{ROLES[role]}"]
        told += ["--role", "verifier.samples=1"] if role == "verifier" else []
        code = run(["generate", "--config", "run.toml", "--num", "1", "--out", "out", *told])
        spent = self._accounted(place / "out", 1, code)
        assert list(spent) == [role]
        assert spent[role]["requests"] > 0
        assert spent[role]["prompt_tokens"] > 0
        self._silent(place, keys, capfd)

    def _accounted(self, folder: Path, started: int, code: int) -> dict[str, Any]:
        found = manifest(folder)
        lines = made(folder).splitlines()
        statuses = [json.loads(line)["outcome"]["status"] for line in lines]
        assert len(statuses) == started
        assert set(statuses) <= {"accepted", "rejected", "failed"}
        assert found["status"] == "finished"
        assert code == (1 if statuses == ["failed"] * started else 0)
        assert WEIGHTS not in json.dumps(found["shape"])
        return dict(found["usage"]["roles"])

    def _silent(self, place: Path, keys: list[str], capfd: pytest.CaptureFixture[str]) -> None:
        said = "".join(capfd.readouterr())
        assert "Traceback" not in said
        assert keys
        for path in place.rglob("*"):
            assert path.is_dir() or not any(key.encode() in path.read_bytes() for key in keys), path
        assert not any(key in said for key in keys)
