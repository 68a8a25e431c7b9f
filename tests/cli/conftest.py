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


CRITIC = """
from dataclasses import dataclass
from digit_tc.nodes.critic import ProceduralCritic

@dataclass(frozen=True)
class Strict:
    longest: int = 45

    async def __call__(self, state, runtime):
        if len(state["request"].split()) > self.longest:
            return {"outcome": {"status": "rejected", "code": "too_long", "reason": "too many words"}}
        return await ProceduralCritic()(state, runtime)
"""
THREE = """
[run]
num = 6
turns = 1
[strata]
plain = 100
[experiment]
baseline = "base"
[variants.strict.roles.critic]
use = "HERE/strict.py:Strict"
[variants.base]
[variants.short.plan]
max_calls = 2
"""


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an experiment of three variants, and what came of it in `out`."""
    here = tmp_path_factory.mktemp("lab")
    (here / "strict.py").write_text(CRITIC, encoding="utf-8")
    (here / "three.toml").write_text(THREE.replace("HERE", str(here)), encoding="utf-8")
    assert run(["experiment", str(here / "three.toml"), "--out", str(here / "out")]) == 0
    return here
