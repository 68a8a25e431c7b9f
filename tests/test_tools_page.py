"""What docs/tools.md shows works as it stands there."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from digit_tc.cli import run

TEXT = (Path(__file__).resolve().parent.parent / "docs" / "tools.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```\w+ (\S+)\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
LINE = [sys.executable, "-m", "digit_tc"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of the page, side by side; `python` is this one."""
    for name, text in BLOCKS:
        written = text.replace('"python weather.py"', json.dumps(f"{sys.executable} weather.py"))
        (tmp_path / name).write_text(written, encoding="utf-8")
    monkeypatch.chdir(tmp_path.parent)
    return tmp_path


def simulated(folder: Path, *calls: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers of `digit-tc simulate` to calls on its standard input."""
    lines = "".join(
        json.dumps({"id": str(at), "name": name, "arguments": given}) + "\n" for at, (name, given) in enumerate(calls)
    )
    command = [*LINE, "simulate", "--config", str(folder / "run.toml"), "--trace", str(folder / "trace.jsonl")]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_files_of_the_page_are_all_found() -> None:
    assert [name for name, _ in BLOCKS] == ["orders.json", "run.toml", "shipping.py", "recorded.jsonl", "weather.py"]


def test_the_effects_are_as_the_page_says(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["tools", "show", str(folder / "orders.json"), "--effects", "--json"]) == 0
    inferred = {row["name"]: row for row in json.loads(capfd.readouterr().out)}
    assert inferred["orders_sync"]["kind"] == "unknown"
    assert run(["tools", "show", "--effects", "--config", str(folder / "run.toml"), "--json"]) == 0
    said = {row["name"]: row for row in json.loads(capfd.readouterr().out)}
    assert {name: row["kind"] for name, row in said.items()} == {
        "get_order": "read", "cancel_order": "delete", "orders_sync": "update", "shipping_cost": "compute",
        "get_weather": "read",
    }  # fmt: skip
    assert (said["orders_sync"]["writes"], said["orders_sync"]["seconds"]) == (True, 3)
    assert said["orders_sync"]["sets"] == {"points": "loyalty_points"}
    assert said["shipping_cost"]["answered_by"].startswith("function ")


def test_every_source_answers_and_the_world_agrees(folder: Path) -> None:
    answers = simulated(
        folder,
        ("shipping_cost", {"country": "Norway", "kilos": 2}),
        ("shipping_cost", {"country": "Atlantis"}),
        ("get_order", {"order_id": "A-2"}),
        ("cancel_order", {"order_id": "A-2"}),
        ("get_order", {"order_id": "A-3"}),
        ("get_weather", {"city": "Oslo"}),
        ("get_order", {"order_id": "B-9"}),
    )
    assert [answer["result"] for answer in answers[:6]] == [
        {"cost": 6.9},
        {"error": {"code": "tool_error", "message": "we do not ship to Atlantis"}},
        {"order_id": "A-2", "status": "shipped", "total": 7.5},
        {"error": {"code": "not_cancellable", "message": "order A-2 is shipped, not pending"}},
        {"error": {"code": "tool_error", "message": "no such order"}},
        {"city": "Oslo", "celsius": 2.0},
    ]
    assert answers[6]["result"]["order_id"] == "B-9", "what is not recorded is simulated"


def test_a_run_over_the_page_holds_the_answers_and_the_effects(folder: Path) -> None:
    assert run(["generate", "--config", str(folder / "run.toml"), "--out", str(folder / "out")]) == 0
    lines = (folder / "out" / "conversations.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    events = [event for record in records for event in record["world"]["events"] if event["kind"] == "call"]
    assert {"function", "mcp"} <= {event.get("answered_by") for event in events}
    for event in events:
        if event["tool"] == "get_weather" and event["outcome"] == "ok":
            assert event["result"]["celsius"] == len(event["arguments"]["city"]) / 2
    tools = {tool["name"]: tool["effect"] for record in records for tool in record["tools"]}
    assert tools["orders_sync"]["reason"].startswith("said by the user: kind")
