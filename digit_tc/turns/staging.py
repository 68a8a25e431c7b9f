"""The calls of a turn by its kind: what is planned, what is only wanted, and what was wanted before."""

from dataclasses import dataclass, replace

from digit_tc.errors import PlanError
from digit_tc.planning.turn import TurnPlan
from digit_tc.state import ConversationState, PlannedCall, Unmet
from digit_tc.streams import Stream
from digit_tc.turns.blanks import blanks
from digit_tc.turns.correcting import Correcting
from digit_tc.turns.kinds import before, kind, scripted

_TRIES = 16
"""Plans that are drawn until one has a value that can be left out."""


@dataclass(frozen=True)
class Staged:
    """The calls that are to be made in a turn, and those that are only wanted."""

    plan: list[PlannedCall]
    unmet: Unmet | None = None


def staged(maker: TurnPlan, state: ConversationState, stream: Stream, most: int) -> Staged:
    """Returns what a turn of its kind has for a plan.

    Args:
        maker: Draws plans.
        state: The conversation so far.
        stream: Chooses among plans.
        most: How many calls a turn may have.

    Raises:
        PlanError: There is none.
    """
    match kind(state):
        case "question":
            return _question(maker, state, stream, most)
        case "unserved" | "off_topic":
            return Staged([], Unmet(calls=maker.draw(stream, 1), blank=None))
        case "answer" | "served":
            last = before(state)
            unmet = last.get("unmet") if last else None
            if not unmet:
                raise PlanError("nothing was wanted before that could be done now")
            return Staged(unmet["calls"])
        case "correction":
            return Staged(Correcting(maker, state, stream).plan(scripted(state)["goal"]))
        case "instead":
            return Staged(_other(maker, state, stream, most))
        case _:
            return Staged(maker.draw(stream, most))


def _question(maker: TurnPlan, state: ConversationState, stream: Stream, most: int) -> Staged:
    known = [call for turn in state.get("turns", []) for call in turn["plan"]]
    for _ in range(_TRIES):
        calls = maker.draw(stream, most)
        found = blanks(maker.flow, calls, known)
        if found:
            return Staged([], Unmet(calls=calls, blank=stream.choice(found)))
    raise PlanError("no plan has a required value that the user could leave out")


def _other(maker: TurnPlan, state: ConversationState, stream: Stream, most: int) -> list[PlannedCall]:
    """Draws a plan that does nothing of what was wanted before."""
    last = before(state)
    unmet = last.get("unmet") if last else None
    dropped = {call["tool"] for call in unmet["calls"] if not call["implicit"]} if unmet else set()
    left = [name for name in maker.tools if name not in dropped]
    if not left:
        raise PlanError("every tool does what the user has just dropped")
    return replace(maker, tools=left).draw(stream, most)
