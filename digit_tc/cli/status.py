"""The verb `status`: how a run stands, seen from another terminal."""

import json
from pathlib import Path

from digit_tc.cli.progress import sentence
from digit_tc.cli.text import width, wrapped
from digit_tc.engine import manifest
from digit_tc.engine.output import running
from digit_tc.engine.standing import Standing, stored
from digit_tc.engine.store import NAME, reading
from digit_tc.errors import OutputError


def status(folder: Path, *, as_json: bool) -> None:
    """Prints how the run in a folder stands.

    Raises:
        OutputError: There is no run, or its store cannot be read.
    """
    if not folder.is_dir():
        raise OutputError(f"{folder}: is no folder; name the output folder of `digit-tc generate`")
    with reading(folder / NAME) as store:
        alive = running(folder)
        found, attempts = stored(store, running=alive), store.counts().attempts
    ending = "running" if alive else str((manifest.read(folder) or {}).get("status"))
    if ending == "running" and not alive:
        ending = "killed"
    if as_json:
        print(json.dumps({"status": ending, **found.as_json(), "attempts": attempts}, ensure_ascii=False, indent=2))
        return
    for line in _lines(folder, ending, found):
        print("\n".join(wrapped(line, width())))


def _lines(folder: Path, ending: str, found: Standing) -> tuple[str, ...]:
    goal = f"{found.accepted} of {found.goal.number} to accept" if found.goal.accepted else f"of {found.goal.number}"
    whole = f"{found.ended} have ended, {goal}" if found.goal.accepted else f"{found.ended} {goal} have ended"
    return f"{folder}: {_ENDINGS.get(ending, ending)}", f"{whole}: {sentence(found)}"


_ENDINGS = {
    "interrupted": "stopped before the end; run the same command again to go on",
    "killed": "was killed; run the same command again to go on",
    "spent": "a bound on cost or tokens was reached; run again with more to go on",
}
