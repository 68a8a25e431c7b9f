"""The cache of read tools: never out of date, never in the way, and nothing else comes out for it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digit_tc.errors import CatalogueError
from digit_tc.tools import cache
from digit_tc.tools.cache import ENTRIES, SMALLEST, Cache, cached, folder, key_of, remembered
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.reading import File, files_of, read_files
from digit_tc.tools.relatedness import Relatedness
from digit_tc.tools.store import Store, write_store
from digit_tc.tools.tool import Source, Tool

SAMPLES = Path(cache.__file__).parent.parent / "samples"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for the cache."""
    found = tmp_path / "cache"
    monkeypatch.setenv("DIGIT_TC_CACHE", str(found))
    return found


@pytest.fixture
def large(tmp_path: Path) -> list[Path]:
    """Tool files that are large enough to be kept: two packaged ones, and one with a long text."""
    padding = {"name": "pad", "description": "word " * (SMALLEST // 5), "parameters": {"type": "object"}}
    (tmp_path / "pad.json").write_text(json.dumps(padding), encoding="utf-8")
    return [SAMPLES / "travel.json", SAMPLES / "shop.json", tmp_path / "pad.json"]


class Reader:
    """Reads files, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, files: Sequence[File]) -> Catalogue:
        self.times += 1
        return read_files(files)


def same(first: Catalogue, second: Catalogue) -> bool:
    assert list(first) == list(second)
    assert first.names == second.names
    assert first.heads == second.heads
    assert first.fingerprint == second.fingerprint
    return True


def test_what_was_kept_is_what_was_read(place: Path, large: list[Path]) -> None:
    reader, files = Reader(), files_of(large)
    read, first, second = read_files(files), cached(files, reader), cached(files, reader)
    assert reader.times == 1
    assert read.kept is None
    assert second.kept is not None
    assert same(read, first)
    assert same(read, second)
    flows, related = (Dataflow(read), Dataflow(second)), (Relatedness(read), Relatedness(second))
    assert list(flows[0].edges) == list(flows[1].edges)
    for name in read.names:
        assert flows[0].fed(name) == flows[1].fed(name)
        assert related[0].neighbours(name, 5) == related[1].neighbours(name, 5)


def test_an_effect_is_laid_over_what_was_kept(place: Path, large: list[Path]) -> None:
    kept = cached(files_of(large), read_files)
    said = kept["book_flight"].model_copy(update={"effect": {"kind": "read"}})
    told = kept.with_changed({"book_flight": said})
    assert told["book_flight"].effect == {"kind": "read"}
    assert kept["book_flight"].effect == {}
    assert (told.names, told.fingerprint, len(told)) == (kept.names, kept.fingerprint, len(kept))
    assert Dataflow(told)["book_flight"].action == "read"


def test_small_files_are_simply_read(place: Path) -> None:
    assert cached(files_of([SAMPLES / "travel.json"]), read_files).kept is None
    assert not place.exists()


def change_content(files: list[File]) -> list[File]:
    return [File(files[0].path, files[0].content.replace(b"hotel", b"motel")), *files[1:]]


def change_order(files: list[File]) -> list[File]:
    return [files[1], files[0], *files[2:]]


def change_path(files: list[File]) -> list[File]:
    return [File(files[0].path.with_name("other.json"), files[0].content), *files[1:]]


@pytest.mark.parametrize("change", [change_content, change_order, change_path])
def test_other_files_are_another_entry(
    place: Path, large: list[Path], change: Callable[[list[File]], list[File]]
) -> None:
    files, reader = files_of(large), Reader()
    cached(files, reader)
    found = cached(change(files), reader)
    assert reader.times == 2
    assert same(found, read_files(change(files)))
    assert len(list(place.iterdir())) == 2


def test_other_code_is_another_entry(
    large: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    before = key_of(files_of(large))
    shutil.copytree(Path(cache.__file__).parent, tmp_path / "core" / "tools")
    for name in ("canonical.py", "records.py"):
        shutil.copy(Path(cache.__file__).parent.parent / name, tmp_path / "core")
    monkeypatch.setattr(cache, "__file__", str(tmp_path / "core" / "tools" / "cache.py"))
    assert key_of(files_of(large)) == before
    with (tmp_path / "core" / "tools" / "names.py").open("a") as file:
        file.write("# changed\n")
    assert key_of(files_of(large)) != before


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [cut, flip, empty])
def test_a_damaged_entry_is_made_anew(
    place: Path, large: list[Path], damage: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    files, reader = files_of(large), Reader()
    cached(files, reader)
    (entry,) = place.iterdir()
    before = entry.read_bytes()
    damage(entry)
    assert same(cached(files, reader), read_files(files))
    assert reader.times == 2
    assert capsys.readouterr().err.count("\n") == 1
    (entry,) = place.iterdir()
    assert entry.read_bytes() == before
    cached(files, reader)
    assert reader.times == 2


def test_a_folder_that_cannot_be_written_to_is_no_obstacle(
    tmp_path: Path, large: list[Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("DIGIT_TC_CACHE", str(tmp_path / "file"))
    files = files_of(large)
    found = cached(files, read_files)
    assert found.kept is None
    assert same(found, read_files(files))
    said = capsys.readouterr().err
    assert said.startswith(f"digit-tc: the cache {tmp_path / 'file'} cannot be written to")
    assert said.count("\n") == 1


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def full(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    assert Cache(tmp_path).keep("a" * 64, full) is None
    assert list(tmp_path.iterdir()) == []
    assert "No space left" in capsys.readouterr().err


def test_files_that_hold_no_tools_leave_nothing(place: Path, tmp_path: Path) -> None:
    (tmp_path / "none.json").write_text(json.dumps(["word"] * SMALLEST), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"none\.json"):
        cached(files_of([tmp_path / "none.json"]), read_files)
    assert not place.exists()


def test_only_the_last_used_entries_stay_and_nothing_of_others_goes(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    store = Cache(tmp_path)
    keys = [format(number, "064x") for number in range(ENTRIES + 2)]
    for at, key in enumerate(keys):
        path = store.keep(key, lambda path, key=key: path.write_text(key))  # type: ignore[misc]
        assert path is not None
        os.utime(path, (1_000_000 + at, 1_000_000 + at))
    assert store.find(keys[0]) is None
    assert store.find(keys[-1]) is not None
    assert len(list(tmp_path.iterdir())) == ENTRIES + 1


PROGRAM = """
import sys
from pathlib import Path
from digit_tc.tools.cache import cached
from digit_tc.tools.reading import files_of, read_files
found = cached(files_of([Path(path) for path in sys.argv[1:]]), read_files)
print(found.fingerprint, len(list(found)))
"""


def test_two_processes_at_once_both_get_it(place: Path, large: list[Path]) -> None:
    command = [sys.executable, "-c", PROGRAM, *map(str, large)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    told = [process.communicate(timeout=60) for process in both]
    read = read_files(files_of(large))
    assert told == [(f"{read.fingerprint} {len(read)}\n", "")] * 2
    assert [path.name for path in place.iterdir() if path.name.startswith("new-")] == []


def test_a_text_made_from_a_catalogue_is_made_once(place: Path, large: list[Path]) -> None:
    made: list[str] = []

    def make() -> str:
        made.append("made")
        return "text of it"

    kept = cached(files_of(large), read_files)
    assert [remembered(kept, "text", make) for _ in range(2)] == ["text of it"] * 2
    assert len(made) == 1
    remembered(kept, "another", make)
    remembered(read_files(files_of(large)), "text", make)
    assert len(made) == 3


def test_where_the_folder_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "shared"))
    monkeypatch.setenv("DIGIT_TC_CACHE", str(tmp_path / "own"))
    assert folder() == tmp_path / "own"
    monkeypatch.delenv("DIGIT_TC_CACHE")
    assert folder() == tmp_path / "shared" / "digit-tc"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert folder() == tmp_path / "home" / ".cache" / "digit-tc"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(), below, max_size=3),
    max_leaves=8,
)


@settings(max_examples=25, deadline=None)
@given(original=st.dictionaries(st.text(), JSON, max_size=4), description=st.text())
def test_any_tool_comes_back_as_it_was(
    original: dict[str, Any], description: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    parameters = {"type": "object", "properties": {"it": {"default": original}}}
    tool = Tool(
        name="any", description=description, parameters=parameters, original=original, source=Source(dialect="flat")
    )
    path = tmp_path_factory.mktemp("store") / "store"
    write_store(path, Catalogue([tool]))
    back = Catalogue.of(Store(path, ""))["any"]
    assert repr(back) == repr(tool)
