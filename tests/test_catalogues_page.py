"""What docs/catalogues.md shows is read as the page says."""

import re
from pathlib import Path

import pytest

from digit_tc.cli import run
from digit_tc.tools.reading import read_catalogue

TEXT = (Path(__file__).resolve().parent.parent / "docs" / "catalogues.md").read_text(encoding="utf-8")
BLOCKS: dict[str, str] = dict(re.findall(r"^```\w+ (\S+)\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE))
ROWS = re.findall(r"^\| `([a-z-]+)` \|", TEXT, re.MULTILINE)
ELSEWHERE = {"openapi"}
"""Dialects whose examples stand on a page of their own."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in BLOCKS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_every_dialect_of_the_table_has_its_example() -> None:
    assert sorted(Path(name).stem for name in BLOCKS) == sorted(set(ROWS) - ELSEWHERE)


@pytest.mark.parametrize("name", BLOCKS)
def test_an_example_is_read_in_its_dialect_with_arguments_and_result(folder: Path, name: str) -> None:
    catalogue = read_catalogue([folder / name])
    assert {tool.source.dialect for tool in catalogue} == {Path(name).stem}
    for tool in catalogue:
        assert tool.properties or tool.name == "list_rooms"
        assert tool.output_schema or name in ("openai-responses.json", "anthropic.json", "xlam.json", "deepfabric.json")
        assert all(schema.get("type") for schema in tool.properties.values())


def test_all_examples_are_one_catalogue(folder: Path) -> None:
    catalogue = read_catalogue([folder])
    assert len(catalogue) == len(BLOCKS) + 1
    assert catalogue.skipped == ()
    assert catalogue["live_scores"].required == ["type"]
    assert catalogue["send_parcel"].properties["size"]["enum"] == ["small", "large"]
    assert catalogue["send_parcel"].required == ["size"]
    assert "on" in catalogue["book_table"].properties
    assert catalogue["CancelTable"].original["description"] == "Cancels a booking."
    assert catalogue["find_book"].namespace == "library"
    assert catalogue["list_rooms"].annotations == {"title": "Rooms", "readOnlyHint": True}
    assert catalogue["add"].description == "Adds two numbers."


def test_all_examples_are_shown_and_what_is_skipped_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "package.json").write_text('{"name": "pkg", "version": "1.0.0"}', encoding="utf-8")
    monkeypatch.chdir(folder)
    reason = (
        "skipped package.json: the tool 'pkg' has no `parameters`; give a JSON Schema object, if need be an empty one\n"
    )
    for flags in ([], ["--json"], ["--effects"]):
        assert run(["tools", "show", ".", *flags]) == 0
        printed = capsys.readouterr()
        assert "CancelTable" in printed.out
        assert printed.err == reason
    assert run(["generate", "--tools", ".", "--num", "1", "--out", "out"]) == 0
    assert "digit-tc: skipped 1 file that holds no tools; digit-tc tools show names them\n" in capsys.readouterr().err
