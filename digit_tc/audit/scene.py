"""One finished turn as a model that judges it is shown: who asked for what, what was called, what was said."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from digit_tc.audit.turns import earlier_of
from digit_tc.context import Context
from digit_tc.export.trace import error_value, result_value
from digit_tc.phrasing.briefing import manner, wish
from digit_tc.progress import calls_of_turn
from digit_tc.records import CallError, Persona, Record
from digit_tc.state import ConversationState, Event
from digit_tc.turns.kinds import told, understood_by, wanted

_ENTRIES = 12
"""Entries of one list that are shown; what is left is counted."""
_LETTERS = 1200
"""Characters of one text that are shown."""


@dataclass(frozen=True)
class Scene:
    """A turn in JSON values; `calls` has what was asked of each tool and what it answered."""

    turn: int
    date: str
    person: dict[str, Any]
    earlier: tuple[tuple[str, str], ...]
    """What user and assistant said before."""
    wishes: tuple[dict[str, Any], ...]
    request: str
    calls: tuple[dict[str, Any], ...]
    report: str

    def variables(self) -> dict[str, Any]:
        """Returns what a prompt is filled with."""
        return {
            "date": self.date,
            "person": self.person,
            "earlier": [{"person": user, "assistant": assistant} for user, assistant in self.earlier],
            "wishes": list(self.wishes),
            "request": self.request,
            "calls": list(self.calls),
            "report": self.report,
        }


def scene_of(state: ConversationState, context: Context) -> Scene:
    """Returns the turn that a graph has just finished."""
    made = [event for event in calls_of_turn(state) if event["kind"] == "call"]
    filled = {event["plan_id"]: event["arguments"] for event in made}
    flow, plan = understood_by(state, context), told(state) or wanted(state)
    goals = [call for call in plan if not call["implicit"]]
    return Scene(
        turn=state["turn"],
        date=state["scenario"]["date"],
        person=manner(Persona(**state["scenario"]["persona"])),
        earlier=tuple(earlier_of(state)),
        wishes=tuple(wish(flow[call["tool"]].tool, filled.get(call["id"], call["arguments"])) for call in goals),
        request=state["request"],
        calls=tuple(_shown(event["tool"], event["arguments"], _answer(event)) for event in made),
        report=state["report"],
    )


def scenes_of(record: Record) -> Iterator[Scene]:
    """Yields the turns of a saved conversation; without a persona, of none of them can be told whether it is kept."""
    if record.persona is None:
        return
    tools = {tool.name: tool for tool in record.tools}
    said = [(turn.user, turn.assistant) for turn in record.turns]
    for at, turn in enumerate(record.turns):
        made = [call for step in turn.steps for call in step.calls]
        yield Scene(
            turn=at,
            date=record.context.date,
            person=manner(record.persona),
            earlier=tuple(said[:at]),
            wishes=tuple(wish(tools[one.name], one.arguments) for one in made if not (one.implicit or one.fault)),
            request=turn.user,
            calls=tuple(_shown(one.name, one.arguments, result_value(one)) for one in made),
            report=turn.assistant,
        )


def _answer(event: Event) -> Any:
    return error_value(CallError(**event["error"])) if event["outcome"] == "error" else event["result"]


def _shown(tool: str, arguments: dict[str, Any], result: Any) -> dict[str, Any]:
    return {"tool": tool, "arguments": arguments, "result": shortened(result)}


def shortened(value: Any) -> Any:
    """Returns a result that a prompt can hold: long lists and texts end with what was left out."""
    if isinstance(value, dict):
        return {key: shortened(held) for key, held in value.items()}
    if isinstance(value, list):
        left = len(value) - _ENTRIES
        return [shortened(held) for held in value[:_ENTRIES]] + ([f"... and {left} more entries"] if left > 0 else [])
    if isinstance(value, str) and len(value) > _LETTERS:
        return f"{value[:_LETTERS]}... and {len(value) - _LETTERS} more characters"
    return value
