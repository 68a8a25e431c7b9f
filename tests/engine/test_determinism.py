"""Equal settings give equal bytes, in every process and at every concurrency; another seed gives others."""

import os
import subprocess
import sys
from pathlib import Path

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
