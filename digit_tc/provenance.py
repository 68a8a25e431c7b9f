"""Where each argument value came from: the user's words, an earlier result, the schema, or the context."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from digit_tc.backtranslation.booleans import spoken
from digit_tc.backtranslation.places import places
from digit_tc.backtranslation.reading import Reading, read
from digit_tc.backtranslation.slots import Leaf, Slot, leaves, slots
from digit_tc.canonical import canonical
from digit_tc.planning.references import leaves as values_in
from digit_tc.records import Origin
from digit_tc.tools.tool import Tool


@dataclass
class Sources:
    """What had been said and shown when a call was made, each with its pointer into the record."""

    today: date
    context: str = ""
    said: list[tuple[str, str]] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    """Canonical value of each leaf of each earlier result, to the pointer of its first place."""
    _read: dict[str, Reading] = field(default_factory=dict)

    def hear(self, pointer: str, text: str) -> None:
        """Adds what the user said."""
        self.said.append((pointer, text))

    def see(self, pointer: str, result: Any) -> None:
        """Adds the result of a call."""
        for at, value in values_in(result):
            self.shown.setdefault(canonical(value), f"{pointer}{at}")

    def reading(self, text: str) -> Reading:
        """Returns a text read for values, each text once."""
        if text not in self._read:
            self._read[text] = read(text, self.today)
        return self._read[text]


def origins(tool: Tool, arguments: Mapping[str, Any], sources: Sources) -> dict[str, Origin | None]:
    """Returns the origin of every argument leaf by JSON pointer; None where it has none."""
    known = slots(0, tool)
    found = {leaf.pointer: _origin(leaf, sources) for leaf in leaves(arguments, known, tool)}
    for pointer, value in values_in(dict(arguments)):
        if pointer and pointer not in found:
            found[pointer] = _of_nothing(tool, pointer, value)
    return found


def _of_nothing(tool: Tool, pointer: str, value: Any) -> Origin | None:
    """Returns the origin of an empty object, an empty list or a null: only a default can be one."""
    schema = tool.properties.get(pointer.split("/")[1], {})
    given = pointer.count("/") == 1 and "default" in schema and canonical(schema["default"]) == canonical(value)
    return Origin(kind="default") if given else None


def _origin(leaf: Leaf, sources: Sources) -> Origin | None:
    for pointer, text in reversed(sources.said):
        if _spoken(sources.reading(text), leaf.slot, leaf.value, sources.today):
            return Origin(kind="user", pointer=pointer)
    held = sources.shown.get(canonical(leaf.value))
    if held is not None:
        return Origin(kind="result", pointer=held)
    schema = leaf.slot.schema
    if "default" in schema and canonical(schema["default"]) == canonical(leaf.value):
        return Origin(kind="default")
    if leaf.value in _members(schema):
        return Origin(kind="enum")
    if sources.context and _spoken(sources.reading(sources.context), leaf.slot, leaf.value, sources.today):
        return Origin(kind="context", pointer="/context/text")
    return None


def _members(schema: Mapping[str, Any]) -> Sequence[Any]:
    members: list[Any] = list(schema.get("enum", []))
    return [*members, schema["const"]] if "const" in schema else members


def _spoken(reading: Reading, slot: Slot, value: Any, today: date) -> bool:
    if isinstance(value, bool):
        return spoken(reading, slot, value)
    if value is None or isinstance(value, dict | list):
        return False
    return bool(places(reading, slot, value, today))
