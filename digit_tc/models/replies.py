"""Replies of models, kept in a file from one run to the next by the content of what was asked.

What tells a question from others is the model and how it is asked, the messages, the shape or the tools, and which of
several replies is wanted: not the address of the server, not the form that it had to be asked in. Of a reply its words,
its calls and its tokens are kept; neither a key nor a header ever comes here. The file is an SQLite database that
several processes may use at once. Whatever a server said is kept, what was of no use as well: a rerun then goes the
same way. Only what a conversation failed on is asked for again when that conversation is.
"""

import asyncio
import sqlite3
import weakref
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from digit_tc.errors import ModelError, SettingsError
from digit_tc.models.reply import Said
from digit_tc.sqlite import refusing

NAME = "replies.sqlite"

_TABLE = "CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, reply TEXT, failed INTEGER) WITHOUT ROWID"
_HELD = 4096
"""Replies that are held in memory because they came beside others."""
_WAIT = 30.0
"""Seconds that one process waits for another to finish writing."""


class Replies:
    """Replies in a file; None keeps nothing.

    Args:
        path: The file, which need not exist.
        replay: Whether the file is all there is: it is only read, and no server is ever asked.
        late: Whether the file is opened, and made, only when there is a question.

    Raises:
        SettingsError: The file is no file of replies, or cannot be opened.
    """

    def __init__(self, path: Path | None = None, *, replay: bool = False, late: bool = False) -> None:
        self.replay = replay
        self._path = path
        self._ahead: dict[str, Said] = {}
        self._base: sqlite3.Connection | None = None
        if not late:
            self._open()
        self._alone: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    def find(self, key: str) -> Said | None:
        """Returns the reply that was kept under a key; one that cannot be read is none.

        Raises:
            OutputError: The file cannot be read.
        """
        base = self._open()
        if base is None:
            return None
        with refusing(self._path or Path()):
            row = base.execute("SELECT reply FROM replies WHERE key = ?", (key,)).fetchone()
        with suppress(ValidationError):
            return Said.model_validate_json(row[0]) if row else None
        return None

    def ahead(self, key: str) -> Said | None:
        """Returns a reply that came beside another one in this run and nobody has asked for yet; it does so once."""
        return self._ahead.pop(key, None)

    def keep(self, replies: Mapping[str, Said]) -> None:
        """Keeps the replies to one request by their keys.

        Those behind the first are held besides until somebody asks for them; of very many the oldest are dropped.

        Raises:
            OutputError: The file cannot be written to.
        """
        self._ahead.update(list(replies.items())[1:])
        for key in list(self._ahead)[: max(0, len(self._ahead) - _HELD)]:
            del self._ahead[key]
        rows = [(key, said.model_dump_json(exclude_none=True)) for key, said in replies.items()]
        self._write("INSERT OR REPLACE INTO replies VALUES (?, ?, 0)", rows)

    def failed(self, keys: Iterable[str]) -> None:
        """Notes which replies a conversation failed on."""
        self._write("UPDATE replies SET failed = 1 WHERE key = ?", [(key,) for key in keys])

    def try_again(self) -> None:
        """Forgets the replies that conversations failed on, as those are about to be made again."""
        self._write("DELETE FROM replies WHERE failed = ?", [(1,)])

    def _write(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        base = None if self.replay or not rows else self._open()
        if self._path is not None and base is not None:
            with refusing(self._path), base:
                base.executemany(statement, rows)

    def _open(self) -> sqlite3.Connection | None:
        if self._base is None and self._path is not None:
            self._base = _opened(self._path, replay=self.replay)
        return self._base

    def need(self, role: str) -> None:
        """Is told that a server has to be asked.

        Raises:
            ModelError: None may be.
        """
        if self.replay:
            raise ModelError(
                f"{self._path} holds no reply to a question of role {role!r}: replay with the settings that it was"
                " recorded with, or record more with --replies"
            )

    @asynccontextmanager
    async def alone(self, key: str) -> AsyncIterator[None]:
        """Lets equal questions wait for one another, so that one reply serves them all."""
        if self._path is None:
            yield
            return
        lock = self._alone.setdefault(key, asyncio.Lock())
        async with lock:
            yield

    def close(self) -> None:
        """Closes the file; nothing is kept or found afterwards."""
        if self._base is not None:
            self._base.close()
        self._path = self._base = None


def _opened(path: Path, *, replay: bool) -> sqlite3.Connection:
    if replay and not path.is_file():
        raise SettingsError(f"{path}: there is no such file of replies; record one with --replies {path}")
    if not path.parent.is_dir():
        raise SettingsError(f"{path}: there is no folder {path.parent}; make it first")
    base = sqlite3.connect(path, timeout=_WAIT, check_same_thread=False)
    try:
        if replay:
            base.execute("SELECT reply, failed FROM replies LIMIT 1")
        else:
            base.execute("PRAGMA journal_mode = WAL")
            base.execute("PRAGMA synchronous = NORMAL")
            base.execute(_TABLE)
    except sqlite3.Error as error:
        base.close()
        raise SettingsError(f"{path}: cannot be used as a file of replies ({error}); name another") from error
    return base
