"""The default mix over many conversations: quotas, acceptance, origins."""

import json
from collections import Counter
from pathlib import Path

import pytest

from digit_tc.cli import run
from digit_tc.planning.references import leaves
from digit_tc.records import Record
from digit_tc.strata import DEFAULT_MIX

from ..independent.origin import unknown_origins
from .conftest import right_steps

NUM = 400


@pytest.mark.long
def test_the_default_mix_meets_its_quotas_and_is_accepted(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run(["generate", "--num", str(NUM), "--out", str(out)]) == 0
    strata = json.loads((out / "manifest.json").read_text("utf-8"))["strata"]
    for stratum, share in {**DEFAULT_MIX, "plain": 100 - sum(DEFAULT_MIX.values())}.items():
        assert 100 * strata[stratum]["started"] / NUM == pytest.approx(share, abs=2), stratum
        assert strata[stratum]["accepted"] >= 0.8 * strata[stratum]["started"], stratum
    assert sum(one["accepted"] for one in strata.values()) >= 0.9 * NUM
    found: Counter[str] = Counter()
    for line in (out / "conversations.jsonl").read_text("utf-8").splitlines():
        row = right_steps(Record.model_validate_json(line))
        found["values"] += sum(len(leaves(step["call"]["arguments"])) for step in row["steps"] if "call" in step)
        unknown = unknown_origins(row)
        found["unknown"] += len(unknown)
        found["ids"] += sum(one.pointer.endswith("id") for one in unknown)
    assert found["unknown"] <= 0.005 * found["values"]
    assert found["ids"] == 0
