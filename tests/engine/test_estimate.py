"""What a dry run says, held against the run itself."""

import asyncio
import json
from contextlib import closing
from pathlib import Path

import pytest

from digit_tc.cli import run as command
from digit_tc.engine.estimate import estimate
from digit_tc.engine.job import prepare
from digit_tc.engine.run import run
from digit_tc.settings import Settings, read_settings
from digit_tc.testing.server import serve

WITS = ("digit_tc.testing.actors:act", "digit_tc.testing.judges:verifier", "digit_tc.testing.judges:critic")


def settings(address: str, **more: object) -> Settings:
    return read_settings(
        flags={
            "run": {"roles": "hybrid", "num": 3, "concurrency": 1, **more},
            "models": {"default": {"model": "m", "base_url": address, "price": [2.0, 8.0]}},
            "strata": {"plain": 100},
        }
    )


def test_a_run_asks_what_its_dry_run_said(tmp_path: Path) -> None:
    with serve(temper="well-behaved", wits=WITS) as server:
        chosen = settings(server.base_url)
        found = asyncio.run(estimate(chosen))
        assert server.requests() == [], "the server of the run is left alone"
        with closing(prepare(chosen)) as job:
            asyncio.run(run(job, tmp_path / "out"))
    usage = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["usage"]
    assert (found.started, found.played) == (3, 3)
    for role, spent in usage["roles"].items():
        for name in ("calls", "prompt_tokens", "completion_tokens"):
            assert found.of(getattr(found.roles[role], name)) == spent[name]
        assert found.costs[role] == pytest.approx(spent["cost"], abs=1e-5)
    assert found.seconds > sum(spent["calls"] for spent in usage["roles"].values()) * 0.5


def test_a_few_conversations_stand_for_many() -> None:
    found = asyncio.run(estimate(settings("http://127.0.0.1:9/v1", num=400, shard="2/4")))
    assert (found.started, found.played) == (100, 8)
    assert found.of(8) == 100


def test_it_needs_neither_key_nor_server_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert command(["generate", "--dry-run", "--num", "2", "--roles", "hybrid", "--model", "gpt-4o-mini"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "2 conversations would be started" in told
    assert "in all about 0.0" in told
    assert command(["generate", "--dry-run", "--num", "2"]) == 0
    assert "no role asks a model" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
