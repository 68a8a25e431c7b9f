"""What a call changed in the world, one line per thing.

+ order W1  status=pending, total=12.5        is there for the first time, or came back
~ order W1  status: pending -> cancelled      is known otherwise, or better
- order W1 (deleted)
> order W1  customer -> user U7               leads to
? order W9 absent                             was asked for and does not exist
* every order with status=pending listed      there are no others
@ user=ana                                    what later calls are relative to, and the time
"""

from collections.abc import Iterator, Sequence

from digit_tc.cli.text import brief
from digit_tc.world.difference import (
    AbsenceChange,
    Change,
    ClockChange,
    ContextChange,
    EntityChange,
    FactChange,
    ListingChange,
    RelationChange,
)

_IDS = 5
"""Things at the end of a relation that are named."""
_MARKS = {
    "appeared": ("+", ""),
    "returned": ("+", " (came back)"),
    "deleted": ("-", " (deleted)"),
    "forgotten": ("-", " (taken back)"),
    "": ("~", ""),
}


def told(changes: Sequence[Change], limit: int) -> Iterator[str]:
    """Yields the changes in words, each value in at most `limit` characters."""
    yield from _things(changes, limit)
    for change in changes:
        match change:
            case RelationChange() if not _said(change, changes):
                yield f"> {change.type} {change.id}  {_led(change)}"
            case AbsenceChange():
                yield f"? {change.type} {change.id} {'absent' if change.happened == 'noted' else 'no longer absent'}"
            case ListingChange():
                yield f"* {every(change.type, change.filters)}" + _listed(change)
            case ContextChange():
                yield f"@ {_moved(change, limit)}"
            case ClockChange():
                yield f"@ now {_time(change)}"
            case _:
                pass  # said above, the facts beside their thing


def targets(things: Sequence[Sequence[str]]) -> str:
    """Returns what a relation leads to, the first ids by name."""
    named: dict[str, list[str]] = {}
    for kind, identity in things[:_IDS]:
        named.setdefault(kind, []).append(identity)
    text = ", ".join(f"{kind} {', '.join(ids)}" for kind, ids in named.items())
    return (text or "nothing") + (f" and {len(things) - _IDS} more" if len(things) > _IDS else "")


def every(kind: str, filters: dict[str, object]) -> str:
    """Returns which things have all been listed, in words."""
    kept = ", ".join(f"{name.removeprefix('~')}={brief(value, 40)}" for name, value in filters.items())
    return f"every {kind}" + (f" with {kept}" if kept else "")


def _things(changes: Sequence[Change], limit: int) -> Iterator[str]:
    """Yields one line per thing that is there, gone, or known otherwise."""
    facts: dict[tuple[str, str], list[str]] = {}
    happened: dict[tuple[str, str], str] = {}
    for change in changes:
        if isinstance(change, EntityChange):
            facts.setdefault((change.type, change.id), [])
            happened[change.type, change.id] = change.happened
        elif isinstance(change, FactChange):
            known = facts.setdefault((change.type, change.id), [])
            if (change.name, change.new) != ("id", change.id):
                known.append(_fact(change, limit))
    for (kind, identity), known in facts.items():
        mark, note = _MARKS[happened.get((kind, identity), "")]
        yield f"{mark} {kind} {identity}{note}  {', '.join(known)}".rstrip()


def _fact(change: FactChange, limit: int) -> str:
    origin = "" if change.origin == "tool_result" else f" ({change.origin.replace('_', ' ')})"
    return _moved(change, limit) + origin


def _moved(change: FactChange | ContextChange, limit: int) -> str:
    old, new = (brief(value, limit) if value is not None else "none" for value in (change.old, change.new))
    if change.happened == "set":
        return f"{change.name}={new}"
    return f"{change.name}: {old} -> {'no longer known' if change.happened == 'unset' else new}"


def _said(change: RelationChange, changes: Sequence[Change]) -> bool:
    """Says whether a fact of the same name tells which ids a thing leads to, as user_id=U7 does."""
    ids = [identity for _, identity in change.new]
    return any(
        isinstance(fact, FactChange)
        and (fact.type, fact.id, fact.name) == (change.type, change.id, change.predicate)
        and ids in (fact.new, [str(fact.new)])
        for fact in changes
    )


def _led(change: RelationChange) -> str:
    if change.happened == "unset":
        return f"{change.predicate} no longer known"
    if change.happened == "set":
        return f"{change.predicate} -> {targets(change.new)}"
    if len(change.old) == len(change.new) == 1:
        return f"{change.predicate}: {targets(change.old)} -> {targets(change.new)}"
    more = [one for one in change.new if one not in change.old]
    less = [one for one in change.old if one not in change.new]
    parts = [f"{sign} {targets(things)}" for sign, things in (("+", more), ("-", less)) if things]
    return f"{change.predicate}: {', '.join(parts) or 'in another order'}"


def _listed(change: ListingChange) -> str:
    return " was listed" if change.happened == "noted" else " no longer counts as listed"


def _time(change: ClockChange) -> str:
    """Returns the new time, without the date where that is the same."""
    date, _, time = change.new.partition("T")
    return time if change.old.partition("T")[0] == date else f"{date} {time}"
