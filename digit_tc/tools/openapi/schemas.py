"""The schemas of a document as the tools carry them: mended once, with `$defs` of what they reach and nothing else."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from digit_tc.canonical import canonical
from digit_tc.errors import CatalogueError
from digit_tc.records import Fix
from digit_tc.tools.expansion import inline
from digit_tc.tools.mending import Mender
from digit_tc.tools.openapi.cutting import Keys, loosened, rebuilt, shrunk, stub
from digit_tc.tools.openapi.document import Document, pointer_of
from digit_tc.tools.place import step
from digit_tc.tools.references import children, lookup

Side = Literal["request", "response"]

LARGEST_PART = 16 * 1024
"""Characters of canonical JSON that one schema of a document may have before it is cut, and LARGEST those of a schema
together with its definitions: large documents have circles through all of their parts, and every tool would carry
them all."""

LARGEST = 2 * LARGEST_PART

_HIDDEN: dict[Side, tuple[str, str]] = {
    "request": ("readOnly", "read-only-left-out"),
    "response": ("writeOnly", "write-only-left-out"),
}
_ILLEGAL = re.compile(r"[^A-Za-z0-9._-]")
_DEFINITIONS = "#/$defs/"


@dataclass(frozen=True)
class Spot:
    """A schema in the document: how it is written, where, and the whole schema of which it is a part."""

    raw: Any
    pointer: str
    base: Any
    base_pointer: str


@dataclass(frozen=True)
class Part:
    """A schema as one side sees it. Its references lead to definitions of the names in `needs`."""

    schema: dict[str, Any]
    needs: tuple[str, ...]
    size: int
    fixes: tuple[Fix, ...]

    @cached_property
    def loose(self) -> dict[str, Any]:
        """The schema beside others that are cut."""
        found: dict[str, Any] = loosened(self.schema)
        return found


class Schemas:
    """All schemas of one document. Equal parts are one object, whatever the number of tools that carry them."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._parts: dict[tuple[str, Side], Part] = {}
        self._names: dict[str, str] = {}
        self._spots: dict[str, Spot] = {}

    def part(self, raw: Any, pointer: str, side: Side) -> Part:
        """Returns the schema that stands at a pointer, mended.

        Raises:
            CatalogueError: It cannot be mended, or a reference in it leads nowhere.
        """
        return self._part(Spot(raw, pointer, raw, pointer), side)

    def flat(self, part: Part, side: Side) -> tuple[dict[str, Any], tuple[Fix, ...]]:
        """Returns a part with its own reference and plain `allOf` written in place, and what was mended for it."""
        if "$ref" not in part.schema and "allOf" not in part.schema:
            return dict(part.schema), part.fixes
        whole, _, fixes = self._whole(part.schema, side)
        found = inline(whole)
        return {key: value for key, value in found.items() if key != "$defs"}, (*part.fixes, *fixes)

    def bundle(self, schema: dict[str, Any], side: Side, mender: Mender, pointer: str) -> dict[str, Any]:
        """Returns a schema made of parts with the definitions that it reaches, nearest first, as many as there is room.

        Of the others it has the type alone, which is noted at the pointer.
        """
        whole, cut, fixes = self._whole(schema, side)
        mender.fixes.extend(fixes)
        if cut:
            mender.note("schema-cut", pointer, cut, None)
        return whole

    def _whole(self, schema: dict[str, Any], side: Side) -> tuple[dict[str, Any], list[str], list[Fix]]:
        kept: dict[str, Part] = {}
        cut: dict[str, Any] = {}
        todo, left = deque(_needs(schema)), LARGEST - len(canonical(schema))
        while todo:
            name = todo.popleft()
            if name in kept or name in cut:
                continue
            part = self._part(self._spots[name], side)
            if part.size <= left:
                kept[name], left = part, left - part.size
                todo.extend(part.needs)
            else:
                cut[name] = stub(part.schema)
        fixes = [fix for part in kept.values() for fix in part.fixes]
        if not kept and not cut:
            return schema, [], fixes
        around = loosened(schema) if cut else schema
        definitions = {name: part.loose if cut else part.schema for name, part in kept.items()}
        return {**around, "$defs": {**definitions, **cut}}, sorted(cut), fixes

    def _part(self, spot: Spot, side: Side) -> Part:
        key = (spot.pointer, side)
        if key not in self._parts:
            mender = Mender(self.document.at(""))
            seen = _Look(self, spot, side, mender).of(spot.raw, spot.pointer)
            schema = mender.part(seen, spot.pointer)
            if (size := len(canonical(schema))) > LARGEST_PART:
                mender.note("schema-cut", spot.pointer, None, None)
                schema = shrunk(schema, LARGEST_PART)
                size = len(canonical(schema))
            needs = tuple(dict.fromkeys(_needs(schema)))
            self._parts[key] = Part(schema, needs, size, tuple(mender.fixes))
        return self._parts[key]

    def spot(self, reference: str, around: Spot, pointer: str) -> Spot:
        """Returns what a reference at a pointer leads to: in the document, else in the schema around it.

        Raises:
            CatalogueError: It leads nowhere.
        """
        try:
            found = self.document.target(reference, pointer)
        except CatalogueError:
            if not isinstance(around.base, dict) or not reference.startswith("#"):
                raise
            inside = _inside(reference, around.base)
            if inside is None:
                raise
            return Spot(inside, around.base_pointer + pointer_of(reference), around.base, around.base_pointer)
        return Spot(found, pointer_of(reference), found, pointer_of(reference))

    def name(self, spot: Spot) -> str:
        """Returns the name under which a schema stands among definitions, its own where it has one."""
        if spot.pointer not in self._names:
            plain = _ILLEGAL.sub("_", spot.pointer.rpartition("/")[2].replace("~1", "/")) or "schema"
            name, number = plain, 1
            while name in self._spots:
                number += 1
                name = f"{plain}_{number}"
            self._names[spot.pointer], self._spots[name] = name, spot
        return self._names[spot.pointer]


