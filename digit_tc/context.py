"""What a run gives its nodes: one frozen object per conversation, never a global."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from digit_tc.candidates import Candidates
from digit_tc.memory import Memory
from digit_tc.models import Models
from digit_tc.perturbation import Perturbation
from digit_tc.planning.target import PlanTarget
from digit_tc.records import Persona
from digit_tc.sampling.mix import Sampling
from digit_tc.standins.standin import StandIn
from digit_tc.state import Scenario
from digit_tc.strata import Stratum
from digit_tc.streams import Streams
from digit_tc.tools.catalogue import Catalogue
from digit_tc.tools.dataflow import Dataflow
from digit_tc.values.persona import Personas
from digit_tc.world.simulation import Simulation
from digit_tc.world.worlds import Worlds


@dataclass(frozen=True)
class Limits:
    """Bounds of one conversation, in turns and attempts."""

    min_turns: int = 2
    max_turns: int = 4
    retries: int = 6


@dataclass(frozen=True)
class Context:
    """Everything a node may use besides the state."""

    catalogue: Catalogue
    dataflow: Dataflow
    """That of the whole catalogue; see `flow` for that of one conversation."""
    streams: Streams
    models: Models = field(default_factory=Models)
    limits: Limits = field(default_factory=Limits)
    plans: PlanTarget = field(default_factory=PlanTarget)
    candidates: Candidates = field(default_factory=Candidates)
    worlds: Worlds = field(default_factory=Worlds)
    memory: Memory = field(default_factory=Memory)
    """What was worked out for the conversation and is asked for again."""
    standins: Mapping[str, StandIn] = field(default_factory=dict)
    """What answers in place of the simulation, by the name of the tool."""
    sampling: Sampling = field(default_factory=Sampling)
    """How the tools of the conversation are drawn."""
    stratum: Stratum = "plain"
    """What the conversation is to show."""
    insists: bool = True
    """Whether one that cannot show it is rejected; else it is taken as the plain one that it is."""
    elsewhere: Dataflow | None = None
    """Tools of other fields, for what a user may want that nothing at hand is for."""
    distractors: int = 0
    """How many tools that serve nobody are offered beside those of the catalogue."""
    perturbation: Perturbation = field(default_factory=Perturbation)
    """What is changed of the tools in the record."""
    personas: Personas = field(default_factory=Personas)
    """Where the people come from."""
    noted: tuple[str, ...] = ()
    """Checks of requests and turns whose failures block nothing."""
    prompts: Path | None = None
    """A folder of prompts, each of which replaces ours of the same name."""

    def flow(self, scenario: Scenario) -> Dataflow:
        """Returns the dataflow among the tools of the conversation, which are all that it ever looks at."""
        return self.dataflow.only(scenario["tools"])

    def simulation(self, scenario: Scenario, attempt: int = 0, *, faults: bool = True) -> Simulation:
        """Returns the simulated backend of the conversation.

        Args:
            scenario: What the conversation is about.
            attempt: How often the simulator was sent back in this turn: another attempt draws other values.
            faults: Whether planned faults are met; a rehearsal asks without them.
        """
        planned = scenario["faults"] if faults else {}
        return Simulation(
            flow=self.flow(scenario),
            tools=scenario["tools"],
            streams=self.streams.under("simulation", attempt),
            persona=Persona(**scenario["persona"]),
            today=date.fromisoformat(scenario["date"]),
            fault=lambda number: planned.get(str(number)),
            standins=self.standins,
        )
