"""A catalogue in one file, from which single tools are brought in: the tools, their heads, and what they are found by.

The file is an SQLite database that is written once and never changed.
"""

import json
import sqlite3
import weakref
from array import array
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from digit_tc.tools.catalogue import Catalogue, Head
from digit_tc.tools.index import Places, Ports, Vocabulary, ports_of, vocabulary_of
from digit_tc.tools.meaning import Understood
from digit_tc.tools.tool import Tool

_REMEMBERED = 2048
"""Tools that are kept in memory once they were brought in."""
_TABLES = """
    CREATE TABLE about (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
    CREATE TABLE heads (at INTEGER PRIMARY KEY, name, namespace, alias, dialect, file, pointer, fixes);
    CREATE TABLE tools (at INTEGER PRIMARY KEY, specification);
    CREATE TABLE offers (key TEXT PRIMARY KEY, places) WITHOUT ROWID;
    CREATE TABLE wants (key TEXT PRIMARY KEY, places) WITHOUT ROWID;
    CREATE TABLE words (key TEXT PRIMARY KEY, places) WITHOUT ROWID;
"""


class Store:
    """A catalogue that was written to a file (`digit_tc.tools.catalogue.Kept`)."""

    def __init__(self, path: Path, key: str) -> None:
        self.key = key
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._base = sqlite3.connect(address, uri=True, check_same_thread=False)
        weakref.finalize(self, self._base.close)
        self.ports = Ports(_Table(self._base, "offers"), _Table(self._base, "wants"))

        rows = self._base.execute("SELECT name, namespace, alias, dialect, file, pointer, fixes FROM heads ORDER BY at")
        self.heads = tuple(map(Head._make, rows))
        self.tools: Mapping[str, Tool] = _Tools(self._base, {head.name: at for at, head in enumerate(self.heads)})
        self.fingerprint: str = self._about("fingerprint")
        self.skipped: tuple[str, ...] = tuple(json.loads(self._about("skipped")))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The tools by their words."""
        return Vocabulary(_Table(self._base, "words"), array("d", self._about("lengths")))

    def _about(self, name: str) -> Any:
        return self._base.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()[0]


class _Tools(Mapping[str, Tool]):
    """The tools of a database, read one by one."""

    def __init__(self, base: sqlite3.Connection, places: dict[str, int]) -> None:
        self._base, self._places = base, places
        self._tool = lru_cache(maxsize=_REMEMBERED)(self._read)

    def __getitem__(self, name: str) -> Tool:
        return self._tool(self._places[name])

    def _read(self, at: int) -> Tool:
        row = self._base.execute("SELECT specification FROM tools WHERE at = ?", (at,)).fetchone()
        return Tool.model_validate_json(row[0])

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class _Table(Mapping[str, Places]):
    """A table that leads from a key to places."""

    def __init__(self, base: sqlite3.Connection, name: str) -> None:
        self._base, self._name = base, name

    def __getitem__(self, key: str) -> Places:
        row = self._base.execute(f"SELECT places FROM {self._name} WHERE key = ?", (key,)).fetchone()  # noqa: S608
        if row is None:
            raise KeyError(key)
        return array("I", row[0])

    def __iter__(self) -> Iterator[str]:
        return (row[0] for row in self._base.execute(f"SELECT key FROM {self._name}"))  # noqa: S608 - our own names

    def __len__(self) -> int:
        count: int = self._base.execute(f"SELECT count(*) FROM {self._name}").fetchone()[0]  # noqa: S608
        return count


def write_store(path: Path, catalogue: Catalogue) -> None:
    """Writes a catalogue into an empty file, with what is understood of its tools.

    Raises:
        sqlite3.Error: It cannot be written.
        CatalogueError: A tool cannot be understood.
    """
    ports, vocabulary = ports_of(Understood(tool) for tool in catalogue), vocabulary_of(catalogue)
    base = sqlite3.connect(path)
    try:
        base.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_TABLES}")
        about = {
            "fingerprint": catalogue.fingerprint,
            "skipped": json.dumps(catalogue.skipped),
            "lengths": array("d", vocabulary.lengths).tobytes(),
        }
        base.executemany("INSERT INTO about VALUES (?, ?)", about.items())
        base.executemany(
            "INSERT INTO heads VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            ((at, *head) for at, head in enumerate(catalogue.heads)),
        )
        tools = ((at, tool.model_dump_json()) for at, tool in enumerate(catalogue))
        base.executemany("INSERT INTO tools VALUES (?, ?)", tools)
        for name, index in (("offers", ports.offers), ("wants", ports.wants), ("words", vocabulary.words)):
            rows = ((key, array("I", places).tobytes()) for key, places in sorted(index.items()))
            base.executemany(f"INSERT INTO {name} VALUES (?, ?)", rows)  # noqa: S608 - our own names
        base.commit()
    finally:
        base.close()
