"""Conversations made once for several tests."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing

import pytest

from digit_tc.context import Context, Limits
from digit_tc.engine.conversation import Identity, converse
from digit_tc.graphs.conversation import build
from digit_tc.models import Models
from digit_tc.records import Record
from digit_tc.streams import Streams
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.samples import sample_catalogue

Make = Callable[..., list[Record]]


def conversations(
    catalogue: Catalogue,
    count: int,
    *,
    seed: int = 0,
    models: Models | None = None,
    retries: int = Limits.retries,
    **roles: object,
) -> list[Record]:
    """Makes conversations one after the other with the given roles in place of the graph's own."""
    compiled, flow = build(**roles).compile(), Dataflow(catalogue)  # type: ignore[arg-type]
    asked = models or Models()

    async def each() -> list[Record]:
        async with aclosing(asked):
            return [
                await converse(
                    compiled,
                    Context(
                        catalogue=catalogue,
                        dataflow=flow,
                        streams=Streams(seed, index),
                        models=asked,
                        limits=Limits(retries=retries),
                    ),
                    Identity(id=f"c{index}", index=index, seed=seed, graph="conversation"),
                )
                for index in range(count)
            ]

    return asyncio.run(each())


@pytest.fixture(scope="session")
def make() -> Make:
    return conversations


@pytest.fixture(scope="session")
def samples() -> list[Record]:
    """Conversations over the packaged tools, enough that things are read again in some of them."""
    return conversations(sample_catalogue(), 120)
