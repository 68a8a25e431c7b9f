"""The export formats by name."""

import difflib
from collections.abc import Callable, Mapping
from typing import Any

from digit_tc.errors import SettingsError
from digit_tc.export.openai import openai_row
from digit_tc.export.trace import trace_row
from digit_tc.records import Record

Exporter = Callable[[Record], dict[str, Any]]

FORMATS: Mapping[str, Exporter] = {"openai": openai_row, "trace": trace_row}


def exporter(name: str) -> Exporter:
    """Returns the function that turns a record into one row.

    Raises:
        SettingsError: There is no such format.
    """
    if name in FORMATS:
        return FORMATS[name]
    close = difflib.get_close_matches(name, FORMATS, n=1)
    hint = f"; did you mean {close[0]}?" if close else f"; there are {', '.join(FORMATS)}"
    raise SettingsError(f"--format {name} is not known{hint}")
