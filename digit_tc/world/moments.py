"""The world around each call of a record: what it was before and after, and the summary of it.

A record holds the calls that stand; its log also holds those of turns that were taken back or never finished. A call
is found in the log by its turn and its id, after the last start or retraction of that turn.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from digit_tc.records import Call, Record
from digit_tc.state import ConversationState, Event, TurnDraft, accepted_events
from digit_tc.world.difference import Change, difference
from digit_tc.world.fold import EMPTY, World, history


@dataclass(frozen=True)
class Moment:
    """One call that stands. Without an event, as a wrong call that was put in later, it changes nothing."""

    number: int
    """Which call of the conversation it is, from 1."""
    call: Call
    event: Event | None
    before: World
    after: World
    summary: str

    @property
    def changes(self) -> list[Change]:
        """What the call changed."""
        return difference(self.before, self.after)


def moments(record: Record) -> list[Moment]:
    """Returns the calls of a record in their order, each with the world around it."""
    events = _events(record)
    worlds = {event["event_id"]: (before, after) for event, before, after in history(events)}
    made = (event["event_id"] for event in events if event["kind"] == "call")
    summaries = dict(zip(made, record.world.summaries, strict=False))
    found: list[Moment] = []
    world, summary = EMPTY, ""
    for number, (call, event) in enumerate(_standing(record, events), start=1):
        before, world = worlds[event["event_id"]] if event else (world, world)
        summary = summaries.get(event["event_id"], "") if event else summary
        found.append(Moment(number, call, event, before, world, summary))
    return found


def taken_back(record: Record) -> int:
    """Counts the calls of the log that do not stand."""
    events = _events(record)
    standing = sum(event is not None for _, event in _standing(record, events))
    return sum(event["kind"] == "call" for event in events) - standing


def _events(record: Record) -> list[Event]:
    return [cast("Event", event) for event in record.world.events]


def _standing(record: Record, events: list[Event]) -> Iterator[tuple[Call, Event | None]]:
    """Yields each call of the record with its event."""
    turns = [TurnDraft(user=turn.user, assistant=turn.assistant, plan=[]) for turn in record.turns]
    accepted = accepted_events(ConversationState(events=events, turns=turns))
    for at, turn in enumerate(record.turns):
        left = [event for event in accepted if event["turn"] == at]
        for call in (call for step in turn.steps for call in step.calls):
            event = next((one for one in left if (one["call_id"], one["tool"]) == (call.id, call.name)), None)
            if event is not None:
                left.remove(event)
            yield call, event
