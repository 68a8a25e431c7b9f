"""How a conversation is ended by its user: a last message that is delivered, and why they stop.

A stop is a thing of its own, never a word in the text: a message with a stop in it would get lost, and one that only
sounds like it would end too much (both seen in the runners of tau2-bench). Whether the reason is one is decided by
code.
"""

from pydantic import BaseModel

from digit_tc.behaviour import farewell
from digit_tc.phrasing.variants import variant
from digit_tc.state import ConversationState
from digit_tc.strata import StopReason
from digit_tc.streams import Stream

_DONE = (
    "[That is|That's|That was|That will be] [all|everything][ for now| for today| I needed|], [thank you|thanks]"
    "[ very much| so much| a lot| again|][.|!]",
    "[Great|Perfect|Lovely|Super|All right|Good|Fine], [that is|that's] [all|everything]. [Thank you|Thanks]"
    "[ again| a lot|].[ Bye!| Goodbye!| Have a good day!| Take care.|]",
    "[Thank you|Thanks][ so much| very much| a lot| again|][.|!] Nothing else[ for now| today|].",
    "[Thank you|Thanks|Much appreciated], I am [all set|done|good][ now|][.|!]"
    "[ See you later.| Have a great day!| Bye.|]",
    "Nothing else [for now|for today|from me], [thank you|thanks]. [Have a nice day!|Take care!|Goodbye.|Bye!]",
)
_NOT_POSSIBLE = (
    "[All right|Okay|Fine], then [that is|that's] all[ for today| for now|]."
    " [Thank you|Thanks][ anyway| all the same|].",
    "[Okay|All right], nothing else then[, thanks|, thank you|].[ Bye.| Goodbye.|]",
)
_REPLIES = (
    "[You're welcome|You are welcome|My pleasure|Glad to help|Happy to help][.|!]"
    "[ Have a good day!| Have a nice day.| Goodbye!| Take care!|]",
    "[Thank you|Thanks][ as well| too|], [and have|have] a [good|nice|great] day[.|!]",
)


class Stop(BaseModel):
    """What a model says that ends the conversation as its user."""

    message: str
    stop: bool
    reason: StopReason


def legal(state: ConversationState) -> StopReason:
    """Returns why the user may stop now: what was wanted last is done, cannot be done, or was taken back."""
    last = state["turns"][-1] if state.get("turns") else None
    kind = last.get("kind", "task") if last else "task"
    if kind in ("unserved", "off_topic"):
        return "not_possible"
    return "changed_mind" if kind == "question" else "done"


def against(stop: Stop, state: ConversationState) -> list[str]:
    """Returns what is wrong with a stop."""
    problems = [] if stop.stop else ["it does not stop, and everything that was wanted has been spoken of"]
    if stop.reason != legal(state):
        problems.append(f"the reason is {stop.reason}, and the conversation shows {legal(state)}")
    return problems + ([] if ends(stop.message) else ["the message is no farewell, or asks for something more"])


def ends(text: str) -> bool:
    """Says whether a message says goodbye or thanks and asks for nothing."""
    return next(farewell(text), None) is not None


def said(state: ConversationState, stream: Stream) -> str:
    """Returns the user's last message, in words made by code."""
    return variant(stream.choice(_DONE if legal(state) == "done" else _NOT_POSSIBLE), stream)


def replied(stream: Stream) -> str:
    """Returns the assistant's answer to it."""
    return variant(stream.choice(_REPLIES), stream)
