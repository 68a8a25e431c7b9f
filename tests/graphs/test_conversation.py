"""The conversation graph from end to end: what it makes, and that its guards hold."""

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.runtime import Runtime

from digit_tc.context import Context
from digit_tc.export.trace import trace_row
from digit_tc.graphs.conversation import build
from digit_tc.node import Node
from digit_tc.nodes.assistant import ProceduralAssistant
from digit_tc.records import Record, Turn
from digit_tc.state import ConversationState, Update
from digit_tc.tools.inference.completion import completed
from digit_tc.tools.reading import read_catalogue
from digit_tc.tools.samples import read_sample, sample_catalogue, sample_names

from ..independent.origin import unknown_origins
from ..independent.validity import violations
from .conftest import Make

CATALOGUES = Path(__file__).parent.parent / "catalogues"
OWN = ("files", "tickets", "math", "retail", "wild")


def calls(turn: Turn) -> int:
    return sum(len(step.calls) for step in turn.steps)


def multi_step(record: Record, at: int) -> bool:
    """Whether a call of the turn uses an output of an earlier call of the same turn."""
    pointers = [
        origin.pointer for step in record.turns[at].steps for call in step.calls for origin in call.provenance.values()
    ]
    return any(pointer.startswith(f"/turns/{at}/steps/") for pointer in pointers)


@dataclass(frozen=True)
class Figures:
    """What a set of conversations comes to."""

    accepted: float
    turns: float
    calls: float
    multi_step: float


def figures(records: list[Record]) -> Figures:
    kept = [record for record in records if record.outcome.status == "accepted"]
    turns = [turn for record in kept for turn in record.turns]
    several = sum(multi_step(record, at) for record in kept for at in range(len(record.turns)))
    return Figures(
        accepted=len(kept) / len(records),
        turns=len(turns) / len(kept),
        calls=sum(calls(turn) for turn in turns) / len(kept),
        multi_step=several / len(turns),
    )


def sound(records: list[Record]) -> None:
    """Holds accepted conversations against the instruments that share no code with the program."""
    for record in records:
        if record.outcome.status == "accepted":
            row = trace_row(record)
            assert violations(row) == []
            assert unknown_origins(row) == []


def test_the_packaged_tools_give_sound_conversations(samples: list[Record]) -> None:
    seen = figures(samples)
    assert seen.accepted >= 0.95
    assert seen.turns >= 2
    assert seen.calls >= 2.5
    assert seen.multi_step >= 0.6
    sound(samples)


@pytest.mark.parametrize("name", OWN)
def test_other_catalogues_give_sound_conversations(name: str, make: Make) -> None:
    records = make(completed(read_catalogue([CATALOGUES / f"{name}.json"])), 15)
    seen = figures(records)
    assert seen.accepted >= 0.9
    assert seen.turns >= 2
    assert seen.calls >= 2.5
    sound(records)


@pytest.mark.long
@pytest.mark.parametrize("name", [*sample_names(), *OWN])
def test_two_hundred_conversations_of_each_catalogue(name: str, make: Make) -> None:
    own = name in OWN
    records = make(completed(read_catalogue([CATALOGUES / f"{name}.json"])) if own else read_sample(name), 200)
    seen = figures(records)
    assert seen.accepted >= 0.95
    assert seen.turns >= 2
    assert seen.calls >= 2.5
    assert own or seen.multi_step >= 0.6
    sound(records)


TRACES = os.environ.get("DIGIT_TC_TRACES", "")


@pytest.mark.long
@pytest.mark.skipif(not TRACES, reason="DIGIT_TC_TRACES names no folder of recorded traces")
@pytest.mark.parametrize("name", ["bfcl_base.jsonl", "tau2_retail.jsonl", "tau2_mock.jsonl", "toolmind_tools.jsonl"])
def test_two_hundred_conversations_on_the_tools_of_recorded_traces(name: str, make: Make) -> None:
    records = make(completed(read_catalogue([Path(TRACES) / name])), 200)
    seen = figures(records)
    assert seen.accepted >= 0.95
    assert seen.turns >= 2
    assert seen.calls >= 2.5
    sound(records)


def test_tools_that_cannot_be_chained_give_single_calls(make: Make) -> None:
    records = make(read_catalogue([CATALOGUES / "unchainable.json"]), 20)
    assert figures(records).accepted >= 0.9
    assert {calls(turn) for record in records for turn in record.turns if turn.kind != "closing"} == {1}
    sound(records)


