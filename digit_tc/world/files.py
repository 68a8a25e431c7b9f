"""The answers of tools that work on files, over the tree; their errors are those of a shell."""

import difflib
import posixpath
from collections.abc import Callable, Iterator
from typing import Any

from digit_tc.tools.fields import ITEM, Field, branch
from digit_tc.tools.meaning import Understood
from digit_tc.tools.names import words
from digit_tc.tools.schema import type_of, violations
from digit_tc.world.operations import Operation
from digit_tc.world.refusal import Refusal, Refused
from digit_tc.world.tree import FILE, FOLDER, Tree

_MISSING = "No such file or directory"
_TEXTS = {"content", "contents", "text", "data"}
_NO_NAMES = {*_TEXTS, "mode", "pattern", "query", "regex", "encoding"}


class Files:
    """The answer of one call that works on files."""

    def __init__(
        self, tool: Understood, arguments: dict[str, Any], tree: Tree, fill: Callable[[Field], Any], *, closed: bool
    ) -> None:  # fmt: skip
        """Prepares an answer.

        Args:
            tool: The tool.
            arguments: What it is called with.
            tree: The files and folders.
            fill: Gives a value for a leaf of the result that the operation says nothing about.
            closed: Whether nothing is there but what has been mentioned.
        """
        self._tool, self._tree, self._fill, self._closed = tool, tree, fill, closed
        self._arguments = {key: None if value in ("None", "") else value for key, value in arguments.items()}
        self._name: str | None = None
        """The name of what was made, moved or removed, for a property that is a name."""
        self._beside: dict[str, Any] = {}
        """What properties of the result show besides the one thing that the operation gives."""

    def result(self, operation: Operation) -> Any:
        """Carries an operation out and returns a result in the shape of the output schema.

        Raises:
            Refused: A shell would refuse it.
        """
        told = _OPERATIONS[operation](self)
        return self._shaped(self._tool.result or {"type": "object", "properties": {}}, (), told)

    def _shaped(self, schema: dict[str, Any], path: tuple[str, ...], told: Any) -> Any:
        schema = branch(schema)
        if type_of(schema) == "object":
            parts = schema.get("properties", {}).items()
            return {name: self._shaped(part, (*path, name), self._beside.get(name, told)) for name, part in parts}
        if isinstance(told, list) and type_of(schema.get("items", {})) == "object":
            return [self._entry(schema["items"], (*path, ITEM), name) for name in told]
        texts = "\n".join(told) if isinstance(told, list) else str(told)
        means = self._tool.yields.get(path)
        name = self._name if means and means.kind in (FILE, FOLDER) else None
        for value in (name, told, texts, [told], True):
            if value is not None and not violations(schema, value):
                return value
        return self._fill(Field(path, schema, True))

    def _entry(self, schema: dict[str, Any], path: tuple[str, ...], name: str) -> Any:
        """Returns an entry of a listing: what it is called, whether it is a folder, how large it is."""
        place = self._tree.path(name)
        kind = self._tree.kind(place)
        told = {"name": name, "path": place, "type": kind, "is_directory": kind == FOLDER}
        parts = branch(schema).get("properties", {})
        return {
            key: told[key] if key in told else self._fill(Field((*path, key), part, True))
            for key, part in parts.items()
        }

    def _list(self) -> list[str]:
        folder = self._place(FOLDER)
        self._fill_up(folder)
        hidden = any(value is True for value in self._arguments.values())
        names = [posixpath.basename(path) for path in self._tree.entries(folder)]
        return [name for name in names if hidden or not name.startswith(".")]

    def _find(self) -> list[str]:
        given = [str(value) for value in self._named(("path", "directory", "folder", "root"))]
        top = self._there(given[0], FOLDER) if given else self._tree.current
        sought = next(iter(self._named(("name", "pattern", "query"))), None)
        stem = str(sought).strip("*") if sought else ""
        if not stem:
            self._fill_up(top)
        found = [path for path in self._tree.below(top) if stem in posixpath.basename(path)]
        if stem and not found and not self._closed and not self._tree.gone(posixpath.join(top, stem)):
            found = [posixpath.join(top, stem if "." in stem else f"{stem}.txt")]
            self._tree.make(FILE, found[0])
        before = (given or ["."])[0]
        return [f"{before.rstrip('/')}/{posixpath.relpath(path, top)}" for path in found]

    def _enter(self) -> str:
        name = str(next(iter(self._named()), "/"))
        path = self._there(name, FOLDER)
        self._tree.current = path
        return path if name.startswith((".", "~")) else name

    def _where(self) -> str:
        return self._tree.current

    def _read(self) -> str:
        return self._tree.content(self._place(FILE))

    def _tail(self) -> str:
        return "\n".join(self._lines()[-self._asked() :])

    def _head(self) -> str:
        return "\n".join(self._lines()[: self._asked()])

    def _sort(self) -> str:
        return "\n".join(sorted(self._lines()))

    def _grep(self) -> list[str]:
        sought = str(next(iter(self._named(("pattern", "query", "text", "regex"))), ""))
        path = self._place(FILE)
        if not self._tree.written(path):
            self._tree.make(FILE, path, f"{self._tree.content(path)}\n{sought}")
        return [line for line in self._lines() if sought in line]

    def _count(self) -> int:
        text, mode = self._tree.content(self._place(FILE)), str(self._arguments.get("mode") or "l")[:1]
        unit = {"w": "words", "c": "characters"}.get(mode, "lines")
        self._beside |= {"type": unit, "unit": unit}
        return {"words": len(text.split()), "characters": len(text), "lines": text.count("\n") + 1}[unit]

    def _asked(self) -> int:
        """Returns how many lines were asked for."""
        asked = [value for value in self._arguments.values() if isinstance(value, int) and not isinstance(value, bool)]
        return max(asked[0], 1) if asked else 10

    def _diff(self) -> str:
        first, second = (self._there(str(name), FILE) for name in list(self._named())[:2])
        lines = difflib.ndiff(self._tree.content(first).split("\n"), self._tree.content(second).split("\n"))
        return "\n".join(line for line in lines if line[:1] in "-+")

    def _usage(self) -> str:
        self._fill_up(self._tree.current)
        files = [path for path in self._tree.below(self._tree.current) if self._tree.kind(path) == FILE]
        size = sum(len(self._tree.content(path).encode()) for path in files)
        return f"{size:.2f} B" if self._arguments.get("human_readable") else f"{size} bytes"

    def _make_folder(self) -> str:
        return self._made(FOLDER)

    def _make_file(self) -> str:
        return self._made(FILE)

    def _made(self, kind: str) -> str:
        name = str(next(iter(self._named()), ""))
        path = self._tree.path(name)
        if self._tree.kind(path):
            verb = f"cannot create directory '{name}'" if kind == FOLDER else f"cannot touch '{name}'"
            raise Refused(self._refusal("already_exists", f"{verb}: File exists"))
        self._tree.make(kind, path, self._text() or "")
        self._name = name
        return f"'{name}' created"

    def _write(self) -> Any:
        names = [value for key, value in self._arguments.items() if value and not _TEXTS & set(words(key))]
        text = self._text() or ""
        if not names:
            return text
        path = self._tree.path(str(names[0]))
        self._name = str(names[0])
        added = "append" in words(self._tool.tool.name) and self._tree.kind(path)
        self._tree.make(FILE, path, f"{self._tree.content(path)}\n{text}" if added else text)
        return f"'{names[0]}' written"

    def _copy(self) -> str:
        return self._put("copy")

    def _put(self, verb: str) -> str:
        """Copies, and takes the source away where it is moved."""
        source, name, target = self._ends(verb)
        if self._tree.kind(source) == FOLDER:
            self._tree.make(FOLDER, target, "")
            for path in self._tree.below(source):
                kind = self._tree.kind(path)
                inside = posixpath.join(target, posixpath.relpath(path, source))
                self._tree.make(kind, inside, self._tree.content(path) if kind == FILE else "")
        else:
            self._tree.make(FILE, target, self._tree.content(source))
        if verb == "move":
            self._tree.remove(source)
        self._name = self._spoken(target)
        done = "moved" if verb == "move" else "copied"
        return f"'{name}' {done} to '{self._name}'"

    def _move(self) -> str:
        return self._put("move")

    def _remove(self) -> str:
        name = str(next(iter(self._named()), ""))
        self._tree.remove(self._there(name, "", "cannot remove "))
        return f"'{name}' removed"

    def _remove_folder(self) -> str:
        name = str(next(iter(self._named()), ""))
        path = self._there(name, FOLDER, "cannot remove ")
        if self._tree.entries(path):
            raise Refused(self._refusal("not_empty", f"cannot remove '{name}': Directory not empty"))
        self._tree.remove(path)
        return f"'{name}' removed"

    def _ends(self, verb: str) -> tuple[str, str, str]:
        """Returns where something is copied or moved from, under which name, and where to: into a folder that is."""
        source, *rest = [str(value) for value in self._named()]
        path = self._there(source, "", f"cannot {verb} ")
        target = self._tree.path(rest[0] if rest else source)
        named = "." in posixpath.basename(path) and "." not in posixpath.basename(target)
        if named and not self._closed and not self._tree.kind(target) and not self._tree.gone(target):
            self._tree.make(FOLDER, target)  # a report goes into the archive; it does not become it
        if self._tree.kind(target) == FOLDER:
            target = posixpath.join(target, posixpath.basename(path))
        if self._tree.kind(target):
            raise Refused(self._refusal("already_exists", f"cannot {verb} '{source}' to '{rest[0]}': File exists"))
        return path, source, target

    def _spoken(self, path: str) -> str:
        inside = path.startswith(self._tree.current.rstrip("/") + "/")
        return posixpath.relpath(path, self._tree.current) if inside else path

    def _place(self, kind: str) -> str:
        """Returns the path of the one thing that the call is about; the current folder where it names none."""
        named = list(self._named())
        return self._there(str(named[0]), kind) if named else self._tree.current

    def _there(self, name: str, kind: str, said: str = "") -> str:
        """Returns the path of something that must be there; what may be there, is from now on.

        Raises:
            Refused: It is not there, or is of another kind.
        """
        path = self._tree.path(name)
        found = self._tree.kind(path)
        if not found and (self._closed or self._tree.gone(path)):
            told = f"{said}'{name}': {_MISSING}" if said or kind == FOLDER else f"{name}: {_MISSING}"
            raise Refused(self._refusal("not_found", told, (kind or FILE, path)))
        if found and kind and found != kind:
            problem = "Not a directory" if kind == FOLDER else "Is a directory"
            raise Refused(self._refusal("wrong_kind", f"'{name}': {problem}"))
        if not found:
            self._tree.make(kind or (FILE if "." in posixpath.basename(path) else FOLDER), path)
        return path

    def _refusal(self, code: str, message: str, missing: tuple[str, str] | None = None) -> Refusal:
        return Refusal(code, f"{self._tool.tool.name}: {message}", missing)

    def _named(self, about: tuple[str, ...] = ()) -> Iterator[Any]:
        """Yields the texts that name files or folders, in the order of the specification; or those with such words."""
        for key, value in self._tool.tool.ordered(self._arguments).items():
            spoken = set(words(key))
            if isinstance(value, str) and (spoken & set(about) if about else not spoken & _NO_NAMES):
                yield value

    def _fill_up(self, folder: str) -> None:
        if not self._closed:
            self._tree.fill(folder)

    def _lines(self) -> list[str]:
        return self._tree.content(self._place(FILE)).split("\n")

    def _text(self) -> str | None:
        held = [value for key, value in self._arguments.items() if _TEXTS & set(words(key))]
        return str(held[0]) if held and held[0] is not None else None


_OPERATIONS: dict[Operation, Callable[[Files], Any]] = {
    "list": Files._list, "enter": Files._enter, "where": Files._where, "read": Files._read, "tail": Files._tail,
    "head": Files._head, "grep": Files._grep, "sort": Files._sort, "count": Files._count, "diff": Files._diff,
    "usage": Files._usage, "find": Files._find, "make_folder": Files._make_folder, "make_file": Files._make_file,
    "write": Files._write, "copy": Files._copy, "move": Files._move, "remove": Files._remove,
    "remove_folder": Files._remove_folder,
}  # fmt: skip
