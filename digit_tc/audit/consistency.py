"""What must hold among the calls of any conversation, checked call by call."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from digit_tc.audit.clock import Clock
from digit_tc.audit.facts import Facts
from digit_tc.audit.finding import Hit
from digit_tc.audit.lists import Lists
from digit_tc.audit.lives import Lives
from digit_tc.audit.reads import RepeatedReads
from digit_tc.audit.seen import SeenCall, seen_call
from digit_tc.audit.shapes import Echoes, Enums, IdForms, Schemas, Types
from digit_tc.audit.sums import Sums
from digit_tc.same import Same
from digit_tc.state import Event
from digit_tc.tools.dataflow import Dataflow

CONSISTENCY = (
    "repeated_read", "measurement_changed", "read_after_write", "entity_changed", "views_differ", "balance_wrong",
    "id_reissued", "id_not_found", "id_hidden", "deleted_shown", "filter_broken", "created_missing", "list_unstable",
    "unknown_tool", "arguments_invalid", "output_schema", "id_swapped", "echo_contradicted", "type_changed", "id_form",
    "enum_contradicted", "count_wrong", "sum_wrong", "clock",
)  # fmt: skip
"""What must hold among the calls of any conversation."""

UNCERTAIN = {"views_differ", "id_form"}
"""Checks whose findings are no errors anywhere: two views may mean different things by one name."""


class _Check(Protocol):
    def see(self, call: SeenCall, applied: Counter[str]) -> Iterator[Hit]: ...


class Consistency:
    """The checks of what must hold among calls; each remembers what it needs, so calls are shown to it in order."""

    def __init__(self, flow: Dataflow) -> None:
        self.applied: Counter[str] = Counter()
        self._checks: tuple[_Check, ...] = (
            Schemas(), Echoes(), Types(), IdForms(), Enums(flow), Sums(), Clock(),
            RepeatedReads(), Facts(), Lives(), Lists(),
        )  # fmt: skip

    def see(self, call: SeenCall) -> list[Hit]:
        """Returns what is wrong with a call, given those before it."""
        compared: Counter[str] = Counter()
        hits = [hit for check in self._checks for hit in check.see(call, compared)]
        self.applied.update(code for code, times in compared.items() if times)
        return hits


@dataclass
class _Reading:
    """Calls that the checks were shown, and what they said; checks cannot forget, so a reading only goes on."""

    flow: Dataflow
    events: list[Event] = field(default_factory=list)
    found: list[tuple[SeenCall, Hit]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._consistency = Consistency(self.flow)

    def leads_to(self, events: list[Event], flow: Dataflow) -> bool:
        """Says whether calls begin with those that were read."""
        return self.flow is flow and self.events == events[: len(self.events)]

    def go_on(self, events: list[Event]) -> None:
        """Reads the calls that were not read before."""
        for at in range(len(self.events), len(events)):
            call = seen_call(at, Same(events[at]), self.flow)
            hits = [hit for hit in self._consistency.see(call) if hit.code not in UNCERTAIN]
            self.found += [(call, hit) for hit in hits]
        self.events = events


class Contradictions:
    """What the calls of one conversation contradict, of which only those are compared that are new.

    Where others stand in the place of known ones, all are compared anew.
    """

    def __init__(self) -> None:
        self._reading: _Reading | None = None

    def among(self, events: list[Event], flow: Dataflow) -> list[tuple[SeenCall, Hit]]:
        """Returns what must not be in a simulated conversation, each with its call.

        Args:
            events: Its calls in order, from the first one.
            flow: Its tools.
        """
        if self._reading is None or not self._reading.leads_to(events, flow):
            self._reading = _Reading(flow)
        self._reading.go_on(events)
        return list(self._reading.found)
