"""The verb `show`: one conversation, for people."""

from pathlib import Path

from digit_tc.cli.folder import records
from digit_tc.cli.text import conversation, width
from digit_tc.errors import OutputError
from digit_tc.records import Record


def show(folder: Path, which: str, *, world: bool, as_json: bool) -> None:
    """Prints the conversation with that id, beginning of an id, or scenario index; without one, the first.

    Raises:
        OutputError: There is no such conversation.
    """
    record = next((each for each in records(folder, rejected=True) if _is(each, which)), None)
    if record is None:
        raise OutputError(f"{folder}: has no conversation {which or 'at all'}; give a scenario index or an id")
    if as_json:
        print(record.model_dump_json(indent=2))
    else:
        print("\n".join(conversation(record, world=world, columns=width())))


def _is(record: Record, which: str) -> bool:
    if len(which) < 8 and which.isdecimal():
        return record.index == int(which)
    return record.id.startswith(which)
