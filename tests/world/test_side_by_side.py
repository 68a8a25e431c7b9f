"""Calls of one message: reads do not depend on their order, and of two writes to one attribute none is lost."""

from functools import cache
from itertools import permutations
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from digit_tc.audit.walk import draw_arguments, walk
from digit_tc.backend import Answer, Backend
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.samples import read_sample, sample_names
from digit_tc.values.persona import draw_persona
from digit_tc.world.effects import effect_of

Made = tuple[str, dict[str, Any]]

FEW = settings(max_examples=20, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
PLACES = {"event_id", "created_by", "deleted_by", "number", "hash", "parent_hash"}
"""Keys of the world that say which event something comes from, or which came first."""

read = cache(read_sample)


@cache
def flow(sample: str) -> Dataflow:
    return Dataflow(read(sample))


def drawn(sample: str, backend: Backend, seed: int, count: int, *, writes: bool) -> list[Made]:
    """Calls of a catalogue, mostly about things that the world knows; the last may repeat the first."""
    tools, persona = flow(sample), draw_persona(Stream("reader", seed))
    names = [name for name in tools.names if effect_of(tools[name]).writes is writes]
    made: list[Made] = []
    for at in range(count):
        stream = Stream("reads", seed, at)
        name = stream.choice(names)
        made.append((name, draw_arguments(tools, name, backend.world, persona, stream)))
    return [*made[:-1], made[0]] if seed % 5 == 0 else made


def plain(value: Any) -> Any:
    """A world apart from event ids, hashes and order."""
    if isinstance(value, dict):
        return {key: plain(held) for key, held in value.items() if key not in PLACES}
    return sorted(map(plain, value), key=repr) if isinstance(value, list) else value


def same_in_every_order(sample: str, seed: int, count: int) -> None:
    backend = walk(read(sample), seed, 6)
    calls = drawn(sample, backend, seed, count, writes=False)
    last = drawn(sample, backend, seed, 1, writes=True) if seed % 2 else []
    expected: tuple[list[Answer], Any] | None = None
    for order in permutations(range(count)):
        fork = backend.fork()
        ids = [str(at) for at in (*order, count)]
        answers = fork.call_together([*(calls[at] for at in order), *last], ids)
        answers.sort(key=lambda answer: answer.id)
        world = {**fork.world, "absent": {kind: sorted(held) for kind, held in fork.world["absent"].items()}}
        expected = expected or (answers, plain(world))
        assert answers == expected[0]
        assert plain(world) == expected[1]


@given(st.sampled_from(sample_names()), st.integers(0, 10_000))
@FEW
def test_every_order_of_reads_gives_each_its_answer_and_one_world(sample: str, seed: int) -> None:
    same_in_every_order(sample, seed, 3)


@pytest.mark.long
@pytest.mark.parametrize("sample", sample_names())
def test_every_order_of_more_reads_gives_each_its_answer_and_one_world(sample: str) -> None:
    for seed in range(10):
        same_in_every_order(sample, seed, 4)


WRITES: list[tuple[str, str, dict[str, Any], str, list[Any]]] = [
    ("calendar", "update_event", {"event_id": "EV-12345", "start_time": "09:00", "end_time": "09:30"}, "title",
     ["Standup", "Review"]),
    ("projects", "update_task", {"task_id": "TK-12345"}, "status", ["done", "in_progress"]),
    ("banking", "set_card_limit", {"card_id": "CD-1234"}, "daily_limit", [100, 250]),
    ("clinic", "update_appointment", {"appointment_id": "AP-12345"}, "slot_id", ["SL-123456", "SL-654321"]),
]  # fmt: skip
"""Sample, tool, arguments that both calls share, the argument that they set, and what to."""


def fitting(sample: str, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments with ids that fit their patterns."""
    stream = Stream("fitting", sample)
    drawn = draw_arguments(flow(sample), tool, Backend(read(sample)).world, draw_persona(stream), stream)
    return {name: drawn[name] if name.endswith("_id") else value for name, value in arguments.items()}


@pytest.mark.parametrize(("sample", "tool", "shared", "name", "values"), WRITES, ids=[one[1] for one in WRITES])
@pytest.mark.parametrize("turned", [False, True])
def test_of_two_writes_to_one_attribute_one_holds_and_the_other_is_refused(
    sample: str, tool: str, shared: dict[str, Any], name: str, values: list[Any], turned: bool
) -> None:
    backend, other = Backend(read(sample)), Backend(read(sample))
    arguments, told = fitting(sample, tool, shared), values[::-1] if turned else values
    first, second = backend.call_together([(tool, {**arguments, name: value}) for value in told])
    assert (first.is_error, second.is_error) == (False, True)
    assert second.result["error"]["code"] == "conflict"
    event = backend.events[-1]
    assert [(one["kept"], one["refused"]) for one in event["conflicts"]] == [tuple(told)]
    assert event["conflicts"][0]["attribute"] in name
    assert event["effect"] == []
    assert first.result == other.call(tool, {**arguments, name: told[0]}).result
    assert backend.world["entities"] == other.world["entities"]


@pytest.mark.parametrize(("sample", "tool", "shared", "name", "values"), WRITES, ids=[one[1] for one in WRITES])
def test_two_writes_of_one_value_do_not_clash(
    sample: str, tool: str, shared: dict[str, Any], name: str, values: list[Any]
) -> None:
    arguments = {**fitting(sample, tool, shared), name: values[0]}
    answers = Backend(read(sample)).call_together([(tool, arguments)] * 2)
    assert [answer.is_error for answer in answers] == [False, False]
