"""The state of one conversation while its graph runs, and the reducers that merge what nodes return.

Everything in the state is a JSON value or a LangChain message, so that every checkpointer can save it. A value read
from the state is never changed in place: LangGraph shares it between nodes and checkpoints.
"""

import operator
from typing import Annotated, Any, Literal, NotRequired, Required, TypedDict

from langchain_core.messages import AnyMessage
from langgraph.graph.message import add_messages

from digit_tc.errors import StateError
from digit_tc.strata import StopReason, Stratum, TurnKind

Role = Literal["scenario", "planner", "user", "verifier", "assistant", "tool_simulator", "critic", "recovery"]
"""The roles of this package. In the state a role is any text, so that a role of one's own has a name too."""


class Reference(TypedDict):
    """An output of an earlier call: `call` is its plan id ("$1"); `path` leads into its result.

    A path element is a key, a list index, or "lowest:ATTRIBUTE" / "highest:ATTRIBUTE", which picks from a list.
    """

    call: str
    path: list[str | int]


class Condition(TypedDict):
    """Under what a call is made: what an earlier one must show; what that will show is settled beforehand."""

    call: str
    """The plan id of the look-up."""
    path: list[str]
    """Where in its result the value stands."""
    wanted: Any
    given: Any
    """What the look-up is made to show: the call is made where it is what is wanted."""


class PlannedCall(TypedDict):
    """One call of a plan. `arguments` holds the literal values; `references` maps JSON pointers to earlier outputs."""

    id: str
    tool: str
    arguments: dict[str, Any]
    references: dict[str, Reference]
    implicit: bool
    hideable: NotRequired[bool]
    """Whether the request could do without speaking of it: another call depends on it."""
    condition: NotRequired[Condition]
    group: int


class Fault(TypedDict):
    """The error result of a call that is made to fail."""

    code: str
    message: str


class Scripted(TypedDict):
    """What is settled beforehand of one turn."""

    kind: TurnKind
    goals: list[str]
    """The tools of which the turn is about one; empty where it may be about any."""
    tools: list[str]
    """The tools that may be planned with; empty for all at hand."""


class Distractor(TypedDict):
    """A tool that is offered and serves nobody: made of another one, which it is easily taken for."""

    name: str
    description: str
    parameters: dict[str, Any]
    made_of: str


class Scenario(TypedDict):
    """What is drawn once: the tools at hand, who asks, the simulated date (YYYY-MM-DD), the number of turns.

    `faults` are the calls that are made to fail, by their number in the conversation.
    """

    tools: list[str]
    persona: dict[str, Any]
    date: str
    turns: int
    context: str
    faults: dict[str, Fault]
    stratum: Stratum
    """What the conversation is to show."""
    script: NotRequired[list[Scripted]]
    """What is settled of each turn; a turn without an entry is a plain task."""
    later: NotRequired[dict[str, int]]
    """The turn from which a tool is at hand, for those that are not from the beginning."""
    decoys: NotRequired[list[Distractor]]
    """Tools that were made to be taken for others; they are offered beside those of the catalogue."""
    sampler: str
    """What drew the tools."""
    distractors: list[str]
    """Those of the tools that are offered and must not be called."""


def for_use(scenario: Scenario) -> list[str]:
    """Returns the tools that may be called, without those that are only offered."""
    only_offered = scenario.get("distractors", [])
    return [name for name in scenario["tools"] if name not in only_offered]


Origin = Literal["scenario", "tool_result", "user_claim", "derived", "default"]
"""Where a fact of the world comes from."""


class EffectOp(TypedDict, total=False):
    """One change of the world: attributes set on an entity, its status, and the things that it points at."""

    type: Required[str]
    id: Required[str]
    set: Required[dict[str, Any]]
    status: Required[Literal["live", "deleted"]]
    origin: Origin
    """Where the attributes come from; a tool's result where nothing is said."""
    links: dict[str, list[list[str]]]
    """Predicate to the things it leads to, each as type and id; replaces what the predicate led to before."""


class Missing(TypedDict):
    """An id that was asked for and does not exist."""

    type: str
    id: str


class Listed(TypedDict):
    """Everything of a type that there is under some filters has been shown."""

    type: str
    filters: dict[str, Any]


class Conflict(TypedDict):
    """A value that was not taken over, because what is known weighs more or was written in the same step."""

    type: str
    id: str
    attribute: str
    kept: Any
    refused: Any


class Event(TypedDict, total=False):
    """One entry of the append-only log. `kind` says which of the other keys are there."""

    event_id: str
    step: int
    index: int
    turn: int
    kind: Literal["seeded", "turn_started", "call", "turn_retracted"]
    plan_id: str
    call_id: str
    tool: str
    arguments: dict[str, Any]
    outcome: Literal["ok", "error"]
    result: Any
    error: dict[str, str]
    effect: list[EffectOp]
    writes: bool
    missing: Missing
    listed: list[Listed]
    conflicts: list[Conflict]
    context: dict[str, str | None]
    """What later calls are relative to, such as the current folder and the signed-in user; None where there is none."""
    issued: dict[str, int]
    """How many ids of each type were made."""
    clock: str
    """The simulated time of the call (YYYY-MM-DDTHH:MM:SS)."""
    fault: bool
    """Whether the error was planned: it says nothing about the world, and a retry may succeed."""
    blocked: bool
    """Whether it was stopped before the tool saw it: it says nothing about the world, and is not made again."""
    answered_by: str
    """What answered in place of the simulation: function, fixture or mcp."""
    group: int
    implicit: bool
    hideable: bool


