"""Whole conversations whose acting roles ask a model: a real client, a real server, sensible and senseless answers."""

import json
from collections import Counter
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

ROLES = {
    "planner": "digit_tc.nodes.planner:LLMPlanner",
    "assistant": "digit_tc.nodes.assistant:LLMAssistant",
    "tool_simulator": "digit_tc.nodes.tool_simulator:LLMToolSimulator",
}
ACT, BLUNDER = "digit_tc.testing.actors:act", "digit_tc.testing.actors:blunder"


def made(folder: Path, num: int, wit: str, temper: Temper = "well-behaved") -> tuple[list[Any], list[Any]]:
    """Returns the accepted and the other conversations of a run."""
    chosen = [argument for role, use in ROLES.items() for argument in ("--role", f"{role}={use}")]
    plain = folder.with_suffix(".toml")
    plain.write_text("[strata]\nplain = 100\n", encoding="utf-8")
    with serve(temper=temper, wits=[wit]) as server:
        command = ["generate", "--num", str(num), "--out", str(folder), "--model", "m", "--base-url", server.base_url]
        assert run([*command, *chosen, "--config", str(plain)]) == 0
    kept, left = (
        [json.loads(line) for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
        for name in ("conversations", "rejected")
    )
    assert len(kept) + len(left) == num
    return kept, left


def sound(folder: Path, kept: list[Any]) -> None:
    """Holds accepted conversations against the audit and the instruments that share no code with the program."""
    assert run(["audit", str(folder / "conversations.jsonl")]) == 0
    for record in kept:
        row = trace_row(Record.model_validate(record))
        assert violations(row) == []
        assert unknown_origins(row) == []


def spent(kept: list[Any]) -> Counter[str]:
    return Counter({role: sum(record["usage"][role]["calls"] for record in kept) for role in ROLES})


def test_a_sensible_model_gives_sound_conversations_at_a_bounded_price(tmp_path: Path) -> None:
    kept, _ = made(tmp_path / "out", 8, ACT)
    assert len(kept) >= 7
    sound(tmp_path / "out", kept)
    turns = sum(len(record["turns"]) for record in kept)
    calls = spent(kept)
    goodbyes = sum(turn["kind"] == "closing" for record in kept for turn in record["turns"])
    assert calls["planner"] + goodbyes == calls["assistant"] == turns
    assert calls["tool_simulator"] <= 3 * turns
    shown = json.dumps([turn["steps"] for record in kept for turn in record["turns"]])
    assert "Green" in shown, "what the model offered stands in the results"


@pytest.mark.parametrize(("wit", "temper"), [(BLUNDER, "well-behaved"), (ACT, "drifting")])
def test_a_senseless_model_leads_to_nothing_unsound(wit: str, temper: Temper, tmp_path: Path) -> None:
    kept, left = made(tmp_path / "out", 2, wit, temper)
    sound(tmp_path / "out", kept)
    assert all(record["outcome"]["reason"] for record in left)
