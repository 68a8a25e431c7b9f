"""Records of a finished or running folder, read one at a time."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from digit_tc.engine.output import ACCEPTED, REJECTED
from digit_tc.errors import OutputError
from digit_tc.records import Record


def records(folder: Path, *, rejected: bool = False) -> Iterator[Record]:
    """Yields the accepted conversations of a folder, or of one file of records; with `rejected`, the others too.

    Raises:
        OutputError: There is no run, or a line is not a record; the message names file and line.
    """
    if folder.is_file():
        yield from _read(folder, growing=False)
        return
    if not folder.exists():
        raise OutputError(f"{folder}: does not exist; name the output folder of `digit-tc generate`")
    if not (folder / ACCEPTED).is_file():
        raise OutputError(f"{folder}: holds no conversations; name the output folder of `digit-tc generate`")
    for name in (ACCEPTED, REJECTED) if rejected else (ACCEPTED,):
        yield from _read(folder / name, growing=True)


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


def _read(path: Path, *, growing: bool) -> Iterator[Record]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if growing and not line.endswith(b"\n"):
                    return  # a run is writing it, or was killed while it did
                try:
                    yield Record.model_validate_json(line)
                except ValidationError as error:
                    raise OutputError(f"{path}:{number}: is not a conversation record of this version") from error
    except OSError as error:
        raise OutputError(f"{path}: cannot be read: {error.strerror}") from error
