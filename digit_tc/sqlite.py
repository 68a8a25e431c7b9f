"""SQLite databases: looked at without a trace, and what keeps one from being used in one sentence."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digit_tc.errors import OutputError


def read_only(path: Path, wait: float) -> sqlite3.Connection:
    """Connects without leaving anything beside the file: without a write-ahead log, nobody is writing to it.

    Args:
        path: The database.
        wait: Seconds that another program may keep it locked.
    """
    quiet = not path.with_name(f"{path.name}-wal").exists()
    how = "immutable=1" if quiet else "mode=ro"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=wait)


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Says in one sentence what keeps a database from being used.

    Raises:
        OutputError: Something does.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise OutputError(f"{path}: {_reason(error)}") from error


def _reason(error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorname", "")
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return "another program keeps it locked; close that and run again to go on"
    if code.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        return "cannot be written to: the disk is full or broken; make room and run again to go on"
    if code.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return "cannot be written to; see to its permissions and run again to go on"
    return f"cannot be used ({error}); put the file back as it was, or choose another --out"
