"""The world in words: what a person sees and what prompts read, inside a fixed token limit."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from digit_tc.state import Event
from digit_tc.world.fold import World
from digit_tc.world.knowledge import Thing

LIMIT = 400
"""Tokens, counted as a quarter of the UTF-8 bytes, rounded up."""
_ATTRIBUTES = 6
_LAST = 3
"""Calls that are told of."""
_ABSENT = 3
_BRIEF = 40
"""Characters of a value that are shown."""


def tokens(text: str) -> int:
    """Counts tokens as ceil(UTF-8 bytes / 4)."""
    return -(-len(text.encode()) // 4)


def mentioned(world: World, arguments: Iterable[dict[str, Any]]) -> list[Thing]:
    """Returns the known things whose ids stand in the arguments of calls, in their order."""
    texts = dict.fromkeys(str(value) for one in arguments for value in _scalars(one))
    kinds = world["entities"].items()
    return [(kind, text) for text in texts for kind, held in kinds if text in held]


def summarise(
    world: World, events: Sequence[Event] = (), about: Sequence[Thing] = (), limit: int = LIMIT
) -> str:  # fmt: skip
    """Renders what matters for the next call, one line each; what does not fit is counted in the last line.

    The order is that of use: the time and what calls are relative to, the things that the next call is about, those one
    relation away, what is known to be absent, the last calls, and then all other things, those touched last first.

    Args:
        world: The world as it stands.
        events: The log that folds to it; its last calls are told of.
        about: The things that the next call is about.
        limit: Tokens of the whole text at most.
    """
    near = list(dict.fromkeys(one for thing in about for one in _related(world, thing)))
    first = [*dict.fromkeys((*about, *near))]
    seen = set(first)
    recent = [(kind, identity) for kind, identity in world["recent"] if (kind, identity) not in seen]
    total = sum(len(held) for held in world["entities"].values())
    text = _Page(limit, total)
    text.add(_frame(world))
    for thing in first:
        text.add_thing(world, thing)
    text.add(_absences(world))
    for line in _last_calls(events):
        text.add(line)
    for thing in recent:
        text.add_thing(world, thing)
    return text.render()


class _Page:
    """Lines inside a limit, with room kept for the count of the things that are left out."""

    def __init__(self, limit: int, things: int) -> None:
        self._limit, self._things, self._told = limit * 4, things, 0
        self._lines: list[str] = []
        self._bytes = 0
        self._full = False

    def add(self, line: str) -> bool:
        """Adds a line where it still fits."""
        size = len(line.encode()) + 1
        rest = len(_rest(self._things).encode())
        if not line or self._full or self._bytes + size + rest > self._limit:
            self._full = self._full or bool(line)
            return False
        self._lines.append(line)
        self._bytes += size
        return True

    def add_thing(self, world: World, thing: Thing) -> None:
        """Adds the line of a thing."""
        entity = world["entities"].get(thing[0], {}).get(thing[1])
        if entity is not None:
            self._told += self.add(_line(world, thing, entity))

    def render(self) -> str:
        left = self._things - self._told
        return "\n".join([*self._lines, _rest(left)] if left else self._lines)


def _rest(count: int) -> str:
    return f"({count} more not shown)"


def _frame(world: World) -> str:
    told = [f"{name}={_brief(value) if value is not None else 'nobody'}" for name, value in world["context"].items()]
    now = [f"now {world['clock']}"] if world["clock"] else []
    return ", ".join([*now, *told])


def _line(world: World, thing: Thing, entity: dict[str, Any]) -> str:
    facts = {
        name: fact
        for name, fact in entity["attrs"].items()
        if not name.startswith("~") and str(fact["value"]) != thing[1]
    }
    shown = [f"{name}={_brief(fact['value'])}" for name, fact in list(facts.items())[:_ATTRIBUTES]]
    left = len(facts) - len(shown)
    shown += [f"{left} more"] if left > 0 else []
    links = world["relations"].get(thing[0], {}).get(thing[1], {})
    shown += [f"-> {len(held)} {name}" for name, held in links.items() if name not in facts]
    state = " (deleted)" if entity["status"] == "deleted" else ""
    return f"{thing[0]} {thing[1]}{state}: {', '.join(shown) or 'known'}"


def _related(world: World, thing: Thing) -> Iterator[Thing]:
    for held in world["relations"].get(thing[0], {}).get(thing[1], {}).values():
        yield from ((kind, identity) for kind, identity in held)


def _absences(world: World) -> str:
    every = [
        (since, f"{kind} {identity}") for kind, held in world["absent"].items() for identity, since in held.items()
    ]
    newest = [text for _, text in sorted(every, reverse=True)[:_ABSENT]]
    left = f" and {len(every) - _ABSENT} more" if len(every) > _ABSENT else ""
    return f"absent: {', '.join(newest)}{left}" if newest else ""


def _last_calls(events: Sequence[Event]) -> Iterator[str]:
    last = [event for event in events[-2 * _LAST :] if event["kind"] == "call"][-_LAST:]
    for event in reversed(last):
        done = "ok" if event["outcome"] == "ok" else event["error"]["code"]
        yield f"called {event['tool']}({', '.join(_brief(value) for value in event['arguments'].values())}): {done}"


def _scalars(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for held in value.values() if isinstance(value, dict) else value:
            yield from _scalars(held)
    elif value is not None and not isinstance(value, bool):
        yield value


def _brief(value: Any) -> str:
    text = f"{len(value)} items" if isinstance(value, list) else str(value)
    return text if len(text) <= _BRIEF else text[: _BRIEF - 3] + "..."