class _Look:
    """One look at a schema from one side: references get names, what the side does not see is gone."""

    def __init__(self, schemas: Schemas, spot: Spot, side: Side, mender: Mender) -> None:
        self._schemas = schemas
        self._spot = spot
        self._flag, self._code = _HIDDEN[side]
        self._mender = mender

    def of(self, raw: Any, pointer: str, gone: frozenset[str] = frozenset()) -> Any:
        """Returns what is seen of a schema; `gone` are properties that a schema around it, or beside it, hides."""
        if not isinstance(raw, dict):
            return raw
        # What stands among definitions is carried where a reference leads to it.
        node = {key: value for key, value in raw.items() if key not in ("$defs", "definitions")}
        gone |= self._hidden_in(raw, pointer)
        if gone:
            self._hide(node, pointer, gone)
        if isinstance(reference := node.get("$ref"), str):
            node["$ref"] = self._named(reference, pointer)

        def inside(child: Any, keys: Keys) -> Any:
            below = pointer
            for key in keys:
                below = step(below, key)
            return self.of(child, below, gone if keys[0] == "allOf" else frozenset())

        return rebuilt(node, inside)

    def _named(self, reference: str, pointer: str) -> str:
        spot = self._schemas.spot(reference, self._spot, pointer)
        if spot.pointer != pointer_of(reference):
            self._mender.note("reference-relative", step(pointer, "$ref"), reference, f"#{spot.pointer}")
        return _DEFINITIONS + self._schemas.name(spot)

    def _hide(self, node: dict[str, Any], pointer: str, gone: frozenset[str]) -> None:
        properties = node.get("properties")
        if isinstance(properties, dict):
            node["properties"] = {name: part for name, part in properties.items() if name not in gone}
            for name in (name for name in properties if name in gone):
                self._mender.note(self._code, step(step(pointer, "properties"), name), properties[name], None)
        if isinstance(required := node.get("required"), list):
            node["required"] = [name for name in required if not isinstance(name, str) or name not in gone]

    def _hidden_in(self, raw: dict[str, Any], pointer: str) -> frozenset[str]:
        """Returns the properties of a schema, and of all that it is made of, that this side does not see."""
        if not any(key in raw for key in ("properties", "required", "allOf")):
            return frozenset()
        found: set[str] = set()
        seen: set[str] = set()
        todo = [(raw, self._spot)]
        while todo:
            node, spot = todo.pop()
            if isinstance(properties := node.get("properties"), dict):
                found |= {name for name, part in properties.items() if self._hidden(part, spot, pointer)}
            if isinstance(branches := node.get("allOf"), list):
                todo += [(branch, spot) for branch in branches if isinstance(branch, dict)]
            if isinstance(reference := node.get("$ref"), str):
                target = self._schemas.spot(reference, spot, pointer)
                if target.pointer not in seen and isinstance(target.raw, dict):
                    todo.append((target.raw, target))
                seen.add(target.pointer)
        return frozenset(found)

    def _hidden(self, schema: Any, spot: Spot, pointer: str) -> bool:
        seen: set[str] = set()
        while isinstance(schema, dict):
            if schema.get(self._flag) is True:
                return True
            reference = schema.get("$ref")
            if not isinstance(reference, str) or reference in seen:
                return False
            seen.add(reference)
            spot = self._schemas.spot(reference, spot, pointer)
            schema = spot.raw
        return False


def _needs(schema: Any) -> Iterator[str]:
    """Yields the names of the definitions that a schema refers to, nearest first."""
    todo = deque([schema])
    while todo:
        node = todo.popleft()
        if isinstance(node, dict):
            if isinstance(reference := node.get("$ref"), str):
                yield reference.removeprefix(_DEFINITIONS)
            todo.extend(child for _, child in children(node))


def _inside(reference: str, base: dict[str, Any]) -> dict[str, Any] | None:
    try:
        return lookup(reference, base)
    except CatalogueError:
        return None
