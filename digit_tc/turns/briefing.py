"""What a model that plays a role is told of a turn that is no plain task, in one or two sentences."""

from digit_tc.context import Context
from digit_tc.state import ConversationState
from digit_tc.turns.blanks import detail_of
from digit_tc.turns.declining import missing_label
from digit_tc.turns.kinds import before, kind, supplied, told, wanted


def occasion(state: ConversationState, context: Context) -> str:
    """Returns why the user writes; empty for a plain request."""
    match kind(state):
        case "question":
            label = missing_label(state, context)
            return (
                f"You forget to say one thing that is needed: the {label}. Do not speak of it, nor say that "
                "it is missing."
            )
        case "answer":
            left_out = supplied(state)
            label = detail_of(context.dataflow, wanted(state), left_out).label if left_out else "rest"
            return f"The assistant has asked for the {label}. Answer with it, and ask for nothing new."
        case "served":
            return (
                "What the assistant could not do is possible now. Ask it to try again, without repeating the details."
            )
        case "instead":
            return "You drop what you have asked for before. Say so in a few words, then ask for what you want instead."
        case "correction":
            last = before(state)
            done = {call["tool"] for call in last["plan"]} if last else set()
            if any(call["tool"] not in done for call in told(state)):
                return (
                    "You change your mind about what was just done. Say so, and have it undone; then what you "
                    "want instead, if anything."
                )
            return (
                "You change your mind about one value of what was just done. Say so, give the new value, "
                "and that the rest stays the same."
            )
        case _:
            return ""


def situation(state: ConversationState, context: Context) -> str:
    """Returns why the assistant has called nothing; empty where it could call."""
    match kind(state):
        case "question":
            label = missing_label(state, context)
            return (
                f"Nothing was called yet: the person has not said the {label}. Ask for it in one sentence, "
                "and for nothing else."
            )
        case "closing":
            return "The person ends the conversation. Answer in one short sentence, and offer nothing more."
        case "unserved" | "off_topic":
            return (
                "Nothing was called: no tool at hand can do what the person wants. Say that you cannot do "
                "it, in one sentence."
            )
        case _:
            return ""
