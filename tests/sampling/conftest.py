"""Catalogues to draw from, with what is asked of a sampler."""

from collections.abc import Callable
from pathlib import Path

import pytest

from digit_tc.engine.job import read_tools
from digit_tc.sampling.sampler import Wanted
from digit_tc.streams import Stream
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.tool import Source, Tool

CATALOGUES = Path(__file__).resolve().parent.parent / "catalogues"

Order = Callable[..., Wanted]


@pytest.fixture(scope="session")
def samples() -> Dataflow:
    """Eight namespaces of twelve tools each."""
    return Dataflow(read_tools(()))


@pytest.fixture(scope="session")
def unchainable() -> Dataflow:
    """Four tools of one namespace, none of which feeds another."""
    return Dataflow(read_tools((str(CATALOGUES / "unchainable.json"),)))


@pytest.fixture(scope="session")
def order() -> Order:
    """Returns what is asked of a sampler in the conversation of that number."""

    def wanted(number: int = 0, least: int = 8, size: int = 15, seed: int = 0) -> Wanted:
        return Wanted(least, size, Stream("draw", seed, number), number, seed)

    return wanted


@pytest.fixture(scope="session")
def made() -> Callable[..., Catalogue]:
    """Returns a catalogue of tools that take nothing, from `namespace/name`."""

    def catalogue(*names: str) -> Catalogue:
        spaced = [name.rpartition("/") for name in names]
        return Catalogue(
            Tool(name=name, namespace=space, parameters={"type": "object"}, source=Source(dialect="flat"))
            for space, _, name in spaced
        )

    return catalogue
