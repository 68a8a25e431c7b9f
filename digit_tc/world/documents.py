"""Parts of a text: its last lines, the lines that match, its lines in order."""

from typing import Any

from digit_tc.streams import Stream
from digit_tc.tools.names import words


def excerpt(key: str, whole: str, arguments: dict[str, Any], stream: Stream) -> str:
    """Returns what a result property of this name shows of a text.

    Args:
        key: The property: file_content, sorted_content, last_lines, matching_lines.
        whole: The text.
        arguments: The arguments of the call, among them a number of lines or a pattern.
        stream: Chooses one of the matching lines.
    """
    named, lines = set(words(key)), whole.split("\n")
    if "sorted" in named:
        return "\n".join(sorted(lines))
    if "last" in named or "tail" in named:
        asked = arguments.get("lines")
        return "\n".join(lines[-asked:] if isinstance(asked, int) and asked > 0 else lines)
    if named & {"matching", "matches", "match"} and isinstance(pattern := arguments.get("pattern"), str):
        found = [line for line in lines if pattern.lower() in line.lower()]
        return stream.choice(found) if found else f"{stream.choice(lines)} ({pattern})"
    return whole
