"""The command line, run in this process."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from digit_tc.cli import run
from digit_tc.engine.output import ACCEPTED


@dataclass(frozen=True)
class Said:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture
def digit_tc(capfd: pytest.CaptureFixture[str]) -> Command:
    """Runs a command and returns what came of it."""

    def command(*arguments: str | Path) -> Said:
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        said = capfd.readouterr()
        return Said(code, said.out, said.err)

    return command


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a run of four conversations."""
    path = tmp_path_factory.mktemp("run") / "out"
    assert run(["generate", "--num", "4", "--turns", "1-2", "--out", str(path)]) == 0
    assert (path / ACCEPTED).read_bytes(), "a run over the samples accepts something"
    return path
