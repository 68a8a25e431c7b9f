"""Reading tool files and folders into a catalogue."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from digit_tc.canonical import digest
from digit_tc.errors import CatalogueError, NoToolsError
from digit_tc.tools.catalogue import Catalogue, apart
from digit_tc.tools.dialects import looks_like_tool, read_tool
from digit_tc.tools.documents import FORMS, Form, documents
from digit_tc.tools.files import files_in, read_bytes, text_of
from digit_tc.tools.openapi.reading import is_openapi, read_openapi
from digit_tc.tools.place import Place, check_json, shown
from digit_tc.tools.tool import Tool

Written = tuple[Any, Place, str] | tuple[Any, Place, str, str]
"""What stands where a tool is expected, its place, its namespace in the file, and the key under which it stands."""


_LISTS = ("tools", "function")
"""Where rows of datasets and records of conversations have their list of tools; the second in Berkeley's."""


@dataclass
class Aside:
    """What is put aside while tools are read: files of folders that hold none, and tools that cannot be read.

    The first tool that cannot be read ends the reading, unless there is a list to put them into.
    """

    skipped: list[str] = field(default_factory=list)
    refused: list[CatalogueError] | None = None


def read_catalogue(paths: Sequence[Path]) -> Catalogue:
    """Reads tool files, and every JSON and YAML file of folders, into one catalogue.

    A file holds a tool, a list of tools, an MCP `tools/list` answer, an OpenAPI document, lists by namespace, tools by
    name, or JSON lines or YAML documents of any of these or of recorded conversations with their `tools`. Each tool may
    be in another dialect. The same tool is read once; different ones of one name are told apart. A file of a folder in
    which nothing is meant as a tool is skipped, and the catalogue says so.

    Raises:
        CatalogueError: A path cannot be read as tools.
    """
    return read_files(files_of(paths))


@dataclass(frozen=True)
class File:
    """A tool file as it was found: its path, its bytes, and the folder through which it was found, if by none."""

    path: Path
    content: bytes
    folder: Path | None = None


def files_of(paths: Sequence[Path]) -> list[File]:
    """Returns what lies at the paths, folders opened.

    Raises:
        CatalogueError: There are no paths, or one cannot be read.
    """
    if not paths:
        raise CatalogueError("no tool files are named; name at least one file or folder")
    found: list[File] = []
    for path in map(Path, paths):
        if path.is_dir():
            found += [File(file, read_bytes(file), path) for file in files_in(path)]
        else:
            found.append(File(path, read_bytes(path)))
    return found


def read_files(files: Sequence[File]) -> Catalogue:
    """Reads the tools in files into one catalogue.

    Raises:
        CatalogueError: A file cannot be read as tools.
    """
    aside = Aside()
    tools = list(tools_of(files, aside))
    return Catalogue(apart(tools), skipped=aside.skipped)


def parse_tools(
    text: str, file: str, *, namespace: str = "", form: Form = "json", aside: Aside | None = None
) -> list[Tool]:
    """Reads the tools in the text of a file, each once.

    Args:
        text: JSON, JSON lines or YAML.
        file: What messages call it.
        namespace: That of the tools for which the text names none.
        form: Which of the three it is.
        aside: Where tools are put that cannot be read; they raise where there is no place for them.

    Raises:
        NoToolsError: Nothing in the text is meant as a tool.
        CatalogueError: The text is not of this form, or what is in it cannot be read as tools.
    """
    place = Place(file)
    if not text.strip():
        raise NoToolsError(str(place.error("the file is empty", "write tools into it or leave it out")))
    found = _Found(namespace, aside or Aside())
    for where, document in documents(text, file, form):
        found.add_all(document, where)
    if found.fault is not None and found.tools:
        found.refuse(found.fault)
    if not found.tools and not found.aside.refused:
        raise NoToolsError(str(found.fault or _no_tools(place)))
    return list(found.tools.values())


@dataclass
class _Found:
    """The tools of one file, and the first thing among them that is not meant as one."""

    namespace: str
    aside: Aside
    tools: dict[str, Tool] = field(default_factory=dict)
    fault: CatalogueError | None = None

    def add_all(self, document: Any, place: Place) -> None:
        """Reads what stands in a document where tools are expected."""
        try:
            for item in _tools(document, place):
                self.add(*item)
        except NoToolsError as error:
            self.fault = self.fault or error

    def add(self, raw: Any, place: Place, namespace: str, key: str = "") -> None:
        """Reads a tool unless the same one was read before: recorded conversations repeat theirs in every line."""
        if isinstance(raw, Tool):  # an operation of a document, which was read as a whole
            self.tools[f"{raw.source.file} {raw.source.pointer} {raw.name}"] = raw.model_copy(
                update={"namespace": self.namespace}
            )
            return
        meant = looks_like_tool(raw)
        if not meant and self.fault is not None:
            return  # of a long list of other things one is enough
        try:
            identity = _identity(raw, namespace, key)
            if identity not in self.tools:
                self.tools[identity] = read_tool(raw, place, namespace or self.namespace, key)
        except CatalogueError as error:
            if meant:
                self.refuse(error)
            else:
                self.fault = error

    def refuse(self, error: CatalogueError) -> None:
        """Puts aside what cannot be read, or ends the reading."""
        if self.aside.refused is None:
            raise error
        self.aside.refused.append(error)


