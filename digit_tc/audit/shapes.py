"""The form of calls and results: schemas, echoes, types, and how ids look."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from digit_tc.audit.finding import Hit
from digit_tc.audit.seen import SeenCall, brief, same
from digit_tc.audit.sighting import escaped
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.names import words
from digit_tc.tools.schema import json_type, violations


class Schemas:
    """Arguments and results fit what the specification declares."""

    def see(self, call: SeenCall, applied: Counter[str]) -> Iterator[Hit]:
        """Checks one call against its tool."""
        if call.tool is None:
            applied["unknown_tool"] += 1
            if not call.failed:
                yield Hit("unknown_tool", "/call/name", f"there is no tool {call.name}, yet the call was answered")
            return
        if call.failed:
            return
        applied["arguments_invalid"] += 1
        for problem in violations(call.tool.tool.parameters, call.arguments):
            at, _, told = problem.partition(": ")
            yield Hit(
                "arguments_invalid", f"/call/arguments{at.removeprefix('#')}", f"{told}, yet the call was answered"
            )
        if call.tool.tool.output_schema:
            applied["output_schema"] += 1
            for problem in violations(call.tool.tool.output_schema, call.result):
                at, _, told = problem.partition(": ")
                yield Hit("output_schema", f"/result{at.removeprefix('#')}", told)


class Echoes:
    """A result key that repeats an argument carries its value."""

    def see(self, call: SeenCall, applied: Counter[str]) -> Iterator[Hit]:
        """Compares the root of a result with the arguments."""
        if call.failed or not isinstance(call.result, dict):
            return
        for name, value in call.arguments.items():
            shown = call.result.get(name)
            if isinstance(value, dict | list) or shown is None or isinstance(shown, dict | list):
                continue
            code = "id_swapped" if words(name)[-1:] == ("id",) else "echo_contradicted"
            applied[code] += 1
            if not _repeats(value, shown):
                told = f"{name} was given as {brief(value)}, the result says {brief(shown)}"
                yield Hit(code, f"/result/{escaped(name)}", told)


class Types:
    """What stands at one place of a tool's results has one JSON type."""

    def __init__(self) -> None:
        self._types: dict[tuple[str, str], tuple[str, int]] = {}

    def see(self, call: SeenCall, applied: Counter[str]) -> Iterator[Hit]:
        """Compares the types of a result's leaves with earlier results of the tool."""
        if call.failed:
            return
        for place, pointer, value in _leaves(call.result, "", "/result"):
            kind = json_type(value).replace("integer", "number")
            known, step = self._types.setdefault((call.name, place), (kind, call.step))
            if step < call.step:
                applied["type_changed"] += 1
                if kind != known:
                    yield Hit("type_changed", pointer, f"is a {kind}, at step {step} it was a {known}")


class IdForms:
    """The ids of one kind look alike, once two of them did."""

    def __init__(self) -> None:
        self._forms: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    def see(self, call: SeenCall, applied: Counter[str]) -> Iterator[Hit]:
        """Compares the ids that a result shows with those before."""
        for sighting in call.shows:
            kind, identity = sighting.thing
            if call.natural and sighting.thing == call.subject:
                continue
            form, known = re.sub(r"[A-Za-z0-9]+", "x", identity), self._forms[kind]
            if len(known) == 1 and len(next(iter(known.values()))) > 1 and identity not in next(iter(known.values())):
                applied["id_form"] += 1
                if form not in known:
                    example = min(next(iter(known.values())))
                    yield Hit("id_form", sighting.pointer, f"{kind} {identity} does not look like {example}")
            known[form].add(identity)


class Enums:
    """An attribute that some tool offers as a choice has one of the values on offer."""

    def __init__(self, flow: Dataflow) -> None:
        self._offered = _choices(flow)

    def see(self, call: SeenCall, applied: Counter[str]) -> Iterator[Hit]:
        """Compares what a result shows with the choices."""
        for sighting in call.shows:
            for name, value in sighting.attributes.items():
                offered = self._offered.get((sighting.thing[0], sighting.keys[name]))
                if offered and isinstance(value, str):
                    applied["enum_contradicted"] += 1
                    if value not in offered:
                        at = f"{sighting.pointer}/{escaped(sighting.keys[name])}"
                        yield Hit("enum_contradicted", at, f"{value!r} is none of {', '.join(sorted(offered))}")


@lru_cache(maxsize=64)
def _choices(flow: Dataflow) -> dict[tuple[str, str], set[str]]:
    """Returns the members of every enum of the tools by kind of thing and property."""
    offered: dict[tuple[str, str], set[str]] = defaultdict(set)
    for tool in (flow[name] for name in flow.names):
        for leaf in (*tool.inputs, *tool.outputs):
            means = tool.means.get(leaf.path) or tool.yields[leaf.path]
            if means.kind == "enum" and means.entity:
                members = [member for member in leaf.schema.get("enum", []) if isinstance(member, str)]
                offered[means.entity.split()[-1], leaf.key].update(members)
    return dict(offered)


def _leaves(value: Any, place: str, pointer: str) -> Iterator[tuple[str, str, Any]]:
    """Yields the leaves of a value with their place, any index standing for all, and their pointer; no nulls."""
    if isinstance(value, dict):
        for key, held in value.items():
            yield from _leaves(held, f"{place}/{key}", f"{pointer}/{escaped(key)}")
    elif isinstance(value, list):
        for at, held in enumerate(value):
            yield from _leaves(held, f"{place}/-", f"{pointer}/{at}")
    elif value is not None:
        yield place, pointer, value


def _repeats(given: Any, shown: Any) -> bool:
    if isinstance(given, str) and isinstance(shown, str):
        return given.strip().casefold() == shown.strip().casefold()
    if isinstance(given, bool) or isinstance(shown, bool):
        return given is shown
    return same(given, shown) or str(given) == str(shown)
