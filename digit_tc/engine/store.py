"""The store of a run: what has become of every scenario, in an SQLite database beside the dataset.

A scenario is waiting (it has no row, or one that says so), running, or it has ended: accepted, rejected or failed. What
ended is safe from that moment on: either its line stands in a file of the dataset, at a place that the store knows, or
the line is held here until its turn comes, as the files are in scenario order. Each step is one transaction, and a
file is written before the transaction that says so: after whatever death, what a file holds beyond the places in the
store was never counted and is cut off.

The database is in WAL mode: others may look at it while a run goes on (`digit-tc status`).
"""

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from digit_tc.engine.tally import Facts, facts_from
from digit_tc.errors import OutputError
from digit_tc.records import Record
from digit_tc.sqlite import read_only, refusing

NAME = "run.sqlite"
SCHEMA = 1

State = Literal["waiting", "running", "accepted", "rejected", "failed"]

_TABLES = """
CREATE TABLE scenarios (
    scenario INTEGER PRIMARY KEY, state TEXT NOT NULL, code TEXT NOT NULL DEFAULT '',
    retryable INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0, ended REAL, seconds REAL,
    facts TEXT, file TEXT, place INTEGER, size INTEGER
);
CREATE TABLE held (scenario INTEGER PRIMARY KEY, line BLOB NOT NULL);
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_WAIT = 20.0
"""Seconds that another program may keep the database locked."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a scenario ended, and the line that is saved of it."""

    facts: Facts
    line: bytes
    retryable: bool = False
    seconds: float = 0.0
    """From its beginning in this attempt to its end."""
    record: Record | None = None
    """What the line says, where it is at hand."""


@dataclass(frozen=True, slots=True)
class Written:
    """Where the line of a scenario stands."""

    ended: Ended
    file: str
    place: int


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the line of a scenario stands: in which file of the dataset, from which byte on, how many bytes."""

    index: int
    file: str
    place: int
    size: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many scenarios are in which state, and what has lately happened."""

    states: Mapping[str, int]
    codes: Mapping[str, int]
    """Of those that failed, by code."""
    attempts: int
    recent: int
    """Scenarios that ended within the last minute."""


