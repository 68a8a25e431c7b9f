"""What a user says in a turn of each kind, in words made by code."""

from datetime import date

from digit_tc.context import Context
from digit_tc.phrasing.details import Teller
from digit_tc.phrasing.gathering import details_of
from digit_tc.phrasing.manner import closed
from digit_tc.phrasing.request import Request
from digit_tc.records import Persona
from digit_tc.state import ConversationState, PlannedCall
from digit_tc.streams import Stream
from digit_tc.turns import closing
from digit_tc.turns.blanks import detail_of
from digit_tc.turns.kinds import before, kind, supplied, told, understood_by, wanted

_GIVEN = ("Oh, right. ", "Sorry, I forgot that. ", "Sure. ", "Of course. ", "")
_ONCE_MORE = (
    "I hear that this is possible now. Could you try it again?",
    "It should work now. Please do what I asked for.",
    "You should have what it takes by now. Can you do it for me?",
    "Please try that once more, it ought to be possible by now.",
)
_DROPPED = (
    "Never mind, forget about that.",
    "Actually, leave that.",
    "You know what, I don't need that after all.",
    "On second thought, drop that.",
)
_CHANGED = (
    "Actually, I have changed my mind.",
    "Sorry, that was not quite what I meant.",
    "Hold on, I have to correct that.",
    "On second thought, I want that to be different.",
)
_SAME = (" The rest stays the same.", " Everything else stays as it was.", " All else is the same as before.")
_TAKEN_BACK = ("Sorry, I have changed my mind.", "Actually, I do not want that any more.", "On second thought, no.")
_ANEW = ("Then do the same again, with one difference.", "After that, do it once more, with one change.")


def said(state: ConversationState, context: Context, stream: Stream) -> str:
    """Returns the user's message.

    Args:
        state: The conversation so far, with the plan of the turn.
        context: What the run gives.
        stream: Chooses among wordings.
    """
    match kind(state):
        case "answer":
            return stream.choice(_GIVEN) + sentence(_given(state, context, stream))
        case "served":
            return stream.choice(_ONCE_MORE)
        case "closing":
            return closing.said(state, stream)
        case "instead":
            return f"{stream.choice(_DROPPED)} {_request(state, context, stream, told(state), opened=True)}"
        case "correction":
            return _correction(state, context, stream)
        case _:
            return _request(state, context, stream, told(state))


def sentence(clause: str) -> str:
    """Returns a clause as a sentence of its own: with a capital letter, and a full stop where it has no sign."""
    return closed(clause[:1].upper() + clause[1:])


def _request(
    state: ConversationState, context: Context, stream: Stream, plan: list[PlannedCall], *, opened: bool = False
) -> str:
    flow, turns = understood_by(state, context), state.get("turns", [])
    earlier = [call for done in turns for call in done["plan"] if call["tool"] in flow]
    return Request(flow, plan, earlier, *_who(state), stream, later=bool(turns), opened=opened).text()


def _who(state: ConversationState) -> tuple[Persona, date]:
    scenario = state["scenario"]
    return Persona(**scenario["persona"]), date.fromisoformat(scenario["date"])


def _given(state: ConversationState, context: Context, stream: Stream) -> str:
    """Says the value that the assistant has asked for."""
    blank = supplied(state)
    if blank is None:
        return _request(state, context, stream, wanted(state))
    return Teller(*_who(state), stream).sentence(detail_of(context.dataflow, wanted(state), blank))


def _correction(state: ConversationState, context: Context, stream: Stream) -> str:
    """Says what is to be another way; what was made is taken back first, where it cannot be changed."""
    last = before(state)
    done = {call["tool"] for call in last["plan"]} if last else set()
    calls = told(state)
    again = [call for call in calls if call["tool"] in done]
    undone = [call for call in calls if call["tool"] not in done]
    teller = Teller(*_who(state), stream)
    details = [detail for call in again for detail in details_of(call, context.dataflow[call["tool"]])]
    changes = [sentence(teller.sentence(detail)) for detail in details]
    if not undone:
        return f"{stream.choice(_CHANGED)} {' '.join(changes)}{stream.choice(_SAME)}"
    opening = f"{stream.choice(_TAKEN_BACK)} {_request(state, context, stream, undone, opened=True)}"
    return f"{opening} {stream.choice(_ANEW)} {' '.join(changes)}" if again else opening
