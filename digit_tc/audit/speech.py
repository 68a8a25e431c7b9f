"""The critic's checks on the turns of a trace: what the user and the assistant say, where arguments come from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from digit_tc.audit.finding import Hit
from digit_tc.audit.turns import OF_REQUEST, TurnSeen, judge_turn
from digit_tc.export.trace import AssistantStep, CallStep, ToolsAdded, Trace, UserStep
from digit_tc.provenance import Sources
from digit_tc.state import Event, VerdictDraft
from digit_tc.tools.catalogue import Catalogue
from digit_tc.turns.manners import Manner

_OF_CALLS = {"references_resolved"}
_OF_USER = {"origins_known", *OF_REQUEST}
_OF_CALLING = {"calls_made"}
"""What can only be said of a turn of which it is known what it was to be."""
_OF_ASSISTANT = {
    "report_not_empty", "report_grounded", "turn_order", "calls_withheld", "missing_asked", "declined",
    "not_asked_back",
}  # fmt: skip
NOT_AT_HAND = "tool_not_at_hand"
SPEECH = (NOT_AT_HAND, *sorted(_OF_CALLING), *sorted(_OF_CALLS), *sorted(_OF_USER), *sorted(_OF_ASSISTANT))
"""The checks of a turn that a trace can show."""
_SOME_DAY = date(2025, 1, 15)
"""By which relative dates are read where a trace does not say when it takes place."""


@dataclass(frozen=True)
class Spoken:
    """What is wrong with the turns, each with its step, and the checks that nothing can be said of."""

    hits: tuple[tuple[int, Hit], ...]
    unknown: tuple[str, ...]


@dataclass
class _Turn:
    user: int
    assistant: int
    calls: list[int]


def spoken(trace: Trace, catalogue: Catalogue, today: date | None = None, manners: Sequence[Manner] = ()) -> Spoken:
    """Judges every turn of a trace; without user or assistant steps, what needs them stays unknown.

    Args:
        trace: The conversation.
        catalogue: Its tools.
        today: When it takes place.
        manners: What each turn was to be, where that is known.
    """
    users = any(isinstance(step, UserStep) for step in trace.steps)
    assistants = any(isinstance(step, AssistantStep) for step in trace.steps)
    unknown = (set() if users else _OF_USER) | (set() if users and assistants else _OF_ASSISTANT)
    sources = Sources(today=today or _SOME_DAY, context=trace.context or "")
    hits = list(_too_early(trace))
    earlier: list[tuple[str, str]] = []
    for turn in _turns(trace):
        manner = manners[len(earlier)] if len(earlier) < len(manners) else None
        for verdict in judge_turn(_seen(trace, turn, earlier, sources, catalogue, manner)):
            if verdict["status"] == "fail" and verdict["check"] in SPEECH and verdict["check"] not in unknown:
                hits.append(_placed(trace, turn, verdict))
        earlier.append(_texts(trace, turn))
    return Spoken(tuple(hits), tuple(sorted(unknown)))


def _turns(trace: Trace) -> Iterator[_Turn]:
    turn = _Turn(-1, -1, [])
    for at, step in enumerate(trace.steps):
        match step:
            case UserStep():
                if turn.calls or turn.user >= 0:
                    yield turn
                turn = _Turn(at, -1, [])
            case CallStep(train=True):
                turn.calls.append(at)
            case AssistantStep():
                turn.assistant = at
    if turn.calls or turn.user >= 0:
        yield turn


def _texts(trace: Trace, turn: _Turn) -> tuple[str, str]:
    """Returns what user and assistant say in a turn; empty where one of them says nothing."""
    user = trace.steps[turn.user] if turn.user >= 0 else None
    assistant = trace.steps[turn.assistant] if turn.assistant >= 0 else None
    return (
        user.user if isinstance(user, UserStep) else "",
        assistant.assistant if isinstance(assistant, AssistantStep) else "",
    )


def _too_early(trace: Trace) -> Iterator[tuple[int, Hit]]:
    """Yields the calls of tools that are not at hand yet."""
    later = {name for step in trace.steps if isinstance(step, ToolsAdded) for name in step.tools_added}
    for at, step in enumerate(trace.steps):
        if isinstance(step, ToolsAdded):
            later -= set(step.tools_added)
        elif isinstance(step, CallStep) and step.call.name in later:
            yield at, Hit(NOT_AT_HAND, "/call/name", f"{step.call.name} is at hand only later")


def _seen(
    trace: Trace, turn: _Turn, earlier: list[tuple[str, str]], sources: Sources, catalogue: Catalogue,
    manner: Manner | None,
) -> TurnSeen:  # fmt: skip
    request, report = _texts(trace, turn)
    if turn.user >= 0:
        sources.hear(f"/steps/{turn.user}/user", request)
    made = [_event(step, at) for at in turn.calls if isinstance(step := trace.steps[at], CallStep)]
    expected = int(manner is not None and not manner.callless)
    return TurnSeen(
        turn=len(earlier),
        request=request,
        report=report,
        calls=made,
        planned=max(expected, sum(not event["fault"] for event in made)),
        sources=sources,
        catalogue=catalogue,
        names=[tool.name for tool in trace.tools],
        messages=["human", *(["calls", "tool"] if made else []), *(["ai"] if report else [])],
        earlier=earlier,
        manner=manner,
    )


def _event(step: CallStep, at: int) -> Event:
    failed = {"code": "error", "message": str(step.result)} if step.is_error else {}
    return Event(
        kind="call",
        call_id=step.call.id,
        tool=step.call.name,
        arguments=step.call.arguments,
        outcome="error" if step.is_error else "ok",
        result=step.result,
        error=failed,
        fault=step.fault,
        group=at if step.group is None else step.group,
    )


def _placed(trace: Trace, turn: _Turn, verdict: VerdictDraft) -> tuple[int, Hit]:
    """Finds the step that a verdict speaks of: its call, else the user's or the assistant's words."""
    ids = {step.call.id: at for at in turn.calls if isinstance(step := trace.steps[at], CallStep)}
    if verdict["call_id"] in ids:
        return ids[verdict["call_id"]], Hit(
            verdict["check"], f"/call/arguments{verdict['pointer']}", verdict["evidence"]
        )
    about_user = verdict["check"] in _OF_USER or turn.assistant < 0
    at = turn.user if about_user else turn.assistant
    return max(at, 0), Hit(verdict["check"], "/user" if about_user else "/assistant", verdict["evidence"])
