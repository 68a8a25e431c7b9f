"""Records of a finished or running folder, read one at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import from_json

from digit_tc.engine.output import ACCEPTED, REJECTED
from digit_tc.errors import OutputError
from digit_tc.records import Record


def records(folder: Path, *, rejected: bool = False) -> Iterator[Record]:
    """Yields the accepted conversations of a folder, or of one file of records; with `rejected`, the others too.

    Raises:
        OutputError: There is no run, or a line is not a record; the message names file and line.
    """
    for path in _files(folder, rejected=rejected):
        for number, _, line in _lines(path, growing=folder.is_dir()):
            yield _record(path, number, line)


def one(folder: Path, which: str) -> Record:
    """Returns the conversation with that id, beginning of an id, or scenario index; without one, the first.

    Raises:
        OutputError: There is no such conversation.
    """
    record = next((each for each in records(folder, rejected=True) if _is(each, which)), None)
    if record is None:
        raise OutputError(f"{folder}: has no conversation {which or 'at all'}; give a scenario index or an id")
    return record


def _is(record: Record, which: str) -> bool:
    if len(which) < 8 and which.isdecimal():
        return record.index == int(which)
    return record.id.startswith(which)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: its file, the number of the line, and the byte at which that begins."""

    path: Path
    number: int
    start: int

    def read(self) -> Record:
        """Returns the record that stands there.

        Raises:
            OutputError: There is none any more.
        """
        try:
            with self.path.open("rb") as file:
                file.seek(self.start)
                return _record(self.path, self.number, file.readline())
        except OSError as error:
            raise OutputError(f"{self.path}: cannot be read: {error.strerror}") from error


def scenarios(folder: Path) -> dict[tuple[int, int], Place]:
    """Returns where the conversation of each scenario of a folder, or of a file of records, stands: by seed and index.

    Of several of one scenario the first counts.

    Raises:
        OutputError: There is no run, or a line is not a record; the message names file and line.
    """
    found: dict[tuple[int, int], Place] = {}
    for path in _files(folder, rejected=True):
        for number, start, line in _lines(path, growing=folder.is_dir()):
            try:
                head = from_json(line)
                key = (int(head["seed"]), int(head["index"]))
            except (ValueError, KeyError, TypeError) as error:
                raise OutputError(f"{path}:{number}: {_NO_RECORD}") from error
            found.setdefault(key, Place(path, number, start))
    return found


def _files(folder: Path, *, rejected: bool) -> Iterator[Path]:
    if folder.is_file():
        yield folder
        return
    if not folder.exists():
        raise OutputError(f"{folder}: does not exist; name the output folder of `digit-tc generate`")
    if not (folder / ACCEPTED).is_file():
        raise OutputError(f"{folder}: holds no conversations; name the output folder of `digit-tc generate`")
    yield from (folder / name for name in ((ACCEPTED, REJECTED) if rejected else (ACCEPTED,)))


def _lines(path: Path, *, growing: bool) -> Iterator[tuple[int, int, bytes]]:
    """Yields the lines of a file, each with its number and the byte at which it begins."""
    try:
        with path.open("rb") as file:
            start = 0
            for number, line in enumerate(file, start=1):
                if growing and not line.endswith(b"\n"):
                    return  # a run is writing it, or was killed while it did
                yield number, start, line
                start += len(line)
    except OSError as error:
        raise OutputError(f"{path}: cannot be read: {error.strerror}") from error


def _record(path: Path, number: int, line: bytes) -> Record:
    try:
        return Record.model_validate_json(line)
    except ValidationError as error:
        raise OutputError(f"{path}:{number}: {_NO_RECORD}") from error


_NO_RECORD = "is not a conversation record of this version"
