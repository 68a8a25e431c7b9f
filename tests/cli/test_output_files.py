"""Where a verb writes: a file that appears whole or not at all, and a standard output that may be full or gone."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

EACH_VERB = [["tools", "show"], ["tools", "graph"], ["show", "RUN"], ["export", "RUN"], ["draw"], ["--help"]]


def command(arguments: list[str], folder: Path) -> list[str]:
    code = "import sys; from digit_tc.cli import main; main()"
    return [sys.executable, "-c", code, *(str(folder) if each == "RUN" else each for each in arguments)]


@pytest.mark.parametrize("arguments", EACH_VERB, ids=" ".join)
def test_a_full_standard_output_is_one_sentence(folder: Path, arguments: list[str]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no device that is always full")
    with Path("/dev/full").open("w") as full:
        said = subprocess.run(command(arguments, folder), stdout=full, stderr=-1, text=True, check=False)
    sentence = "digit-tc: standard output cannot be written to: No space left on device; send it elsewhere\n"
    assert (said.returncode, said.stderr) == (2, sentence)


@pytest.mark.parametrize("arguments", EACH_VERB, ids=" ".join)
def test_a_reader_that_has_gone_is_no_failure(folder: Path, arguments: list[str]) -> None:
    with subprocess.Popen(command(arguments, folder), stdout=-1, stderr=-1, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == ("", 0)


@pytest.mark.parametrize("verb", [["export", "RUN"], ["draw"]], ids=" ".join)
@pytest.mark.parametrize(
    ("out", "word"),
    [
        (".", "is a folder; name a file"),
        ("/", "is a folder; name a file"),
        ("", "is a folder; name a file"),
        ("absent/rows.jsonl", "there is no folder absent; make the folder first"),
    ],
)
def test_what_is_no_file_is_said(digit_tc: Any, folder: Path, verb: list[str], out: str, word: str) -> None:
    said = digit_tc(*(folder if each == "RUN" else each for each in verb), "--out", out)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert word in said.err


@pytest.mark.parametrize("name", ["conversations.jsonl", "manifest.json", "train.jsonl", "."])
def test_the_folder_of_a_run_is_not_written_into(digit_tc: Any, folder: Path, name: str) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    said = digit_tc("export", folder, "--out", folder / name)
    assert said.code == 2
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_file_is_not_exported_onto_itself(digit_tc: Any, folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes((folder / "conversations.jsonl").read_bytes())
    assert digit_tc("export", copy, "--out", copy).code == 2
    assert copy.read_bytes() == (folder / "conversations.jsonl").read_bytes()


def test_only_the_file_that_was_named_is_written(digit_tc: Any, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl.tmp").write_text("mine", encoding="utf-8")
    assert digit_tc("export", folder, "--out", tmp_path / "rows.jsonl").code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.jsonl", "rows.jsonl.tmp"]
    assert (tmp_path / "rows.jsonl.tmp").read_text(encoding="utf-8") == "mine"
    beside = tmp_path / "beside"
    beside.touch()
    assert (tmp_path / "rows.jsonl").stat().st_mode == beside.stat().st_mode


def test_a_folder_that_is_not_there_is_said(digit_tc: Any, tmp_path: Path) -> None:
    for verb in ("export", "show"):
        assert "absent: does not exist" in digit_tc(verb, tmp_path / "absent").err
        assert "holds no conversations" in digit_tc(verb, tmp_path).err
