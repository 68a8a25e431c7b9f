"""The output folder belongs to one run, and says so when it does not."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from digit_tc.engine import store
from digit_tc.engine.conversation import Identity
from digit_tc.engine.job import Job
from digit_tc.engine.manifest import manifest_of
from digit_tc.engine.output import claimed
from digit_tc.engine.run import run
from digit_tc.errors import OutputError
from digit_tc.records import Outcome, Record, RunContext, Turn, WorldRecord

Jobs = Callable[..., Job]
Conversations = Callable[[Callable[[int], Outcome]], list[int]]


def go(job: Job, path: Path) -> None:
    asyncio.run(run(job, path))


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
    with (
        claimed(tmp_path / "shared", manifest_of(job())),
        pytest.raises(OutputError, match="another run is writing to it"),
    ):
        go(job(), tmp_path / "shared")


def test_a_file_that_someone_has_changed_is_said_and_left_as_it_is(job: Jobs, finished: Path) -> None:
    path = finished / "conversations.jsonl"
    first, _, third = path.read_bytes().splitlines(keepends=True)
    for text in (first + b'{"index": 1}\n' + third, b"x" * len(path.read_bytes())):
        path.write_bytes(text)
        with pytest.raises(OutputError, match=r"conversations\.jsonl: was changed by someone; put it back"):
            go(job(num=5), finished)
        assert path.read_bytes() == text
    path.unlink()
    with pytest.raises(OutputError, match=r"conversations\.jsonl: is gone; put it back"):
        go(job(num=5), finished)


def test_another_part_of_the_run_does_not_go_into_a_folder(job: Jobs, finished: Path) -> None:
    before = contents(finished)
    with pytest.raises(OutputError, match=r"holds a whole run, not the shard 1/2 of a run; choose another --out"):
        go(job(num=3, shard="1/2"), finished)
    assert contents(finished) == before


def broken(finished: Path) -> Path:
    return finished / "run.sqlite"


def test_a_store_that_is_gone_is_said(job: Jobs, finished: Path) -> None:
    broken(finished).unlink()
    with pytest.raises(OutputError, match=r"run\.sqlite: is gone, and with it what the run had done; put it back"):
        go(job(num=3), finished)
    assert (finished / "conversations.jsonl").read_bytes().count(b"\n") == 3


def test_a_store_that_is_none_is_said(job: Jobs, finished: Path) -> None:
    broken(finished).write_bytes(b"no database at all, and long enough to be taken for one" * 9)
    with pytest.raises(OutputError, match=r"run\.sqlite: cannot be used \(file is not a database\); put"):
        go(job(num=3), finished)


def test_a_store_of_another_version_is_said(job: Jobs, finished: Path) -> None:
    with closing(sqlite3.connect(broken(finished))) as base:
        base.execute("PRAGMA user_version = 7")
    with pytest.raises(OutputError, match=r"made by another version of digit-tc \(its schema is 7, this one's is 1\)"):
        go(job(num=3), finished)


def test_a_locked_store_is_said_and_the_run_can_go_on(
    job: Jobs, conversations: Conversations, finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digit_tc.engine.store._WAIT", 0.05)
    conversations(lambda _: Outcome(status="accepted"))
    with closing(sqlite3.connect(broken(finished), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(
            OutputError, match=r"run\.sqlite: another program keeps it locked; close that and run again"
        ):
            go(job(num=5), finished)
    go(job(num=5), finished)
    assert (finished / "conversations.jsonl").read_bytes().count(b"\n") == 5


def test_a_full_disk_is_said_and_the_run_goes_on_where_it_was(
    job: Jobs, conversations: Conversations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that may not grow further is refused as one on a full disk is."""
    conversations(lambda _: Outcome(status="accepted"))
    go(job(num=400), tmp_path / "whole")
    opened = store.opened

    def small(path: Path, *, fresh: bool) -> store.Store:
        made = opened(path, fresh=fresh)
        made._base.execute("PRAGMA max_page_count = 14")
        return made

    with monkeypatch.context() as patch:
        patch.setattr("digit_tc.engine.store.opened", small)
        with pytest.raises(
            OutputError, match=r"run\.sqlite: cannot be written to: the disk is full or broken; make room"
        ):
            go(job(num=400), tmp_path / "full")
    begun = conversations(lambda _: Outcome(status="accepted"))
    go(job(num=400), tmp_path / "full")
    assert 0 < len(begun) < 400
    assert records(tmp_path / "full") == records(tmp_path / "whole")


def records(path: Path) -> list[bytes]:
    return [(path / name).read_bytes() for name in ("conversations.jsonl", "rejected.jsonl")]


def test_what_no_json_can_hold_is_a_failure_and_costs_one_conversation(
    job: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def converse(_graph: Any, _context: Any, identity: Identity, *_: Any, **__: Any) -> Record:
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

    monkeypatch.setattr("digit_tc.engine.maker.converse", converse)
    go(job(num=3), tmp_path)
    assert contents(tmp_path)["conversations.jsonl"].count(b"\n") == 2
    failed = json.loads(contents(tmp_path)["rejected.jsonl"])
    assert (failed["index"], failed["outcome"]["code"]) == (1, "UnwritableRecord")
