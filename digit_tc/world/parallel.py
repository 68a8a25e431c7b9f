"""Calls that one message makes together: the order in which they are answered, and which of them clash."""

from collections.abc import Sequence
from typing import Any

from digit_tc.state import Conflict, Event


def in_order(looks: Sequence[bool], keys: Sequence[str]) -> list[int]:
    """Returns the order in which calls are answered: writes in their place, the reads between two writes by content.

    So the answers of reads do not depend on the order in which they were asked for.

    Args:
        looks: For each call, whether it only reads.
        keys: For each call, what tells it from others.
    """
    order: list[int] = []
    reads: list[int] = []
    for at, reading in enumerate(looks):
        if reading:
            reads.append(at)
        else:
            order += [*sorted(reads, key=lambda one: keys[one]), at]
            reads = []
    return [*order, *sorted(reads, key=lambda one: keys[one])]


def clash(event: Event, beside: Sequence[Event]) -> Event:
    """Returns the event, or an error in its place where it writes another value than a call beside it: no lost writes.

    What a stand-in did is done, and stays.

    Args:
        event: The event of one call.
        beside: The events of the calls of the same message that were answered before.
    """
    if event["outcome"] != "ok" or not event.get("writes") or event.get("answered_by"):
        return event
    held = {place: value for other in beside for place, value in _written(other).items()}
    conflicts = [
        Conflict(type=place[0], id=place[1], attribute=place[2], kept=held[place], refused=value)
        for place, value in _written(event).items()
        if place in held and held[place] != value
    ]
    if not conflicts:
        return event
    first = conflicts[0]
    message = f"{first['type']} {first['id']}: {first['attribute']} was changed by another call at the same time"
    return Event(
        kind="call", tool=event["tool"], arguments=event["arguments"], outcome="error", result=None,
        error={"code": "conflict", "message": message}, effect=[], writes=False, conflicts=conflicts,
        clock=event["clock"],
    )  # fmt: skip


def _written(event: Event) -> dict[tuple[str, str, str], Any]:
    """Returns what a write sets, by type, id and attribute: what its arguments say, and the status it leaves."""
    if not event.get("writes") or event["outcome"] != "ok":
        return {}
    said = [*event["arguments"].values()]
    said += [inner for value in said if isinstance(value, dict) for inner in value.values()]
    return {
        (op["type"], op["id"], name): value
        for op in event["effect"]
        for name, value in op["set"].items()
        if name == "status" or value in said
    }
