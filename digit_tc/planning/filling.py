"""Filling the arguments that no reference fills, with values that belong together."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from digit_tc.errors import PlanError
from digit_tc.planning.references import leaves, put, schema_path
from digit_tc.records import Persona
from digit_tc.state import PlannedCall
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.fields import ITEM, Field, branch
from digit_tc.tools.meaning import Understood
from digit_tc.tools.schema import type_of, violations
from digit_tc.values.drawing import draw, draw_leaf
from digit_tc.values.scope import Scope
from digit_tc.values.times import looks_back

_SHARED = {"city", "country", "airport", "date", "person", "email", "company", "product", "currency", "file", "folder"}
"""Kinds whose value tends to be the same in all calls of one request."""
_HOME = {"street", "postal_code"}


class Filling:
    """Draws the literal arguments of the calls of one turn; `said` are values of earlier ones by kind and role."""

    def __init__(
        self, flow: Dataflow, said: Mapping[tuple[str, str], Any], persona: Persona, today: date, stream: Stream
    ) -> None:
        self._flow, self._persona, self._today, self._stream = flow, persona, today, stream
        self._said: dict[tuple[str, str], Any] = dict(said)
        self._earlier = set(self._said)
        self._shared_start = False

    def fill(self, calls: list[PlannedCall]) -> list[PlannedCall]:
        """Returns the calls with their literal arguments in place.

        Raises:
            PlanError: An argument allows no value that could be drawn.
        """
        return [self._filled(call) for call in calls]

    def _filled(self, call: PlannedCall) -> PlannedCall:
        tool = self._flow[call["tool"]]
        kinds = {means.kind for means in tool.means.values()}
        scope = Scope(
            self._persona,
            self._today,
            self._stream,
            past=looks_back(tool),
            home=bool(kinds & _HOME),
            shapes=self._flow.shapes,
        )
        referred = {pointer.split("/")[1] for pointer in call["references"]}
        chosen = self._chosen(tool, referred)
        drawn = {
            name: self._value(tool, name, scope)
            for name in sorted(chosen, key=lambda name: self._later(tool, name))
            if f"/{name}" not in call["references"]
        }
        arguments = {name: drawn[name] for name in chosen if name in drawn}
        for pointer in call["references"]:
            _reserve(arguments, pointer)
        filled = PlannedCall(**{**call, "arguments": arguments})
        self._remember(tool, filled)
        return filled

    def _chosen(self, tool: Understood, referred: set[str]) -> list[str]:
        needed = [name for name in tool.tool.properties if name in tool.tool.required or name in referred]
        optional = [name for name in tool.tool.properties if name not in needed and self._sayable(tool, name)]
        count = 0 if self._stream.chance(0.45) else 1 if self._stream.chance(0.7) else 2
        if not needed and optional and tool.action in ("search", "update", "compute"):
            count = max(count, 1)
        extra = set(self._stream.sample(optional, count))
        while len(extra) + len(needed) < int(tool.parameters.get("minProperties", 0)) and len(extra) < len(optional):
            extra.add(next(name for name in optional if name not in extra))
        return [name for name in tool.tool.properties if name in needed or name in extra]

    def _sayable(self, tool: Understood, name: str) -> bool:
        """Says whether an optional argument is one that a person would bring up of their own accord."""
        kinds = {means.kind for path, means in tool.means.items() if path[0] == name}
        if "flag" in kinds and len(name) < 3:
            return False  # -a and the like: nobody says it
        return not kinds & {"id", "object", "array", "latitude", "longitude", "url", "uuid", "password", "text"}

    def _later(self, tool: Understood, name: str) -> bool:
        """Says whether an argument is drawn last, because it may speak of the others."""
        means = tool.means.get((name,))
        return means is not None and means.kind in ("title", "name", "message", "description", "subject")

    def _value(self, tool: Understood, name: str, scope: Scope) -> Any:
        schema = branch(tool.parameters["properties"][name])
        leaf = Field((name,), schema, name in tool.tool.required)
        means = tool.means.get((name,))
        if means and type_of(schema) not in ("object", "array"):
            shared = self._shared(means.kind, means.role, schema, scope)
            if means.kind == "flag" and not leaf.required:
                shared = True  # a person who brings it up wants it
            value = shared if shared is not None else draw_leaf(leaf, means, scope)
            if means.role == "start":
                self._shared_start = shared is not None
            if shared is not None:
                _note(scope, means.kind, means.role, shared)
        else:
            value = draw(schema, tool.tool.name, scope, (name,))
        problems = violations(tool.parameters["properties"][name], value)
        if value is None or problems:
            raise PlanError(f"no value could be drawn for the argument {name!r} of {tool.tool.name}")
        return value

    def _shared(self, kind: str, role: str, schema: dict[str, Any], scope: Scope) -> Any:
        """Returns a value already said in this request, or with a smaller chance earlier, where it fits here too."""
        key = (kind, role) if (kind, role) in self._said else (kind, "to" if role == "" else "")
        if kind not in _SHARED or role == "from" or key not in self._said:
            return None
        if role == "end" and (not self._shared_start or _before_start(self._said[key], scope)):
            return None
        if self._said[key] in scope.drawn.values():
            return None
        if not self._stream.chance(0.35 if key in self._earlier else 0.8) or violations(schema, self._said[key]):
            return None
        return self._said[key]

    def _remember(self, tool: Understood, call: PlannedCall) -> None:
        for pointer, value in leaves(call["arguments"]):
            means = tool.means.get(schema_path(pointer))
            if means and pointer not in call["references"]:
                self._said[means.kind, means.role] = value
                self._earlier.discard((means.kind, means.role))


def _before_start(value: Any, scope: Scope) -> bool:
    """Says whether a day lies before the start of the same span."""
    start = scope.drawn.get("start")
    return isinstance(start, date) and str(value)[:10] < start.isoformat()


def _note(scope: Scope, kind: str, role: str, value: Any) -> None:
    """Lets a value that was carried over steer those drawn after it: an end date follows its start."""
    scope.drawn.setdefault(kind, value)
    if kind == "date" and role in ("start", "from") and isinstance(value, str):
        with suppress(ValueError):  # not every text that is called a date is one
            scope.drawn["start"] = date.fromisoformat(value)


def _reserve(arguments: dict[str, Any], pointer: str) -> None:
    """Keeps a place for a referred value inside lists and objects; plain arguments need none."""
    if pointer.count("/") == 1:
        arguments.pop(pointer[1:], None)
        return
    first = pointer.split("/")[1]
    held = arguments.get(first)
    if isinstance(held, list) and pointer.split("/")[2] == "0":
        del held[1:]  # one referred entry: the other entries of a drawn list would need ids of their own
    put(arguments, pointer, None)
    assert ITEM not in pointer
