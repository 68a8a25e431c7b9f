"""Strata whose words come from models: each role is told what is special, and what comes of it is checked by code."""

import json
from pathlib import Path

import pytest

from digit_tc.cli import run
from digit_tc.records import Record
from digit_tc.strata import STRATA, Stratum
from digit_tc.testing.server import serve

from ..independent.origin import unknown_origins
from .conftest import right_steps

WITS = ("digit_tc.testing.actors:act", "digit_tc.testing.judges:verifier", "digit_tc.testing.judges:critic")


@pytest.mark.long
@pytest.mark.parametrize("roles", ["llm", "hybrid"])
@pytest.mark.parametrize("stratum", [stratum for stratum in STRATA if stratum not in ("plain", "long_context")])
def test_models_show_every_stratum(stratum: Stratum, roles: str, tmp_path: Path) -> None:
    config, out = tmp_path / "c.toml", tmp_path / "out"
    config.write_text(f"[plan]\nmax_calls = 2\n[strata]\n{stratum} = 100\n", encoding="utf-8")
    with serve(temper="well-behaved", wits=WITS) as server:
        where = ["--model", "m", "--base-url", server.base_url, "--config", str(config)]
        assert run(["generate", "--num", "10", "--out", str(out), "--roles", roles, *where]) == 0
    counts = json.loads((out / "manifest.json").read_text("utf-8"))["strata"][stratum]
    assert counts["accepted"] >= 9
    assert run(["audit", str(out)]) == 0
    for line in (out / "conversations.jsonl").read_text("utf-8").splitlines():
        assert unknown_origins(right_steps(Record.model_validate_json(line))) == []
