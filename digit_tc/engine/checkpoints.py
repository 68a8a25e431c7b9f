"""Checkpoints of every super-step of every conversation, in one SQLite file that grows with what is new in each.

LangGraph hands its saver the whole state after each super-step, and its own SQLite saver writes it whole: bytes then
grow with the square of the steps. Here a value is written once in a thread, whatever number of checkpoints hold it,
and found again by the digest of its bytes. A list that only became longer is written as the list that it was and what
was added, so any reducer that keeps what it had grows linearly, in a graph of one's own as well. LangGraph's
`DeltaChannel` is no way to the same: it takes every dict with a `role` of user or assistant for a message, which
verdicts and usage are not.

    pieces       thread, digest, kind, data     a value; `kind` is that of LangGraph's serialiser, or "longer"
    checkpoints  thread, namespace, id, parent, body     the checkpoint with digests in place of the values
    writes       thread, namespace, id, task, place, path, channel, digest     what each task of a checkpoint returned
"""

import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from hashlib import blake2b
from operator import is_
from pathlib import Path
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    WRITES_IDX_MAP,
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    PendingWrite,
    get_checkpoint_id,
    get_checkpoint_metadata,
)

from digit_tc.errors import OutputError
from digit_tc.sqlite import read_only

NAME = "checkpoints.sqlite"

_VERSION = 1
"""Of the tables; kept in the file as its `user_version`."""
_TABLES = """
CREATE TABLE IF NOT EXISTS pieces (
    number INTEGER PRIMARY KEY, thread TEXT NOT NULL, digest BLOB NOT NULL, kind TEXT NOT NULL, data BLOB NOT NULL,
    UNIQUE (thread, digest));
CREATE TABLE IF NOT EXISTS checkpoints (
    number INTEGER PRIMARY KEY, thread TEXT NOT NULL, namespace TEXT NOT NULL, id TEXT NOT NULL, parent TEXT,
    body BLOB NOT NULL, UNIQUE (thread, namespace, id));
CREATE TABLE IF NOT EXISTS writes (
    thread TEXT NOT NULL, namespace TEXT NOT NULL, id TEXT NOT NULL, task TEXT NOT NULL, place INTEGER NOT NULL,
    path TEXT NOT NULL, channel TEXT NOT NULL, digest BLOB NOT NULL,
    PRIMARY KEY (thread, namespace, id, task, place)) WITHOUT ROWID;
"""
_COLUMNS = {
    "pieces": "thread, digest, kind, data",
    "checkpoints": "thread, namespace, id, parent, body",
    "writes": "thread, namespace, id, task, place, path, channel, digest",
}
_WAIT = 30.0
"""Seconds that one process waits for another to finish writing."""
_DIGEST = 12
"""Bytes of a digest: one thread holds far fewer values than would make two meet."""
_LONGER = "longer"
"""The kind of a piece that holds two digests: of a list, and of what was added to it."""


