"""A job over the packaged tools, and conversations that are made at once."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from digit_tc.engine.conversation import Identity
from digit_tc.engine.job import Job, prepare
from digit_tc.records import Outcome, Record, RunContext, WorldRecord
from digit_tc.settings import read_settings

Outcomes = Callable[[int], Outcome]

ACCEPTED = Outcome(status="accepted")
REJECTED = Outcome(status="rejected", code="user_gave_up", reason="no request could be written")
FAILED = Outcome(status="failed", code="ModelError", reason="the server cannot be reached", retryable=True)


@pytest.fixture(scope="session")
def prepared() -> Job:
    """What is read and compiled once for all tests."""
    return prepare(read_settings())


@pytest.fixture
def job(prepared: Job) -> Callable[..., Job]:
    """Returns the job under other settings of the table [run]."""

    def under(**run: Any) -> Job:
        return replace(prepared, settings=read_settings(flags={"run": run}))

    return under


def record(identity: Identity, outcome: Outcome = ACCEPTED) -> Record:
    """A conversation in which nothing was said."""
    return Record(
        id=identity.id,
        index=identity.index,
        seed=identity.seed,
        graph=identity.graph,
        context=RunContext(date="2025-01-01", text=""),
        tools=(),
        persona=None,
        turns=(),
        world=WorldRecord(state={}, events=(), summaries=()),
        verdicts=(),
        outcome=outcome,
    )


@pytest.fixture
def conversations(monkeypatch: pytest.MonkeyPatch) -> Callable[[Outcomes], list[int]]:
    """Lets every conversation end as the given function says; returns the indices in the order they were begun."""

    def ending(outcomes: Outcomes) -> list[int]:
        begun: list[int] = []

        async def converse(_graph: Any, _context: Any, identity: Identity, *_: Any, **__: Any) -> Record:
            begun.append(identity.index)
            await asyncio.sleep((identity.index * 7 % 5) / 1000)  # they finish in another order than they begin
            return record(identity, outcomes(identity.index))

        monkeypatch.setattr("digit_tc.engine.maker.converse", converse)
        return begun

    return ending
