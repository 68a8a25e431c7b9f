"""The output folder: two files of records, one line each in scenario order, and the store that knows where each stands.

What ends when it is its turn is appended at once; what ends earlier is held in the store until then. So what is in the
files is always the beginning of the run, and nothing that ended is ever made again. What was tried again because it
had failed stands in the middle: `settle` then writes the files anew, copying the lines that count byte for byte.
"""

import errno
import os
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from io import FileIO
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from digit_tc.engine import manifest, store
from digit_tc.engine.manifest import Manifest
from digit_tc.engine.store import Ended, Spot, Store, Written
from digit_tc.engine.tally import Facts, Tally, facts
from digit_tc.errors import OutputError
from digit_tc.fingerprint import differences
from digit_tc.records import Outcome, Record, WorldRecord
from digit_tc.statistics.figures import Figures
from digit_tc.statistics.statistics import Statistics

ACCEPTED = "conversations.jsonl"
REJECTED = "rejected.jsonl"
FILES = (ACCEPTED, REJECTED)
_NEW = ".new"
"""The ending of a file that is about to take the place of another."""


class Folder:
    """A folder that this process alone writes to; made by `claimed`.

    Args:
        path: Where it is.
        base: Its store.
        files: Its files, open for writing.
        stride: The first scenario of this folder, and the step from each to the next.
        full: Says of what is written whether it is enough: nothing is written then.
    """

    def __init__(
        self,
        path: Path,
        base: Store,
        files: Mapping[str, FileIO],
        stride: tuple[int, int],
        full: Callable[[Tally], bool],
    ) -> None:
        self.path, self.store = path, base
        self.again = base.drop_failed()
        """Whether there are scenarios that failed and are to be tried again."""
        self.tally = Tally()
        self._files, self._full = files, full
        first, self._step = stride
        self._next: int = base.about("next", first)
        self._sizes: dict[str, int] = base.about("sizes", dict.fromkeys(FILES, 0))
        for found in base.facts():
            self.tally.add(found)
        self._statistics = Statistics()
        self._unread = self._sizes[ACCEPTED]
        """Bytes at the beginning of the accepted ones that the statistics have not seen."""

    @property
    def full(self) -> bool:
        """Whether what is written is enough."""
        return self._full(self.tally)

    @property
    def turn(self) -> int:
        """The scenario whose line is written next."""
        return self._next

    def finished(self, index: int) -> bool:
        """Says whether a scenario needs no more work; failed ones do."""
        return self.store.state(index) in ("accepted", "rejected")

    def end(self, ended: Ended, **about: Any) -> None:
        """Saves how a scenario ended: from here on it is safe, whatever dies.

        Args:
            ended: Its line and what is known of it.
            about: What is noted of the run in the same transaction.

        Raises:
            OutputError: It cannot be saved.
        """
        index = ended.facts.index
        if index != self._next:
            old = self.store.written(index)
            self.store.hold(ended, about)
            if old is not None:
                self.tally.add(old[1], -1)
                self._count(ended.facts)
            return
        self._append(ended, about)

    def flush(self) -> None:
        """Writes what is held and whose turn it is."""
        if (ended := self._due()) is not None:
            self._append(ended, {})

    def _append(self, first: Ended, about: Mapping[str, Any]) -> None:
        """Writes a line, and with it the held ones behind it."""
        lines: list[Written] = []
        ended: Ended | None = first
        while ended is not None and not self.full:
            lines.append(self._line(ended))
            self._count(ended.facts)
            self._next += self._step
            ended = self._due()
        if not lines:
            self.store.hold(first, about)
            return
        self.store.wrote(lines, {**about, "next": self._next, "sizes": self._sizes})

    def _due(self) -> Ended | None:
        return self.store.held(self._next)

    def _line(self, ended: Ended) -> Written:
        file = ACCEPTED if ended.facts.status == "accepted" else REJECTED
        place = self._sizes[file]
        with _saying(self.path):
            if self._files[file].write(ended.line) < len(ended.line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._sizes[file] += len(ended.line)
        if file == ACCEPTED:
            place_of = f"{self.path / store.NAME}: scenario {ended.facts.index}"
            self._statistics.add(ended.record or _record(ended.line, place_of))
        return Written(ended, file, place)

    def _count(self, found: Facts) -> None:
        self.tally.add(found)
        self.tally.fresh += found.status == "accepted"

    def figures(self) -> Figures:
        """Returns what the accepted conversations are like.

        Raises:
            OutputError: One of them cannot be read.
        """
        with (self.path / ACCEPTED).open("rb") as file:
            while file.tell() < self._unread:
                place = file.tell()
                self._statistics.add(_record(file.readline(), f"{self.path / ACCEPTED}: the line from byte {place} on"))
        self._unread = 0
        return self._statistics.figures()

    def settle(self) -> None:
        """Brings what was tried again into scenario order: the files are written anew, then take each other's place.

        Raises:
            OutputError: There is no room for that; what is there stays as it is.
        """
        if next(self.store.holding(before=self._next), None) is None:
            return
        spots, sizes = list[Spot](), dict[str, int]()
        late = {index: found for index in self.store.holding(before=self._next) if (found := self.store.held(index))}
        for name in FILES:
            made = list(self._rewrite(name, late))
            spots += made
            sizes[name] = sum(spot.size for spot in made)
        self._sizes, self._statistics, self._unread = sizes, Statistics(), sizes[ACCEPTED]
        self.store.moved(spots, {"sizes": sizes, "moving": True})
        complete(self.path, self.store)

    def _rewrite(self, name: str, late: Mapping[int, Ended]) -> Iterator[Spot]:
        """Writes a file anew beside the old one and yields where its lines stand."""
        kept = {spot.index: spot for spot in self.store.spots(name) if spot.index not in late}
        here = {index for index, one in late.items() if (one.facts.status == "accepted") == (name == ACCEPTED)}
        place = 0
        with _saying(self.path), (self.path / name).open("rb") as old, (self.path / (name + _NEW)).open("wb") as new:
            for index in sorted(kept.keys() | here):
                if index in here:
                    line = late[index].line
                else:
                    old.seek(kept[index].place)
                    line = old.read(kept[index].size)
                new.write(line)
                yield Spot(index, name, place, len(line))
                place += len(line)
            new.flush()
            os.fsync(new.fileno())


def ended(record: Record, seconds: float = 0.0) -> Ended:
    """Returns a conversation as it is saved; one that cannot be written is a failure with its reason."""
    line = _text(record).encode() + b"\n"
    saved = from_json(line)
    return Ended(facts(saved), line, bool(saved["outcome"]["retryable"]), seconds, record)


@contextmanager
def claimed(path: Path, run: Manifest, full: Callable[[Tally], bool] = lambda _: False) -> Iterator[Folder]:
    """Opens the output folder of a run, alone; a folder of another run is left untouched.

    Args:
        path: The folder; it is made where there is none.
        run: What is run, and which part of it.
        full: Says of what is written whether it is enough.

    Raises:
        OutputError: It belongs to another run or to someone else, is in use, is broken or cannot be written to.
    """
    with ExitStack() as stack:
        try:
            path.mkdir(parents=True, exist_ok=True)
        except FileExistsError as error:
            raise OutputError(f"{path}: is not a folder; choose another --out") from error
        except OSError as error:
            raise OutputError(f"{path}: cannot be written to: {error.strerror}; choose another --out") from error
        stack.enter_context(_locked(path))
        fresh = _check(path, run)
        base = stack.enter_context(closing(store.opened(path / store.NAME, fresh=fresh)))
        _prepare(path, run, base)
        with _saying(path):
            files = {name: stack.enter_context((path / name).open("ab", buffering=0)) for name in FILES}
        yield Folder(path, base, files, run.stride, full)


def _check(path: Path, run: Manifest) -> bool:
    """Says whether the folder is new: a run was at most about to begin in it."""
    found = manifest.read(path)
    if found is None:
        if any(entry.name != manifest.PARTIAL for entry in path.iterdir()):
            raise OutputError(f"{path}: is not empty and holds no run of digit-tc; choose another --out")
        run.write(path, "running")
        return True
    if found.get("fingerprint") != run.fingerprint:
        there = found.get("shape")
        changed = differences(run.shape, there) if isinstance(there, dict) else []
        raise OutputError(
            f"{path}: holds a run of another configuration ({'; '.join(changed) or 'its manifest says no more'});"
            " choose another --out, or give the same settings to go on"
        )
    return not any((path / name).exists() for name in FILES)


def _prepare(path: Path, run: Manifest, base: Store) -> None:
    """Brings files and store together as they were after the last thing that was saved."""
    part = base.about("part")
    if part is None:
        base.note(part=run.part, sizes=dict.fromkeys(FILES, 0))
        with _saying(path):
            for name in FILES:
                (path / name).touch()
    elif part != run.part:
        there, here = _part(part), _part(run.part)
        raise OutputError(f"{path}: holds {there}, not {here}; choose another --out, or give --shard as there")
    if base.about("moving"):
        complete(path, base)
    for name in FILES:
        (path / (name + _NEW)).unlink(missing_ok=True)
    for name, size in base.about("sizes").items():
        _cut(path / name, size, base)
    base.release()


def _part(part: str) -> str:
    return f"the shard {part} of a run" if part else "a whole run"


def _cut(path: Path, size: int, base: Store) -> None:
    """Takes what was never counted off the end of a file; what it has lost is made again."""
    if not path.is_file():
        raise OutputError(f"{path}: is gone; put it back, or choose another --out")
    with _saying(path.parent), path.open("r+b") as file:
        there = file.seek(0, os.SEEK_END)
        lost = there < size  # the machine went down before the system had written it
        if lost:
            ends = (spot.place + spot.size for spot in base.spots(path.name))
            size = max((end for end in ends if end <= there), default=0)
        file.seek(max(0, size - 1))
        if size and file.read(1) != b"\n":
            raise OutputError(f"{path}: was changed by someone; put it back as it was, or choose another --out")
        if lost:
            base.lose(path.name, size)
        file.truncate(size)


def complete(path: Path, base: Store) -> None:
    """Lets files that were written anew take the place of the old ones; may be done again after any death."""
    with _saying(path):
        for name in FILES:
            new = path / (name + _NEW)
            if new.exists():
                new.replace(path / name)
    base.note(moving=False)


def first_line(path: Path) -> bytes:
    """Returns the first accepted record as it was saved, or nothing."""
    with (path / ACCEPTED).open("rb") as file:
        return file.readline()


def first_reasons(path: Path, kinds: Collection[str]) -> dict[str, tuple[int, str]]:
    """Returns scenario and reason of the first conversation of each kind that was not accepted, as tallies name it."""
    found: dict[str, tuple[int, str]] = {}
    with (path / REJECTED).open("rb") as file:
        for line in file:
            if len(found) == len(kinds):
                break
            saved = from_json(line)
            found.setdefault(facts(saved).kind, (saved["index"], saved["outcome"]["reason"]))
    return found


def running(path: Path) -> bool:
    """Says whether a process writes to a folder at this moment."""
    if sys.platform == "win32":
        return False  # nobody can tell there
    import fcntl  # noqa: PLC0415 - not on every platform

    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(handle)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    if sys.platform == "win32":
        yield  # folders cannot be locked there
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        _lock(handle)
    except BlockingIOError as error:
        raise OutputError(f"{path}: another run is writing to it; wait for it or choose another --out") from error
    else:
        yield
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    """Locks a folder; who only looks whether it is locked holds it for an instant."""
    import fcntl  # noqa: PLC0415 - not on every platform

    for pause in (0.01, 0.1, 0.0):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not pause:
                raise
            time.sleep(pause)
        else:
            return


@contextmanager
def _saying(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"{path}: cannot be written to: {error.strerror}; run again to go on") from error


def _record(line: bytes, place: str) -> Record:
    try:
        return Record.model_validate_json(line)
    except ValidationError as error:
        raise OutputError(f"{place} is no record of this version; put the file back as it was") from error


def _text(record: Record) -> str:
    try:
        return record.model_dump_json()
    except ValueError as error:  # anybody's role may have put half a character or a thing of its own into it
        reason = f"the record cannot be written as JSON: {str(error).encode('ascii', 'backslashreplace').decode()}"
        empty: dict[str, Any] = {"tools": (), "persona": None, "turns": (), "verdicts": (), "usage": {}}
        world = WorldRecord(state={}, events=(), summaries=())
        outcome = Outcome(status="failed", code="UnwritableRecord", reason=reason)
        return record.model_copy(update={**empty, "world": world, "outcome": outcome}).model_dump_json()