class Checkpoints(BaseCheckpointSaver[int]):
    """LangGraph's saver over one SQLite file. It writes on the loop: that takes less time than changing threads.

    Args:
        base: A connection to a file with the tables.
        place: How messages name the file.
    """

    def __init__(self, base: sqlite3.Connection, place: str) -> None:
        super().__init__()
        self.base, self._place = base, place
        self._held: dict[tuple[str, str], Mapping[str, tuple[Any, bytes]]] = {}  # each value beside its digest

    def close(self) -> None:
        """Closes the file."""
        self.base.close()

    def forget(self, thread: str) -> None:
        """Lets go of what is held in memory of a thread that has come to its end; on disk it stays."""
        for key in [key for key in self._held if key[0] == thread]:
            del self._held[key]

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,  # noqa: ARG002 - what is new is seen by the values
    ) -> RunnableConfig:
        """Keeps a checkpoint, of its values those that are new.

        Raises:
            OutputError: The file cannot be written to.
        """
        thread, namespace, parent = _whose(config)
        before = self._held.get((thread, namespace), {})
        with self._writing():
            values = {
                name: (value, self._digest(thread, value, before.get(name)))
                for name, value in checkpoint["channel_values"].items()
            }
            body = {
                "checkpoint": {**checkpoint, "channel_values": {name: digest for name, (_, digest) in values.items()}},
                "metadata": get_checkpoint_metadata(config, metadata),
            }
            self.base.execute(
                "INSERT OR REPLACE INTO checkpoints (thread, namespace, id, parent, body) VALUES (?, ?, ?, ?, ?)",
                (thread, namespace, checkpoint["id"], parent, self.serde.dumps_typed(body)[1]),
            )
        self._held[thread, namespace] = values
        return _config(thread, namespace, checkpoint["id"])

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Keeps what a task of a checkpoint returned.

        Raises:
            OutputError: The file cannot be written to.
        """
        thread, namespace, checkpoint = _whose(config)
        instead = "REPLACE" if all(channel in WRITES_IDX_MAP for channel, _ in writes) else "IGNORE"
        with self._writing():
            rows = [
                (thread, namespace, checkpoint, task_id, WRITES_IDX_MAP.get(channel, at), task_path, channel,
                 self._digest(thread, value))
                for at, (channel, value) in enumerate(writes)
            ]  # fmt: skip
            self.base.executemany(f"INSERT OR {instead} INTO writes VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)  # noqa: S608

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Returns a checkpoint; without an id, the newest of the thread."""
        thread, namespace, wanted = _whose(config)
        newest = "SELECT max(number) FROM checkpoints WHERE thread = ? AND namespace = ?"
        which, named = ("id = ?", (wanted,)) if wanted else (f"number = ({newest})", (thread, namespace))
        rows = self._rows(
            f"SELECT {_COLUMNS['checkpoints']} FROM checkpoints WHERE thread = ? AND namespace = ? AND {which}",  # noqa: S608
            (thread, namespace, *named),
        )
        return self._tuple(rows[0], {}) if rows else None

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002 - the name is LangGraph's
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """Yields checkpoints, the newest first."""
        asked = (config or {}).get("configurable", {})
        wanted = {"thread": "thread_id", "namespace": "checkpoint_ns", "id": "checkpoint_id"}
        given = {column: str(asked[key]) for column, key in wanted.items() if asked.get(key) is not None}
        where = [f"{column} = ?" for column in given]
        parameters: list[Any] = [*given.values()]
        if before is not None:
            where.append("number < (SELECT max(number) FROM checkpoints WHERE id = ?)")
            parameters.append(get_checkpoint_id(before))
        chosen = f"WHERE {' AND '.join(where)}" if where else ""
        numbers = self._rows(f"SELECT number FROM checkpoints {chosen} ORDER BY number DESC", parameters)  # noqa: S608
        met: dict[bytes, Any] = {}
        left = -1 if limit is None else limit
        for number in numbers:
            if left == 0:
                return
            [row] = self._rows(f"SELECT {_COLUMNS['checkpoints']} FROM checkpoints WHERE number = ?", number)  # noqa: S608
            found = self._tuple(row, met)
            if all(found.metadata.get(key) == value for key, value in (filter or {}).items()):
                left -= 1
                yield found

    async def adelete_thread(self, thread_id: str) -> None:
        """Deletes all that is kept of a thread.

        Raises:
            OutputError: The file cannot be written to.
        """
        self.forget(thread_id)
        with self._writing():
            for table in _COLUMNS:
                self.base.execute(f"DELETE FROM {table} WHERE thread = ?", (thread_id,))  # noqa: S608

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Writes all or nothing, and says in one sentence why nothing."""
        try:
            with self.base:
                yield
        except sqlite3.Error as error:
            raise OutputError(f"{self._place}: checkpoints cannot be written: {error}; run again to go on") from error

    def _rows(self, statement: str, parameters: Sequence[Any]) -> Sequence[Any]:
        try:
            return self.base.execute(statement, parameters).fetchall()
        except sqlite3.Error as error:
            raise OutputError(f"{self._place}: checkpoints cannot be read: {error}; {_MEND}") from error

    def _digest(self, thread: str, value: Any, before: tuple[Any, bytes] | None = None) -> bytes:
        """Returns the digest under which a value is kept; `before` is what stood in its place, with its digest."""
        if before is not None:
            if before[0] is value:
                return before[1]
            if added := _added(before[0], value):
                return self._piece(thread, _LONGER, before[1] + self._digest(thread, added))
        return self._piece(thread, *self.serde.dumps_typed(value))

    def _piece(self, thread: str, kind: str, data: bytes) -> bytes:
        digest = blake2b(data, digest_size=_DIGEST, person=kind.encode()[:16]).digest()
        self.base.execute(
            "INSERT OR IGNORE INTO pieces (thread, digest, kind, data) VALUES (?, ?, ?, ?)",
            (thread, digest, kind, data),
        )
        return digest

    def _value(self, thread: str, digest: bytes, met: dict[bytes, Any]) -> Any:
        """Returns a value by its digest; `met` are those that were found before, which nobody may change."""
        added: list[Any] = []
        at = digest
        while at not in met:
            pieces = self._rows("SELECT kind, data FROM pieces WHERE thread = ? AND digest = ?", (thread, at))
            if not pieces:
                raise OutputError(f"{self._place}: lacks a part of a checkpoint; {_MEND}")
            [(kind, data)] = pieces
            if kind != _LONGER:
                met[at] = self.serde.loads_typed((kind, data))
                break
            added.append((at, self._value(thread, data[_DIGEST:], met)))
            at = data[:_DIGEST]
        for longer, more in reversed(added):
            met[longer] = met[at] + more
            at = longer
        return met[digest]

    def _tuple(self, row: tuple[str, str, str, str | None, bytes], met: dict[bytes, Any]) -> CheckpointTuple:
        thread, namespace, identity, parent, data = row
        body = self.serde.loads_typed(("msgpack", data))
        kept: Checkpoint = body["checkpoint"]
        kept["channel_values"] = {
            name: self._value(thread, digest, met) for name, digest in kept["channel_values"].items()
        }
        return CheckpointTuple(
            config=_config(thread, namespace, identity),
            checkpoint=kept,
            metadata=body["metadata"],
            parent_config=_config(thread, namespace, parent) if parent else None,
            pending_writes=list(self._writes(thread, namespace, identity, met)),
        )

    def _writes(self, thread: str, namespace: str, checkpoint: str, met: dict[bytes, Any]) -> Iterator[PendingWrite]:
        rows = self._rows(
            "SELECT task, channel, digest FROM writes WHERE thread = ? AND namespace = ? AND id = ?"
            " ORDER BY path, task, place",
            (thread, namespace, checkpoint),
        )
        for task, channel, digest in rows:
            yield task, channel, self._value(thread, digest, met)


def opened(path: Path) -> Checkpoints:
    """Opens a file of checkpoints, or makes one; several processes may write to it.

    Raises:
        OutputError: It is something else, of another version, or cannot be opened.
    """
    with ExitStack() as stack:
        try:
            base = stack.enter_context(closing(sqlite3.connect(path, timeout=_WAIT, check_same_thread=False)))
            _require(base, path)
            base.execute("PRAGMA journal_mode = WAL")
            base.execute("PRAGMA synchronous = NORMAL")
            base.executescript(f"{_TABLES} PRAGMA user_version = {_VERSION};")
        except sqlite3.Error as error:
            raise OutputError(f"{path}: cannot be used as a file of checkpoints: {error}; {_MEND}") from error
        stack.pop_all()  # from here on it is the saver that is closed
    return Checkpoints(base, str(path))


def copied(folder: Path, thread: str) -> Checkpoints:
    """Returns what a folder holds of one thread, in memory: what is done with it leaves the folder as it is.

    Raises:
        OutputError: There are no checkpoints, or they cannot be read.
    """
    require(folder)
    path = folder / NAME
    with ExitStack() as stack:
        base = stack.enter_context(closing(sqlite3.connect(":memory:", check_same_thread=False)))
        base.executescript(_TABLES)
        _take(base, path, (thread,))
        stack.pop_all()  # from here on it is the saver that is closed
    return Checkpoints(base, str(path))


def gather(folders: Iterable[Path], out: Path) -> None:
    """Copies the checkpoints of several folders into one, which need not hold any yet; where there are none, nothing.

    Raises:
        OutputError: They cannot be read, or not be written there.
    """
    for folder in folders:
        if (folder / NAME).is_file():
            with closing(opened(out / NAME)) as whole:
                _take(whole.base, folder / NAME)


def _take(base: sqlite3.Connection, path: Path, thread: tuple[str, ...] = ()) -> None:
    """Copies what a file holds, all of it or that of one thread.

    Raises:
        OutputError: The file cannot be read.
    """
    where = "WHERE thread = ?" if thread else ""
    try:
        with closing(read_only(path, _WAIT)) as file, base:
            _require(file, path)
            for table, columns in _COLUMNS.items():
                order = "thread, id, task, place" if table == "writes" else "number"
                rows = file.execute(f"SELECT {columns} FROM {table} {where} ORDER BY {order}", thread)  # noqa: S608
                marks = ", ".join("?" * (columns.count(",") + 1))
                base.executemany(f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608
    except sqlite3.Error as error:
        raise OutputError(f"{path}: cannot be copied: {error}; mend that, or move the file away") from error


def require(folder: Path) -> None:
    """Sees to it that a folder holds checkpoints.

    Raises:
        OutputError: It does not.
    """
    if not (folder / NAME).is_file():
        raise OutputError(f"{folder}: holds no checkpoints; generate it with --checkpoint step")


_MEND = "delete it: conversations that are not finished are then made from their beginning"


def _require(base: sqlite3.Connection, path: Path) -> None:
    """Sees to it that a file is a new one or of this version."""
    version = base.execute("PRAGMA user_version").fetchone()[0]
    tables = base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if version != _VERSION and (version or tables):
        raise OutputError(f"{path}: was written by another version of digit-tc; {_MEND}")


def _whose(config: RunnableConfig) -> tuple[str, str, str | None]:
    """Returns the thread, the namespace and the checkpoint that a configuration names."""
    named = config["configurable"]
    return str(named["thread_id"]), str(named.get("checkpoint_ns", "")), get_checkpoint_id(config)


def _config(thread: str, namespace: str, checkpoint: str) -> RunnableConfig:
    named = {"thread_id": thread, "checkpoint_ns": namespace, "checkpoint_id": checkpoint}
    return {"configurable": named}


def _added(old: Any, new: Any) -> list[Any]:
    """Returns what a list has more than one that it begins with; nothing where it does not begin with it."""
    if not (type(old) is type(new) is list and 0 < len(old) < len(new)):
        return []
    return new[len(old) :] if all(map(is_, old, new)) else []
