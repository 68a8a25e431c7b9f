"""Import strings, as uvicorn and `langgraph.json` write them: what they name, and how it counts.

`pkg.mod:name` and `file.py:name` are understood. The working directory (for a file: its folder) is added at the end of
`sys.path`, where it can shadow nothing, so that one's own modules are found without installing them.
"""

import difflib
import hashlib
import importlib
import importlib.util
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

from digit_tc.canonical import digest
from digit_tc.errors import LoadingError


def load_object(spec: str, *, default: str = "") -> Any:
    """Returns what an import string names: `pkg.mod:name`, `file.py:name`; `default` is the name where none is given.

    Raises:
        LoadingError: The module or file is missing, does not load, or has no such name.
    """
    place, name = _split(spec, default)
    module = _load_file(Path(place)) if place.endswith(".py") else _load_module(place)
    found: Any = module
    for part in name.split("."):
        if not hasattr(found, part):
            public = [each for each in dir(found) if not each.startswith("_")]
            raise LoadingError(f"{place} has no {part!r}{nearest(part, public)}")
        found = getattr(found, part)
    return found


def source_of(spec: str, *, default: str = "") -> str:
    """Returns what tells the code that an import string names from other code.

    A file counts by its name and content, so that an edited one is another; a module by its name alone.
    """
    file, _, name = (f"{spec}:{default}" if spec.endswith(".py") else spec).rpartition(":")
    path = Path(file)
    if path.suffix != ".py" or not path.is_file():
        return spec
    return f"{path.name}:{name}@{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}"


def nearest(name: str, names: list[str]) -> str:
    """Returns the question whether a name that is close was meant, or nothing."""
    close = difflib.get_close_matches(name, names, n=3)
    return f"; did you mean {' or '.join(close)}?" if close else ""


def words_of(error: BaseException) -> str:
    """Returns what an error says, on one line and cut."""
    return " ".join(str(error).split())[:300]


def one_line(error: BaseException) -> str:
    """Returns what an error is and says, on one line."""
    text = words_of(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _split(spec: str, default: str) -> tuple[str, str]:
    place, colon, name = spec.rpartition(":")
    if colon and place and all(part.isidentifier() for part in name.split(".")):
        return place, name
    if default and spec and (not colon or spec.endswith(".py")):  # a drive letter has a colon too
        return spec, default
    raise LoadingError(f"{spec!r} is not an import string: write package.module:name or path/to/file.py:name")


def _load_module(name: str) -> ModuleType:
    if not all(part.isidentifier() for part in name.split(".")):
        raise LoadingError(f"{name!r} is not a module name: write package.module:name or path/to/file.py:name")
    _see(Path.cwd())
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:
        raise LoadingError(
            f"the module {name!r} cannot be imported: {one_line(error)}; install it or correct the import"
        ) from error


def _load_file(path: Path) -> ModuleType:
    full = path.resolve()
    try:
        content = full.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        others = sorted(each.name for each in full.parent.glob("*.py")) if full.parent.is_dir() else []
        hint = nearest(full.name, others) or "; correct the path"
        raise LoadingError(f"{path}: there is no such file{hint}") from error
    except (OSError, ValueError) as error:
        raise LoadingError(f"the file {path} cannot be read: {one_line(error)}; name a Python file") from error
    name = f"{full.stem}_{digest(str(full), content)[:12]}"  # one module per content: a graph and its roles share it
    if name in sys.modules:
        return sys.modules[name]
    _see(full.parent)
    spec = importlib.util.spec_from_file_location(name, full)
    if spec is None or spec.loader is None:
        raise LoadingError(f"the file {path} is not one that Python can load")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and type hints look their module up
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise LoadingError(
            f"{path}{_line_in(error, full)} failed while being loaded: {one_line(error)}; mend it there"
        ) from error
    return module


def _see(folder: Path) -> None:
    if str(folder) not in sys.path:
        sys.path.append(str(folder))


def _line_in(error: BaseException, path: Path) -> str:
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f":{error.lineno}"
    lines = [each.lineno for each in traceback.extract_tb(error.__traceback__) if each.filename == str(path)]
    return f":{lines[-1]}" if lines else ""
