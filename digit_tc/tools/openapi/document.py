"""An OpenAPI document, and what its references lead to."""

from typing import Any
from urllib.parse import unquote

from digit_tc.errors import CatalogueError
from digit_tc.tools.place import Place, check_json, shown
from digit_tc.tools.references import lookup
from digit_tc.tools.schema import json_type


class Document:
    """A parsed document; `pointer` always means a JSON pointer from its top."""

    def __init__(self, raw: dict[str, Any], place: Place) -> None:
        self.raw = raw
        self._place = place
        self._known: dict[str, dict[str, Any]] = {}
        self._checked: set[str] = set()

    def at(self, pointer: str) -> Place:
        """Returns the place of a pointer."""
        return self._place.below(pointer)

    def check(self, raw: Any, pointer: str) -> None:
        """Checks once that what stands at a pointer is JSON that can be handled, however many paths lead there.

        Raises:
            CatalogueError: It is not, or it is too large.
        """
        if pointer not in self._checked:
            check_json(raw, self.at(pointer))
            self._checked.add(pointer)

    def target(self, reference: Any, pointer: str) -> dict[str, Any]:
        """Returns what a reference that stands at a pointer leads to.

        Raises:
            CatalogueError: It leads out of the document, to nothing, or to something that is too large.
        """
        if not isinstance(reference, str):
            raise self.at(pointer).error(f"a reference is text, not {json_type(reference)}", "correct it")
        if not reference.startswith("#"):
            what = f"the reference {shown(reference)!r} leads out of the document"
            raise self.at(pointer).error(what, "bundle all parts into one file")
        if reference not in self._known:
            found = self._lookup(reference)
            if found is None:
                what = f"the reference {shown(reference)!r} leads to nothing"
                raise self.at(pointer).error(what, "define it or write it in place")
            self.check(found, pointer_of(reference))
            self._known[reference] = found
        return self._known[reference]

    def _lookup(self, reference: str) -> dict[str, Any] | None:
        try:
            return lookup(reference, self.raw) if reference.startswith("#/") else None
        except CatalogueError:
            return None

    def follow(self, raw: Any, pointer: str, what: str) -> tuple[dict[str, Any], str]:
        """Returns an object that may stand behind references, and the pointer to where it stands.

        Keys beside a reference win over those of its target.

        Args:
            raw: The object, or a reference to it.
            pointer: Where it stands.
            what: What it is, for errors: `a parameter`.

        Raises:
            CatalogueError: It is no object, or references lead nowhere or round in a circle.
        """
        seen: set[str] = set()
        while isinstance(raw, dict) and "$ref" in raw:
            reference = raw["$ref"]
            found = self.target(reference, pointer)
            if reference in seen:
                error = f"the reference {shown(reference)!r} leads back to itself"
                raise self.at(pointer).error(error, f"write {what} in place")
            seen.add(reference)
            beside = {key: value for key, value in raw.items() if key != "$ref"}
            raw, pointer = {**found, **beside}, pointer_of(reference)
        return self.object(raw, pointer, what), pointer

    def object(self, raw: Any, pointer: str, what: str) -> dict[str, Any]:
        """Returns a value that must be an object.

        Raises:
            CatalogueError: It is none.
        """
        if not isinstance(raw, dict):
            raise self.at(pointer).error(f"{what} is an object, not {json_type(raw)}", "correct it")
        return raw

    def text(self, raw: dict[str, Any], key: str, pointer: str) -> str:
        """Returns the text under a key of the object at a pointer, empty where there is none.

        Raises:
            CatalogueError: It is no text.
        """
        value = raw.get(key)
        if value is not None and not isinstance(value, str):
            raise self.at(pointer).at(key).error(f"`{key}` is text, not {json_type(value)}", "write it as a string")
        return (value or "").strip()


def pointer_of(reference: str) -> str:
    """Returns the pointer that a reference within the document holds."""
    return unquote(reference.removeprefix("#"))
