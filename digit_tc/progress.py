"""What has happened in the turn that is being made, read off the event log."""

from collections.abc import Iterable
from typing import Any, get_args

from langchain_core.messages import AIMessage, ToolCall, ToolMessage

from digit_tc.errors import StateError
from digit_tc.models import Reply
from digit_tc.planning.conditions import holds
from digit_tc.planning.references import filled
from digit_tc.state import ConversationState, Event, PlannedCall, Role, Spent, accepted_calls

_ORDER: tuple[Role, ...] = ("user", "verifier", "assistant", "tool_simulator", "critic")
"""The roles in the order in which they work on a plan."""
TRIES = 3
"""How often a call is made that meets planned faults."""


def renewed(state: ConversationState) -> dict[str, int]:
    """Returns the attempts of a turn that is begun, or begun anew because a role could not do with what there was.

    They are counted under the planner, as with each the plan is another one; the other roles start afresh.
    """
    if not state["sent_back"]:
        return {}
    made = state["attempts"].get("planner", 0)
    return {"planner": made if state["sent_back"] == "planner" else made + 1}


def next_place(state: ConversationState) -> int:
    """Returns the step number for the next events of the log."""
    events = state.get("events", [])
    return events[-1]["step"] + 1 if events else 0


def marker(state: ConversationState, kind: str) -> Event:
    """Returns an event that marks a boundary of the current turn: `turn_started` or `turn_retracted`."""
    step = next_place(state)
    event = Event(event_id=f"{step}.0", step=step, index=0, turn=state.get("turn", 0))
    event["kind"] = "turn_started" if kind == "turn_started" else "turn_retracted"
    return event


def calls_of_turn(state: ConversationState) -> list[Event]:
    """Returns the calls made in the current turn since it was last started or retracted."""
    events = state.get("events", [])
    start = next((at for at in range(len(events) - 1, -1, -1) if events[at]["kind"] != "call"), -1)
    return events[start + 1 :]


def faults(state: ConversationState, call: PlannedCall) -> int:
    """Returns how often a planned call has met a planned fault in this turn."""
    return sum(event["plan_id"] == call["id"] and event.get("fault", False) for event in calls_of_turn(state))


def call_id(state: ConversationState, call: PlannedCall) -> str:
    """Returns the id under which a planned call stands in messages and events: $1 is call_1, again call_1_retry_1."""
    tries = faults(state, call)
    return f"call_{call['id'].removeprefix('$')}" + (f"_retry_{tries}" if tries else "")


def results(state: ConversationState) -> dict[str, Any]:
    """Returns the results of the accepted turns and of the current one, by plan id."""
    made = (*accepted_calls(state).values(), *calls_of_turn(state))
    return {event["plan_id"]: event["result"] for event in made if event["outcome"] == "ok"}


def pending(state: ConversationState) -> list[PlannedCall]:
    """Returns the next group of calls to make; empty when the plan is done or what is left cannot be made.

    A call cannot be made when what it refers to failed or is not there: the first entry of an empty list. A call that
    met a planned fault is made again, up to `TRIES` times in all.
    """
    makeable = ready(state)
    return [call for call in makeable if call["group"] == makeable[0]["group"]]


def ready(state: ConversationState) -> list[PlannedCall]:
    """Returns every planned call that is still to be made and could be made now, whatever its group."""
    made = {event["plan_id"] for event in calls_of_turn(state) if not event.get("fault")}
    known = results(state)
    out = {*made, *hindered(state)}
    left = [call for call in state["plan"] if call["id"] not in out and faults(state, call) < TRIES]
    return [call for call in left if holds(call) and _can_be_made(call, known)]


def hindered(state: ConversationState) -> set[str]:
    """Returns the plan ids of the calls that cannot be made because they build on one that was blocked."""
    blocked = {event["plan_id"] for event in calls_of_turn(state) if event.get("blocked")}
    found: set[str] = set()
    for call in state["plan"] if blocked else ():  # what a call builds on stands before it
        condition = call.get("condition")
        needs = {reference["call"] for reference in call["references"].values()}
        needs |= {condition["call"]} if condition else set()
        if needs & (blocked | found):
            found.add(call["id"])
    return found


def unanswered(state: ConversationState) -> list[ToolCall]:
    """Returns the calls of the last message that makes some, without those that have been answered since."""
    messages = state.get("messages", [])
    answered = set[str]()
    for message in reversed(messages):
        if isinstance(message, ToolMessage):
            answered.add(message.tool_call_id)
        elif isinstance(message, AIMessage) and message.tool_calls:
            return [call for call in message.tool_calls if call["id"] not in answered]
        else:
            break
    return []


def _can_be_made(call: PlannedCall, known: dict[str, Any]) -> bool:
    try:
        filled(call, known)
    except StateError:
        return False
    return True


def arguments(state: ConversationState, call: PlannedCall) -> dict[str, Any]:
    """Returns the arguments of a planned call with its references replaced by the results so far.

    Raises:
        StateError: A reference leads nowhere.
    """
    return filled(call, results(state))


def spent(state: ConversationState, reply: Reply, *, role: str) -> Spent:
    """Returns what a model reply cost, with its place, so that only the replies that were used are counted.

    What is done again makes what comes after it be done again too: a place counts the attempts of the roles before it.
    Where a role of one's own stands nobody knows; it may have to do with what any of the others does again.
    """
    attempts = state.get("attempts", {})
    before = _before(role, attempts)
    return Spent(
        role=role,
        turn=state.get("turn", 0),
        attempt=[attempts.get("planner", 0), sum(attempts.get(one, 0) for one in before)],
        prompt_tokens=reply.prompt_tokens,
        completion_tokens=reply.completion_tokens,
    )


def _before(role: str, attempts: dict[str, int]) -> Iterable[str]:
    if role in _ORDER:
        return _ORDER[: [*_ORDER].index(role) + 1]
    return () if role in get_args(Role) else [one for one in attempts if one != "planner"]


def used(state: ConversationState) -> list[Spent]:
    """Returns the replies behind the accepted turns: those of the last attempt of each role at each turn."""
    every = [one for one in state.get("usage", []) if one["turn"] < len(state.get("turns", []))]
    last: dict[tuple[str, int], list[int]] = {}
    for one in every:
        place = one["role"], one["turn"]
        last[place] = max(last.get(place, []), one["attempt"])
    return [one for one in every if one["attempt"] == last[one["role"], one["turn"]]]
