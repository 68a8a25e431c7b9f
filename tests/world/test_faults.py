"""Planned faults: they change nothing but the clock and the count of calls, repeat by seed, and a retry may succeed."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from digit_tc.audit.walk import walk
from digit_tc.backend import Backend
from digit_tc.cli import run
from digit_tc.tools.samples import read_sample
from digit_tc.world.fold import history

FEW = settings(max_examples=15, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
PASSES = {"version", "hash", "parent_hash", "clock", "calls"}
"""What any call changes."""

read = cache(read_sample)


def flaky(sample: str, seed: int) -> Backend:
    """A backend on which every call of a walk is made twice: a call that met a fault is retried."""
    backend = Backend(read(sample), seed=seed, faults=0.5)
    for event in walk(read(sample), seed, 10).events:
        for _ in range(2):
            backend.call(event["tool"], event["arguments"])
    return backend


@given(st.sampled_from(("banking", "projects", "shop")), st.integers(0, 10_000))
@FEW
def test_a_fault_changes_nothing_but_the_clock_and_the_count(sample: str, seed: int) -> None:
    backend = flaky(sample, seed)
    met = 0
    for event, before, after in history(backend.events):
        if event.get("fault"):
            met += 1
            assert {key for key in before if before[key] != after[key]} <= PASSES
            assert after["calls"] == before["calls"] + 1
            assert event["outcome"] == "error"
            assert event["error"]["code"] in ("timeout", "unavailable", "rate_limited")
    assert met
    assert flaky(sample, seed).events == backend.events


def test_another_seed_has_other_faults_and_a_retry_may_succeed() -> None:
    met = [[event.get("fault", False) for event in flaky("projects", seed).events] for seed in range(4)]
    assert len({tuple(one) for one in met}) > 1
    events = [event for seed in range(4) for event in flaky("projects", seed).events]
    pairs = list(zip(events[::2], events[1::2], strict=True))
    assert any(first.get("fault") and second["outcome"] == "ok" for first, second in pairs)
    assert any(first["outcome"] == "ok" and second.get("fault") for first, second in pairs)


def test_a_run_with_faults_retries_them_and_its_audit_finds_nothing(tmp_path: Path, capfd: Any) -> None:
    out = tmp_path / "out"
    made = ["generate", "--num", "8", "--turns", "1-3", "--role", "scenario.faults=0.2", "--out", str(out)]
    assert run(made) == 0
    lines = (out / "conversations.jsonl").read_text(encoding="utf-8").splitlines()
    assert lines
    met = 0
    for turn in (turn for line in lines for turn in json.loads(line)["turns"]):
        calls = [call for step in turn["steps"] for call in step["calls"]]
        for at, call in enumerate(calls):
            if call["fault"]:
                met += 1
                assert call["error"]["code"] in ("timeout", "unavailable", "rate_limited")
                later = [one for one in calls[at + 1 :] if one["arguments"] == call["arguments"]]
                assert any(one["name"] == call["name"] and not one["error"] for one in later)
    assert met
    capfd.readouterr()
    assert run(["audit", str(out)]) == 0
    assert "0 with errors" in capfd.readouterr().out
