"""The output folder belongs to one run, and says so when it does not."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from digit_tc.engine.conversation import Identity
from digit_tc.engine.job import Job
from digit_tc.engine.output import claimed
from digit_tc.engine.run import run
from digit_tc.errors import OutputError
from digit_tc.records import Outcome, Record, RunContext, Turn, WorldRecord

Jobs = Callable[..., Job]
Conversations = Callable[[Callable[[int], Outcome]], list[int]]


def go(job: Job, path: Path) -> None:
    asyncio.run(run(job, path, lambda _: None))


def contents(path: Path) -> dict[str, bytes]:
    return {entry.name: entry.read_bytes() for entry in path.iterdir()}


@pytest.fixture
def finished(job: Jobs, conversations: Conversations, tmp_path: Path) -> Path:
    """A folder with a run of three conversations."""
    conversations(lambda _: Outcome(status="accepted"))
    go(job(num=3), tmp_path / "run")
    return tmp_path / "run"


def test_a_folder_of_another_configuration_is_left_untouched(job: Jobs, finished: Path) -> None:
    before = contents(finished)
    other = replace(job(), fingerprint="0" * 64, shape={**job().shape, "seed": 5})
    with pytest.raises(OutputError, match=r"another configuration \(seed 0 there, 5 here\)"):
        go(other, finished)
    assert contents(finished) == before


def test_a_folder_with_something_else_in_it_is_left_untouched(job: Jobs, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("chapter one", encoding="utf-8")
    with pytest.raises(OutputError, match="is not empty and holds no run of digit-tc"):
        go(job(), tmp_path)
    assert contents(tmp_path) == {"thesis.tex": b"chapter one"}


@pytest.mark.parametrize("text", ["{}", "[]", "{", '{"program": "other"}'])
def test_a_manifest_of_something_else_is_no_invitation(job: Jobs, tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(OutputError, match=r"manifest\.json: "):
        go(job(), tmp_path)
    assert contents(tmp_path) == {"manifest.json": text.encode()}


def test_a_manifest_that_was_being_written_is_no_obstacle(
    job: Jobs, conversations: Conversations, tmp_path: Path
) -> None:
    conversations(lambda _: Outcome(status="accepted"))
    (tmp_path / "manifest.json.tmp").write_text('{"prog', encoding="utf-8")
    go(job(num=1), tmp_path)
    assert json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["status"] == "finished"


def test_a_path_that_cannot_be_a_folder_is_refused_before_any_work(
    job: Jobs, conversations: Conversations, tmp_path: Path
) -> None:
    begun = conversations(lambda _: Outcome(status="accepted"))
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="is not a folder"):
        go(job(), tmp_path / "file")
    with pytest.raises(OutputError, match="cannot be written to: Not a directory"):
        go(job(), tmp_path / "file" / "below")
    assert begun == []
    assert contents(tmp_path) == {"file": b"mine"}


def test_two_runs_do_not_write_to_one_folder(job: Jobs, tmp_path: Path) -> None:
    with claimed(tmp_path / "shared", job()), pytest.raises(OutputError, match="another run is writing to it"):
        go(job(), tmp_path / "shared")


def test_a_broken_line_is_named_and_not_thrown_away(job: Jobs, finished: Path) -> None:
    path = finished / "conversations.jsonl"
    first, _, third = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + b'{"index": 1}\n' + third)
    before = path.read_bytes()
    with pytest.raises(OutputError, match=r"conversations\.jsonl:2: is not a record; delete the line"):
        go(job(num=3), finished)
    assert path.read_bytes() == before


def test_what_no_json_can_hold_is_a_failure_and_costs_one_conversation(
    job: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def converse(_graph: Any, _context: Any, identity: Identity) -> Record:
        said = "half a \ud83d" if identity.index == 1 else "whole"
        return Record(
            id=identity.id,
            index=identity.index,
            seed=0,
            graph="conversation",
            context=RunContext(date="2025-01-01", text=""),
            tools=(),
            persona=None,
            turns=(Turn(user=said, steps=(), assistant="ok"),),
            world=WorldRecord(state={}, events=(), summaries=()),
            verdicts=(),
            outcome=Outcome(status="accepted"),
        )

    monkeypatch.setattr("digit_tc.engine.run.converse", converse)
    go(job(num=3), tmp_path)
    assert contents(tmp_path)["conversations.jsonl"].count(b"\n") == 2
    failed = json.loads(contents(tmp_path)["rejected.jsonl"])
    assert (failed["index"], failed["outcome"]["code"]) == (1, "UnwritableRecord")
