"""The calls of a turn by its kind: what is planned, what is only wanted, and what was wanted before."""

from dataclasses import dataclass, replace

from digit_tc.errors import PlanError
from digit_tc.planning.turn import TurnPlan
from digit_tc.state import ConversationState, PlannedCall, Unmet
from digit_tc.streams import Stream
from digit_tc.turns.blanks import blanks
from digit_tc.turns.correcting import Correcting
from digit_tc.turns.kinds import before, following, kind

_TRIES = 16
"""Plans that are drawn until one has a value that can be left out."""


@dataclass(frozen=True)
class Staged:
    """The calls that are to be made in a turn, and those that are only wanted."""

    plan: list[PlannedCall]
    unmet: Unmet | None = None


def staged(maker: TurnPlan, state: ConversationState, stream: Stream) -> Staged:
    """Returns what a turn of its kind has for a plan.

    Args:
        maker: Draws plans.
        state: The conversation so far.
        stream: Chooses among plans.

    Raises:
        PlanError: There is none.
    """
    plain = replace(maker, target=replace(maker.target, branches=0.0))  # one thing at a time
    match kind(state):
        case "closing":
            return Staged(_nothing(state))
        case "question":
            return _question(plain, state, stream)
        case "unserved" | "off_topic":
            single = replace(plain, target=replace(plain.target, max_calls=1))
            return Staged([], Unmet(calls=_done(single, stream), blank=None))
        case "answer" | "served":
            return Staged(_held(state))
        case "correction":
            return Staged(_correction(plain, state, stream))
        case "instead":
            return Staged(_other(plain, state, stream))
        case _ if following(state) == "correction":
            return Staged(_correctable(plain, stream))
        case _:
            return Staged(maker.draw(stream))


def _nothing(state: ConversationState) -> list[PlannedCall]:
    if state["sent_back"]:
        raise PlanError("the user does not say goodbye, and no other plan would make them")
    return []


def _held(state: ConversationState) -> list[PlannedCall]:
    last = before(state)
    unmet = last.get("unmet") if last else None
    if not unmet:
        raise PlanError("nothing was wanted before that could be done now")
    return unmet["calls"]


def _question(maker: TurnPlan, state: ConversationState, stream: Stream) -> Staged:
    known = [call for turn in state.get("turns", []) for call in turn["plan"]]
    free = replace(maker, goals=())
    for at in range(_TRIES):
        calls = (maker if at % 2 == 0 else free).draw(stream)
        found = blanks(maker.flow, calls, known)
        if found and _can_be_done(maker, calls):
            return Staged([], Unmet(calls=calls, blank=stream.choice(found)))
    raise PlanError("no plan has a required value that the user could leave out")


def _correctable(maker: TurnPlan, stream: Stream) -> list[PlannedCall]:
    """Draws a plan that can be changed or taken back when it is carried out."""
    for _ in range(_TRIES):
        calls = maker.draw(stream)
        plans = Correcting(maker, stream, maker.past.planned + len(calls)).plans(calls)
        if any(_can_be_done(maker, [*calls, *plan]) for plan in plans):
            return calls
    raise PlanError("no plan has a call that could be changed or taken back afterwards")


def _correction(maker: TurnPlan, state: ConversationState, stream: Stream) -> list[PlannedCall]:
    last, done = before(state), {one.plan_id for one in maker.past.done}
    calls = [call for call in (last["plan"] if last else []) if call["id"] in done]
    for plan in Correcting(maker, stream, maker.past.planned).plans(calls):
        if _can_be_done(maker, plan):
            return plan
    raise PlanError("what was just done can neither be changed nor taken back")


def _done(maker: TurnPlan, stream: Stream) -> list[PlannedCall]:
    """Draws a plan that can be carried out later, as far as can be told."""
    plans = (maker.draw(stream) for _ in range(_TRIES))
    found = next((calls for calls in plans if _can_be_done(maker, calls)), None)
    if found is None:
        raise PlanError("every plan has a call that would fail")
    return found


def _can_be_done(maker: TurnPlan, calls: list[PlannedCall]) -> bool:
    return maker.rehearsal is None or maker.rehearsal.succeeds(calls)


def _other(maker: TurnPlan, state: ConversationState, stream: Stream) -> list[PlannedCall]:
    """Draws a plan that does nothing of what was wanted before."""
    last = before(state)
    unmet = last.get("unmet") if last else None
    dropped = {call["tool"] for call in unmet["calls"] if not call["implicit"]} if unmet else set()
    left = [name for name in maker.tools if name not in dropped]
    if not left:
        raise PlanError("every tool does what the user has just dropped")
    return replace(maker, tools=left, goals=()).draw(stream)
