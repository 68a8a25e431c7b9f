"""How an assistant may answer in a turn of each kind: whether it may call, what it must ask for or say."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from digit_tc.context import Context
from digit_tc.state import ConversationState, Event
from digit_tc.strata import CALLLESS, TurnKind
from digit_tc.tools.names import singular, words
from digit_tc.turns.declining import missing_label
from digit_tc.turns.kinds import kind

_UNABLE = re.compile(
    r"\b(?:can(?:no|')t|cannot|can not|could not|couldn't|unable|not able|not possible|impossible|not available|"
    r"unavailable|not supported|do(?:es)? not (?:have|offer|support)|do(?:es)?n't (?:have|offer|support)|"
    r"have (?:no|nothing)|no (?:tool|way|means|option)|outside (?:of )?what|beyond what|not something)\b",
    re.IGNORECASE,
)
_ASKS_BACK = re.compile(
    r"\b(?:could|can|would|will) you (?:please )?(?:tell|give|provide|share|specify|clarify|confirm|let me know)\b"
    r"|\bplease (?:provide|specify|tell me|give me|let me know|clarify|share|confirm)\b"
    r"|\b(?:what|which) [\w ]{0,60}?(?:should|shall|would you like|do you (?:want|need|prefer|mean))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Manner:
    """What a turn is to be."""

    kind: TurnKind
    missing: str = ""
    """The argument that the user leaves out, in words."""

    @property
    def callless(self) -> bool:
        """Whether nothing can be called in it."""
        return self.kind in CALLLESS

    def asks(self, report: str) -> bool:
        """Says whether a message asks for what is missing: a request or a question that has a word of its name."""
        named = {singular(word) for word in words(self.missing)}
        said = {singular(word) for word in words(report.lower())}
        return ("?" in report or bool(_ASKS_BACK.search(report))) and bool(named & said)

    def declines(self, report: str) -> bool:
        """Says whether a message says that something cannot be done."""
        return bool(_UNABLE.search(report.replace("\u2019", "'")))

    def asked_back(self, report: str) -> str:
        """Returns the words with which a message asks for something; empty where it does not."""
        found = _ASKS_BACK.search(report)
        return found[0] if found else ""


def manner_of(state: ConversationState, context: Context) -> Manner:
    """Returns what the turn that is being made is to be."""
    return Manner(kind(state), missing_label(state, context))


Faults = Iterator[tuple[str, str]]
"""Evidence, and the id of the call that it is about, if any."""


def calls_withheld(manner: Manner, report: str, calls: Sequence[Event]) -> Faults:  # noqa: ARG001 - as its like
    """Yields the calls of a turn in which nothing can be called."""
    for call in calls if manner.callless else ():
        yield f"{call['tool']} was called, and nothing can be called yet for what is wanted", call["call_id"]


def missing_asked(manner: Manner, report: str, calls: Sequence[Event]) -> Faults:  # noqa: ARG001 - as its like
    """Says where a message does not ask for what the user left out."""
    if manner.kind == "question" and not manner.asks(report):
        yield f"the report does not ask for the {manner.missing}, which the user has left out", ""


def declined(manner: Manner, report: str, calls: Sequence[Event]) -> Faults:  # noqa: ARG001 - as its like
    """Says where a message does not decline what no tool at hand can do."""
    if manner.kind in ("unserved", "off_topic") and not manner.declines(report):
        yield "the report does not say that this cannot be done with the tools at hand", ""


def not_asked_back(manner: Manner, report: str, calls: Sequence[Event]) -> Faults:  # noqa: ARG001 - as its like
    """Says where a message asks although everything was said."""
    if not manner.callless and (question := manner.asked_back(report)):
        yield f"the report asks {question!r}, and everything was said", ""
