"""Whatever kills a run, as often as it likes: in the end there are the bytes of a run that nothing disturbed."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from digit_tc.engine.job import prepare
from digit_tc.engine.run import run
from digit_tc.engine.standing import Standing
from digit_tc.settings import read_settings
from digit_tc.testing.server import serve

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are made in another way here")

STORM = Path(__file__).with_name("storm.py")
USER = {"user": {"use": "digit_tc.nodes.user:LLMUser"}}


def undisturbed(folder: Path, base_url: str = "", **settings: Any) -> list[bytes]:
    """Makes a run in this process and returns its files."""
    flags: dict[str, Any] = {"run": {"turns": "1-2", "concurrency": 8, **settings}}
    if base_url:
        flags |= {"models": {"default": {"model": "m", "base_url": base_url}}, "roles": USER}
    with closing(prepare(read_settings(flags=flags))) as job:
        asyncio.run(run(job, folder))
    return files(folder)


def files(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in ("conversations.jsonl", "rejected.jsonl")]


def storm(folder: Path, *flags: str) -> dict[str, Any]:
    """Kills a run again and again and returns what it came to."""
    done = subprocess.run([sys.executable, STORM, folder, *flags], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["again"] == [], "what had ended was begun again"
    return told


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serve(temper="echo-user") as server:
        yield server.base_url


def test_a_run_that_is_killed_again_and_again_gives_the_same_bytes(tmp_path: Path) -> None:
    told = storm(tmp_path / "killed", "--num", "24", "--kills", "6", "--seconds", "0.4")
    assert told["deaths"] >= 3
    assert told["ended"] == 24
    assert files(tmp_path / "killed") == undisturbed(tmp_path / "whole", num=24)


@pytest.mark.long
@pytest.mark.parametrize("sign", ["KILL", "TERM"])
def test_fifty_deaths_of_five_hundred_conversations(tmp_path: Path, sign: str) -> None:
    flags = ["--num", "500", "--kills", "50", "--seconds", "0.8", "--signal", sign]
    told = storm(tmp_path / "killed", *flags)
    assert told["deaths"] >= 15
    assert told["ended"] == 500
    assert files(tmp_path / "killed") == undisturbed(tmp_path / "whole", num=500)


@pytest.mark.long
@pytest.mark.parametrize("processes", ["1", "2"])
def test_conversations_that_keep_each_step_go_on_in_the_middle(tmp_path: Path, processes: str) -> None:
    flags = ["--num", "60", "--kills", "12", "--turns", "4-6", "--checkpoint", "step", "--processes", processes]
    told = storm(tmp_path / "killed", *flags, "--seconds", "1" if processes == "1" else "6")
    assert told["deaths"] >= 1
    assert told["ended"] == 60
    assert files(tmp_path / "killed") == undisturbed(tmp_path / "whole", num=60, turns="4-6")


@pytest.mark.long
def test_fifty_deaths_against_a_server(tmp_path: Path, address: str) -> None:
    flags = ["--num", "500", "--kills", "50", "--seconds", "2.5", "--base-url", address]
    told = storm(tmp_path / "killed", *flags)
    assert told["deaths"] >= 25
    assert told["ended"] == 500
    assert files(tmp_path / "killed") == undisturbed(tmp_path / "whole", address, num=500)


@pytest.mark.long
def test_the_writer_of_several_processes_dies_and_those_with_it(tmp_path: Path) -> None:
    flags = ["--num", "300", "--kills", "6", "--seconds", "6", "--processes", "2"]
    told = storm(tmp_path / "killed", *flags)
    assert told["deaths"] >= 1
    assert files(tmp_path / "killed") == undisturbed(tmp_path / "whole", num=300)


def children() -> list[int]:
    tasks = Path(f"/proc/{os.getpid()}/task")
    return [int(pid) for task in tasks.iterdir() for pid in (task / "children").read_text().split()]


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="who is whose child is asked of /proc")
def test_a_process_that_dies_is_started_again_and_none_outlives_the_run(tmp_path: Path) -> None:
    killed: list[int] = []
    before = set(children())

    def observe(standing: Standing, _: object) -> None:
        if standing.ended in (3, 20) and len(killed) < standing.ended // 3:
            killed.append(max(set(children()) - before))
            os.kill(killed[-1], signal.SIGKILL)

    flags = {"run": {"num": 60, "turns": "1-2", "concurrency": 8, "processes": 2}}
    with closing(prepare(read_settings(flags=flags))) as job:
        ending, _ = asyncio.run(run(job, tmp_path / "killed", observe))
    assert (ending, len(killed)) == ("finished", 2)
    assert set(children()) == before
    assert files(tmp_path / "killed") == undisturbed(tmp_path / "whole", num=60)


def mounted(folder: Path, *options: str) -> bool:
    """Makes a folder a disk of its own; says whether that is allowed here."""
    command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "none", str(folder)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 400 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not mounted(folder, "size=400k"):
        pytest.skip("nobody may mount a small disk here; .ci/run does, as root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=False)


@pytest.mark.long
def test_a_full_disk_stops_a_run_that_goes_on_when_there_is_room(tmp_path: Path, disk: Path) -> None:
    said: list[str] = []
    for size in range(800, 60_000, 1_200):
        command = [sys.executable, str(STORM), str(disk / "run"), "--num", "60", "--kills", "0"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr, done.stderr
        told = json.loads(done.stdout)
        assert told["again"] == []
        if told["code"] == 0:
            break
        said.append(done.stderr)
        assert mounted(disk, f"size={size}k", "remount")
    assert len(said) >= 2
    assert all("run again to go on" in line for line in said)
    assert files(disk / "run") == undisturbed(tmp_path / "whole", num=60)
