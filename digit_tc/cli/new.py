"""The verb `new`: a role or a graph of one's own that works, with a test, to begin with."""

import keyword
import re
import sys
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from string import Template

from digit_tc.cli.writing import write
from digit_tc.errors import OutputError, SettingsError
from digit_tc.importing import nearest
from digit_tc.loading import ROLE_NAMES

KINDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "role": (("role.py.txt", "{}.py"), ("role.md.txt", "{}.md"), ("test_role.py.txt", "test_{}.py")),
    "graph": (("graph.py.txt", "{}.py"), ("test_graph.py.txt", "test_{}.py")),
}
"""For each kind of thing the packaged texts, and the names of the files that are made of them."""


def new(kind: str, name: str, folder: Path) -> None:
    """Writes the files of a new role or graph, prints their paths, and says what to do next.

    Args:
        kind: `role` or `graph`.
        name: What it is called: a name that Python could give a module.
        folder: Where the files go; it is made where it is missing.

    Raises:
        SettingsError: The kind is unknown, or the name cannot be used.
        OutputError: A file is there already, or the folder cannot be written to.
    """
    if kind not in KINDS:
        known = nearest(kind, [*KINDS]) or f"; there are {' and '.join(KINDS)}"
        raise SettingsError(f"there is no new {kind!r} to be made{known}")
    _require_name(kind, name)
    files = {folder / form.format(name): _filled(text, name) for text, form in KINDS[kind]}
    for path in files:
        if path.exists():
            raise OutputError(f"{path} is there already; take another name, or another folder by --out")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: no folder can be made there: {error.strerror}; choose another --out") from error
    for path, text in files.items():
        write(path, [text])
        print(path)
    made, test = folder / f"{name}.py", folder / f"test_{name}.py"
    print(f"\nNext: digit-tc generate --graph {made}    digit-tc draw {made}    pytest {test}")


def _require_name(kind: str, name: str) -> None:
    better = "_".join(filter(None, "".join(one if one.isalnum() else " " for one in name.lower()).split()))
    usable = name.isidentifier() and name.isascii() and name == name.lower() and not keyword.iskeyword(name)
    if not usable:
        mend = f", such as {better}" if better.isidentifier() and better.isascii() and better != name else ""
        raise SettingsError(f"{name!r} cannot be a name: take small letters, digits and underscores{mend}")
    if name in sys.stdlib_module_names or name in ("digit_tc", "langgraph", "pydantic"):
        raise SettingsError(f"{name!r} is the name of a module that others import; take another one")
    if kind == "role" and name in ROLE_NAMES:
        mend = f"take another name, or put one of yours in its place by --role {name}=IMPORT"
        raise SettingsError(f"the conversation has a role {name!r} already; {mend}")
    if kind == "role" and re.search(rf"\b({name}|{_class(name)})\b", _text("role.py.txt")):
        raise SettingsError(f"{name!r} is what something else in the file is called; take another name")


def _filled(text: str, name: str) -> str:
    return Template(_text(text)).substitute({"name": name, "class": _class(name)})


def _text(name: str) -> str:
    return resources.files("digit_tc.skeletons").joinpath(name).read_text(encoding="utf-8")


def _class(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
