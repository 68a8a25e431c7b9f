"""What an assistant that chose its own calls did with the plan: what it left out, added, or did wrong.

Order does not matter, nor does a look-up that changes nothing. A write that nobody planned, a planned one that is
missing, an unplanned call that failed: none of them passes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from digit_tc.errors import StateError
from digit_tc.planning.conditions import holds
from digit_tc.planning.references import filled
from digit_tc.state import Event, PlannedCall
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.tool import Tool

Play = Callable[[str, dict[str, Any]], Any]
"""Returns what a look-up would show, without making it; None where it shows nothing."""


@dataclass(frozen=True)
class Following:
    """How the calls of a turn differ from its plan."""

    missing: tuple[PlannedCall, ...] = ()
    """Planned calls that could have been made and were not."""
    skipped: tuple[PlannedCall, ...] = ()
    """Look-ups on the way that were not needed."""
    added: tuple[Event, ...] = ()
    """Look-ups that nobody planned."""
    wrong: tuple[Event, ...] = ()
    """Other calls that nobody planned: they write, or they failed."""


def following(
    plan: Sequence[PlannedCall], calls: Iterable[Event], results: Mapping[str, Any], left: Sequence[PlannedCall],
    play: Play, tools: Catalogue,
) -> Following:  # fmt: skip
    """Compares the calls of a turn with its plan.

    Args:
        plan: The planned calls of the turn.
        calls: The calls that were made.
        results: What planned calls gave so far, by plan id.
        left: The planned calls that could still be made.
        play: Shows what a look-up that was left out would have shown, so that calls which build on it can be judged.
        tools: The specifications by name.
    """
    unplanned = [call for call in calls if not (call["plan_id"] or call.get("fault") or call.get("blocked"))]
    if not unplanned:
        return Following(missing=tuple(left))
    done = {call["plan_id"] for call in calls}
    known, missing, skipped = dict(results), list[PlannedCall](), list[PlannedCall]()
    for call in plan:
        if call["id"] in done or not holds(call):
            continue
        try:
            arguments = filled(call, known)
        except StateError:
            continue  # what it builds on gave nothing: the plan could not be carried out
        made = next((one for one in unplanned if _is(one, tools[call["tool"]], arguments)), None)
        if made is not None:
            unplanned.remove(made)
            known[call["id"]] = made["result"]
        elif call["implicit"]:
            skipped.append(call)
            known[call["id"]] = play(call["tool"], arguments)
        else:
            missing.append(call)
    harmless = [call for call in unplanned if call["outcome"] == "ok" and not call.get("writes")]
    wrong = [call for call in unplanned if call not in harmless]
    return Following(tuple(missing), tuple(skipped), tuple(harmless), tuple(wrong))


def _is(made: Event, tool: Tool, arguments: dict[str, Any]) -> bool:
    return made["tool"] == tool.name and made["outcome"] == "ok" and meant(made["arguments"], arguments, tool)


def alike(one: Any, other: Any) -> bool:
    """Says whether two values mean the same to a tool, whatever the case and the blanks of their texts."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(alike(*pair) for pair in zip(one, other, strict=True))
    if isinstance(one, str) and isinstance(other, str):
        return one.split() == other.split() or " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
    return bool(one == other) and isinstance(one, bool) is isinstance(other, bool)


def meant(call: dict[str, Any], planned: dict[str, Any], tool: Tool) -> bool:
    """Says whether arguments are the planned ones; what is left out or added at its default makes no difference."""
    return alike(_without_defaults(call, tool), _without_defaults(planned, tool))


def _without_defaults(arguments: dict[str, Any], tool: Tool) -> dict[str, Any]:
    properties = tool.properties
    return {
        name: value
        for name, value in arguments.items()
        if name in tool.required
        or "default" not in properties.get(name, {})
        or not alike(value, properties[name]["default"])
    }
