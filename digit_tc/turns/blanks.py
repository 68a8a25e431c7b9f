"""Which required value of a plan a user may leave out, so that the assistant has to ask for it."""

from collections.abc import Iterator, Sequence

from digit_tc.canonical import canonical
from digit_tc.phrasing.details import Detail
from digit_tc.phrasing.gathering import details_of
from digit_tc.planning.references import literals, schema_path
from digit_tc.state import Blank, PlannedCall
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.meaning import Understood

_TIED = ("start", "end", "from", "to")
"""Roles of values that are said in one breath with another one."""
_UNASKED = {"flag", "object", "array", "address", "password"}
"""Kinds of values that nobody is asked for by themselves."""
_LOOSE = {"text", "enum", "number", "count", "name"}
"""Kinds that say so little that two values of one kind are not taken for one another."""


def blanks(flow: Dataflow, plan: Sequence[PlannedCall], known: Sequence[PlannedCall]) -> list[Blank]:
    """Returns the arguments of a plan that can be left out: required, said once, and not known from before.

    Args:
        flow: What the tools' arguments mean.
        plan: The calls that the user wants.
        known: The calls of the turns before.
    """
    said = [canonical(value) for call in (*plan, *known) for _, value in literals(call)]
    kinds = [_kind(flow, call, pointer) for call in plan for pointer, _ in literals(call)]
    found: list[Blank] = []
    for call in plan:
        if not call["implicit"]:
            found += [
                Blank(call=call["id"], pointer=detail.pointer)
                for detail in askable(flow[call["tool"]], call)
                if said.count(canonical(detail.values[0])) == 1
                and kinds.count(_kind(flow, call, detail.pointer)) == 1  # of two dates, either may be meant
            ]
    return found


def _kind(flow: Dataflow, call: PlannedCall, pointer: str) -> tuple[str, str]:
    """Returns what kind of value an argument has: of ids also whose, of what has no special kind also its name."""
    path = schema_path(pointer)
    means = flow[call["tool"]].means.get(path)
    kind = means.kind if means else "text"
    return kind, (means.entity if means else "") if kind == "id" else path[-1] if kind in _LOOSE else ""


def askable(tool: Understood, call: PlannedCall) -> Iterator[Detail]:
    """Yields what a call requires and an assistant would ask for in one question."""
    for detail in details_of(call, tool):
        name = detail.pointer.removeprefix("/")
        if name not in tool.tool.required or len(detail.values) != 1 or detail.currency:
            continue
        if detail.means.kind in _UNASKED or detail.means.role in _TIED or "default" in detail.field.schema:
            continue
        yield detail


def can_be_asked(tool: Understood) -> bool:
    """Says whether a tool requires a value of its own that an assistant would ask for."""
    return any(
        leaf.required
        and len(leaf.path) == 1
        and leaf.path[0] in tool.tool.required
        and "default" not in leaf.schema
        and (means := tool.means[leaf.path]).kind not in {*_UNASKED, "id"}
        and means.role not in _TIED
        for leaf in tool.inputs
    )


def detail_of(flow: Dataflow, plan: Sequence[PlannedCall], blank: Blank) -> Detail:
    """Returns the argument that was left out, with its value."""
    call = next(one for one in plan if one["id"] == blank["call"])
    return next(one for one in details_of(call, flow[call["tool"]]) if one.pointer == blank["pointer"])
