"""Where the references of schemas lead: to schemas of the document, each with a name among definitions."""

import re
from dataclasses import dataclass
from typing import Any

from digit_tc.canonical import canonical
from digit_tc.errors import CatalogueError
from digit_tc.tools.openapi.document import Document, pointer_of
from digit_tc.tools.references import children, lookup

DEFINITIONS = "#/$defs/"

_SHORT = 500
_ILLEGAL = re.compile(r"[^A-Za-z0-9._-]")


@dataclass(frozen=True)
class Spot:
    """A schema in the document: how it is written, where, and the whole schema of which it is a part."""

    raw: Any
    pointer: str
    base: Any
    base_pointer: str


class Spots:
    """The schemas of one document that references lead to."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.named: dict[str, Spot] = {}
        self._names: dict[str, str] = {}
        self._leaves: dict[str, bool] = {}

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

    def is_leaf(self, spot: Spot) -> bool:
        """Says whether a schema is as short as a reference to it: a scalar, a few values."""
        if spot.pointer not in self._leaves:
            inner = "$ref" in spot.raw or next(children(spot.raw), None) is not None
            self._leaves[spot.pointer] = not inner and len(canonical(spot.raw)) <= _SHORT
        return self._leaves[spot.pointer]

    def name(self, spot: Spot) -> str:
        """Returns the name under which a schema stands among definitions, its own where it has one."""
        if spot.pointer not in self._names:
            plain = _ILLEGAL.sub("_", spot.pointer.rpartition("/")[2].replace("~1", "/")) or "schema"
            name, number = plain, 1
            while name in self.named:
                number += 1
                name = f"{plain}_{number}"
            self._names[spot.pointer], self.named[name] = name, spot
        return self._names[spot.pointer]


def _inside(reference: str, base: dict[str, Any]) -> dict[str, Any] | None:
    try:
        return lookup(reference, base)
    except CatalogueError:
        return None
