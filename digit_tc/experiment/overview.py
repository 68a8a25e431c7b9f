"""Where two runs of the same scenarios part, counted over all of them."""

from collections import Counter

from digit_tc.experiment.parting import Kind, parting
from digit_tc.records import Record, Saved


class Parted(Saved):
    """Scenarios whose conversations first part in one kind of step."""

    kind: Kind
    count: int
    example: int
    """The first such scenario, by its index."""
    step: str
    """Where it parts there, in words."""


class Overview(Saved):
    """How the conversations of two runs compare, scenario by scenario."""

    both: int
    """Scenarios that both have."""
    first_alone: int
    second_alone: int
    same: int
    """Scenarios whose conversations are the same but for ids and for what they cost."""
    parted: tuple[Parted, ...]
    """The others by where they first part, the most frequent first."""
    accepted: dict[str, int]
    """How many of the scenarios that both have were accepted in `both`, in the `first` or `second` alone, `neither`."""


class Counting:
    """Counts pairs of conversations one after the other; memory does not grow with their number."""

    def __init__(self) -> None:
        self._same = 0
        self._counts = Counter[Kind]()
        self._examples: dict[Kind, tuple[int, str]] = {}
        self._accepted = Counter[str]()

    def add(self, first: Record, second: Record) -> None:
        """Counts the conversations of one scenario."""
        one, other = (record.outcome.status == "accepted" for record in (first, second))
        self._accepted["both" if one and other else "first" if one else "second" if other else "neither"] += 1
        found = parting(first, second)
        if found is None:
            self._same += 1
            return
        self._counts[found.kind] += 1
        example = (first.index, found.name)
        self._examples[found.kind] = min(example, self._examples.get(found.kind, example))

    def overview(self, first_alone: int, second_alone: int) -> Overview:
        """Returns what was counted.

        Args:
            first_alone: Scenarios that only the first of the runs has.
            second_alone: Those that only the second has.
        """
        ranked = sorted(self._counts, key=lambda kind: (-self._counts[kind], kind))
        return Overview(
            both=self._accepted.total(),
            first_alone=first_alone,
            second_alone=second_alone,
            same=self._same,
            parted=tuple(
                Parted(
                    kind=kind,
                    count=self._counts[kind],
                    example=self._examples[kind][0],
                    step=self._examples[kind][1],
                )
                for kind in ranked
            ),
            accepted={name: self._accepted[name] for name in ("both", "first", "second", "neither")},
        )
