"""The whole world right after one call, in words: what there is, what is known of it, and from where."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from digit_tc.cli.changes import every, targets, told
from digit_tc.cli.text import brief
from digit_tc.world.completeness import shown_in_full
from digit_tc.world.fold import World
from digit_tc.world.moments import Moment

_VALUE = 160
"""Characters of a value that are shown."""
_HASH = 16
"""Digits of the hash that are shown; --json has them all."""


class Worldview:
    """The world after one call of a conversation."""

    def __init__(self, moments: Sequence[Moment], number: int) -> None:
        self._moment, self._count = moments[number - 1], len(moments)
        self._world: World = self._moment.after
        self._calls = {one.event["event_id"]: one.number for one in moments if one.event}

    def lines(self) -> Iterator[str]:
        """Yields the lines of the world, not wrapped."""
        world, number = self._world, self._moment.number
        event = f"event {self._moment.event['event_id']}" if self._moment.event else "not in the event log"
        yield f"— the world after call {number} of {self._count} ({event}) —"
        clock = f", clock {world['clock'].replace('T', ' ')}" if world["clock"] else ""
        yield f"hash {world['hash'][:_HASH]}…, version {world['version']}{clock}"
        changes = list(told(self._moment.changes, _VALUE))
        yield from _section(f"call {number} changed", changes or ["nothing"])
        yield from _section("context", [f"{name}={_value(value)}" for name, value in world["context"].items()])
        yield from _section("things", list(self._things()) or ["none"])
        yield from _section("absent", [f"{kind} {one}" for kind, ids in world["absent"].items() for one in ids])
        lists = world["lists"]
        listed = [every(kind, filters) for kind in lists for filters in shown_in_full(lists, kind)]
        yield from _section("listed in full", listed)
        yield from _section("summary in the record", self._moment.summary.splitlines())

    def _things(self) -> Iterator[str]:
        related = self._world["relations"]
        for kind, held in self._world["entities"].items():
            for identity, entity in held.items():
                yield f"{kind} {identity}{self._life(entity)}"
                facts = list(self._facts(identity, entity["attrs"]))
                yield from (f"  {line}" for line in facts or [f"named by {self._source(entity['created_by'])}"])
                links = related.get(kind, {}).get(identity, {})
                yield from (f"  > {predicate} -> {targets(things)}" for predicate, things in links.items())

    def _life(self, entity: Mapping[str, Any]) -> str:
        deleted = entity["status"] == "deleted"
        return f" (deleted by {self._source(entity['deleted_by'])})" if deleted else ""

    def _facts(self, identity: str, facts: Mapping[str, Any]) -> Iterator[str]:
        """Yields what is known of a thing, one line for what comes from one event by one origin."""
        sources: dict[tuple[str, str], list[str]] = {}
        for name, fact in facts.items():
            if not name.startswith("~"):
                held = sources.setdefault((fact["event_id"], fact["origin"]), [])
                if (name, fact["value"]) != ("id", identity):
                    held.append(f"{name}={_value(fact['value'])}")
        for (event, origin), known in sources.items():
            yield f"{origin.replace('_', ' ')} of {self._source(event)}: {', '.join(known) or 'its id'}"

    def _source(self, event: str) -> str:
        """Names an event by the call that it is, where it is one of the transcript."""
        return f"call {self._calls[event]} (event {event})" if event in self._calls else f"event {event}"


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from (f"  {line}" for line in lines)


def _value(value: Any) -> str:
    return brief(value, _VALUE) if value is not None else "none"
