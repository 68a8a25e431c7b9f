"""A schema as a request or a response sees it."""

from typing import Any, Literal

from digit_tc.tools.mending import Mender
from digit_tc.tools.openapi.cutting import Keys, rebuilt
from digit_tc.tools.openapi.document import pointer_of
from digit_tc.tools.openapi.spots import DEFINITIONS, Spot, Spots
from digit_tc.tools.place import step

Side = Literal["request", "response"]

_HIDDEN: dict[Side, tuple[str, str]] = {
    "request": ("readOnly", "read-only-left-out"),
    "response": ("writeOnly", "write-only-left-out"),
}
_SAID_AGAIN = {"title", "description", "default", "example", "examples", "deprecated"}


class Look:
    """One look at a schema from one side: references get names, what the side does not see is gone."""

    def __init__(self, spots: Spots, spot: Spot, side: Side, mender: Mender) -> None:
        self._spots = spots
        self._spot = spot
        self._flag, self._code = _HIDDEN[side]
        self._mender = mender

    def of(self, raw: Any, pointer: str, gone: frozenset[str] = frozenset()) -> Any:
        """Returns what is seen of a schema; `gone` are properties that a schema around it, or beside it, hides."""
        if not isinstance(raw, dict):
            return raw
        # What stands among definitions is carried where a reference leads to it.
        node = {key: value for key, value in raw.items() if key not in ("$defs", "definitions")}
        _lift_required(node)
        gone |= self._hidden_in(raw, pointer)
        if gone:
            self._hide(node, pointer, gone)
        if isinstance(reference := node.get("$ref"), str):
            node = self._referring(node, reference, pointer)

        def inside(child: Any, keys: Keys) -> Any:
            below = pointer
            for key in keys:
                below = step(below, key)
            return self.of(child, below, gone if keys[0] == "allOf" else frozenset())

        return rebuilt(node, inside)

    def _referring(self, node: dict[str, Any], reference: str, pointer: str) -> dict[str, Any]:
        """Returns a schema with the name of a definition for its reference, or what that leads to where it is small."""
        spot = self._spots.spot(reference, self._spot, pointer)
        if spot.pointer != pointer_of(reference):
            self._mender.note("reference-relative", step(pointer, "$ref"), reference, f"#{spot.pointer}")
        beside = {key: value for key, value in node.items() if key != "$ref"}
        if self._spots.is_leaf(spot) and not (beside.keys() & spot.raw.keys()) - _SAID_AGAIN:
            self._mender.move(pointer, spot.pointer)
            return {**spot.raw, **beside}
        return {**beside, "$ref": DEFINITIONS + self._spots.name(spot)}

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
                target = self._spots.spot(reference, spot, pointer)
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
            spot = self._spots.spot(reference, spot, pointer)
            schema = spot.raw
        return False


def _lift_required(node: dict[str, Any]) -> None:
    """Moves `required` of the parts of an `allOf` to the whole: it may name properties of any of them."""
    branches = node.get("allOf")
    if not isinstance(branches, list):
        return
    lists = [branch.get("required") for branch in branches if isinstance(branch, dict)]
    names = [name for found in (node.get("required"), *lists) if isinstance(found, list) for name in found]
    if any(lists) and all(isinstance(name, str) for name in names):
        node["required"] = list(dict.fromkeys(names))
        node["allOf"] = [_without_required(branch) for branch in branches]


def _without_required(branch: Any) -> Any:
    if not isinstance(branch, dict) or not isinstance(branch.get("required"), list):
        return branch
    return {key: value for key, value in branch.items() if key != "required"}