class Blank(TypedDict):
    """A required argument that the user leaves out: the plan id of its call, and its JSON pointer."""

    call: str
    pointer: str


class Unmet(TypedDict):
    """What the user of a turn without calls wants: the calls that would serve it, and what is left out of them."""

    calls: list[PlannedCall]
    blank: Blank | None


class TurnDraft(TypedDict):
    """A turn that the critic accepted."""

    user: str
    assistant: str
    plan: list[PlannedCall]
    kind: NotRequired[TurnKind]
    stop: NotRequired[StopReason | None]
    unmet: NotRequired[Unmet | None]


class Hint(TypedDict):
    """A wrong call that is put in before a right one, `before` its id; the error says what is wrong."""

    before: str
    call_id: str
    tool: str
    arguments: dict[str, Any]
    error: dict[str, str]


class VerdictDraft(TypedDict):
    """A verdict inside the graph; `role` names who must do its work again when it is not a pass."""

    check: str
    status: Literal["pass", "fail", "unknown"]
    severity: Literal["error", "warning", "info"]
    evidence: str
    turn: int
    call_id: str
    pointer: str
    source: str
    role: str


def place(event: Event) -> tuple[int, int]:
    """Returns where an event belongs in the log: its step, then its index within the step."""
    return event["step"], event["index"]


def append_events(old: list[Event], new: list[Event]) -> list[Event]:
    """Adds events to the log in the order of their places; pure, and harmless when applied twice.

    Raises:
        StateError: Two events have one id and different content.
    """
    kept = {event["event_id"]: event for event in old}
    for event in new:
        if kept.setdefault(event["event_id"], event) != event:
            raise StateError(f"two different events have the id {event['event_id']}")
    return old if len(kept) == len(old) else sorted(kept.values(), key=place)


class Spent(TypedDict):
    """The tokens of one model reply, and in which attempt at which turn it was asked for."""

    role: str
    turn: int
    attempt: list[int]
    prompt_tokens: int
    completion_tokens: int


class Given(TypedDict, total=False):
    """The state without what only ever grows by what nodes return: what a subgraph takes as its `input_schema`."""

    messages: Annotated[list[AnyMessage], add_messages]
    """The conversation as LangChain messages: human, AI with `tool_calls`, tool."""
    events: Annotated[list[Event], append_events]
    """The log whose fold is the world."""
    world_summary: str
    """The world in words, rewritten after each commit, inside a fixed token limit."""
    scenario: Scenario
    turn: int
    """The turn being made, from 0."""
    plan: list[PlannedCall]
    """The calls of this turn."""
    unmet: Unmet | None
    """What the user wants in this turn, where no call serves it."""
    request: str
    """What the user says in this turn."""
    stop: StopReason | None
    """Why the user ends the conversation with it."""
    report: str
    """What the assistant says at the end of this turn; empty until then."""
    turns: Annotated[list[TurnDraft], operator.add]
    """The turns that were accepted."""
    attempts: dict[str, int]
    """How often each role was sent back in this turn."""
    retries: int
    """How often one role may be sent back in one turn."""
    sent_back: str
    """The role that must do its work again, or empty."""
    problem: str
    """Why it was sent back, in one line."""
    outcome: dict[str, Any]
    """Set once the conversation has ended: status, code, reason, retryable."""
    hints: list[Hint]
    """The wrong calls that were put in once the conversation was complete."""


class Grown(TypedDict, total=False):
    """What grows by what nodes return: a subgraph begins without, and hands back what came about in it."""

    verdicts: Annotated[list[VerdictDraft], operator.add]
    """Every verdict, also those of work that was done again."""
    usage: Annotated[list[Spent], operator.add]
    """One entry per model reply."""


class ConversationState(Given, Grown, total=False):
    """The graph state. Keys without a reducer are replaced by what a node returns.

    A graph may have further keys: it is then built on a subclass, as `StateGraph(MyState, Context)`.
    """


class Acted(Grown, total=False):
    """What a subgraph hands back that acts for the assistant: its `output_schema`, or the base of it."""

    messages: Annotated[list[AnyMessage], add_messages]
    events: Annotated[list[Event], append_events]
    world_summary: str
    report: str


Update = ConversationState
"""What a node returns: only the keys that changed."""


def accepted_events(state: ConversationState) -> list[Event]:
    """Returns the calls of the accepted turns in order, planned faults included, without those that were taken back."""
    turns: dict[int, list[Event]] = {}
    for event in state.get("events", []):
        if event["kind"] == "call":
            turns.setdefault(event["turn"], []).append(event)
        elif event["kind"] != "seeded":
            turns[event["turn"]] = []
    return [event for turn in sorted(turns) if turn < len(state.get("turns", [])) for event in turns[turn]]


def accepted_calls(state: ConversationState) -> dict[str, Event]:
    """Returns the planned calls of the accepted turns by plan id; of a call that was made again, the last."""
    return {event["plan_id"]: event for event in accepted_events(state) if event["plan_id"]}
