"""The checks that decide acceptance, each a pure function of one finished turn. What is uncertain is not a pass.

Every verdict names the role whose work failed, so that it can be done again.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from digit_tc import behaviour
from digit_tc.audit.consistency import Contradictions
from digit_tc.audit.finding import Hit
from digit_tc.audit.following import Following
from digit_tc.context import Context
from digit_tc.knowledge import Knowledge, knowledge_of, stated_unknown
from digit_tc.planning.references import leaves
from digit_tc.provenance import Sources, origins
from digit_tc.state import ConversationState, Event, Role, VerdictDraft, accepted_events
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.names import words
from digit_tc.tools.schema import violations
from digit_tc.turns import manners
from digit_tc.turns.kinds import kind
from digit_tc.turns.manners import Manner


@dataclass(frozen=True)
class TurnSeen:
    """One turn as the checks see it."""

    turn: int
    request: str
    report: str
    calls: list[Event]
    planned: int
    sources: Sources
    catalogue: Catalogue
    names: list[str]
    """The tools of the conversation."""
    messages: list[str]
    """The kinds of this turn's messages in order: human, ai, tool."""
    contradictions: list[tuple[str, Hit]] = field(default_factory=list)
    """What the calls of this turn contradict, each with the call id."""
    following: Following = field(default_factory=Following)
    """How the calls differ from the plan where the assistant chose them."""
    earlier: Sequence[tuple[str, str]] = ()
    """What user and assistant said in the turns before."""
    manner: Manner | None = None
    """What the turn was to be, where that is known."""
    knowledge: Knowledge = field(default_factory=Knowledge)
    """What the user knows, where that is known."""
    noted: Sequence[str] = ()
    """Checks whose failures are warnings."""


PLAN_FOLLOWED = "plan_followed"
"""The check that an assistant which chose its own calls made those of the plan."""
ORIGINS_KNOWN = "origins_known"
"""The check that every argument value was said, shown, or stands in the schema."""

CALLS_WITHHELD = "calls_withheld"
"""The check that nothing is called in a turn in which nothing can be."""

Finding = tuple[str, str, str]
"""Evidence, call id, pointer."""


def judge_turn(seen: TurnSeen) -> list[VerdictDraft]:
    """Runs every check on a turn; one verdict per check, or one per finding where it fails."""
    return [*(verdict for one in _CHECKS for verdict in _run(one, seen)), *_differences(seen)]


def judge_request(seen: TurnSeen) -> list[VerdictDraft]:
    """Runs the checks that need no more than the request: those of what the user says, before anything is called."""
    return [verdict for one in _CHECKS if one[0] in OF_REQUEST for verdict in _run(one, seen)]


def judge_report(seen: TurnSeen) -> list[VerdictDraft]:
    """Runs the checks of what the assistant reports; whether it made the calls of the plan is judged with the turn."""
    return [
        verdict for one in _CHECKS if one[1] == "assistant" and one[0] != PLAN_FOLLOWED for verdict in _run(one, seen)
    ]


def _run(check: "_Check", seen: TurnSeen) -> list[VerdictDraft]:
    name, role, finds = check
    found: list[Finding | None] = list(finds(seen))
    verdicts = [_verdict(name, role, seen.turn, finding) for finding in found or [None]]
    if name in seen.noted:
        return [VerdictDraft(**{**verdict, "severity": "warning"}) for verdict in verdicts]
    return verdicts


def _verdict(name: str, role: str, turn: int, finding: Finding | None) -> VerdictDraft:
    evidence, call, pointer = finding or ("", "", "")
    return VerdictDraft(
        check=name,
        status="fail" if finding else "pass",
        severity="error",
        evidence=evidence,
        turn=turn,
        call_id=call,
        pointer=pointer,
        source="code",
        role=role,
    )


