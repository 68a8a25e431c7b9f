"""Calls that a model wrote, as a plan."""

import re
from collections.abc import Sequence
from typing import Any

from digit_tc.errors import PlanError
from digit_tc.planning.grouping import grouped
from digit_tc.planning.references import leaves
from digit_tc.state import PlannedCall, Reference
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.schema import violations

_REFERENCE = re.compile(r"(\$\d+)((?:\.?\[\d+\]|\.[^.\[\]/\d][^.\[\]/]*|/[^.\[\]/]+)+)")
_STEP = re.compile(r"\[(\d+)\]|[./]([^.\[\]/]+)")


def written(
    calls: Sequence[tuple[str, dict[str, Any]]], tools: Sequence[str], flow: Dataflow, first: int
) -> list[PlannedCall]:
    """Returns calls that somebody wrote as a plan; "$3.id" as a value is an output of call 3 of the conversation.

    Args:
        calls: Tool and arguments of each.
        tools: The tools at hand.
        flow: What the tools do.
        first: The number of the first of the calls in the conversation.

    Raises:
        PlanError: There is none, or one is of no tool at hand, does not fit its schema, or refers to a call that does
            not come before it. What a reference fills is judged once it is filled.
    """
    if not calls:
        raise PlanError("no call was planned")
    plan: list[PlannedCall] = []
    for number, (tool, arguments) in enumerate(calls, start=first):
        if tool not in tools:
            raise PlanError(f"there is no tool {tool!r}")
        references = {at: found for at, value in leaves(arguments) if at and (found := reference(value)) is not None}
        if any(int(one["call"][1:]) >= number for one in references.values()):
            raise PlanError(f"a call of {tool} refers to one that does not come before it")
        if not references and (problems := violations(flow[tool].tool.parameters, arguments)):
            raise PlanError(f"a call of {tool} does not fit its schema: {problems[0]}")
        plan.append(
            PlannedCall(id=f"${number}", tool=tool, arguments=arguments, references=references, implicit=False, group=0)
        )
    return grouped(plan, flow)


def reference(value: Any) -> Reference | None:
    """Returns where a value such as "$3.orders[0].id" leads to, or None where it is a value like any other."""
    found = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    path = [int(at or key) if (at or key).isdigit() else key for at, key in _STEP.findall(found[2])]
    return Reference(call=found[1], path=path)
