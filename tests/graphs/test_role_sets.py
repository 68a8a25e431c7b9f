"""The role sets `llm` and `hybrid` through the command line, against a real server in each of its tempers."""

import json
from pathlib import Path
from typing import Any

import pytest

from digit_tc.cli import run
from digit_tc.export.trace import trace_row
from digit_tc.records import Record
from digit_tc.testing.server import serve
from digit_tc.testing.tempers import Temper

from ..independent.origin import unknown_origins
from ..independent.validity import violations

WITS = ("digit_tc.testing.actors:act", "digit_tc.testing.judges:verifier", "digit_tc.testing.judges:critic")
KEY = "sk-a-key-that-nobody-may-see-9876543210"


def made(folder: Path, roles: str, temper: Temper, num: int) -> dict[str, Any]:
    """Returns the manifest of a run of plain tasks with at most two calls a turn."""
    config = folder.with_suffix(".toml")
    config.write_text("[plan]\nmax_calls = 2\n[strata]\nplain = 100\n", encoding="utf-8")
    with serve(temper=temper, wits=WITS) as server:
        where = ["--model", "m", "--base-url", server.base_url, "--config", str(config)]
        run(["generate", "--num", str(num), "--out", str(folder), "--roles", roles, *where])
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    counts = found["counts"]
    assert counts["accepted"] + counts["rejected"] + counts["failed"] == counts["started"] == num
    return found


@pytest.mark.parametrize(("roles", "most"), [("llm", 7), ("hybrid", 3)])
def test_good_models_give_good_conversations_at_a_bounded_price(roles: str, most: float, tmp_path: Path) -> None:
    manifest = made(tmp_path / "out", roles, "well-behaved", 14)
    assert manifest["counts"]["accepted"] >= 13
    assert manifest["usage"]["total"]["calls"] <= most * manifest["counts"]["turns"]
    assert set(manifest["usage"]["roles"]) == (
        {"planner", "user", "verifier", "assistant", "tool_simulator", "critic"}
        if roles == "llm"
        else {"user", "assistant"}
    )
    for line in (tmp_path / "out" / "conversations.jsonl").read_text("utf-8").splitlines():
        row = trace_row(Record.model_validate_json(line))
        assert (violations(row), unknown_origins(row)) == ([], [])


@pytest.mark.parametrize("roles", [pytest.param("llm", marks=pytest.mark.long), "hybrid"])
@pytest.mark.parametrize("temper", ["sloppy", "drifting", "failing", "random"])
def test_bad_models_cost_conversations_and_never_soundness(
    roles: str, temper: Temper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    made(tmp_path / "out", roles, temper, 3)
    assert run(["audit", str(tmp_path / "out" / "conversations.jsonl")]) == 0
    told = "".join(capfd.readouterr())
    assert "Traceback" not in told
    assert KEY not in told
    for path in tmp_path.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert KEY.encode() not in content, path
        assert b"Traceback" not in content, path
