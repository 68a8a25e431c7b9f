"""What must be recovered from a request, by the kind of the turn, and what must not be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from digit_tc.backtranslation.comparison import Mismatch
from digit_tc.backtranslation.places import places
from digit_tc.backtranslation.reading import read
from digit_tc.backtranslation.slots import leaves, slots
from digit_tc.context import Context
from digit_tc.state import ConversationState, PlannedCall, TurnDraft
from digit_tc.strata import HELD
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.tool import Tool
from digit_tc.turns.kinds import blank, earlier, heard, kind, told, understood_by, wanted


@dataclass(frozen=True)
class Read:
    """A request and the calls that it has to give back, each with no more than what it has to tell."""

    text: str
    earlier: Sequence[TurnDraft]
    """The turns before the text; not the one whose message is part of it."""
    plan: list[PlannedCall]
    flow: Dataflow

    @property
    def tools(self) -> list[Tool]:
        """The specifications, one per call."""
        return [self.flow[call["tool"]].tool for call in self.plan]

    def place(self, name: str) -> int:
        """Returns where a tool stands in its catalogue."""
        return self.flow.catalogue.place(name)


def read_of(state: ConversationState, context: Context) -> Read:
    """Returns what must be recovered in the turn: where the assistant asked back, from both messages together."""
    plan = wanted(state) if kind(state) in HELD else told(state)
    return Read(heard(state), earlier(state), plan, understood_by(state, context))


def given_away(state: ConversationState, context: Context) -> Iterator[Mismatch]:
    """Yields the value that the user was to leave out, where they have said it all the same, now or before."""
    left_out = blank(state)
    if left_out is None:
        return
    call = next(one for one in wanted(state) if one["id"] == left_out["call"])
    tool, today = context.catalogue[call["tool"]], date.fromisoformat(state["scenario"]["date"])
    texts = [state["request"], *(turn["user"] for turn in state.get("turns", []))]
    for leaf in leaves(call["arguments"], slots(0, tool), tool):
        if leaf.pointer == left_out["pointer"] and any(
            places(read(text, today), leaf.slot, leaf.value, today) for text in texts
        ):
            evidence = f"the request gives {leaf.value!r}, which it was to leave out"
            yield Mismatch("misplaced", leaf.value, evidence, call["id"], tool.name, leaf.pointer)
