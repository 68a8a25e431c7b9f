"""Reading tool files and folders into a catalogue."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from digit_tc.canonical import digest
from digit_tc.errors import CatalogueError, NoToolsError
from digit_tc.tools.catalogue import Catalogue, apart
from digit_tc.tools.dialects import looks_like_tool, read_tool
from digit_tc.tools.documents import FORMS, Form, documents
from digit_tc.tools.files import files_in, read_text
from digit_tc.tools.openapi.reading import is_openapi, read_openapi
from digit_tc.tools.place import Place, shown
from digit_tc.tools.tool import Tool

Written = tuple[Any, Place, str] | tuple[Any, Place, str, str]
"""What stands where a tool is expected, its place, its namespace in the file, and the key under which it stands."""


def read_catalogue(paths: Sequence[Path]) -> Catalogue:
    """Reads tool files, and every JSON and YAML file of folders, into one catalogue.

    A file holds a tool, a list of tools, an MCP `tools/list` answer, an OpenAPI document, lists by namespace, tools by
    name, or JSON lines or YAML documents of any of these or of recorded conversations with their `tools`. Each tool may
    be in another dialect. The same tool is read once; different ones of one name are told apart. A file of a folder in
    which nothing is meant as a tool is skipped, and the catalogue says so.

    Raises:
        CatalogueError: A path cannot be read as tools.
    """
    if not paths:
        raise CatalogueError("no tool files are named; name at least one file or folder")
    skipped: list[str] = []
    tools = [tool for path in paths for tool in _read_path(Path(path), skipped)]
    return Catalogue(apart(tools), skipped=skipped)


def parse_tools(text: str, file: str, *, namespace: str = "", form: Form = "json") -> list[Tool]:
    """Reads the tools in the text of a file, each once; `namespace` is that of the tools for which the text names none.

    Raises:
        NoToolsError: Nothing in the text is meant as a tool.
        CatalogueError: The text is not of this form, or what is in it cannot be read as tools.
    """
    place = Place(file)
    if not text.strip():
        raise NoToolsError(str(place.error("the file is empty", "write tools into it or leave it out")))
    found = _Found(namespace)
    for where, document in documents(text, file, form):
        found.add_all(document, where)
    if found.fault is not None and found.tools:
        raise found.fault
    if not found.tools:
        raise NoToolsError(str(found.fault or _no_tools(place)))
    return list(found.tools.values())


@dataclass
class _Found:
    """The tools of one file, and the first thing among them that is not meant as one."""

    namespace: str
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
                raise
            self.fault = error


def _identity(raw: Any, namespace: str, key: str) -> str:
    try:
        return digest(raw, namespace, key)
    except (ValueError, RecursionError):
        return ""  # what is no sound JSON is read, which says what is wrong


def _read_path(path: Path, skipped: list[str]) -> Iterator[Tool]:
    if not path.is_dir():
        yield from _read_file(path)
        return
    before = len(skipped)
    files = files_in(path)
    for file in files:
        try:
            yield from _read_file(file)
        except NoToolsError as error:
            skipped.append(str(error))
    if len(skipped) - before == len(files):
        what = f"none of the {len(files)} JSON and YAML files of this folder holds tools"
        raise Place(str(path)).error(what, "name another folder or a file")


def _read_file(path: Path) -> list[Tool]:
    form = FORMS.get(path.suffix.lower(), "json")
    return parse_tools(read_text(path), str(path), namespace=path.stem, form=form)


def _tools(document: Any, place: Place) -> Iterator[Written]:
    """Yields what stands where tools are expected."""
    if isinstance(document, list):
        for index, item in enumerate(document):
            yield from _item(item, place.at(index))
    else:
        yield from _object(document, place)


def _item(item: Any, place: Place) -> Iterator[Written]:
    wraps = isinstance(item, dict) and not looks_like_tool(item) and ("jsonrpc" in item or _lists(item, "tools"))
    return _object(item, place) if wraps else iter([(item, place, "")])


def _object(document: Any, place: Place) -> Iterator[Written]:
    if not isinstance(document, dict) or not document:
        raise _no_tools(place)
    if is_openapi(document):
        yield from ((tool, place, "") for tool in read_openapi(document, place))
    elif looks_like_tool(document):
        yield document, place, ""
    elif "jsonrpc" in document or _lists(document.get("result"), "tools"):
        yield from _answer(document, place)
    elif _lists(document, "tools"):
        yield from _each(document["tools"], place.at("tools"), "")
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