def _identity(raw: Any, namespace: str, key: str) -> str:
    try:
        return digest(raw, namespace, key)
    except (ValueError, RecursionError):
        return ""  # what is no sound JSON is read, which says what is wrong


def tools_of(files: Sequence[File], aside: Aside) -> Iterator[Tool]:
    """Reads the tools of files; several of them may have one name.

    Raises:
        CatalogueError: They cannot be read as tools, or no file of a folder holds any.
    """
    fruitful: set[Path | None] = {None}
    for file in files:
        try:
            yield from _read_file(file, aside)
            fruitful.add(file.folder)
        except NoToolsError as error:
            if file.folder is None:
                raise
            aside.skipped.append(str(error))
        except CatalogueError as error:
            if aside.refused is None:
                raise
            error.code = error.code or "file-unreadable"
            aside.refused.append(error)
            fruitful.add(file.folder)
    for folder, count in Counter(file.folder for file in files).items():
        if folder not in fruitful:
            what = f"none of the {count} JSON and YAML files of this folder holds tools"
            raise Place(str(folder)).error(what, "name another folder or a file")


def _read_file(file: File, aside: Aside) -> list[Tool]:
    form = FORMS.get(file.path.suffix.lower(), "json")
    text = text_of(file.content, file.path)
    return parse_tools(text, str(file.path), namespace=file.path.stem, form=form, aside=aside)


def _tools(document: Any, place: Place) -> Iterator[Written]:
    """Yields what stands where tools are expected."""
    if isinstance(document, list):
        for index, item in enumerate(document):
            yield from _item(item, place.at(index))
    else:
        yield from _object(document, place)


def _item(item: Any, place: Place) -> Iterator[Written]:
    row = _unpacked(item, place)
    wraps = (
        isinstance(row, dict)
        and not looks_like_tool(row)
        and ("jsonrpc" in row or any(_lists(row, key) for key in _LISTS))
    )
    return _object(row, place) if wraps else iter([(item, place, "")])


def _unpacked(row: Any, place: Place) -> Any:
    """Returns a row of a dataset whose `tools` are the text of a JSON list, as tables hold them, with the list itself.

    Raises:
        CatalogueError: The text begins like a list and is not JSON.
    """
    if not isinstance(row, dict):
        return row
    text = row.get("tools")
    if not isinstance(text, str) or not text.lstrip().startswith("["):
        return row
    try:
        tools = json.loads(text)
        check_json(tools, place.at("tools"))
    except (ValueError, RecursionError) as error:
        raise place.at("tools").error(f"this text is not JSON ({shown(str(error))})", "correct it") from error
    return {**row, "tools": tools}


def _object(document: Any, place: Place) -> Iterator[Written]:
    document = _unpacked(document, place)
    if not isinstance(document, dict) or not document:
        raise _no_tools(place)
    if is_openapi(document):
        yield from ((tool, place, "") for tool in read_openapi(document, place))
    elif looks_like_tool(document):
        yield document, place, ""
    elif "jsonrpc" in document or _lists(document.get("result"), "tools"):
        yield from _answer(document, place)
    elif key := next((key for key in _LISTS if _lists(document, key)), ""):
        yield from _each(document[key], place.at(key), "")
    elif any(map(looks_like_tool, document.values())) or all(isinstance(value, list) for value in document.values()):
        yield from _named(document, place)
    elif "name" in document or document.get("type") == "function":
        yield document, place, ""
    else:
        raise _no_tools(place)


def _named(document: dict[str, Any], place: Place) -> Iterator[Written]:
    """Yields tools that stand under their names, and those in lists that stand under their namespaces."""
    for name, value in document.items():
        if isinstance(value, list):
            yield from _each(value, place.at(name), name)
        else:
            yield value, place.at(name), "", name


def _lists(value: Any, key: str) -> bool:
    return isinstance(value, dict) and isinstance(value.get(key), list)


def _answer(message: dict[str, Any], place: Place) -> Iterator[Written]:
    """Yields the tools of one page of an MCP `tools/list` answer; other messages of a session hold none.

    Raises:
        CatalogueError: It is an error instead.
    """
    if isinstance(error := message.get("error"), dict):
        said = shown(error.get("message", error))
        raise place.at("error").error(f"the MCP server answered with an error: {said}", "ask it again")
    if _lists(message.get("result"), "tools"):
        yield from _each(message["result"]["tools"], place.at("result", "tools"), "")


def _no_tools(place: Place) -> NoToolsError:
    return NoToolsError(
        str(place.error("this holds no tools", "give objects with `name` and `parameters`, or leave it out"))
    )


def _each(tools: Iterable[Any], place: Place, namespace: str) -> Iterator[Written]:
    return ((tool, place.at(index), namespace) for index, tool in enumerate(tools))
