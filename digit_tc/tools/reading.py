"""Reading tool files and folders into a catalogue."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from digit_tc.canonical import digest
from digit_tc.errors import CatalogueError
from digit_tc.tools.catalogue import Catalogue, apart
from digit_tc.tools.dialects import looks_like_tool, read_tool
from digit_tc.tools.place import Place, check_json
from digit_tc.tools.tool import Tool

SUFFIXES = (".json", ".jsonl")
"""What is read from a folder."""


def read_catalogue(paths: Sequence[Path]) -> Catalogue:
    """Reads tool files, and every `*.json` and `*.jsonl` of folders, into one catalogue.

    A file holds a tool, a list of tools, an MCP `tools/list` answer, lists by namespace, or JSON lines of any of these
    or of recorded conversations with their `tools`. Each tool may be in another dialect. The same tool is read once;
    different ones of one name are told apart.

    Raises:
        CatalogueError: A path cannot be read as tools.
    """
    return read_files(files_of(paths))


@dataclass(frozen=True)
class File:
    """A tool file as it was found: its path as it was named, and its bytes."""

    path: Path
    content: bytes


def files_of(paths: Sequence[Path]) -> list[File]:
    """Returns what lies at the paths, folders opened.

    Raises:
        CatalogueError: There are no paths, or one cannot be read.
    """
    if not paths:
        raise CatalogueError("no tool files are named; name at least one file or folder")
    return [_file(file) for path in paths for file in _files(Path(path))]


def read_files(files: Iterable[File]) -> Catalogue:
    """Reads the tools in files into one catalogue.

    Raises:
        CatalogueError: A file cannot be read as tools.
    """
    return Catalogue(apart(tool for file in files for tool in _read_file(file)))


def parse_tools(text: str, file: str, *, namespace: str = "", lines: bool = False) -> list[Tool]:
    """Reads the tools in the text of a file, each once; `lines` says that every line is a JSON value of its own.

    `namespace` is that of the tools for which the text names none.

    Raises:
        CatalogueError: The text is not JSON, or holds no tools.
    """
    place = Place(file)
    if not text.strip():
        raise place.error("the file is empty", "write tools into it or leave it out")
    found = _Found(namespace, {})
    for where, document in _documents(text, file, lines=lines):
        for raw, at, named in _tools(document, where):
            found.add(raw, at, named)
    if not found.tools:
        raise _no_tools(place)
    return list(found.tools.values())


@dataclass(frozen=True)
class _Found:
    namespace: str
    tools: dict[str, Tool]

    def add(self, raw: Any, place: Place, namespace: str) -> None:
        """Reads a tool unless the same one was read before: recorded conversations repeat theirs in every line."""
        check_json(raw, place)
        key = digest(raw, namespace)
        if key not in self.tools:
            self.tools[key] = read_tool(raw, place, namespace or self.namespace)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
    if not found:
        raise Place(str(path)).error(
            "this folder holds no *.json or *.jsonl files", "name a folder or a file with tools"
        )
    return found


def _file(path: Path) -> File:
    place = Place(str(path))
    try:
        return File(path, path.read_bytes())
    except FileNotFoundError as error:
        raise place.error("there is no such file or folder", "correct the path") from error
    except OSError as error:
        raise place.error(f"the file cannot be read ({error.strerror})", "make it readable or leave it out") from error


def _read_file(file: File) -> list[Tool]:
    path, place = file.path, Place(str(file.path))
    try:
        text = file.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise place.error(f"byte {error.start} is not UTF-8", "save the file as UTF-8") from error
    return parse_tools(text, str(path), namespace=path.stem, lines=path.suffix.lower() == ".jsonl")


def _documents(text: str, file: str, *, lines: bool) -> Iterator[tuple[Place, Any]]:
    if lines or _is_lines(text):
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                yield Place(f"{file}:{number}"), _load(line, file, number)
    else:
        yield Place(file), _load(text, file)


def _is_lines(text: str) -> bool:
    """Says whether the text is JSON lines under another suffix: a first line that is a value, and more below."""
    first, _, rest = text.strip().partition("\n")
    if not rest.strip() or not first.startswith("{"):
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return True


def _load(text: str, file: str, line: int = 0) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        place, reason = Place(f"{file}:{line or error.lineno}:{error.colno}"), error.msg
    except RecursionError:
        place, reason = Place(f"{file}:{line}" if line else file), "it is nested too deeply"
    except ValueError as error:
        place, reason = Place(f"{file}:{line}" if line else file), str(error)
    raise place.error(f"this is not JSON ({reason})", "correct it")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _tools(document: Any, place: Place) -> Iterator[tuple[Any, Place, str]]:
    """Yields what stands where tools are expected, with its place and its namespace in the file."""
    if isinstance(document, list):
        for index, item in enumerate(document):
            yield from _item(item, place.at(index))
    elif isinstance(document, dict):
        yield from _object(document, place)
    else:
        raise _no_tools(place)


def _item(item: Any, place: Place) -> Iterator[tuple[Any, Place, str]]:
    tools = item.get("tools") if isinstance(item, dict) and not looks_like_tool(item) else None
    return _each(tools, place.at("tools"), "") if isinstance(tools, list) else iter([(item, place, "")])


def _object(document: dict[str, Any], place: Place) -> Iterator[tuple[Any, Place, str]]:
    result = document.get("result")
    if looks_like_tool(document):
        yield document, place, ""
    elif isinstance(document.get("tools"), list):
        yield from _each(document["tools"], place.at("tools"), "")
    elif isinstance(result, dict) and isinstance(result.get("tools"), list):
        yield from _each(result["tools"], place.at("result", "tools"), "")
    elif document and all(isinstance(value, list) for value in document.values()):
        for namespace, tools in document.items():
            yield from _each(tools, place.at(namespace), namespace)
    elif document and all(looks_like_tool(value) for value in document.values()):
        yield from ((value, place.at(name), "") for name, value in document.items())
    elif "name" in document or document.get("type") == "function":
        yield document, place, ""
    else:
        raise _no_tools(place)


def _no_tools(place: Place) -> CatalogueError:
    return place.error("this JSON holds no tools", "give objects with `name` and `parameters`, or leave it out")


def _each(tools: Iterable[Any], place: Place, namespace: str) -> Iterator[tuple[Any, Place, str]]:
    return ((tool, place.at(index), namespace) for index, tool in enumerate(tools))
