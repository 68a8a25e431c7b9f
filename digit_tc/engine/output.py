"""The output folder: two files of records, one line each, appended as they finish and always resumable.

Lines are appended in scenario order. A resumed run that tries failed scenarios again appends out of order and leaves
the superseded lines where they are; `settle` then rewrites the files, copying the lines that count byte for byte. So
whatever was written before a crash is kept, and a finished folder looks as if it had never been interrupted.
"""

import os
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import ValidationError
from pydantic_core import from_json

from digit_tc.engine import manifest
from digit_tc.engine.job import Job
from digit_tc.engine.tally import Facts, Tally, facts
from digit_tc.errors import OutputError
from digit_tc.fingerprint import differences
from digit_tc.records import Outcome, Record, WorldRecord
from digit_tc.statistics.figures import Figures
from digit_tc.statistics.statistics import Statistics

ACCEPTED = "conversations.jsonl"
REJECTED = "rejected.jsonl"


@dataclass(frozen=True, slots=True)
class Line:
    """Where one record stands."""

    file: str
    offset: int
    length: int
    facts: Facts


class Folder:
    """A folder that this process alone writes to; made by `claimed`."""

    def __init__(self, path: Path, files: Mapping[str, BinaryIO]) -> None:
        self.path = path
        self.tally = Tally()
        self._files = files
        self._held: dict[int, Facts] = {}
        self._statistics = Statistics()
        self._last = -1
        lines, self._disordered = _scan(path, repair=True)
        for line in lines.values():
            self._held[line.facts.index] = line.facts
            self._last = max(self._last, line.facts.index)
            self.tally.add(line.facts)
        self._unread = sorted((line for line in lines.values() if line.file == ACCEPTED), key=_index)

    def finished(self, index: int) -> bool:
        """Says whether a scenario needs no more work; failed ones do."""
        held = self._held.get(index)
        return held is not None and held.status != "failed"

    def append(self, record: Record) -> None:
        """Writes one record as one line and counts it.

        Raises:
            OutputError: The line cannot be written.
        """
        text, status = _text(record)
        line = text.encode() + b"\n"
        file = self._files[ACCEPTED if status == "accepted" else REJECTED]
        try:
            file.write(line)
            file.flush()
        except OSError as error:
            raise OutputError(f"{self.path}: cannot be written to: {error.strerror}; run again to go on") from error
        superseded = self._held.pop(record.index, None)
        if superseded:
            self.tally.add(superseded, -1)
        self._disordered |= superseded is not None or record.index < self._last
        self._last = max(self._last, record.index)
        self.tally.add(facts(from_json(line)))
        self.tally.fresh += status == "accepted"
        if status == "accepted":
            self._statistics.add(record)

    def figures(self) -> Figures:
        """Returns what the accepted conversations are like; those that were there before are read only now.

        Raises:
            OutputError: One of them cannot be read.
        """
        with (self.path / ACCEPTED).open("rb") as file:
            for line in self._unread:
                file.seek(line.offset)
                self._statistics.add(
                    _record(file.read(line.length), f"{self.path / ACCEPTED}: scenario {_index(line)}")
                )
        self._unread = []
        return self._statistics.figures()

    def settle(self) -> None:
        """Brings the files into scenario order, each scenario once."""
        if not self._disordered:
            return
        lines, _ = _scan(self.path, repair=False)
        for name in self._files:
            _rewrite(self.path / name, sorted((line for line in lines.values() if line.file == name), key=_index))
        self._disordered = False


@contextmanager
def claimed(path: Path, job: Job) -> Iterator[Folder]:
    """Opens the output folder of a job, alone; a folder of another run is left untouched.

    Raises:
        OutputError: It belongs to another run or to someone else, is in use, is broken or cannot be written to.
    """
    with ExitStack() as stack:
        try:
            path.mkdir(parents=True, exist_ok=True)
            stack.enter_context(_locked(path))
            _check(path, job)
            files = {name: stack.enter_context((path / name).open("ab")) for name in (ACCEPTED, REJECTED)}
            folder = Folder(path, files)
        except FileExistsError as error:
            raise OutputError(f"{path}: is not a folder; choose another --out") from error
        except OSError as error:
            raise OutputError(f"{path}: cannot be written to: {error.strerror}; choose another --out") from error
        yield folder


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


def _check(path: Path, job: Job) -> None:
    found = manifest.read(path)
    if found is None:
        if any(entry.name != manifest.PARTIAL for entry in path.iterdir()):
            raise OutputError(f"{path}: is not empty and holds no run of digit-tc; choose another --out")
        return
    if found.get("fingerprint") != job.fingerprint:
        there = found.get("shape")
        changed = differences(job.shape, there) if isinstance(there, dict) else []
        raise OutputError(
            f"{path}: holds a run of another configuration ({'; '.join(changed) or 'its manifest says no more'});"
            " choose another --out, or give the same settings to go on"
        )


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    if sys.platform == "win32":
        yield  # folders cannot be locked there
        return
    import fcntl  # noqa: PLC0415 - not on every platform

    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise OutputError(f"{path}: another run is writing to it; wait for it or choose another --out") from error
    else:
        yield
    finally:
        os.close(handle)


def _scan(path: Path, *, repair: bool) -> tuple[dict[int, Line], bool]:
    """Returns the line that counts for each scenario, and whether the files hold more than those in order."""
    lines: dict[int, Line] = {}
    disordered = False
    for name in (REJECTED, ACCEPTED):  # an accepted line supersedes the failed one before it
        last = -1
        for line in _lines(path / name, repair=repair):
            index = line.facts.index
            disordered |= index <= last or index in lines
            last = index
            lines[index] = line
    return lines, disordered


def _lines(path: Path, *, repair: bool) -> Iterator[Line]:
    offset = 0
    with path.open("rb") as file:
        for number, text in enumerate(file, start=1):
            if not text.endswith(b"\n"):
                break
            try:
                found = facts(from_json(text))
            except (ValueError, KeyError, TypeError) as error:
                raise OutputError(f"{path}:{number}: is not a record; delete the line to have it made again") from error
            yield Line(path.name, offset, len(text), found)
            offset += len(text)
    if repair and offset < path.stat().st_size:
        os.truncate(path, offset)  # the process was killed while it wrote the last line


def _record(line: bytes, place: str) -> Record:
    try:
        return Record.model_validate_json(line)
    except ValidationError as error:
        raise OutputError(f"{place} is not a record of this version; delete the line to have it made again") from error


def _rewrite(path: Path, lines: list[Line]) -> None:
    partial = path.with_suffix(".tmp")
    with path.open("rb") as old, partial.open("wb") as new:
        for line in lines:
            old.seek(line.offset)
            new.write(old.read(line.length))
        new.flush()
        os.fsync(new.fileno())
    partial.replace(path)


def _text(record: Record) -> tuple[str, str]:
    """Returns a record as JSON, and how it ended; one that cannot be written is a failure with its reason."""
    try:
        return record.model_dump_json(), record.outcome.status
    except ValueError as error:  # anybody's role may have put half a character or a thing of its own into it
        reason = f"the record cannot be written as JSON: {str(error).encode('ascii', 'backslashreplace').decode()}"
        empty: dict[str, Any] = {"tools": (), "persona": None, "turns": (), "verdicts": (), "usage": {}}
        world = WorldRecord(state={}, events=(), summaries=())
        outcome = Outcome(status="failed", code="UnwritableRecord", reason=reason)
        return record.model_copy(update={**empty, "world": world, "outcome": outcome}).model_dump_json(), "failed"


def _index(line: Line) -> int:
    return line.facts.index
