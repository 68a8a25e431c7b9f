"""A plan with some of its values replaced by more natural ones, as far as they fit.

What leads to things (ids, addresses, accounts), what is the person's own, and what another call refers to stays. A
value that stands in several places of a plan is replaced in all of them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from digit_tc.planning.references import leaves, literals, put, schema_path
from digit_tc.records import Persona
from digit_tc.state import PlannedCall
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.fields import branch
from digit_tc.tools.schema import violations
from digit_tc.world.outcome import not_json

_FIXED = ("id", "email", "phone", "uuid", "username", "password", "file", "folder", "url", "limit", "object", "array")
"""Kinds of values that nothing replaces."""
_FORMAL = ("date", "datetime", "time", "postal_code")
"""Kinds of values whose spelling stays."""
_LONGEST = 160
"""Characters of a text that a person would say."""
_UNSAID = re.compile(r"[\x00-\x1f{}<>`\\]|^\$\d")
"""Signs that no spoken value has."""


@dataclass(frozen=True)
class Replacement:
    """Another value for one argument: the call by its plan id, the argument by its JSON pointer."""

    call: str
    pointer: str
    value: Any


@dataclass(frozen=True)
class Shaping:
    """Replaces values of plans."""

    flow: Dataflow
    persona: Persona

    def shaped(
        self, plan: Sequence[PlannedCall], replacements: Iterable[Replacement]
    ) -> tuple[list[PlannedCall], list[str]]:
        """Returns the plan with the values that can be taken, and why the others cannot."""
        shaped = [PlannedCall(**{**call, "arguments": _copied(call["arguments"])}) for call in plan]
        problems: list[str] = []
        for one in replacements:
            problem = self._replace(shaped, one)
            if problem:
                problems.append(f"{one.call}{one.pointer}: {problem}")
        for before, after in zip(plan, shaped, strict=True):
            if problem := self._disordered(after):
                problems.append(problem)
                after["arguments"] = before["arguments"]
        return shaped, problems

    def _replace(self, plan: list[PlannedCall], one: Replacement) -> str:
        call = next((call for call in plan if call["id"] == one.call), None)
        held = dict(literals(call)) if call else {}
        if call is None or one.pointer not in held:
            return "the plan has no such value"
        old = held[one.pointer]
        problem = self._unfit(call, one.pointer, old, one.value)
        if problem:
            return problem
        kind = self._kind(call, one.pointer)
        for other in plan:
            for pointer, value in literals(other):
                same = type(value) is type(old) and value == old and self._kind(other, pointer) == kind
                if same and not self._unfit(other, pointer, old, one.value):
                    put(other["arguments"], pointer, one.value)
        return ""

    def _kind(self, call: PlannedCall, pointer: str) -> str:
        means = self.flow[call["tool"]].means.get(schema_path(pointer))
        return means.kind if means else ""

    def _unfit(self, call: PlannedCall, pointer: str, old: Any, new: Any) -> str:
        kind = self._kind(call, pointer)
        if kind in _FIXED or old in self.persona.model_dump().values():
            return "this value stays"
        if isinstance(new, dict | list) or not_json(new) or isinstance(new, bool) is not isinstance(old, bool):
            return "a plain value of the same kind is wanted"
        if isinstance(new, str) and (not new.strip() or len(new) > _LONGEST or _UNSAID.search(new)):
            return "nobody would say this"
        if kind in _FORMAL and re.sub(r"\d", "0", str(new)) != re.sub(r"\d", "0", str(old)):
            return f"it is to be written like {old!r}"
        return self._against_schema(call, pointer, new)

    def _against_schema(self, call: PlannedCall, pointer: str, new: Any) -> str:
        arguments = _copied(call["arguments"])
        put(arguments, pointer, new)
        name = next(part for part in schema_path(pointer))
        if any(reference.split("/")[1] == name for reference in call["references"]):
            return ""  # judged as a whole once its references are filled: when the plan is rehearsed
        schema = branch(self.flow[call["tool"]].parameters["properties"].get(name, {}))
        return next(iter(violations(schema, arguments[name])), "")

    def _disordered(self, call: PlannedCall) -> str:
        """Says where something would end before it begins."""
        ends = dict(self._ends(call))
        for kind in _FORMAL:
            start, end = ends.get((kind, "start")), ends.get((kind, "end"))
            if start and end and end < start:
                return f"{call['id']}: it would end at {end!r}, before it starts at {start!r}"
        return ""

    def _ends(self, call: PlannedCall) -> Iterator[tuple[tuple[str, str], str]]:
        for pointer, value in leaves(call["arguments"]):
            means = self.flow[call["tool"]].means.get(schema_path(pointer))
            if means and isinstance(value, str):
                yield (means.kind, means.role), value


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list) else value
