"""The steps of a conversation's graph, from its checkpoints: what ran, what it changed, what came next."""

import asyncio
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digit_tc.cli.text import brief, plain, printable
from digit_tc.errors import OutputError
from digit_tc.records import Record
from digit_tc.world.moments import Moment

if TYPE_CHECKING:
    from digit_tc.engine.history import Step

_VALUE = 40
"""Characters of a value that are shown."""


class Steps:
    """The steps of one conversation, with the calls after which they come."""

    def __init__(self, steps: Sequence["Step"], made: Sequence[Moment]) -> None:
        self._steps, self._made = steps, made

    @classmethod
    def of(cls, folder: Path, record: Record, made: Sequence[Moment], *, required: bool = True) -> "Steps":
        """Reads the steps of a record; where nothing was kept of it, there are none.

        Raises:
            OutputError: They are required, and nothing was kept; or what is there cannot be read.
        """
        from digit_tc.engine import checkpoints, history  # noqa: PLC0415 - LangGraph, only where there is something

        if not (required or (folder / checkpoints.NAME).is_file()):
            return cls([], made)
        with closing(checkpoints.copied(folder, record.id)) as saver:
            try:
                return cls(asyncio.run(history.history(saver, record)), made)
            except OutputError:
                if required:
                    raise
                return cls([], made)

    def lines(self, columns: int) -> Iterator[str]:
        """Yields one line for each step, wrapped."""
        wide = max(len(", ".join(step.nodes)) for step in self._steps)
        calls = self._calls()
        yield f"{'step':>4}  {'--at':>5}  {'ran':<{wide}}  changed"
        for step in self._steps[1:]:
            head = f"{step.number:>4}  {calls.get(step.number, ''):>5}  {', '.join(step.nodes):<{wide}}  "
            said = printable(", ".join(_changes(step)) or "nothing")
            yield from textwrap.wrap(
                said, columns, initial_indent=head, subsequent_indent=" " * len(head), break_on_hyphens=False
            )

    def as_json(self) -> list[dict[str, Any]]:
        """Returns the steps as JSON."""
        calls = self._calls()
        return [
            {"step": step.number, "at": calls.get(step.number), "ran": step.nodes, "next": step.next,
             "changed": step.changed}
            for step in self._steps[1:]
        ]  # fmt: skip

    def at(self, call: int) -> dict[str, Any]:
        """Returns how the graph stood right after a call; nothing where that was not kept."""
        step = self._after(call)
        if step is None:
            return {}
        told = {name: step.values.get(name) for name in ("turn", "attempts", "sent_back", "problem")}
        return {"step": step.number, "steps": len(self._steps) - 1, "ran": step.nodes, "next": step.next, **told}

    def _after(self, call: int) -> "Step | None":
        from digit_tc.engine.history import right_after  # noqa: PLC0415

        return right_after(self._steps, self._made, call)

    def _calls(self) -> dict[int, str]:
        """Returns the calls after which each step comes, by its number, as --at takes them."""
        found: dict[int, list[int]] = {}
        for call in range(len(self._made) + 1):
            if step := self._after(call):
                found.setdefault(step.number, []).append(call)
        return {
            number: str(calls[0]) if len(calls) == 1 else f"{calls[0]}-{calls[-1]}" for number, calls in found.items()
        }


def standing(graph: Mapping[str, Any]) -> Iterator[str]:
    """Yields the lines that say how the graph stood; none where that is not known."""
    if not graph:
        return
    yield ""
    yield "graph"
    yield f"  step {graph['step']} of {graph['steps']}, {', '.join(graph['ran'])} ran"
    yield f"  next {', '.join(graph['next']) or 'nothing'}"
    attempts = [f"{role} {count}" for role, count in (graph["attempts"] or {}).items() if count]
    yield f"  sent back in this turn: {', '.join(attempts) or 'nobody'}"
    if graph["sent_back"]:
        yield f"  at work again: {graph['sent_back']}, because of {graph['problem']}"


def _changes(step: "Step") -> Iterator[str]:
    for key in step.changed:
        value, old = step.values[key], step.before.get(key)
        if value == [] and old is None:
            continue  # a list that is there from now on, and empty
        if isinstance(value, list):
            held = old if isinstance(old, list) else []
            yield f"{key} +{len(value) - len(held)}" if held == value[: len(held)] else f"{key} ({len(value)})"
        elif _long(value):
            yield key
        else:
            yield f"{key}={brief(value, _VALUE)}"


def _long(value: Any) -> bool:
    """Says whether the beginning of a value tells little."""
    return "\n" in value if isinstance(value, str) else isinstance(value, dict) and len(plain(value)) > _VALUE
