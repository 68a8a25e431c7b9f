"""Where two conversations of one scenario part: both as steps in the order in which they came to be, step by step.

Compared is what a conversation says and does; neither ids, which differ with the configuration, nor what it cost. What
a turn plans stands before what its request says, as it is drawn up first; arguments that a result gave are not part of
the plan, but of the call.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from digit_tc.canonical import canonical
from digit_tc.planning.references import leaves
from digit_tc.records import Call, Record, Turn

Kind = Literal[
    "tools", "persona", "stratum", "turn", "plan", "request", "call", "result", "report", "world", "verdicts", "outcome"
]
Place = tuple[int, int, int, int]
"""Turn, part of the turn, number of the call in it, part of the call; turns count from 0."""

_BEFORE, _AFTER = -1, 1_000_000
"""The turn of what comes before all turns, and of what comes after them."""
_ARGUMENTS, _RESULT = 0, 1


@dataclass(frozen=True, slots=True)
class Moment:
    """One step: what it is, and what it says as JSON."""

    kind: Kind
    turn: int | None
    """Counted from 1; None outside of turns."""
    value: Any
    call: int | None = None
    """The number of the call in its conversation, counted from 1."""

    @property
    def name(self) -> str:
        """What it is, in words."""
        if self.kind == "turn" or self.turn is None:
            return self.kind + (f" {self.turn}" if self.turn is not None else "")
        return f"turn {self.turn}, {self.kind}" + (f" {self.call}" if self.call is not None else "")


@dataclass(frozen=True, slots=True)
class Pair:
    """One step of two conversations; None on the side of the one that has no such step."""

    first: Moment | None
    second: Moment | None

    @property
    def alike(self) -> bool:
        """Whether both say the same."""
        if self.first is None or self.second is None:
            return False
        return canonical(self.first.value) == canonical(self.second.value)

    @property
    def kind(self) -> Kind:
        """What kind of step it is."""
        return self._either.kind

    @property
    def turn(self) -> int | None:
        """The turn that it belongs to, counted from 1; None outside of turns."""
        return self._either.turn

    @property
    def name(self) -> str:
        """What it is, in words."""
        return self._either.name

    @property
    def _either(self) -> Moment:
        found = self.first or self.second
        assert found is not None, "a pair has at least one side"
        return found


def pairs(first: Record, second: Record) -> list[Pair]:
    """Returns two conversations of one scenario step by step, in order."""
    left, right = dict(_moments(first)), dict(_moments(second))
    return [Pair(left.get(place), right.get(place)) for place in sorted({*left, *right})]


def parting(first: Record, second: Record) -> Pair | None:
    """Returns the first step in which two conversations differ; None where there is none."""
    return next((pair for pair in pairs(first, second) if not pair.alike), None)


def _moments(record: Record) -> Iterator[tuple[Place, Moment]]:
    yield (_BEFORE, 0, 0, 0), Moment("tools", None, {tool.name: tool.model_dump(mode="json") for tool in record.tools})
    persona = record.persona.model_dump(mode="json") if record.persona else None
    context = record.context.model_dump(mode="json")
    yield (_BEFORE, 1, 0, 0), Moment("persona", None, {"persona": persona, **context})
    yield (_BEFORE, 2, 0, 0), Moment("stratum", None, record.stratum)
    number = 0
    for at, turn in enumerate(record.turns):
        yield from _turn(at, turn, number)
        number += sum(len(step.calls) for step in turn.steps)
    yield (_AFTER, 0, 0, 0), Moment("world", None, _world(record))
    yield (_AFTER, 1, 0, 0), Moment("verdicts", None, _verdicts(record))
    outcome = record.outcome
    yield (_AFTER, 2, 0, 0), Moment("outcome", None, [outcome.status, outcome.code, outcome.reason])


def _turn(at: int, turn: Turn, number: int) -> Iterator[tuple[Place, Moment]]:
    calls = [call for step in turn.steps for call in step.calls]
    yield (at, 0, 0, 0), Moment("turn", at + 1, _kind(turn))
    yield (at, 1, 0, 0), Moment("plan", at + 1, [[_planned(call) for call in step.calls] for step in turn.steps])
    yield (at, 2, 0, 0), Moment("request", at + 1, turn.user)
    for place, call in enumerate(calls):
        said = {"name": call.name, "arguments": call.arguments, "fault": call.fault, "train": call.train}
        error = call.error.model_dump(mode="json") if call.error else None
        answer = {"error": error} if error else {"result": call.result}
        yield (at, 3, place, _ARGUMENTS), Moment("call", at + 1, said, number + place + 1)
        yield (at, 3, place, _RESULT), Moment("result", at + 1, answer, number + place + 1)
    yield (at, 4, 0, 0), Moment("report", at + 1, turn.assistant)


def _kind(turn: Turn) -> str:
    """Returns what a turn is, before anything is said in it."""
    stop = [f"because of {turn.stop}"] if turn.stop else []
    added = [f"with {', '.join(turn.tools_added)} from here on"] if turn.tools_added else []
    return ", ".join([turn.kind, *stop, *added])


def _planned(call: Call) -> dict[str, Any]:
    """Returns what a plan says of a call: its tool, what does not come from a result, and whether it is spoken of."""
    said: Mapping[str, Any] = {
        pointer: "from a result" if _from_result(call, pointer) else value
        for pointer, value in leaves(call.arguments)
        if pointer
    }
    return {"name": call.name, "arguments": said, "implicit": call.implicit, "fault": call.fault}


def _from_result(call: Call, pointer: str) -> bool:
    origin = call.provenance.get(pointer)
    return origin is not None and origin.kind == "result"


def _world(record: Record) -> dict[str, Any]:
    """Returns what is known of each thing at the end, whichever call it is known from."""
    kinds: dict[str, Any] = record.world.state.get("entities", {})
    return {
        kind: {
            name: {"status": thing["status"], **{key: fact["value"] for key, fact in thing["attrs"].items()}}
            for name, thing in things.items()
        }
        for kind, things in kinds.items()
    }


def _verdicts(record: Record) -> dict[str, dict[str, int]]:
    """Returns how often each check came out how, turn by turn, whatever the words."""
    found: dict[str, dict[str, int]] = {}
    for one in record.verdicts:
        where = f"turn {one.turn + 1}, {one.check}" if one.turn is not None else one.check
        counts = found.setdefault(where, {})
        said = one.status if one.severity == "error" else f"{one.status} ({one.severity})"
        counts[said] = counts.get(said, 0) + 1
    return found
