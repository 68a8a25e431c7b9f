"""A random walk over a simulated backend: many calls, with repeats, writes and ids that were shown before."""

from typing import Any

from digit_tc.backend import FIRST_DAY, Backend
from digit_tc.errors import PlanError
from digit_tc.planning.filling import Filling
from digit_tc.records import Persona
from digit_tc.state import PlannedCall
from digit_tc.streams import Stream, Streams
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow
from digit_tc.values.persona import draw_persona
from digit_tc.world.fold import World

_REPEAT = 0.35
"""Chance that an earlier call is made again."""
_KNOWN = 0.85
"""Chance that an id argument is one that the world knows."""


def walk(catalogue: Catalogue, seed: int, length: int) -> Backend:
    """Returns a backend on which so many calls have been made, each drawn from the catalogue and the world so far."""
    streams, flow = Streams("walk", seed), Dataflow(catalogue)
    backend = Backend(catalogue, seed=seed)
    persona, made = draw_persona(streams.of("persona")), list[tuple[str, dict[str, Any]]]()
    for number in range(length):
        stream = streams.of("call", number)
        if made and stream.chance(_REPEAT):
            name, arguments = stream.choice(made)
        else:
            name = stream.choice(flow.names)
            try:
                arguments = draw_arguments(flow, name, backend.world, persona, stream)
            except PlanError:
                continue  # no value could be drawn for one of its arguments
        made.append((name, arguments))
        backend.call(name, arguments)
    return backend


def draw_arguments(flow: Dataflow, name: str, world: World, persona: Persona, stream: Stream) -> dict[str, Any]:
    """Returns arguments for a call of a tool, mostly about things that the world knows, deleted ones included.

    Raises:
        PlanError: An argument allows no value that could be drawn.
    """
    filling = Filling(flow, {}, persona, FIRST_DAY, stream)
    return _known(flow, name, filling.fill([_blank(name)])[0]["arguments"], world, stream)


def _blank(name: str) -> PlannedCall:
    return PlannedCall(id="$1", tool=name, arguments={}, references={}, implicit=False, group=0)


def _known(flow: Dataflow, name: str, arguments: dict[str, Any], world: World, stream: Stream) -> dict[str, Any]:
    """Puts ids that the world knows, deleted ones included, in the place of drawn ones."""
    found = dict(arguments)
    for path, means in flow[name].means.items():
        known = list(world["entities"].get(means.entity, {})) if means.kind == "id" and len(path) == 1 else []
        if known and path[0] in found and stream.chance(_KNOWN):
            identity = stream.choice(known)
            whole = isinstance(found[path[0]], int)
            if not whole or identity.isdecimal():
                found[path[0]] = int(identity) if whole else identity
    return found
