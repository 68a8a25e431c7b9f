"""What one simulated call costs in a world of a thousand things, and whether the cost grows with the number of calls.

    python benchmarks/simulate.py [--entities N] [CALLS ...]

Offline, without a model. Run it by hand, on a machine that does nothing else.
"""

import argparse
from collections.abc import Callable, Iterable, Iterator
from statistics import median
from time import perf_counter
from typing import Any

from digit_tc.backend import Backend
from digit_tc.canonical import digest
from digit_tc.streams import Stream
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dialects import read_tool
from digit_tc.world.fold import fold, replay
from digit_tc.world.summary import summarise

Made = tuple[str, dict[str, Any]]

ENTITIES = 1_000
CALLS = (100, 1_000, 10_000)
SAMPLE = 100
"""Calls that are timed for each kind of call."""
STATUSES = ("open", "waiting", "closed")
OWNERS = 200
"""Different owners of the tickets, so that a list of one owner's tickets is short."""
SHARES = (40, 10, 15, 5, 15, 15)
"""Of a hundred mixed calls: known reads, new reads, lists, searches, creates, updates."""

_ID = {"type": "string", "description": "Identifier of the ticket.", "pattern": "^TK-[0-9]{8}$"}
_SAID = {
    "title": {"type": "string", "description": "What the ticket is about."},
    "owner": {"type": "string", "description": "Username of the owner."},
    "status": {"type": "string", "enum": list(STATUSES)},
    "due_date": {"type": "string", "format": "date"},
}
_TICKET = {"type": "object", "properties": {"ticket_id": _ID, **_SAID}, "required": ["ticket_id", *_SAID]}
_FOUND = {"type": "object", "properties": {"tickets": {"type": "array", "items": _TICKET}}, "required": ["tickets"]}


def _tool(name: str, output: dict[str, Any], needed: list[str], **properties: Any) -> dict[str, Any]:
    parameters = {"type": "object", "properties": properties, "required": needed}
    return {"name": name, "description": "", "parameters": parameters, "output_schema": output}


TOOLS = [
    _tool("get_ticket", _TICKET, ["ticket_id"], ticket_id=_ID),
    _tool("list_tickets", _FOUND, [], owner=_SAID["owner"], status=_SAID["status"]),
    _tool("search_tickets", _FOUND, ["query"], query={"type": "string", "description": "Words to look for."}),
    _tool("create_ticket", _TICKET, ["title", "owner"], title=_SAID["title"], owner=_SAID["owner"]),
    _tool("update_ticket", _TICKET, ["ticket_id", "status"], ticket_id=_ID, status=_SAID["status"]),
]


def backend(entities: int) -> Backend:
    """Returns a backend whose world holds that many tickets."""
    held = [
        {
            "ticket_id": _known(number),
            "title": f"Ticket {number}",
            "owner": _owner(number),
            "status": STATUSES[number % 3],
            "due_date": "2025-02-01",
        }
        for number in range(entities)
    ]
    return Backend(Catalogue(read_tool(raw) for raw in TOOLS), state={"tickets": held})


def _known(number: int) -> str:
    return f"TK-{number:08d}"


def _owner(number: int) -> str:
    return f"owner{number % OWNERS}"


def kinds(entities: int) -> dict[str, Callable[[int], Made]]:
    """Returns for each kind of call what makes the call of a number."""
    return {
        "known read": lambda number: ("get_ticket", {"ticket_id": _known(number % entities)}),
        "new read": lambda number: ("get_ticket", {"ticket_id": f"TK-5{number:07d}"}),
        "list": lambda number: ("list_tickets", {"owner": _owner(number)}),
        "search": lambda number: ("search_tickets", {"query": f"printer {number}"}),
        "create": lambda number: ("create_ticket", {"title": f"Printer {number}", "owner": _owner(number)}),
        "update": lambda number: (
            "update_ticket",
            {"ticket_id": _known(number % entities), "status": STATUSES[(number + 1) % 3]},
        ),
    }


def mixed(number: int, entities: int) -> Iterator[Made]:
    """Yields calls of all kinds, each drawn from a stream of its own."""
    made = list(kinds(entities).values())
    for at in range(number):
        stream = Stream("mixed", at)
        drawn = stream.integer(0, 99)
        kind = next(kind for kind in range(len(SHARES)) if drawn < sum(SHARES[: kind + 1]))
        yield made[kind](stream.integer(0, entities - 1) if kind in (0, 2, 5) else at)


def seconds(world: Backend, calls: Iterable[Made]) -> list[float]:
    """Makes the calls and returns how long each took."""
    taken: list[float] = []
    for name, arguments in calls:
        start = perf_counter()
        answer = world.call(name, arguments)
        taken.append(perf_counter() - start)
        if answer.is_error:
            raise SystemExit(f"{name}({arguments}) failed: {answer.result}")
    return taken


def one_call(entities: int) -> None:
    """Prints what a call of each kind costs."""
    print(f"one call in a world of {entities:,} things, {SAMPLE} calls each\n{'':<14}{'median ms':>10}{'worst ms':>10}")
    for name, make in kinds(entities).items():
        world = backend(entities)
        world.call(*make(SAMPLE))  # what is read off the tools once is no cost of a call
        taken = seconds(world, map(make, range(SAMPLE)))
        print(f"{name:<14}{median(taken) * 1e3:>10.3f}{max(taken) * 1e3:>10.3f}", flush=True)


def parts(entities: int) -> None:
    """Prints what the summary, the fold and the hash chain cost, which are part of a call or beside it."""
    world = backend(entities)
    seconds(world, mixed(SAMPLE, entities))
    events = world.events[-SAMPLE:]
    before = replay(world.events[:-SAMPLE])
    now = replay(world.events)
    print(f"\nparts, in the same world\n{'':<14}{'ms':>10}")
    print(f"{'summary':<14}{_each(lambda _: summarise(now, events), range(SAMPLE)):>10.3f}")
    print(f"{'fold an event':<14}{_each(lambda event: fold(before, event), events):>10.3f}")
    print(f"{'of it, hash':<14}{_each(lambda event: digest('', event), events):>10.3f}", flush=True)


def _each(work: Callable[[Any], object], over: Iterable[Any]) -> float:
    """Returns the milliseconds that a piece of work takes on average."""
    items = list(over)
    start = perf_counter()
    for item in items:
        work(item)
    return (perf_counter() - start) / len(items) * 1e3


def growth(entities: int, numbers: Iterable[int]) -> None:
    """Prints the total for each number of mixed calls over one world, and how far that is from linear."""
    print(f"\n{'mixed calls':>12}{'seconds':>10}{'ms a call':>11}{'to linear':>11}{'things':>9}")
    first = 0.0
    for number in numbers:
        world = backend(entities)
        total = sum(seconds(world, mixed(number, entities)))
        first = first or total / number
        things = sum(len(held) for held in world.world["entities"].values())
        print(
            f"{number:>12,}{total:>10.2f}{total / number * 1e3:>11.3f}{total / number / first:>11.2f}{things:>9,}",
            flush=True,
        )


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("numbers", nargs="*", type=int, default=CALLS, metavar="CALLS")
    parser.add_argument("--entities", type=int, default=ENTITIES)
    chosen = parser.parse_args()
    one_call(chosen.entities)
    parts(chosen.entities)
    growth(chosen.entities, chosen.numbers or CALLS)


if __name__ == "__main__":
    main()