def test_every_accepted_conversation_passed_every_check_in_its_last_attempt(samples: list[Record]) -> None:
    for record in samples:
        if record.outcome.status == "accepted":
            last = {(verdict.turn, verdict.check): verdict.status for verdict in record.verdicts}
            assert {status for (turn, _), status in last.items() if turn is not None and turn < len(record.turns)} == {
                "pass"
            }


def test_some_calls_are_implicit_and_the_events_tell_the_whole_story(samples: list[Record]) -> None:
    made = [call for record in samples for turn in record.turns for step in turn.steps for call in step.calls]
    assert 0.1 < sum(call.implicit for call in made) / len(made) < 0.5
    for record in samples:
        logged = {event["call_id"]: event["result"] for event in record.world.events if event["kind"] == "call"}
        assert all(
            logged[call.id] == call.result for turn in record.turns for step in turn.steps for call in step.calls
        )


def test_requests_do_not_read_as_one_template(samples: list[Record]) -> None:
    requests = [turn.user for record in samples for turn in record.turns if turn.kind != "closing"][:200]
    openings = Counter(" ".join(request.split()[:3]) for request in requests)
    assert len(set(requests)) == len(requests) == 200
    assert len(openings) >= 60
    assert openings.most_common(1)[0][1] / len(requests) <= 0.08


def test_one_seed_gives_one_dataset_and_another_seed_another(make: Make) -> None:
    catalogue = sample_catalogue()
    first, again, other = (make(catalogue, 3, seed=seed) for seed in (5, 5, 6))
    assert [record.model_dump_json() for record in first] == [record.model_dump_json() for record in again]
    assert [record.turns for record in first] != [record.turns for record in other]


class Deaf:
    """A user who never says what is asked."""

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        return {
            "request": "Hello there, how are you?",
            "messages": [HumanMessage("Hello there", id=f"turn-{state['turn']}-user")],
        }


class Leaking:
    """A verifier that lets everything through."""

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        return {"sent_back": ""}


class Breaking:
    """A role that raises what nobody expects."""

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        raise ZeroDivisionError("a bug in a role")


def test_a_user_who_does_not_say_the_values_gets_nowhere(make: Make) -> None:
    records = make(read_sample("travel"), 3, user=Deaf())
    assert {record.outcome.status for record in records} == {"rejected"}
    assert all(record.outcome.reason for record in records)


def test_the_critic_notices_what_a_careless_verifier_lets_through(make: Make) -> None:
    records = make(read_sample("travel"), 3, user=Deaf(), verifier=Leaking())
    assert {record.outcome.status for record in records} == {"rejected"}
    assert all("origins_known" in record.outcome.reason for record in records)
    assert all(event["kind"] != "call" or record.turns == () for record in records for event in record.world.events)


class Boasting:
    """An assistant whose every report says something that no result shows."""

    async def __call__(self, state: ConversationState, runtime: Runtime[Context]) -> Update:
        update = await ProceduralAssistant()(state, runtime)
        if update["report"]:
            text = f"{update['report']} Your reference is ZX-99999."
            return {"report": text, "messages": [AIMessage(text, id=f"turn-{state['turn']}-report")]}
        return update


def test_a_role_that_never_does_its_work_right_ends_the_conversation(make: Make) -> None:
    records = make(read_sample("travel"), 2, assistant=Boasting())
    assert {record.outcome.status for record in records} == {"rejected"}
    assert any("ZX-99999" in record.outcome.reason for record in records)
    for record in records:
        assert record.world.state["entities"] == {}  # every turn was taken back
        assert {event["kind"] for event in record.world.events} == {"turn_started", "call", "turn_retracted"}


def test_what_a_role_raises_costs_one_conversation_and_is_kept(make: Make) -> None:
    records = make(read_sample("travel"), 2, critic=Breaking())
    assert {record.outcome.status for record in records} == {"failed"}
    assert records[0].outcome.reason == "ZeroDivisionError: a bug in a role"
    assert records[0].persona is not None


@pytest.mark.parametrize("role", ["scenario", "planner", "user", "verifier", "assistant", "tool_simulator", "critic"])
def test_every_role_can_be_swapped_by_its_keyword(role: str) -> None:
    seen: list[str] = []

    async def stand_in(state: ConversationState, runtime: Runtime[Context]) -> Update:
        seen.append(role)
        return {}

    swapped: dict[str, Any] = {role: stand_in}
    node: Node = stand_in
    assert build(**swapped).nodes[role].runnable is not build().nodes[role].runnable
    assert node is stand_in
