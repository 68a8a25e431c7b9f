"""The verb `export`: accepted conversations in another format."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from digit_tc.cli.folder import records
from digit_tc.errors import OutputError
from digit_tc.export.formats import exporter


def export(folder: Path, form: str, out: Path | None) -> None:
    """Writes one row per accepted conversation, as JSON lines.

    Raises:
        InputError: The folder has no conversations, the format is unknown, or the file cannot be written.
    """
    rows = exporter(form)
    lines = (json.dumps(rows(record), ensure_ascii=False, allow_nan=False) + "\n" for record in records(folder))
    if out is None:
        sys.stdout.writelines(lines)
        return
    count = _write(out, lines)
    print(f"{count} conversations in {out}")


def _write(out: Path, lines: Iterator[str]) -> int:
    partial = out.with_name(out.name + ".tmp")
    count = 0
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            for line in lines:
                file.write(line)
                count += 1
        partial.replace(out)
    except OSError as error:
        raise OutputError(f"{out}: cannot be written: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)
    return count
