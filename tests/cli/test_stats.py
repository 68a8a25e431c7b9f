"""The verb `stats`: the figures of the manifest, side by side, and one sentence about what cannot be measured."""

import json
from pathlib import Path

import pytest

from digit_tc.engine.output import ACCEPTED

from .conftest import Command


def test_a_folder_has_the_figures_of_its_manifest_and_of_its_file(folder: Path, digit_tc: Command) -> None:
    said = digit_tc("stats", "--json", folder, folder / ACCEPTED)
    there, file = (json.loads(line) for line in said.out.splitlines())
    assert (said.code, there.pop("path"), file.pop("path")) == (0, str(folder), str(folder / ACCEPTED))
    reached = there.pop("coverage")
    assert file.pop("coverage") == reached
    assert 0 < reached["tools"]["reached"] == len(reached["calls"]) < reached["tools"]["there_are"]
    assert len(reached["values"]["missing"]) == reached["values"]["there_are"] - reached["values"]["reached"] > 0
    assert there == file == json.loads((folder / "manifest.json").read_text("utf-8"))["statistics"]
    assert there["conversations"] == 4


def test_figures_stand_side_by_side(folder: Path, digit_tc: Command) -> None:
    said = digit_tc("stats", folder, folder)
    rows = {line.split("  ")[0].strip(): line.split() for line in said.out.splitlines()}
    assert said.code == 0
    assert rows["dataset"][-3:] == ["conversations", "4", "4"]
    assert "truly multi-step" in said.out
    assert "self-BLEU" in said.out


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "does not exist; name the output folder of `digit-tc generate`"),
        (b"", "holds no conversation; name the output folder of a run, or a file of records"),
        (b'{"id": 1}\n', ":1: is not a conversation record of this version"),
        (b"\xff\xfe", ":1: is not a conversation record of this version"),
    ],
)
def test_what_cannot_be_measured(content: bytes | None, told: str, tmp_path: Path, digit_tc: Command) -> None:
    path = tmp_path / "some.jsonl"
    if content is not None:
        path.write_bytes(content)
    said = digit_tc("stats", path)
    assert (said.code, said.out) == (2, "")
    assert said.err == f"digit-tc: {path}{'' if told.startswith(':') else ': '}{told}\n"


def test_a_run_that_accepted_nothing(folder: Path, tmp_path: Path, digit_tc: Command) -> None:
    (tmp_path / ACCEPTED).touch()
    assert "holds no accepted conversation" in digit_tc("stats", tmp_path).err
