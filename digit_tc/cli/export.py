"""The verb `export`: accepted conversations in another format."""

import json
import sys
from pathlib import Path

from digit_tc.cli.folder import records
from digit_tc.cli.text import counted
from digit_tc.cli.writing import require_outside, write
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
    require_outside(out, folder)
    if folder.is_file() and out.exists() and out.samefile(folder):
        raise OutputError(f"{out}: is the file that is exported; choose another --out")
    count = write(out, lines)
    print(f"{counted(count)} in {out}")
