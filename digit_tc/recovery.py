"""Error hints (DiGiT-TC, section 3): a plausible wrong call, an error that says in a few words what is wrong, the right
call. They are put into a conversation that is complete, so the simulated world never hears of them.

A wrong call fits its schema and differs from every right call of the conversation. A hint has at most ten words and
names neither tools nor parameters nor values.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from digit_tc.context import Context
from digit_tc.state import ConversationState, Event, Hint, accepted_events, place
from digit_tc.streams import Stream
from digit_tc.tools.schema import json_type, violations
from digit_tc.tools.tool import Tool
from digit_tc.turns.kinds import at_hand
from digit_tc.values.drawing import draw_leaf
from digit_tc.values.scope import Scope

Flaw = Literal["incomplete", "unnecessary", "wrong_value", "exchanged", "wrong_purpose"]

HINTS: dict[Flaw, tuple[str, ...]] = {
    "incomplete": (
        "Something that was asked for is missing.",
        "This leaves out a detail that was given.",
    ),
    "unnecessary": (
        "Something was given that nobody asked for.",
        "This goes beyond what was asked for.",
    ),
    "wrong_value": (
        "One value does not match what was asked for.",
        "This is about something else than what was meant.",
    ),
    "exchanged": (
        "Two values have been mixed up.",
        "Two values stand in each other's place.",
    ),
    "wrong_purpose": (
        "This serves another purpose than the one asked for.",
        "This is not what has to be done next.",
    ),
}
CODE = "invalid_request"
MOST = 3
"""Calls of a conversation before which a wrong one is put at most."""
_ALIKE = 2 / 3
"""Share of common words from which two values count as the same."""


@dataclass(frozen=True)
class Wrong:
    """A call that could be made by mistake, and what is wrong with it."""

    tool: str
    arguments: dict[str, Any]
    flaw: Flaw


def chosen(state: ConversationState, stream: Stream) -> list[Event]:
    """Returns the calls before which a wrong one is put first, then those that may take their place."""
    made = [event for event in accepted_events(state) if event["outcome"] == "ok" and not event.get("fault")]
    return stream.shuffled(made)


def wanted(stream: Stream) -> int:
    """Draws before how many calls a wrong one is put."""
    return stream.integer(1, MOST)


def hint(right: Event, wrong: Wrong, stream: Stream) -> Hint:
    """Returns a wrong call with its error, and the call before which it stands."""
    return Hint(
        before=right["call_id"],
        call_id=f"{right['call_id']}_wrong",
        tool=wrong.tool,
        arguments=wrong.arguments,
        error={"code": CODE, "message": stream.choice(HINTS[wrong.flaw])},
    )


class Mistakes:
    """The wrong calls that could be made in place of the right ones of a conversation."""

    def __init__(self, state: ConversationState, context: Context) -> None:
        self._state, self._context = state, context
        self._right = accepted_events(state)

    def tools(self, right: Event) -> list[Tool]:
        """Returns the tools at hand when a call was made."""
        return [self._context.catalogue[name] for name in at_hand(self._state["scenario"], right["turn"])]

    def usable(self, right: Event, tool: str, arguments: dict[str, Any]) -> bool:
        """Says whether a call is wrong, fits its schema, and could have been made in the place of the right one."""
        known = next((one for one in self.tools(right) if one.name == tool), None)
        if known is None or violations(known.parameters, arguments):
            return False
        return not any(one["tool"] == tool and _same(one["arguments"], arguments) for one in self._right)

    def judged(self, right: Event, tool: str, arguments: dict[str, Any]) -> Wrong | None:
        """Returns what is wrong with a call that somebody proposes; None where it cannot be used."""
        if not self.usable(right, tool, arguments):
            return None
        return Wrong(tool, arguments, _flaw(right, tool, arguments))

    def drawn(self, right: Event, stream: Stream) -> Wrong | None:
        """Returns one of the wrong calls that code can think of; None where there is none."""
        kinds = (self._incomplete, self._unnecessary, self._other_value, self._exchanged, self._other_tool)
        for make in stream.shuffled(kinds):
            for wrong in make(right, stream):
                if self.usable(right, wrong.tool, wrong.arguments):
                    return wrong
        return None

    def _incomplete(self, right: Event, stream: Stream) -> Iterator[Wrong]:
        tool = self._context.catalogue[right["tool"]]
        for name in stream.shuffled([name for name in right["arguments"] if name not in tool.required]):
            left = {key: value for key, value in right["arguments"].items() if key != name}
            yield Wrong(tool.name, left, "incomplete")

    def _unnecessary(self, right: Event, stream: Stream) -> Iterator[Wrong]:
        tool = self._context.dataflow[right["tool"]]
        leaves = [leaf for leaf in tool.inputs if len(leaf.path) == 1 and leaf.path[0] not in right["arguments"]]
        for leaf in stream.shuffled(leaves):
            value = draw_leaf(leaf, tool.means[leaf.path], self._scope(stream))
            if value is not None and tool.means[leaf.path].kind not in ("object", "array"):
                given = {**right["arguments"], leaf.path[0]: value}
                yield Wrong(tool.tool.name, tool.tool.ordered(given), "unnecessary")

    def _other_value(self, right: Event, stream: Stream) -> Iterator[Wrong]:
        tool = self._context.dataflow[right["tool"]]
        for name, value in stream.shuffled(list(right["arguments"].items())):
            means = tool.means.get((name,))
            if means is None:
                continue
            schema = tool.tool.properties.get(name, {})
            others = list(schema.get("enum", []))
            if means.kind == "id":
                shown = [event for event in self._state["events"] if place(event) < place(right)]
                others = list(self._context.worlds.at(shown)["entities"].get(means.entity, {}))
            others = [other for other in others if other != value and json_type(other) == json_type(value)]
            if others:
                yield Wrong(tool.tool.name, {**right["arguments"], name: stream.choice(others)}, "wrong_value")

    def _exchanged(self, right: Event, stream: Stream) -> Iterator[Wrong]:
        tool = self._context.dataflow[right["tool"]]
        given = [
            (name, value) for name, value in right["arguments"].items() if not isinstance(value, bool | list | dict)
        ]
        pairs = [(one, other) for at, one in enumerate(given) for other in given[at + 1 :]]
        for (first, one), (second, other) in stream.shuffled(pairs):
            kinds = [means.kind if (means := tool.means.get((name,))) else "" for name in (first, second)]
            if kinds[0] == kinds[1] and one != other:
                yield Wrong(tool.tool.name, {**right["arguments"], first: other, second: one}, "exchanged")

    def _other_tool(self, right: Event, stream: Stream) -> Iterator[Wrong]:
        given = right["arguments"]
        for tool in stream.shuffled(self.tools(right)):
            if tool.name != right["tool"] and set(tool.required) <= given.keys():
                shared = {name: given[name] for name in tool.properties if name in given}
                yield Wrong(tool.name, shared, "wrong_purpose")

    def _scope(self, stream: Stream) -> Scope:
        simulation = self._context.simulation(self._state["scenario"], faults=False)
        return Scope(simulation.persona, simulation.today, stream, shapes=self._context.dataflow.shapes)


def _flaw(right: Event, tool: str, arguments: dict[str, Any]) -> Flaw:
    """Names what is wrong with a call beside the right one."""
    if tool != right["tool"]:
        return "wrong_purpose"
    if right["arguments"].keys() - arguments.keys():
        return "incomplete"
    return "unnecessary" if arguments.keys() - right["arguments"].keys() else "wrong_value"


def _same(one: Any, other: Any) -> bool:
    """Says whether two arguments are the same to a reader: texts by their common words."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_same(*pair) for pair in zip(one, other, strict=True))
    if isinstance(one, str) and isinstance(other, str):
        return _overlap(one.lower().split(), other.lower().split()) > _ALIKE
    return bool(one == other)


def _overlap(one: Sequence[str], other: Sequence[str]) -> float:
    return len(set(one) & set(other)) / len(set(one) | set(other)) if one or other else 1.0