class Store:
    """The store of one run; made by `opened`, and written to by one process."""

    def __init__(self, path: Path, base: sqlite3.Connection) -> None:
        self._path, self._base = path, base

    def close(self) -> None:
        """Closes the database."""
        self._base.close()

    def state(self, index: int) -> State:
        """Returns the state of a scenario."""
        row = self._base.execute("SELECT state FROM scenarios WHERE scenario = ?", (index,)).fetchone()
        return row[0] if row else "waiting"

    def begin(self, index: int) -> None:
        """Notes that a scenario is being made, once more."""
        with self._transaction():
            self._base.execute(
                "INSERT INTO scenarios (scenario, state, attempts) VALUES (?, 'running', 1)"
                " ON CONFLICT DO UPDATE SET state = 'running', attempts = attempts + 1",
                (index,),
            )

    def release(self, indices: Iterable[int] | None = None) -> None:
        """Notes that scenarios were given up before they ended; without their names, whatever was running."""
        with self._transaction():
            if indices is None:
                self._base.execute("UPDATE scenarios SET state = 'waiting' WHERE state = 'running'")
            else:
                self._base.executemany(
                    "UPDATE scenarios SET state = 'waiting' WHERE scenario = ? AND state = 'running'",
                    ((index,) for index in indices),
                )

    def hold(self, ended: Ended, about: Mapping[str, Any]) -> None:
        """Keeps the line of a scenario until its turn comes."""
        with self._transaction():
            self._end(ended)
            self._base.execute(
                "INSERT OR REPLACE INTO held (scenario, line) VALUES (?, ?)", (ended.facts.index, ended.line)
            )
            self._note(about)

    def held(self, index: int) -> Ended | None:
        """Returns a scenario whose line is held."""
        row = self._base.execute(
            "SELECT line, facts, retryable, seconds FROM held JOIN scenarios USING (scenario) WHERE scenario = ?",
            (index,),
        ).fetchone()
        return Ended(facts_from(json.loads(row[1])), row[0], bool(row[2]), row[3]) if row else None

    def holding(self, before: int | None = None) -> Iterator[int]:
        """Yields the scenarios whose lines are held, in order; with a bound, those below it."""
        rows = self._base.execute("SELECT scenario FROM held WHERE ? IS NULL OR scenario < ? ORDER BY 1", (before,) * 2)
        yield from (row[0] for row in rows.fetchall())

    def wrote(self, lines: Iterable[Written], about: Mapping[str, Any]) -> None:
        """Notes that lines now stand in the files of the dataset."""
        with self._transaction():
            for one in lines:
                self._end(one.ended)
                self._stand(Spot(one.ended.facts.index, one.file, one.place, len(one.ended.line)))
            self._note(about)

    def moved(self, spots: Iterable[Spot], about: Mapping[str, Any]) -> None:
        """Notes that files were put in order: where each line stands in them, those that were held included."""
        with self._transaction():
            for spot in spots:
                self._stand(spot)
            self._note(about)

    def drop_failed(self) -> bool:
        """Lets what failed and is held be made again, and says whether anything has failed."""
        some = self._base.execute("SELECT 1 FROM scenarios WHERE state = 'failed' LIMIT 1").fetchone() is not None
        with self._transaction():
            self._base.execute(
                "DELETE FROM held WHERE scenario IN"
                " (SELECT scenario FROM scenarios WHERE state = 'failed' AND place IS NULL)"
            )
            self._base.execute("UPDATE scenarios SET state = 'waiting' WHERE state = 'failed' AND place IS NULL")
        return some

    def lose(self, file: str, size: int) -> None:
        """Lets be made again what a file no longer holds, as it has only so many bytes."""
        with self._transaction():
            self._note({"sizes": {**self.about("sizes"), file: size}})
            self._base.execute(
                "UPDATE scenarios SET state = 'waiting', file = NULL, place = NULL, size = NULL"
                " WHERE file = ? AND place + size > ?",
                (file, size),
            )

    def spots(self, file: str) -> Iterator[Spot]:
        """Yields where the lines of a file stand, in scenario order."""
        rows = self._base.execute(
            "SELECT scenario, file, place, size FROM scenarios WHERE file = ? ORDER BY 1", (file,)
        )
        for row in rows:
            yield Spot(*row)

    def written(self, index: int) -> tuple[Spot, Facts, bool, float] | None:
        """Returns where the line of a scenario stands, what is known of it, whether to try again, and its seconds."""
        row = self._base.execute(
            "SELECT scenario, file, place, size, facts, retryable, seconds FROM scenarios"
            " WHERE scenario = ? AND place IS NOT NULL",
            (index,),
        ).fetchone()
        return (Spot(*row[:4]), facts_from(json.loads(row[4])), bool(row[5]), row[6]) if row else None

    def facts(self) -> Iterator[Facts]:
        """Yields what is known of the scenarios whose lines stand in the files."""
        for row in self._base.execute("SELECT facts FROM scenarios WHERE place IS NOT NULL"):
            yield facts_from(json.loads(row[0]))

    def about(self, name: str, default: Any = None) -> Any:
        """Returns what was noted of the run under a name."""
        row = self._base.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else default

    def note(self, **about: Any) -> None:
        """Notes something of the run."""
        with self._transaction():
            self._note(about)

    def attempts(self) -> dict[int, int]:
        """Returns how often each scenario was begun that needs no more work."""
        rows = self._base.execute("SELECT scenario, attempts FROM scenarios WHERE state IN ('accepted', 'rejected')")
        return dict(rows.fetchall())

    def counts(self) -> Counts:
        """Returns how many scenarios are in which state."""
        base = self._base
        lately = "SELECT coalesce(sum(ended > ?), 0), coalesce(sum(attempts), 0) FROM scenarios"
        recent, attempts = base.execute(lately, (time.time() - 60,)).fetchone()
        codes = "SELECT code, count(*) FROM scenarios WHERE state = 'failed' GROUP BY 1"
        return Counts(
            states=dict(base.execute("SELECT state, count(*) FROM scenarios GROUP BY 1").fetchall()),
            codes=dict(base.execute(codes).fetchall()),
            attempts=attempts,
            recent=recent,
        )

    def _end(self, ended: Ended) -> None:
        facts = ended.facts
        self._base.execute(
            "INSERT INTO scenarios (scenario, state, code, retryable, ended, seconds, facts)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state, code = excluded.code,"
            " retryable = excluded.retryable, ended = excluded.ended, seconds = excluded.seconds,"
            " facts = excluded.facts",
            (
                facts.index,
                facts.status,
                facts.code,
                ended.retryable,
                time.time(),
                round(ended.seconds, 3),
                json.dumps(asdict(facts), ensure_ascii=False),
            ),
        )

    def _stand(self, spot: Spot) -> None:
        self._base.execute(
            "UPDATE scenarios SET file = ?, place = ?, size = ? WHERE scenario = ?",
            (spot.file, spot.place, spot.size, spot.index),
        )
        self._base.execute("DELETE FROM held WHERE scenario = ?", (spot.index,))

    def _note(self, about: Mapping[str, Any]) -> None:
        self._base.executemany(
            "INSERT OR REPLACE INTO about (name, value) VALUES (?, ?)",
            ((name, json.dumps(value, ensure_ascii=False)) for name, value in about.items()),
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with refusing(self._path):
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._base.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # a full disk has rolled it back already
                    self._base.execute("ROLLBACK")
                raise


def opened(path: Path, *, fresh: bool) -> Store:
    """Opens the store of a folder, and makes it where a run is begun.

    Args:
        path: The database.
        fresh: Whether there may be none yet.

    Raises:
        OutputError: There is none and there should be, it cannot be used, or another version made it.
    """
    if not fresh and not path.is_file():
        raise OutputError(f"{path}: is gone, and with it what the run had done; put it back or choose another --out")
    with refusing(path):
        base = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
        try:
            base.execute("PRAGMA journal_mode = WAL")
            base.execute("PRAGMA synchronous = NORMAL")
            _require_version(path, base)
        except BaseException:
            base.close()
            raise
    return Store(path, base)


@contextmanager
def reading(path: Path) -> Iterator[Store]:
    """Opens the store of a folder for a look, also while a run writes to it.

    Raises:
        OutputError: There is none, it cannot be used, or another version made it.
    """
    if not path.is_file():
        raise OutputError(f"{path.parent}: holds no run; name the output folder of `digit-tc generate`")
    with refusing(path), closing(read_only(path, _WAIT)) as base:
        _require_version(path, base)
        yield Store(path, base)


def _require_version(path: Path, base: sqlite3.Connection) -> None:
    (found,) = base.execute("PRAGMA user_version").fetchone()
    empty = base.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)
    if empty and found == 0:
        base.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {SCHEMA}; COMMIT;")
    elif found != SCHEMA:
        raise OutputError(
            f"{path}: was made by another version of digit-tc (its schema is {found}, this one's is {SCHEMA}); finish"
            " the run with that version, or choose another --out"
        )
