"""What was read and understood of tool files, kept from one run to the next.

The folder is `DIGIT_TC_CACHE`, else `digit-tc` under `XDG_CACHE_HOME`, else `~/.cache/digit-tc`. An entry is named by
the digest of what it was made from (the bytes of the files, their paths as they were named, the code that read them)
and by the digest of its own content: it is never out of date, and a damaged one is noticed. It is written beside its
place and then renamed, so that no process ever meets half of one. Where the folder is of no use, the tools are read
anew.
"""

import hashlib
import os
import re
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import digit_tc
from digit_tc.canonical import digest
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.reading import File
from digit_tc.tools.store import Store, write_store

SMALLEST = 200_000
"""Bytes of all tool files below which reading them is quicker than any cache."""
ENTRIES = 8
"""Entries that the folder keeps: those last used."""

_ENTRY = re.compile(r"[0-9a-f]{64}\.[0-9a-f]{32}")
"""Names of entries; whatever else lies in the folder is somebody else's."""

Make = Callable[[Sequence[File]], Catalogue]
"""Makes the catalogue of tool files."""


def cached(files: Sequence[File], make: Make) -> Catalogue:
    """Returns the catalogue of tool files: from the cache, else made and kept there.

    The catalogue is the same either way, and so is everything that follows from it.

    Raises:
        CatalogueError: The files cannot be read as tools.
    """
    if sum(len(file.content) for file in files) < SMALLEST:
        return make(files)
    place = folder()
    if place is None:
        return make(files)
    cache, key = Cache(place), key_of(files)
    known = _opened(cache.find(key), key)
    if known:
        return known
    catalogue = make(files)
    return _opened(cache.keep(key, lambda path: write_store(path, catalogue)), key) or catalogue


def remembered(catalogue: Catalogue, name: str, make: Callable[[], str]) -> str:
    """Returns a text that is made from a catalogue alone: kept beside the catalogue, where that is kept.

    Args:
        catalogue: The catalogue, without anything said of its effects.
        name: What the text is.
        make: Makes the text.
    """
    place = folder()
    if catalogue.kept is None or place is None:
        return make()
    cache, key = Cache(place), digest(catalogue.kept.key, name)
    try:
        if path := cache.find(key):
            return path.read_text(encoding="utf-8")
    except OSError:
        pass  # another process has just taken it away
    text = make()
    cache.keep(key, lambda path: path.write_text(text, encoding="utf-8"))
    return text


def _opened(path: Path | None, key: str) -> Catalogue | None:
    """Returns the catalogue that lies at a path; None where another process has just taken it away."""
    if path is None:
        return None
    try:
        return Catalogue.of(Store(path, key))
    except sqlite3.Error:
        return None


def folder() -> Path | None:
    """Returns the folder of the cache, which need not exist; None for a user who has no home."""
    if chosen := os.environ.get("DIGIT_TC_CACHE"):
        return Path(chosen)
    if shared := os.environ.get("XDG_CACHE_HOME"):
        return Path(shared) / "digit-tc"
    try:
        return Path.home() / ".cache" / "digit-tc"
    except RuntimeError:
        return None


def key_of(files: Sequence[File]) -> str:
    """Returns the digest of tool files, in their order, and of all code and data that reads and understands them."""
    read = [[str(file.path), hashlib.sha256(file.content).hexdigest()] for file in files]
    here = Path(__file__).resolve().parent
    sources = [file for file in sorted(here.rglob("*")) if file.is_file() and file.suffix != ".pyc"]
    sources += [here.parent / "canonical.py", here.parent / "records.py"]
    code = [[file.name, hashlib.sha256(file.read_bytes()).hexdigest()] for file in sources]
    return digest(read, code, digit_tc.__version__, version("jsonschema-rs"), list(sys.version_info[:3]))


class Cache:
    """Files by the digest of what they were made from."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, key: str) -> Path | None:
        """Returns the file that was kept under a key; None where there is none, or none that is whole."""
        try:
            for path in sorted(self._folder.glob(f"{key}.*")):
                if _content(path) == path.suffix[1:]:
                    os.utime(path)
                    return path
                path.unlink()
                _say(f"{path} was damaged; the tools are read anew")
        except OSError as error:
            _say(f"the cache {self._folder} cannot be read ({error.strerror}); the tools are read anew")
        return None

    def keep(self, key: str, write: Callable[[Path], object]) -> Path | None:
        """Keeps what the function writes into the file that it is given; returns where, or None where that fails."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix="new-", dir=self._folder)
            os.close(handle)
            fresh = Path(name)
            try:
                write(fresh)
                path = fresh.replace(self._folder / f"{key}.{_content(fresh)}")
            finally:
                fresh.unlink(missing_ok=True)
            self._tidy()
        except (OSError, sqlite3.Error) as error:
            _say(f"the cache {self._folder} cannot be written to ({error}); nothing is kept")
            return None
        return path

    def _tidy(self) -> None:
        """Takes away the entries that were not used for longest; those in use stay readable until they are closed."""
        entries = [path for path in self._folder.iterdir() if _ENTRY.fullmatch(path.name)]
        entries.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for path in entries[ENTRIES:]:
            path.unlink(missing_ok=True)


def _content(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:32]


def _say(sentence: str) -> None:
    print(f"digit-tc: {sentence}", file=sys.stderr)
