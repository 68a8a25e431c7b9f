"""Conversations of every stratum, made once for several tests."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from digit_tc.engine.conversation import converse
from digit_tc.engine.job import Job, prepare
from digit_tc.export.trace import trace_row
from digit_tc.records import Record
from digit_tc.settings import read_settings
from digit_tc.strata import STRATA, Stratum

EACH = 3
"""Conversations of each stratum."""
Make = Callable[[Stratum, int], Record]


def right_steps(record: Record) -> dict[str, Any]:
    """Returns the trace of a conversation without the wrong calls that were put in."""
    row = trace_row(record)
    return {**row, "steps": [step for step in row["steps"] if step.get("train", True)]}


@pytest.fixture(scope="session")
def job() -> Iterator[Job]:
    with closing(prepare(read_settings(flags={"run": {"turns": "2-3"}}))) as ready:
        yield ready


@pytest.fixture(scope="session")
def make(job: Job) -> Make:
    """Makes one conversation of a stratum."""

    def made(stratum: Stratum, index: int) -> Record:
        context = replace(job.context(index), stratum=stratum, elsewhere=job.elsewhere)
        return asyncio.run(converse(job.graph, context, job.identity(index)))

    return made


@pytest.fixture(scope="session")
def shown(make: Make) -> dict[Stratum, list[Record]]:
    """Conversations by stratum, all accepted; a long one alone, since it takes as long as six."""
    found = {
        stratum: [make(stratum, at) for at in range(1 if stratum == "long_context" else EACH)] for stratum in STRATA
    }
    every = [record for records in found.values() for record in records]
    assert [record.outcome.reason for record in every if record.outcome.status != "accepted"] == []
    return found
