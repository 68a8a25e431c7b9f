"""Runs from the command line: how one stands, what it logs, shards brought together, several processes."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from digit_tc.cli import run


def files(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in ("conversations.jsonl", "rejected.jsonl")]


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of six conversations as a whole, and as three shards."""
    here = tmp_path_factory.mktemp("shards")
    flags = ["--num", "6", "--turns", "1"]
    assert run(["generate", *flags, "--out", str(here / "whole")]) == 0
    for part in ("1", "2", "3"):
        assert run(["generate", *flags, "--shard", f"{part}/3", "--out", str(here / part)]) == 0
    return here


def test_shards_brought_together_are_the_whole(digit_tc: Any, shards: Path, tmp_path: Path) -> None:
    said = digit_tc("merge", shards / "3", shards / "1", shards / "2", "--out", tmp_path / "out")
    assert said.out.startswith(f"6 conversations of 3 shards in {tmp_path / 'out'}: 6 accepted")
    assert files(tmp_path / "out") == files(shards / "whole")
    there, here = (manifest(path) for path in (shards / "whole", tmp_path / "out"))
    for name in ("fingerprint", "shape", "counts", "strata", "funnel", "statistics", "usage", "tools", "status"):
        assert here[name] == there[name], name
    before = files(tmp_path / "out")
    assert digit_tc("merge", *(shards / part for part in "123"), "--out", tmp_path / "out").code == 0
    assert files(tmp_path / "out") == before, "merged once more, it stays as it is"
    shutil.copytree(shards / "whole", tmp_path / "whole")
    for folder in (tmp_path / "out", tmp_path / "whole"):
        assert digit_tc("generate", "--num", "7", "--turns", "1", "--out", folder).code == 0
    assert files(tmp_path / "out") == files(tmp_path / "whole"), "it can be extended"


def test_a_merge_that_was_broken_off_goes_on(digit_tc: Any, shards: Path, tmp_path: Path) -> None:
    spoiled = tmp_path / "2"
    shutil.copytree(shards / "2", spoiled)
    (spoiled / "conversations.jsonl").write_bytes((shards / "2" / "conversations.jsonl").read_bytes()[:-5])
    out = tmp_path / "out"
    said = digit_tc("merge", shards / "1", spoiled, shards / "3", "--out", out)
    assert said.code == 2
    assert "conversations.jsonl: was changed by someone; put it back as it was" in said.err
    assert 0 < files(out)[0].count(b"\n") < 6
    assert digit_tc("merge", shards / "1", shards / "2", shards / "3", "--out", out).code == 0
    assert files(out)[0].count(b"\n") == 6


def test_what_cannot_be_merged_is_said(digit_tc: Any, shards: Path, tmp_path: Path) -> None:
    def refused(*folders: Path) -> str:
        said = digit_tc("merge", *folders, "--out", tmp_path / "out")
        assert said.code == 2
        assert not (tmp_path / "out").exists()
        return str(said.err)

    one, two, three = (shards / str(part) for part in (1, 2, 3))
    assert "of 3 shards these are missing: 2, 3; name their folders too" in refused(one)
    assert f"{two}: is shard 2 as {two} is; name each shard once" in refused(one, two, two, three)
    assert f"{tmp_path / 'none'}: holds no run" in refused(one, tmp_path / "none")
    assert f"{one}: is one of 3 shards of 6 conversations, and {shards / 'whole'} is one of 1" in refused(
        shards / "whole", one
    )
    assert digit_tc("generate", "--num", "1", "--turns", "1", "--seed", "3", "--out", tmp_path / "other").code == 0
    assert "is of another run than" in refused(one, tmp_path / "other")


def test_status_tells_how_a_run_stands(digit_tc: Any, shards: Path, tmp_path: Path) -> None:
    said = digit_tc("status", shards / "1")
    assert said.out.splitlines() == [
        f"{shards / '1'}: finished",
        "2 of 2 have ended: 2 accepted, 0 rejected, 0 failed; 0 in flight, 0.0/s",
    ]
    told = json.loads(digit_tc("status", shards / "1", "--json").out)
    assert not [*(shards / "1").glob("run.sqlite-*")], "who looks leaves nothing"
    assert (told["status"], told["goal"], told["ended"], told["attempts"], told["yield"]) == ("finished", 2, 2, 2, 1.0)
    missing = digit_tc("status", tmp_path)
    assert (missing.code, "holds no run" in missing.err) == (2, True)
    assert digit_tc("status", tmp_path / "none").code == 2


def test_a_run_logs_for_machines(digit_tc: Any, tmp_path: Path) -> None:
    said = digit_tc("generate", "--num", "3", "--turns", "1", "--out", tmp_path / "out", "--log-format", "json")
    events = [json.loads(line) for line in said.err.splitlines()]
    assert [event["event"] for event in events if event["event"] != "progress"] == [
        "started", *["conversation"] * 3, "ended",
    ]  # fmt: skip
    assert sorted(event["scenario"] for event in events if event["event"] == "conversation") == [0, 1, 2]
    assert events[-1] | {"ending": "finished", "accepted": 3, "failed": 0} == events[-1]
    refused = digit_tc("generate", "--log-format", "xml", "--out", tmp_path / "other")
    assert refused.err == "digit-tc: --log-format must be 'text' or 'json'; got 'xml'\n"


@pytest.mark.long
def test_processes_share_the_work(digit_tc: Any, shards: Path, tmp_path: Path) -> None:
    flags = ["--num", "6", "--turns", "1", "--processes", "2"]
    assert digit_tc("generate", *flags, "--out", tmp_path / "out").code == 0
    assert files(tmp_path / "out") == files(shards / "whole")