def _differences(seen: TurnSeen) -> Iterator[VerdictDraft]:
    """Yields what differs from the plan without harm: it is told, and blocks nothing."""
    told = [(f"{call['tool']} was not needed", call["id"]) for call in seen.following.skipped]
    told += [(f"{call['tool']} was looked up as well", call["call_id"]) for call in seen.following.added]
    for evidence, call in told:
        yield VerdictDraft(
            **{**_verdict("plan_varied", "assistant", seen.turn, (evidence, call, "")), "severity": "info"}
        )


def blamed(verdicts: list[VerdictDraft]) -> VerdictDraft | None:
    """Returns the first verdict that blocks acceptance, or None."""
    return next((one for one in verdicts if one["severity"] == "error" and one["status"] != "pass"), None)


def _plan_followed(seen: TurnSeen) -> Iterator[Finding]:
    for call in seen.following.wrong:
        ended = f"failed: {call['error']['message']}" if call["outcome"] == "error" else "is no call of the plan"
        yield f"{call['tool']} {ended}", call["call_id"], ""
    for planned in seen.following.missing:
        yield f"{planned['tool']} could have been called and was not", planned["id"], ""


def _arguments_valid(seen: TurnSeen) -> Iterator[Finding]:
    for call in seen.calls:
        if call["tool"] not in seen.names or call["tool"] not in seen.catalogue:
            yield f"{call['tool']} is not a tool of this conversation", call["call_id"], ""
            continue
        for problem in violations(seen.catalogue[call["tool"]].parameters, call["arguments"]):
            yield problem, call["call_id"], problem.removeprefix("#").partition(":")[0]


def _results_valid(seen: TurnSeen) -> Iterator[Finding]:
    for call in seen.calls:
        schema = seen.catalogue[call["tool"]].output_schema if call["tool"] in seen.catalogue else None
        if call["outcome"] == "ok" and schema:
            for problem in violations(schema, call["result"]):
                yield problem, call["call_id"], problem.removeprefix("#").partition(":")[0]


def _plan_done(seen: TurnSeen) -> Iterator[Finding]:
    made = [call for call in seen.calls if not call.get("fault")]
    for call in made:
        if call["outcome"] == "error" and not call.get("blocked"):
            yield f"{call['tool']} failed: {call['error']['message']}", call["call_id"], ""
    if len(made) < seen.planned:
        yield f"{seen.planned - len(made)} planned calls were not made", "", ""


def _results_consistent(seen: TurnSeen) -> Iterator[Finding]:
    for call, hit in seen.contradictions:
        yield f"{hit.code}: {hit.evidence}", call, hit.pointer


_REFERENCE = re.compile(r"^\$\d+(?:[.\[].*)?$")


def _references_resolved(seen: TurnSeen) -> Iterator[Finding]:
    """A literal "$1.id" in an argument is a reference that was never replaced, unless the user said just that."""
    for call in seen.calls:
        for pointer, value in leaves(call["arguments"]):
            if isinstance(value, str) and _REFERENCE.match(value) and value not in seen.request:
                yield f"{value} was not replaced by a result", call["call_id"], pointer


def _origins_known(seen: TurnSeen) -> Iterator[Finding]:
    group: list[Event] = []
    for call in seen.calls:
        if group and call["group"] != group[0]["group"]:
            _see(seen, group)
            group = []
        if call["tool"] in seen.catalogue:
            for pointer, origin in origins(seen.catalogue[call["tool"]], call["arguments"], seen.sources).items():
                if origin is None and pointer:
                    yield f"{call['tool']}{pointer} has no known origin", call["call_id"], pointer
        group.append(call)
    _see(seen, group)


def _see(seen: TurnSeen, group: list[Event]) -> None:
    for call in group:
        if call["outcome"] == "ok":
            seen.sources.see(call["call_id"], call["result"])


