"""What an assistant says in a turn without calls, in words made by code: it asks for what is missing, declines,
or answers a goodbye.
"""

import re

from digit_tc.context import Context
from digit_tc.phrasing.goals import goal
from digit_tc.state import ConversationState
from digit_tc.streams import Stream
from digit_tc.turns import closing
from digit_tc.turns.blanks import detail_of
from digit_tc.turns.kinds import blank, kind, understood_by, wanted

_ASKING = (
    "What {n} should I use?",
    "Could you tell me the {n}?",
    "Sure. Which {n} should it be?",
    "I can do that. What is the {n}?",
    "Before I can do that, I need the {n}. What should it be?",
)
_WHICH = (
    "Which {n} do you mean?",
    "Could you tell me which {n} it is for?",
    "I can do that. Which {n} is it about?",
    "Before I can do that, I need to know which {n} you mean. Could you tell me?",
)
_HOW_MANY = ("How many {n} should it be?", "Sure. How many {n}?", "I can do that. How many {n} is it for?")
_DECLINING = (
    "I'm sorry, but I can't {g}: I have no tool for that.",
    "I'm afraid I am not able to {g} with the tools I have.",
    "Sorry, I cannot {g} here. None of my tools can do that.",
    "Unfortunately I am unable to {g}, because I have nothing at hand that does it.",
)


def declined(state: ConversationState, context: Context, stream: Stream) -> str:
    """Returns the assistant's message of a turn in which nothing can be called.

    Args:
        state: The conversation so far, with the user's message.
        context: What the run gives.
        stream: Chooses among wordings.
    """
    if kind(state) == "closing":
        return closing.replied(stream)
    left_out = blank(state)
    if left_out is not None:
        detail = detail_of(context.dataflow, wanted(state), left_out)
        if detail.means.kind == "count" and detail.label.endswith("s"):
            return stream.choice(_HOW_MANY).format(n=detail.label)
        return stream.choice(_WHICH if detail.means.kind == "id" else _ASKING).format(n=detail.label)
    calls, flow = wanted(state), understood_by(state, context)
    tool = flow[calls[-1]["tool"]]
    aim = goal(tool, stream, known=tool.action != "create").phrase
    return stream.choice(_DECLINING).format(g=_turned(aim))


def missing_label(state: ConversationState, context: Context) -> str:
    """Returns the argument that the user leaves out, in words; empty where none is."""
    left_out = blank(state)
    return detail_of(context.dataflow, wanted(state), left_out).label if left_out else ""


def _turned(phrase: str) -> str:
    """Turns the words of who asks into those of who is asked."""
    return re.sub(r"\bmy\b", "your", re.sub(r"\bme\b", "you", phrase))
