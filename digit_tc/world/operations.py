"""Which operation on files a specification describes.

Recognised are the commands of a shell (ls, cd, cat, cp, ...) and the tools of file servers (read_file, list_directory,
move_file, ...).
"""

from functools import lru_cache
from typing import Literal

from digit_tc.tools.meaning import Understood
from digit_tc.tools.names import words

Operation = Literal[
    "list", "enter", "where", "read", "tail", "head", "grep", "sort", "count", "diff", "usage", "find", "make_folder",
    "make_file", "write", "copy", "move", "remove", "remove_folder",
]  # fmt: skip

KINDS: dict[Operation, Literal["read", "search", "create", "update", "delete", "action"]] = {
    "list": "read", "enter": "action", "where": "read", "read": "read", "tail": "read", "head": "read", "grep": "read",
    "sort": "read", "count": "read", "diff": "read", "usage": "read", "find": "search", "make_folder": "create",
    "make_file": "create", "write": "update", "copy": "create", "move": "update", "remove": "delete",
    "remove_folder": "delete",
}  # fmt: skip
"""What kind of work each operation is."""

_SHELL: dict[str, Operation] = {
    "ls": "list", "cd": "enter", "pwd": "where", "cat": "read", "tail": "tail", "head": "head", "grep": "grep",
    "sort": "sort", "wc": "count", "diff": "diff", "du": "usage", "find": "find", "mkdir": "make_folder",
    "touch": "make_file", "echo": "write", "cp": "copy", "mv": "move", "rm": "remove", "rmdir": "remove_folder",
}  # fmt: skip
_SERVED: dict[str, Operation] = {
    "list": "list", "change": "enter", "read": "read", "open": "read", "show": "read", "view": "read", "get": "read",
    "search": "find", "find": "find", "create": "make_file", "make": "make_file", "write": "write", "save": "write",
    "append": "write", "copy": "copy", "move": "move", "rename": "move", "delete": "remove", "remove": "remove",
}  # fmt: skip
_FOLDERS = {"directory", "dir", "folder", "directories", "folders"}
_FILES = {"file", "files"}
_BESIDE = {"text", "contents", "content", "current", "working", "all", "in"}


@lru_cache(maxsize=2048)
def file_operation(tool: Understood) -> Operation | None:
    """Returns what a tool does with files or folders, or None where it does nothing with them."""
    named = words(tool.tool.name)
    if len(named) == 1:
        said = {*words(tool.tool.description), *(word for field in tool.inputs for word in words(field.key))}
        return _SHELL.get(named[0]) if said & (_FOLDERS | _FILES) else None
    found = _SERVED.get(named[0]) if named else None
    about = set(named[1:])
    if found is None or not about & (_FOLDERS | _FILES) or not about <= _FOLDERS | _FILES | _BESIDE:
        return None
    kinds = {means.kind for means in tool.means.values()}
    placed = kinds & {"file", "folder"} or any("path" in words(field.key) for field in tool.inputs)
    if "id" in kinds or (not placed and found not in ("list", "find", "copy", "move")):
        return None
    return "make_folder" if found == "make_file" and about & _FOLDERS else found