def _names_hidden(seen: TurnSeen) -> Iterator[Finding]:
    for name in seen.names:
        if behaviour.leaks(name, seen.request):
            yield f"the request names the tool {name}", "", ""
    for call in seen.calls:
        if re.search(rf"(?<![\w-]){re.escape(call['call_id'])}(?![\w-])", seen.request):
            yield f"the request names the call {call['call_id']}", "", ""
    if re.search(r"\{\s*\"|\"\s*:\s*[\[{\"]|\$\d+\.[a-z]", seen.request):
        yield "the request contains JSON or a reference", "", ""


def _order(seen: TurnSeen) -> Iterator[Finding]:
    """A turn is a human message, then groups of an AI message with calls and its tool messages, then an AI message."""
    shape = " ".join(seen.messages)
    if not re.fullmatch(r"human( calls( tool)+)* ai", shape):
        yield f"the messages come in the order {shape or 'nothing'}", "", ""


def _nothing_empty(seen: TurnSeen) -> Iterator[Finding]:
    if not seen.calls and seen.planned:
        yield "no call was made", "", ""


def _request_said(seen: TurnSeen) -> Iterator[Finding]:
    if not seen.request.strip():
        yield "the request is empty", "", ""


def _role_kept(seen: TurnSeen) -> Iterator[Finding]:
    for evidence in behaviour.other_side(seen.request, [report for _, report in seen.earlier]):
        yield evidence, "", ""


def _instructions_hidden(seen: TurnSeen) -> Iterator[Finding]:
    for evidence in behaviour.instructions(seen.request):
        yield evidence, "", ""


def _something_asked(seen: TurnSeen) -> Iterator[Finding]:
    asks = (seen.planned or seen.manner) and not _closes(seen)
    for evidence in behaviour.farewell(seen.request) if asks else ():
        yield evidence, "", ""


def _conversation_ended(seen: TurnSeen) -> Iterator[Finding]:
    if _closes(seen) and next(behaviour.farewell(seen.request), None) is None:
        yield "the last message says no farewell, or asks for something more", "", ""


def _closes(seen: TurnSeen) -> bool:
    return seen.manner is not None and seen.manner.kind == "closing"


def _not_repeated(seen: TurnSeen) -> Iterator[Finding]:
    for evidence in behaviour.repetition(seen.request, [request for request, _ in seen.earlier]):
        yield evidence, "", ""


def _nothing_unknown(seen: TurnSeen) -> Iterator[Finding]:
    for fact in stated_unknown(seen.knowledge, seen.request):
        yield f"the request states the {fact.name} {fact.value!r}, which only a tool has shown", "", ""


def _report_said(seen: TurnSeen) -> Iterator[Finding]:
    if not seen.report.strip():
        yield "the report is empty", "", ""


def _report_grounded(seen: TurnSeen) -> Iterator[Finding]:
    """Every strict literal of the report (id, number, date, address) stands in a result, an argument or a request."""
    shown = {value for call in seen.calls for value in _texts(call)}
    spoken = " ".join([text for _, text in seen.sources.said])
    for mention in seen.sources.reading(seen.report).mentions:
        if not mention.strict or mention.kind in ("quoted", "time"):
            continue
        if mention.kind == "datetime" and any(str(value)[:10] in shown for value in mention.values):
            continue  # its time is a mention of its own or stands in the same result
        known = any(str(_plain(value)) in shown for value in mention.values) or mention.surface in spoken
        if not known and not any(mention.surface.strip(".,;:") in value for value in shown):
            yield f"the report says {mention.surface!r}, which no result shows", "", ""


def _texts(call: Event) -> Iterator[str]:
    for source in (call["arguments"], call.get("result"), call.get("error", {}).get("message")):
        for pointer, value in leaves(source):
            yield " ".join(words(pointer.rpartition("/")[2]))
            text = str(_plain(value))
            yield text
            yield text[:10]
            yield text[:16]
        for size in _sizes(source):
            yield str(size)


