"""`bench critic` against a real server: what the model fails is counted, what cannot be read is unknown."""

import json
from pathlib import Path
from typing import Any

import pytest

from digit_tc.audit.misconduct import PLANTERS
from digit_tc.audit.opinions import QUESTIONS
from digit_tc.engine.output import ACCEPTED
from digit_tc.testing.server import Rule, serve

from .conftest import Command


def opinions(**other: str) -> dict[str, Any]:
    return {name: {"status": other.get(name, "pass"), "evidence": "so"} for name in QUESTIONS}


RULES = (
    Rule(contains="Run the function to", reply=opinions(request_natural="fail")),
    Rule(contains="for many years now", reply="I would say so."),
    Rule(reply=opinions()),
)


def test_the_recall_of_a_model_stands_beside_that_of_the_code_checks(digit_tc: Command, folder: Path) -> None:
    accepted = len((folder / ACCEPTED).read_text("utf-8").splitlines())
    with serve(RULES) as server:
        asked = ("bench", "critic", folder, "--model", "m", "--base-url", server.base_url, "--num", "2")
        told = digit_tc(*asked, "--json")
        (first, *_), texts = server.requests(), digit_tc(*asked)
    assert told.code == 0
    said = json.loads(told.out)
    assert said["conversations"] == min(accepted, 2)
    assert said["false_alarms"] == {"code": 0, "critic": 0, "unknown": 0}
    defects = said["defects"]
    talked, person = defects["tools_talked_of"], defects["person_changed"]
    assert (talked["noticed_by_critic"], talked["noticed_by_code"], talked["unknown"]) == (talked["planted"], 0, 0)
    assert (person["noticed_by_critic"], person["unknown"]) == (0, person["planted"])
    assert {defects[name]["noticed_by_code"] for name in PLANTERS} == {0}
    assert any(row["noticed_by_code"] for name, row in defects.items() if name not in PLANTERS)
    assert [message["role"] for message in first["messages"]] == ["system", "user"]
    assert texts.code == 0
    assert ["tools_talked_of", "2", "0.0%", "100.0%", "0.0%"] in [line.split() for line in texts.out.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "give --model NAME"),
        (("--model", "m", "--base-url", "http://127.0.0.1:9/v1", "--role", "critic.votes=2"), "odd number"),
        (("--model", "m", "--base-url", "http://127.0.0.1:9/v1", "--role", "user.prompt=x"), "only the critic"),
        (
            (
                "--model", "m", "--base-url", "http://127.0.0.1:9/v1",
                "--role", "critic=digit_tc.nodes.critic:ProceduralCritic",
            ),
            "no method `judge(scene, models, prompts)`",
        ),
        (("nothing.jsonl", "--model", "m", "--base-url", "http://127.0.0.1:9/v1"), "nothing.jsonl: cannot be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_measured_is_one_sentence(digit_tc: Command, folder: Path, arguments: Any, told: str) -> None:
    path = () if "nothing.jsonl" in arguments else (folder,)
    said = digit_tc("bench", "critic", *path, *arguments)
    assert said.code == 2
    assert told in said.err
    assert said.err.count("\n") == 1


def test_a_line_that_is_no_record_is_named(digit_tc: Command, tmp_path: Path) -> None:
    file = tmp_path / "traces.jsonl"
    file.write_text('{"id": "t", "tools": [], "steps": []}\n', encoding="utf-8")
    said = digit_tc("bench", "critic", file, "--model", "m", "--base-url", "http://127.0.0.1:9/v1")
    assert said.code == 2
    assert f"{file}:1: is not a conversation record" in said.err


def test_a_server_that_cannot_be_reached_is_one_sentence(digit_tc: Command, folder: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(
        '[models.critic]\nmodel = "m"\nbase_url = "http://127.0.0.1:9/v1"\nmax_retries = 0\n', encoding="utf-8"
    )
    said = digit_tc("bench", "critic", folder, "--num", "1", "--config", settings)
    assert said.code == 1
    assert "cannot be reached" in said.err
    assert "Traceback" not in said.err
