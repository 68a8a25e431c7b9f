"""YAML as it is read here: the core schema of YAML 1.2, and nothing that plain JSON values cannot carry.

Values are built from the events of the parser, one by one, so that an alias is counted as what it stands for before
anything is made of it. Merge keys (`<<`), which are older than the core schema, are followed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from digit_tc.errors import CatalogueError, NoToolsError
from digit_tc.tools.json_text import equal, twice
from digit_tc.tools.place import DEEPEST_JSON, Place, shown
from digit_tc.tools.yaml_scalars import TAG, fits_container, plain_value, tagged_value

MOST_VALUES = 1_000_000
"""Values of one file, what aliases stand for included; a hundred characters of text count as one more."""

_UNPRINTABLE = re.compile(r"[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MERGE = "<<"


def load(text: str, file: str) -> Iterator[tuple[Place, Any]]:
    """Yields the documents of a YAML text that hold anything, each with its place.

    From the second on, the line where it begins follows the file.

    Raises:
        CatalogueError: It is not YAML, or no plain JSON, or too much once its aliases are followed.
    """
    if found := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        what = f"the file holds the character U+{ord(found[0]):04X}"
        raise Place(f"{file}:{line}").error(what, "write it as an escape between double quotes")
    document, several = _Document(file, 1), False
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            if not isinstance(event, yaml.DocumentEndEvent):
                document.take(event)
                continue
            if document.value is not None:
                yield Place(f"{file}:{document.line}" if several else file), document.value
                several = True
            document = _Document(file, document.size + 1)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else file
        raise _not_yaml(where, error.problem or error.context or "it is broken") from error
    except yaml.YAMLError as error:
        raise _not_yaml(file, str(error)) from error


def _not_yaml(where: str, reason: str) -> CatalogueError:
    return Place(where).error(f"this is not YAML ({shown(reason)})", "correct it")


@dataclass(frozen=True)
class _Node:
    """A value, how many values it counts as, and how many containers it holds inside one another."""

    value: Any
    size: int
    height: int = 0


@dataclass
class _Open:
    """A list or a mapping whose end has not come yet; `start` is the event that began it."""

    value: list[Any] | dict[str, Any]
    start: Any
    before: int
    height: int = 1
    key: str | None = None
    key_event: Any = None
    merged: list[dict[str, Any]] = field(default_factory=list)
    """What merge keys bring in, first come first served."""

    @property
    def wants_key(self) -> bool:
        return isinstance(self.value, dict) and self.key is None


class _Document:
    """Builds the value of one document from its events; `value` stays None where there is none.

    `size` counts the values of the file so far, `line` is where the document begins.
    """

    def __init__(self, file: str, size: int) -> None:
        self.value: Any = None
        self.line = 1
        self.size = size
        self._file = file
        self._open: list[_Open] = []
        self._anchors: dict[str, _Node | None] = {}

    def take(self, event: Any) -> None:
        """Takes the next event of the parser."""
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._start(event, [], "seq")
        elif isinstance(event, yaml.MappingStartEvent):
            self._start(event, {}, "map")
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end()
        elif isinstance(event, yaml.DocumentStartEvent):
            self.line = event.start_mark.line + 1 if event.start_mark else 1

    def _place(self, event: Any) -> Place:
        return Place(f"{self._file}:{event.start_mark.line + 1}:{event.start_mark.column + 1}")

    def _grow(self, size: int, event: Any) -> None:
        self.size += size
        if self.size > MOST_VALUES:
            what = f"this file holds more than {MOST_VALUES:,} values once its aliases are followed"
            raise self._place(event).error(what, "split it")

    def _check_depth(self, height: int, event: Any) -> None:
        if len(self._open) + height > DEEPEST_JSON:
            raise self._place(event).error("this is nested too deeply", f"keep it within {DEEPEST_JSON} levels")

    def _scalar(self, event: Any) -> None:
        size = 1 + len(event.value) // 100
        self._grow(size, event)
        try:
            plain = event.implicit[0] and event.tag is None
            value = plain_value(event.value) if plain else tagged_value(event.value, event.tag or "!")
        except LookupError as error:
            raise self._tag(event) from error
        node = _Node(value, size)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        if self._open and self._open[-1].wants_key:
            if value is None:
                raise self._place(event).error("a key of this mapping is null", "write it in quotes if it is a name")
            self._key(event.value, event)
        else:
            self._add(node)

    def _tag(self, event: Any) -> CatalogueError:
        what = f"the tag {shown(event.tag.replace(TAG, '!!'), 60)} does not belong here"
        sentence = self._place(event).error(what, "write text, numbers, lists and mappings without tags")
        return NoToolsError(str(sentence))  # files of other programs have such tags: in a folder they are passed over

    def _start(self, event: Any, value: list[Any] | dict[str, Any], kind: str) -> None:
        if not fits_container(event.tag, kind):
            raise self._tag(event)
        if self._open and self._open[-1].wants_key:
            raise self._place(event).error("a key of this mapping is a list or a mapping", "use text as key")
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        self._open.append(_Open(value, event, self.size))
        self._grow(1, event)
        self._check_depth(0, event)

    def _end(self) -> None:
        done = self._open.pop()
        if isinstance(done.value, dict):
            for merged in done.merged:
                for key, value in merged.items():
                    done.value.setdefault(key, value)
        node = _Node(done.value, self.size - done.before, done.height)
        if done.start.anchor is not None:
            self._anchors[done.start.anchor] = node
        self._add(node)

    def _alias(self, event: Any) -> None:
        name = shown(event.anchor)
        if event.anchor not in self._anchors:
            raise self._place(event).error(f"the alias *{name} names no anchor before it", "define it or quote it")
        node = self._anchors[event.anchor]
        if node is None:
            what = f"the alias *{name} stands inside what it names"
            raise self._place(event).error(what, "write in place what is meant")
        self._grow(node.size, event)
        self._check_depth(node.height, event)
        if self._open and self._open[-1].wants_key:
            if not isinstance(node.value, str):
                raise self._place(event).error("a key of this mapping is no text", "use text as key")
            self._key(node.value, event)
        else:
            self._add(node)

    def _key(self, key: str, event: Any) -> None:
        self._open[-1].key, self._open[-1].key_event = key, event

    def _add(self, node: _Node) -> None:
        if not self._open:
            self.value = node.value
            return
        top = self._open[-1]
        top.height = max(top.height, node.height + 1)
        if isinstance(top.value, list):
            top.value.append(node.value)
        else:
            self._fill(top, top.value, node.value)

    def _fill(self, top: _Open, mapping: dict[str, Any], value: Any) -> None:
        key, event = str(top.key), top.key_event
        top.key = None
        if key == _MERGE and isinstance(event, yaml.ScalarEvent) and event.implicit[0]:
            parts = value if isinstance(value, list) else [value]
            if not all(isinstance(part, dict) for part in parts):
                what = "the merge key << stands for no mapping"
                raise self._place(event).error(what, "give it a mapping or a list of them, or put it in quotes")
            top.merged.extend(parts)
        elif key in mapping and not equal(mapping[key], value):
            raise twice(key, self._place(event))
        else:
            mapping.setdefault(key, value)
