"""The verbs audit and bench audit: figures for people, lines for programs, exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest

NOTE = {"type": "object", "properties": {"id": {"type": "integer"}, "title": {"type": "string"}}}
TRACE: dict[str, Any] = {
    "id": "spoilt",
    "tools": [
        {"name": "get_note", "parameters": {"type": "object", "properties": {"note_id": {"type": "integer"}}},
         "output_schema": NOTE},
    ],
    "steps": [
        {"call": {"id": "a", "name": "get_note", "arguments": {"note_id": 17}}, "result": {"id": 17, "title": "Milk"}},
        {"call": {"id": "b", "name": "get_note", "arguments": {"note_id": 17}}, "result": {"id": 17, "title": "Tea"}},
    ],
}  # fmt: skip


@pytest.fixture
def spoilt(tmp_path: Path) -> Path:
    path = tmp_path / "traces.jsonl"
    clean = {**TRACE, "id": "clean", "steps": TRACE["steps"][:1]}
    path.write_text(json.dumps(clean) + "\n" + json.dumps(TRACE) + "\n", encoding="utf-8")
    return path


def test_our_own_conversations_pass(digit_tc: Any, folder: Path) -> None:
    said = digit_tc("audit", folder)
    assert said.code == 0
    assert "4 conversations, " in said.out
    assert "0 with errors" in said.out
    assert digit_tc("audit", folder / "conversations.jsonl").code == 0


def test_an_error_is_said_and_the_exit_code_is_1(digit_tc: Any, spoilt: Path) -> None:
    said = digit_tc("audit", spoilt)
    assert said.code == 1
    assert f"{spoilt}: 2 conversations, 3 calls, 1 with errors" in said.out
    assert "error: repeated_read: spoilt step 1 /result: step 0 answered" in said.out
    assert "origins_known: unknown in 2 conversations" in said.out


def test_json_has_one_line_per_conversation(digit_tc: Any, spoilt: Path) -> None:
    said = digit_tc("audit", spoilt, "--json")
    rows = [json.loads(line) for line in said.out.splitlines()]
    assert said.code == 1
    assert [row["id"] for row in rows] == ["clean", "spoilt"]
    assert rows[0]["findings"] == []
    first = rows[1]["findings"][0]
    assert set(first) == {"code", "severity", "step", "pointer", "evidence"}
    assert (first["code"], first["severity"], first["step"], first["pointer"]) == (
        "repeated_read",
        "error",
        1,
        "/result",
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "traces.jsonl:1: is not JSON"),
        ("[]", "traces.jsonl:1: not a trace"),
        ('{"id": "x", "tools": [], "steps": [{"call": 3}]}', "traces.jsonl:1: not a trace"),
        ('{"turns": []}', "traces.jsonl:1: is not a conversation record"),
    ],
)
def test_a_line_that_is_neither_is_named(line: str, told: str, digit_tc: Any, tmp_path: Path) -> None:
    (tmp_path / "traces.jsonl").write_text(line + "\n", encoding="utf-8")
    said = digit_tc("audit", tmp_path / "traces.jsonl")
    assert said.code == 2
    assert told in said.err
    assert "Traceback" not in said.err


def test_a_file_that_is_not_there_is_named(digit_tc: Any, tmp_path: Path) -> None:
    said = digit_tc("audit", tmp_path / "none.jsonl")
    assert said.code == 2
    assert "none.jsonl: cannot be read: No such file or directory; name a file" in said.err


def test_the_bench_prints_what_it_measured(digit_tc: Any, spoilt: Path) -> None:
    said = digit_tc("bench", "audit", spoilt)
    assert said.code == 0
    assert "2 conversations; false alarms in 1 (50.0%)" in said.out
    rows = json.loads(digit_tc("bench", "audit", spoilt, "--json").out)
    assert rows["defects"]["type_changed"]["planted"] == 1
    assert rows["defects"]["id_reissued"]["recall"] is None
