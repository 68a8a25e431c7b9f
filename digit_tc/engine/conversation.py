"""One conversation: a run of a compiled graph, and the record of how it ended."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.errors import GraphDrained
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import RunControl

from digit_tc.context import Context
from digit_tc.engine.policies import outcome_of
from digit_tc.engine.thread import states
from digit_tc.engine.trail import Trail
from digit_tc.errors import ModelError, OutputError
from digit_tc.perturbation import perturbed
from digit_tc.planning.conditions import holds
from digit_tc.progress import used
from digit_tc.provenance import Sources, origins
from digit_tc.records import (
    Branch,
    Call,
    CallError,
    Missing,
    Origin,
    Outcome,
    Persona,
    Record,
    RunContext,
    Step,
    ToolRecord,
    Turn,
    Usage,
    Verdict,
    WorldRecord,
)
from digit_tc.state import ConversationState, Event, PlannedCall, Scenario, TurnDraft, accepted_events
from digit_tc.turns.blanks import detail_of
from digit_tc.turns.showing import missed
from digit_tc.world.effects import effect_of
from digit_tc.world.fold import EMPTY, fold, shown
from digit_tc.world.summary import mentioned, summarise

See = Callable[[ConversationState], None]
"""Is shown the state of a conversation."""


@dataclass(frozen=True)
class Identity:
    """Which conversation of a run this is."""

    id: str
    index: int
    seed: int
    graph: str


async def converse(
    compiled: CompiledStateGraph[Any, Any, Any, Any],
    context: Context,
    identity: Identity,
    control: RunControl | None = None,
    branch: RunnableConfig | None = None,
    see: See | None = None,
) -> Record:
    """Runs one conversation. Whatever goes wrong inside it becomes the outcome of its record.

    Args:
        compiled: The graph.
        context: What its nodes may use.
        identity: Which conversation it is.
        control: By which it can be told to stop after the step that it is at.
        branch: The checkpoint of another one from which it goes on; None for its own beginning, or where it stands.
        see: Is shown the state after each step.

    Raises:
        GraphDrained: It was told to stop.
        OutputError: Replies of models or checkpoints can no longer be kept.
    """
    state: ConversationState = {}
    failure: Outcome | None = None
    trail = Trail()
    try:
        steps = states(compiled, context, identity.id, control=control, branch=branch, trail=trail)
        async for state in steps:
            if see is not None:
                see(state)
    except (GraphDrained, OutputError):
        raise
    except Exception as error:
        # What a graph's own policies let through, and what goes wrong between its nodes.
        if isinstance(error, ModelError):
            context.models.failed(error)
        failure = outcome_of(error)
    path = trail.path(ended=failure is None)
    try:
        return Recorder(state, context, identity, path).record(failure)
    except Exception as error:
        # What cannot be written down, such as a tool that the catalogue does not have, leaves at least its reason.
        reason = f"the conversation cannot be recorded: {type(error).__name__}: {error}"
        return Recorder({}, context, identity, path).record(
            Outcome(status="failed", code="Unrecordable", reason=reason)
        )


class Recorder:
    """Turns the state in which a graph run ended into the saved record."""

    def __init__(self, state: ConversationState, context: Context, identity: Identity, path: tuple[str, ...]) -> None:
        self._state, self._context, self._identity, self._path = state, context, identity, path
        self._events = state.get("events", [])

    def record(self, failure: Outcome | None) -> Record:
        """Returns the record; without a scenario, the little that is known."""
        scenario = self._state.get("scenario")
        record = Record(
            id=self._identity.id,
            index=self._identity.index,
            seed=self._identity.seed,
            graph=self._identity.graph,
            path=self._path,
            stratum=scenario.get("stratum", "plain") if scenario else "plain",
            sampler=scenario.get("sampler", "") if scenario else self._context.sampling.name,
            context=RunContext(date=scenario["date"] if scenario else "", text=scenario["context"] if scenario else ""),
            tools=tuple(self._tools(scenario)),
            distractors=tuple(scenario.get("distractors", [])) if scenario else (),
            persona=Persona(**scenario["persona"]) if scenario else None,
            turns=tuple(self._turns()),
            world=self._world(),
            verdicts=tuple(Verdict(**{k: v for k, v in one.items() if k != "role"}) for one in self._verdicts()),
            usage=self._usage(),
            outcome=failure or self._outcome(),
        )
        why = missed(record) if record.outcome.status == "accepted" else ""
        if why:
            mended = {"outcome": _not_shown(why)} if self._context.insists else {"stratum": "plain"}
            record = record.model_copy(update=mended)
        return perturbed(record, self._context.perturbation)

    def _tools(self, scenario: Scenario | None) -> Iterator[ToolRecord]:
        for name in scenario["tools"] if scenario else ():
            yield self._tool(name)
        for made in scenario.get("decoys", []) if scenario else ():
            own = self._context.catalogue[made["made_of"]]
            yield ToolRecord(
                name=made["name"],
                description=made["description"],
                parameters=made["parameters"],
                output_schema=own.output_schema,
                annotations=own.annotations,
                made_of=own.name,
            )

    def _tool(self, name: str) -> ToolRecord:
        effect = effect_of(self._context.dataflow[name]).model_dump(mode="json")
        kept = {key: value for key, value in effect.items() if value not in ("", [], {}) or key == "reason"}
        return self._context.catalogue[name].record().model_copy(update={"effect": kept})

    def _outcome(self) -> Outcome:
        """An end without an outcome is a role that ran out of attempts: enough whole turns are kept all the same."""
        ended = self._state.get("outcome") or {}
        if ended:
            return Outcome(**ended)
        if len(self._state.get("turns", [])) >= max(1, self._context.limits.min_turns):
            return Outcome(status="accepted")
        role = self._state.get("sent_back") or "graph"
        reason = self._state.get("problem") or "the graph ended before the conversation did"
        return Outcome(status="rejected", code=f"{role}_gave_up", reason=reason)

    def _verdicts(self) -> list[Any]:
        return list(self._state.get("verdicts", []))

    def _turns(self) -> list[Turn]:
        calls = accepted_events(self._state)
        scenario = self._state.get("scenario")
        if scenario is None:
            return []
        sources = Sources(today=date.fromisoformat(scenario["date"]), context=scenario["context"])
        turns: list[Turn] = []
        for at, draft in enumerate(self._state.get("turns", [])):
            sources.hear(f"/turns/{at}/user", draft["user"])
            made = [event for event in calls if event["turn"] == at]
            steps: list[Step] = []
            for group in _groups(made):
                steps += self._mistakes(group)
                steps.append(self._step(group, f"/turns/{at}/steps/{len(steps)}", sources))
            turns.append(
                Turn(
                    user=draft["user"],
                    steps=tuple(steps),
                    assistant=draft["assistant"],
                    branches=tuple(_branches(draft["plan"])),
                    kind=draft.get("kind", "task"),
                    stop=draft.get("stop"),
                    missing=self._missing(draft),
                    tools_added=tuple(name for name, turn in scenario.get("later", {}).items() if turn == at),
                )
            )
        return turns

    def _missing(self, draft: TurnDraft) -> Missing | None:
        unmet = draft.get("unmet")
        if not unmet or unmet["blank"] is None:
            return None
        detail = detail_of(self._context.dataflow, unmet["calls"], unmet["blank"])
        tool = next(call["tool"] for call in unmet["calls"] if call["id"] == unmet["blank"]["call"])
        return Missing(tool=tool, pointer=detail.pointer, label=detail.label)

    def _mistakes(self, group: list[Event]) -> Iterator[Step]:
        """Yields the wrong calls that stand before a group; where they came from is not told."""
        for wrong in self._state.get("hints", []):
            if any(event["call_id"] == wrong["before"] for event in group):
                call = Call(
                    id=wrong["call_id"],
                    name=wrong["tool"],
                    arguments=wrong["arguments"],
                    provenance={},
                    error=CallError(**wrong["error"]),
                    train=False,
                )
                yield Step(calls=(call,))

    def _step(self, group: list[Event], pointer: str, sources: Sources) -> Step:
        made = [self._call(event, sources) for event in group]
        for at, event in enumerate(group):
            if event["outcome"] == "ok":
                sources.see(f"{pointer}/calls/{at}/result", event["result"])
        return Step(calls=tuple(made))

    def _call(self, event: Event, sources: Sources) -> Call:
        found: dict[str, Origin | None] = {}
        if event["tool"] in self._context.catalogue:
            found = origins(self._context.catalogue[event["tool"]], event["arguments"], sources)
        return Call(
            id=event["call_id"],
            name=event["tool"],
            arguments=event["arguments"],
            provenance={pointer: origin for pointer, origin in found.items() if origin is not None},
            result=event["result"],
            error=CallError(**event["error"]) if event["outcome"] == "error" else None,
            implicit=event["implicit"],
            hideable=event.get("hideable", False),
            fault=event.get("fault", False),
            blocked=event.get("blocked", False),
        )

    def _world(self) -> WorldRecord:
        world, summaries = EMPTY, list[str]()
        for at, event in enumerate(self._events):
            world = fold(world, event)
            if event["kind"] == "call":
                next_call = [one["arguments"] for one in self._events[at + 1 : at + 2] if one["kind"] == "call"]
                summaries.append(summarise(world, self._events[: at + 1], mentioned(world, next_call)))
        return WorldRecord(
            state=shown(world), events=tuple(dict(event) for event in self._events), summaries=tuple(summaries)
        )

    def _usage(self) -> dict[str, Usage]:
        sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for one in used(self._state):
            held = sums[one["role"]]
            held[0] += 1
            held[1] += one["prompt_tokens"]
            held[2] += one["completion_tokens"]
        return {
            role: Usage(calls=calls, prompt_tokens=prompt, completion_tokens=completion)
            for role, (calls, prompt, completion) in sorted(sums.items())
        }


def _branches(plan: list[PlannedCall]) -> Iterator[Branch]:
    for call in plan:
        if condition := call.get("condition"):
            yield Branch(
                call=f"call_{condition['call'].removeprefix('$')}",
                pointer="".join(f"/{part}" for part in condition["path"]),
                wanted=condition["wanted"],
                shown=condition["given"],
                tool=call["tool"],
                taken=holds(call),
            )


def _not_shown(why: str) -> Outcome:
    return Outcome(status="rejected", code="stratum_not_shown", reason=f"the stratum is not shown: {why}")


def _groups(calls: list[Event]) -> list[list[Event]]:
    groups: list[list[Event]] = []
    for call in calls:
        if groups and groups[-1][0]["step"] == call["step"]:
            groups[-1].append(call)
        else:
            groups.append([call])
    return groups