def _sizes(value: Any) -> Iterator[int]:
    """Yields the lengths of the lists in a value, which a report may count, and what is left behind its first three."""
    if isinstance(value, list):
        yield len(value)
        yield len(value) - 3
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _sizes(inner)


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _in_kind(
    fault: Callable[[Manner, str, list[Event]], Iterator[tuple[str, str]]],
) -> Callable[..., Iterator[Finding]]:
    def finds(seen: TurnSeen) -> Iterator[Finding]:
        for evidence, call in fault(seen.manner, seen.report, seen.calls) if seen.manner else ():
            yield evidence, call, ""

    return finds


_Check = tuple[str, Role, Callable[[TurnSeen], Iterator[Finding]]]
_CHECKS: tuple[_Check, ...] = (
    ("request_not_empty", "user", _request_said),
    (PLAN_FOLLOWED, "assistant", _plan_followed),
    ("arguments_valid", "planner", _arguments_valid),
    ("references_resolved", "planner", _references_resolved),
    ("plan_done", "planner", _plan_done),
    ("calls_made", "planner", _nothing_empty),
    ("results_valid", "tool_simulator", _results_valid),
    ("results_consistent", "tool_simulator", _results_consistent),
    (ORIGINS_KNOWN, "user", _origins_known),
    ("names_hidden", "user", _names_hidden),
    ("role_kept", "user", _role_kept),
    ("instructions_hidden", "user", _instructions_hidden),
    ("something_asked", "user", _something_asked),
    ("conversation_ended", "user", _conversation_ended),
    ("not_repeated", "user", _not_repeated),
    ("nothing_unknown", "user", _nothing_unknown),
    ("turn_order", "assistant", _order),
    ("report_not_empty", "assistant", _report_said),
    ("report_grounded", "assistant", _report_grounded),
    (CALLS_WITHHELD, "assistant", _in_kind(manners.calls_withheld)),
    ("missing_asked", "assistant", _in_kind(manners.missing_asked)),
    ("declined", "assistant", _in_kind(manners.declined)),
    ("not_asked_back", "assistant", _in_kind(manners.not_asked_back)),
)
OF_REQUEST = (
    "request_not_empty",
    "names_hidden",
    "role_kept",
    "instructions_hidden",
    "something_asked",
    "conversation_ended",
    "not_repeated",
    "nothing_unknown",
)
"""The checks that need no more than the request and what was said before."""


def sources_of(state: ConversationState, today: Any) -> Sources:
    """Returns what had been said and shown before the calls of the current turn."""
    sources = Sources(today=today, context=state["scenario"]["context"])
    for at, turn in enumerate(state.get("turns", [])):
        sources.hear(f"/turns/{at}/user", turn["user"])
    sources.hear(f"/turns/{state.get('turn', 0)}/user", state.get("request", ""))
    for event in accepted_events(state):
        if event["outcome"] == "ok":
            sources.see(event["call_id"], event["result"])
    return sources


def earlier_of(state: ConversationState) -> list[tuple[str, str]]:
    """Returns what user and assistant said in the accepted turns."""
    return [(turn["user"], turn["assistant"]) for turn in state.get("turns", [])]


def heard(state: ConversationState, catalogue: Catalogue) -> TurnSeen:
    """Returns a turn of which there is no more than the request."""
    return TurnSeen(
        turn=state.get("turn", 0),
        request=state["request"],
        report="",
        calls=[],
        planned=len(state["plan"]),
        sources=Sources(today=date.fromisoformat(state["scenario"]["date"])),
        catalogue=catalogue,
        names=state["scenario"]["tools"],
        messages=[],
        manner=Manner(kind(state)),
        earlier=earlier_of(state),
        knowledge=knowledge_of(state),
    )


def contradicted(state: ConversationState, calls: list[Event], context: Context) -> list[tuple[str, Hit]]:
    """Returns what the calls of the current turn contradict in the conversation so far, each with its call id."""
    earlier = accepted_events(state)
    ids = [event["call_id"] for event in calls]
    known = context.memory.of(Contradictions)
    found = known.among([*earlier, *calls], context.flow(state["scenario"]))
    return [(ids[call.step - len(earlier)], hit) for call, hit in found if call.step >= len(earlier)]
