"""What a turn is, what its user wants, and which tools are at hand in it, read off the state."""

from digit_tc.context import Context
from digit_tc.planning.references import schema_path
from digit_tc.state import Blank, ConversationState, PlannedCall, Scenario, Scripted, TurnDraft, for_use
from digit_tc.strata import CALLLESS, HELD, TurnKind
from digit_tc.tools.dataflow import Dataflow

_PLAIN = Scripted(kind="task", goals=[], tools=[])


def scripted(state: ConversationState) -> Scripted:
    """Returns what is settled of the turn that is being made."""
    script, turn = state["scenario"].get("script", []), state.get("turn", 0)
    return script[turn] if turn < len(script) else _PLAIN


def kind(state: ConversationState) -> TurnKind:
    """Returns what the turn that is being made is to be."""
    return scripted(state)["kind"]


def following(state: ConversationState) -> TurnKind | None:
    """Returns what the next turn is to be; None where there is none."""
    script, turn = state["scenario"].get("script", []), state.get("turn", 0)
    return script[turn + 1]["kind"] if turn + 1 < len(script) else None


def offered(state: ConversationState) -> list[str]:
    """Returns the tools that are at hand in the turn that is being made."""
    return at_hand(state["scenario"], state.get("turn", 0))


def at_hand(scenario: Scenario, turn: int) -> list[str]:
    """Returns the tools that are at hand in a turn, in the order of the scenario."""
    later = scenario.get("later", {})
    return [name for name in scenario["tools"] if later.get(name, 0) <= turn]


def added(state: ConversationState) -> list[str]:
    """Returns the tools that are at hand from this turn on and were not before."""
    later, turn = state["scenario"].get("later", {}), state.get("turn", 0)
    return [name for name in state["scenario"]["tools"] if later.get(name, 0) == turn > 0]


def wanted(state: ConversationState) -> list[PlannedCall]:
    """Returns the calls that would serve the user, whether or not they can be made in this turn."""
    unmet = state.get("unmet")
    return unmet["calls"] if unmet and kind(state) in CALLLESS else state["plan"]


def blank(state: ConversationState) -> Blank | None:
    """Returns the argument that the user leaves out in this turn."""
    unmet = state.get("unmet")
    return unmet["blank"] if unmet and kind(state) in CALLLESS else None


def before(state: ConversationState) -> TurnDraft | None:
    """Returns the turn before this one."""
    turns = state.get("turns", [])
    return turns[-1] if turns else None


def supplied(state: ConversationState) -> Blank | None:
    """Returns the argument that the user gives now because the assistant has asked for it."""
    last = before(state)
    unmet = last.get("unmet") if last and kind(state) == "answer" else None
    return unmet["blank"] if unmet else None


def told(state: ConversationState) -> list[PlannedCall]:
    """Returns the calls that the user's message has to tell of, each with no more than what this message tells."""
    calls, left_out, given = wanted(state), blank(state), supplied(state)
    if left_out:
        return [_without(call, left_out) for call in calls]
    if given:
        return [_only(call, given) for call in calls if call["id"] == given["call"]]
    if kind(state) == "correction":
        return [_changed(call, before(state)) for call in calls]
    return [] if kind(state) in HELD else calls


def heard(state: ConversationState) -> str:
    """Returns everything that the user has said for what is done now: two messages where the assistant asked back."""
    last = before(state)
    return f"{last['user']}\n{state['request']}" if last and kind(state) in HELD else state["request"]


def earlier(state: ConversationState) -> list[TurnDraft]:
    """Returns the turns before what `heard` returns."""
    turns = state.get("turns", [])
    return turns[:-1] if kind(state) in HELD else turns


def understood_by(state: ConversationState, context: Context) -> Dataflow:
    """Returns the dataflow that knows what the user of this turn wants: of other fields, where it is off topic."""
    if kind(state) == "off_topic" and context.elsewhere is not None:
        return context.elsewhere
    return context.dataflow


def _changed(call: PlannedCall, last: TurnDraft | None) -> PlannedCall:
    """Returns a call with what is not as it was when it was made in the turn before."""
    made = next((one for one in reversed(last["plan"] if last else []) if one["tool"] == call["tool"]), None)
    if made is None:
        return call
    changed = {name: value for name, value in call["arguments"].items() if made["arguments"].get(name) != value}
    return PlannedCall(**{**call, "arguments": changed, "references": {}})


def ground(state: ConversationState, context: Context) -> tuple[Dataflow, list[str]]:
    """Returns the tools that a turn may be planned with, after the dataflow that knows them and what was called."""
    turn, flow = scripted(state), understood_by(state, context)
    usable = for_use(state["scenario"])
    tools = turn["tools"] or [name for name in offered(state) if name in usable]
    if turn["goals"] and not set(turn["goals"]) <= set(tools):
        tools = turn["goals"]  # what is wanted is not at hand
    return flow.only(dict.fromkeys(name for name in [*state["scenario"]["tools"], *tools] if name in flow)), tools


def _without(call: PlannedCall, left_out: Blank) -> PlannedCall:
    if call["id"] != left_out["call"]:
        return call
    name = schema_path(left_out["pointer"])[0]
    return PlannedCall(**{**call, "arguments": {key: held for key, held in call["arguments"].items() if key != name}})


def _only(call: PlannedCall, given: Blank) -> PlannedCall:
    name = schema_path(given["pointer"])[0]
    return PlannedCall(**{**call, "arguments": {name: call["arguments"][name]}, "references": {}})
