"""The verb `fork`: the rest of a conversation made anew, from one of its steps on."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from digit_tc.cli.flags import refuse_unused
from digit_tc.cli.folder import one
from digit_tc.cli.text import width, wrapped
from digit_tc.cli.transcript import conversation
from digit_tc.cli.writing import require_outside, write
from digit_tc.engine import checkpoints
from digit_tc.engine.fork import fork as branch
from digit_tc.engine.fork import forking
from digit_tc.errors import InputError, OutputError
from digit_tc.records import Record
from digit_tc.world.moments import moments


def fork(folder: Path, which: str, *, at: str, out: Path, seed: int | None, flags: Mapping[str, Any]) -> int:
    """Makes the rest of a conversation anew, writes its record, prints it and returns the exit code.

    Args:
        folder: The folder of a run that kept checkpoints.
        which: Which conversation.
        at: The number of the call after which it branches off.
        out: Where the record is written.
        seed: Another seed for the rest.
        flags: Other settings for the rest.

    Raises:
        InputError: There is no such conversation or call, or the flags do not fit the run.
    """
    if folder.is_file():
        raise OutputError(f"{folder}: is a file; name the output folder of `digit-tc generate --checkpoint step`")
    record = one(folder, which)
    checkpoints.require(folder)
    require_outside(out, folder)
    call = _number(at, record)
    with forking(folder, flags, seed) as ready:
        refuse_unused(ready.rest, flags, "--role user=digit_tc.nodes.user:LLMUser")
        made = asyncio.run(branch(ready, record, call))
    write(out, [made.model_dump_json() + "\n"])
    print("\n".join(conversation(made, columns=width())))
    print()
    print("\n".join(wrapped(f"1 conversation in {out}", width())))
    return 1 if made.outcome.status == "failed" else 0


def _number(at: str, record: Record) -> int:
    """Reads the number of a call, or 0."""
    count = len(moments(record))
    if not (at.isdecimal() and len(at) < 8 and int(at) <= count):
        calls = "0, as it has no calls" if not count else f"a number from 0 to {count}, the calls"
        raise InputError(f"--at must be {calls} of conversation {record.id}, not {at!r}")
    return int(at)
