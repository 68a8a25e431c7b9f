"""A plan played through on the world as it stands, so that no plan is made whose calls would fail."""

from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from digit_tc.errors import SimulationError, StateError
from digit_tc.planning.conditions import decided, holds, shows
from digit_tc.planning.references import filled, resolve
from digit_tc.state import Event, PlannedCall
from digit_tc.world.fold import World, imagined
from digit_tc.world.offer import NOTHING, Offer, Proposal
from digit_tc.world.simulation import Simulation

_NOTHING: tuple[Any, ...] = (None, "", [], {})
"""What no later call can do anything with."""
_NO_OFFER = Offer()


@dataclass(frozen=True)
class Rehearsal:
    """Plays calls through and keeps nothing of it; the simulation gives the same answers when they are made."""

    simulation: Simulation
    world: World
    step: int
    """Number of the step at which the calls would be made."""
    results: dict[str, Any]
    """What earlier calls gave, by plan id."""
    unknown: Container[str] = ()
    """Tools that something else than the simulation answers: what they would say is not known beforehand."""

    def succeeds(self, calls: list[PlannedCall]) -> bool:
        """Says whether every call can be made and is answered with a result, as far as can be told."""
        world, results = self.world, dict(self.results)
        for step, call in enumerate(calls, start=self.step):
            if not holds(call):
                continue
            if call["tool"] in self.unknown:
                return True
            settled = decided(calls, call)
            try:
                taken = [resolve(reference, results) for reference in call["references"].values()]
                offer = _NO_OFFER if settled is NOTHING else Proposal(settled)
                event = self.simulation.answer(call["tool"], filled(call, results), world, offer=offer)
            except (StateError, SimulationError):
                return False
            if event["outcome"] == "error" or any(value in _NOTHING for value in taken):
                return False
            if not shows(event["result"], settled):
                return False
            results[call["id"]] = event["result"]
            world = imagined(world, Event(**event, event_id=f"{step}.0", step=step, index=0))
        return True
