"""The schemas of a document as the tools carry them: mended once, with `$defs` of what they reach and nothing else."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from digit_tc.canonical import canonical
from digit_tc.records import Fix
from digit_tc.tools.expansion import inline
from digit_tc.tools.mending import Mender
from digit_tc.tools.openapi.cutting import loosened, shrunk, stub
from digit_tc.tools.openapi.document import Document
from digit_tc.tools.openapi.sides import Look, Side
from digit_tc.tools.openapi.spots import DEFINITIONS, Spot, Spots
from digit_tc.tools.references import children
from digit_tc.tools.repairs import ONCE_MORE

LARGEST_PART = 16 * 1024
"""Characters of canonical JSON that one schema of a document may have before it is cut, and LARGEST those of a schema
together with its definitions: large documents have circles through all of their parts, and every tool would carry
them all."""

LARGEST = 2 * LARGEST_PART


@dataclass(frozen=True)
class Part:
    """A schema as one side sees it. Its references lead to definitions of the names in `needs`."""

    schema: dict[str, Any]
    pointer: str
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
        self._spots = Spots(document)
        self._parts: dict[tuple[str, Side], Part] = {}

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
        mender = Mender(self.document.at(""))
        found = {key: value for key, value in inline(whole).items() if key != "$defs"}
        # What was brought to the top has not been judged as a whole yet.
        for repair in ONCE_MORE:
            repair(mender.note, found, part.pointer)
        return found, (*part.fixes, *fixes, *mender.fixes)

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
            part = self._part(self._spots.named[name], side)
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
            seen = Look(self._spots, spot, side, mender).of(spot.raw, spot.pointer)
            schema = mender.part(seen, spot.pointer)
            if (size := len(canonical(schema))) > LARGEST_PART:
                mender.note("schema-cut", spot.pointer, None, None)
                schema = shrunk(schema, LARGEST_PART)
                size = len(canonical(schema))
            needs = tuple(dict.fromkeys(_needs(schema)))
            self._parts[key] = Part(schema, spot.pointer, needs, size, tuple(mender.fixes))
        return self._parts[key]


def _needs(schema: Any) -> Iterator[str]:
    """Yields the names of the definitions that a schema refers to, nearest first."""
    todo = deque([schema])
    while todo:
        node = todo.popleft()
        if isinstance(node, dict):
            if isinstance(reference := node.get("$ref"), str):
                yield reference.removeprefix(DEFINITIONS)
            todo.extend(child for _, child in children(node))
