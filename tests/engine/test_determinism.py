"""Equal settings give equal bytes, in every process and at every concurrency; another seed gives others."""

import asyncio
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from digit_tc.engine.job import prepare
from digit_tc.engine.merging import merge
from digit_tc.engine.run import run
from digit_tc.settings import read_settings
from digit_tc.testing.server import serve

WITS = ("digit_tc.testing.actors:act", "digit_tc.testing.judges:verifier", "digit_tc.testing.judges:critic")
COMMAND = [sys.executable, "-c", "from digit_tc.cli import main; main()", "generate", "--num", "4", "--turns", "1-3"]


def start(folder: Path, hash_seed: str, *flags: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    return subprocess.Popen(
        [*COMMAND, "--out", str(folder), *flags], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def contents(folder: Path) -> bytes:
    return (folder / "conversations.jsonl").read_bytes() + b"\0" + (folder / "rejected.jsonl").read_bytes()


def test_bytes_depend_on_nothing_but_the_settings(tmp_path: Path) -> None:
    runs = {
        "one": start(tmp_path / "one", "1", "--concurrency", "1"),
        "many": start(tmp_path / "many", "2", "--concurrency", "16"),
        "other": start(tmp_path / "other", "1", "--seed", "1"),
    }
    for process in runs.values():
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said.decode()
    assert contents(tmp_path / "one") == contents(tmp_path / "many")
    assert contents(tmp_path / "one").count(b"\n") == 4
    assert contents(tmp_path / "one") != contents(tmp_path / "other")


def make(out: Path, base_url: str, **settings: Any) -> bytes:
    flags = {
        "run": {"num": 12, "turns": "1-2", "roles": "llm", **settings},
        "models": {"default": {"model": "m", "base_url": base_url}},
    }
    with closing(prepare(read_settings(flags=flags))) as job:
        asyncio.run(run(job, out))
    return contents(out)


@pytest.mark.long
def test_bytes_do_not_depend_on_how_the_work_is_shared_out(tmp_path: Path) -> None:
    """Every role asks a model on a server that answers by content; nothing is kept from one run to the next."""
    with serve(temper="well-behaved", wits=WITS) as server:
        whole = make(tmp_path / "1", server.base_url, concurrency=1)
        for number in (16, 256):
            assert make(tmp_path / str(number), server.base_url, concurrency=number) == whole
        assert make(tmp_path / "processes", server.base_url, processes=2) == whole
        shards = [tmp_path / f"shard-{part}" for part in (1, 2, 3)]
        for part, folder in enumerate(shards, start=1):
            make(folder, server.base_url, shard=f"{part}/3")
    merge(shards, tmp_path / "merged")
    assert contents(tmp_path / "merged") == whole
    assert whole.count(b"\n") == 12
