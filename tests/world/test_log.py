"""The event log of a backend: its fold is the world at every step, in every split, fork and process."""

import copy
import json
import os
import subprocess
import sys
from functools import cache
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from digit_tc.audit.walk import walk
from digit_tc.backend import Backend
from digit_tc.errors import StateError
from digit_tc.state import Event, append_events
from digit_tc.tools.samples import read_sample, sample_catalogue, sample_names
from digit_tc.world.fold import history, replay, shown

SAMPLES = st.sampled_from(("banking", "calendar", "projects", "shop"))
SEEDS = st.integers(0, 10_000)
CALLS = 12
FEW = settings(max_examples=15, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
"""A seed says as little as a smaller one, so that nothing is gained by shrinking it."""

read = cache(read_sample)


def again(backend: Backend, events: tuple[Event, ...]) -> None:
    for event in events:
        backend.call(event["tool"], event["arguments"])


def every_step_is_the_fold(sample: str, seed: int, length: int) -> None:
    walked = walk(read(sample), seed, length)
    live = Backend(read(sample), seed=seed)
    seen = [copy.deepcopy(live.world)]
    for event in walked.events:
        again(live, (event,))
        seen.append(copy.deepcopy(live.world))
    assert live.events == walked.events
    for step, world in enumerate(seen):
        assert walked.at(step) == world
        assert walked.fork(step).world == world
        assert shown(replay(walked.events[:step])) == world
    assert walked.world == seen[-1]


@given(SAMPLES, SEEDS)
@FEW
def test_the_world_at_each_step_is_the_fold_of_the_events_so_far(sample: str, seed: int) -> None:
    every_step_is_the_fold(sample, seed, CALLS)


@pytest.mark.long
@pytest.mark.parametrize("sample", sample_names())
def test_the_world_at_each_step_is_the_fold_of_a_long_log(sample: str) -> None:
    every_step_is_the_fold(sample, 1, 150)


@given(SAMPLES, SEEDS, st.integers(0, CALLS))
@FEW
def test_a_fork_and_what_it_left_know_nothing_of_each_other(sample: str, seed: int, step: int) -> None:
    walked = walk(read(sample), seed, CALLS)
    events, world = copy.deepcopy(walked.events), copy.deepcopy(walked.world)
    fork, other = walked.fork(step), walked.fork(step)
    again(other, walk(read(sample), seed + 1, CALLS).events)
    assert (walked.events, walked.world) == (events, world)
    again(fork, events[step:])
    assert (fork.events, fork.world) == (events, world)


@given(SAMPLES, SEEDS, st.data())
@FEW
def test_events_may_come_in_any_split_and_order_and_more_than_once(sample: str, seed: int, data: st.DataObject) -> None:
    backend = Backend(read(sample), seed=seed)
    calls = [(event["tool"], event["arguments"]) for event in walk(read(sample), seed, CALLS).events]
    for start in range(0, len(calls), 3):
        backend.call_together(calls[start : start + 3])
    whole = list(backend.events)
    coming = data.draw(st.permutations(whole + whole[::2]))
    log: list[Event] = []
    while coming:
        size = data.draw(st.integers(1, len(coming)))
        log, coming = append_events(log, coming[:size]), coming[size:]
    assert log == whole
    with pytest.raises(StateError):
        append_events(log, [Event(**{**whole[0], "tool": "another"})])


@given(SAMPLES, SEEDS)
@FEW
def test_events_and_worlds_hold_nothing_but_json(sample: str, seed: int) -> None:
    backend = walk(read(sample), seed, CALLS)
    for value in (list(backend.events), backend.world):
        assert json.loads(json.dumps(value, allow_nan=False, ensure_ascii=False).encode()) == value


def elsewhere(arguments: list[str], said: str, hash_seed: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(said)
    process.stdin.close()
    process.stdin = None
    return process


def finished(process: "subprocess.Popen[str]") -> str:
    printed, complaint = process.communicate(timeout=120)
    assert process.returncode == 0, complaint
    assert complaint == ""
    return printed


FOLDING = """
import json, sys
from digit_tc.world.fold import history
for line in sys.stdin:
    print(*(after["hash"] for _, _, after in history(json.loads(line))))
"""


def test_every_hash_of_the_chain_is_equal_in_another_process() -> None:
    logs = [walk(read(sample), 3, 20).events for sample in ("banking", "projects", "shop")]
    there = elsewhere(["-c", FOLDING], "".join(json.dumps(log) + "\n" for log in logs), "11")
    here = [" ".join(after["hash"] for _, _, after in history(log)) for log in logs]
    assert finished(there).splitlines() == here
    assert all(len(set(line.split())) == len(log) for line, log in zip(here, logs, strict=True))


def test_equal_calls_give_equal_bytes_in_every_process() -> None:
    backend = walk(sample_catalogue(), 5, 60)
    rows: list[dict[str, Any]] = [
        {"id": event["call_id"], "name": event["tool"], "arguments": event["arguments"]} for event in backend.events
    ]
    said = "".join(json.dumps(row) + "\n" for row in rows)
    runs = [elsewhere(["-m", "digit_tc", "simulate", "--seed", "5"], said, seed) for seed in ("1", "2")]
    first, second = [finished(run) for run in runs]
    assert first == second
    answers = [json.loads(line) for line in first.splitlines()]
    assert [answer["id"] for answer in answers] == [row["id"] for row in rows]
    ok = [event["result"] for event in backend.events if event["outcome"] == "ok"]
    assert [answer["result"] for answer in answers if not answer["is_error"]] == ok
