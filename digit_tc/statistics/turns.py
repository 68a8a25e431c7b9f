"""The structure of one turn as a record shows it, and sums over many."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from digit_tc.canonical import canonical
from digit_tc.planning.references import leaves, schema_path
from digit_tc.records import Call, Record, Turn
from digit_tc.statistics.figures import TurnFigures, ratio
from digit_tc.statistics.words import words

_RESULT = re.compile(r"/turns/(\d+)/steps/(\d+)/calls/(\d+)/result(.*)")
UNKNOWN = "unknown"
"""The origin of a value that has none."""

Place = tuple[int, int, int]
"""Turn, step and call."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A value that a call takes from an earlier result; `output` and `argument` are JSON pointers."""

    source: Place
    output: str
    argument: str


@dataclass(frozen=True, slots=True)
class TurnFacts:
    """What is counted of one turn."""

    calls: int
    hideable: int
    implicit: int
    steps: int
    parallel: int
    depth: int
    recovered: bool
    words: int
    shape: str
    """The planned calls of each step, and for each the calls of the turn that it takes from, by their numbers."""
    plan: str
    """The shape with the names of the tools."""


def planned(call: Call) -> bool:
    """Says whether a call is one of the plan: not made to fail, and not a wrong one that is not to be learned."""
    return call.train and not call.fault


def taken(call: Call) -> Iterator[Taken]:
    """Yields what a call takes from earlier results, as its provenance says."""
    for argument, origin in call.provenance.items():
        found = _RESULT.fullmatch(origin.pointer) if origin.kind == "result" else None
        if found:
            yield Taken((int(found[1]), int(found[2]), int(found[3])), found[4], argument)


def origins(call: Call) -> Iterator[str]:
    """Yields the origin of each value in the arguments of a call."""
    for pointer, _ in leaves(call.arguments):
        if pointer:
            found = call.provenance.get(pointer)
            yield found.kind if found else UNKNOWN


def edge(producer: str, consumer: str, value: Taken) -> tuple[str, ...]:
    """Returns the way of a value from tool to tool; entries of lists are not told apart."""
    return producer, "/".join(schema_path(value.output)), consumer, "/".join(schema_path(value.argument))


def turn_facts(turn: Turn, at: int) -> TurnFacts:
    """Returns what is counted of the turn with the number `at`."""
    made = [((at, step, place), call) for step, place, call in _placed(turn) if planned(call)]
    numbers = {place: number for number, (place, _) in enumerate(made)}
    sources = [sorted({numbers[one.source] for one in taken(call) if one.source in numbers}) for _, call in made]
    groups = [sum(place[1] == step for place, _ in made) for step in range(len(turn.steps))]
    shape = [[place[1], takes] for (place, _), takes in zip(made, sources, strict=True)]
    return TurnFacts(
        calls=len(made),
        hideable=sum(call.hideable for _, call in made),
        implicit=sum(call.implicit for _, call in made),
        steps=sum(group > 0 for group in groups),
        parallel=sum(group > 1 for group in groups),
        depth=_depth(sources),
        recovered=_recovered(turn),
        words=len(words(turn.user)),
        shape=canonical(_renumbered(shape)),
        plan=canonical([[call.name for _, call in made], _renumbered(shape)]),
    )


def placed(record: Record) -> Iterator[tuple[Place, Call]]:
    """Yields every call of a conversation with its place."""
    for at, turn in enumerate(record.turns):
        yield from (((at, step, place), call) for step, place, call in _placed(turn))


def _placed(turn: Turn) -> Iterator[tuple[int, int, Call]]:
    for step, group in enumerate(turn.steps):
        for place, call in enumerate(group.calls):
            yield step, place, call


def _depth(sources: list[list[int]]) -> int:
    depths: list[int] = []
    for takes in sources:
        depths.append(1 + max((depths[number] for number in takes), default=0))
    return max(depths, default=0)


def _renumbered(shape: list[list[object]]) -> list[list[object]]:
    """Numbers the steps on without those that are left out, so that a retried call changes no shape."""
    steps = {step: number for number, step in enumerate(dict.fromkeys(str(step) for step, _ in shape))}
    return [[steps[str(step)], takes] for step, takes in shape]


def _recovered(turn: Turn) -> bool:
    failed = False
    for _, _, call in _placed(turn):
        if failed and call.error is None:
            return True
        failed |= call.error is not None and not call.blocked
    return False


@dataclass
class Turns:
    """Sums over turns."""

    turns: int = 0
    with_calls: int = 0
    calls: int = 0
    hideable: int = 0
    implicit: int = 0
    steps: int = 0
    parallel: int = 0
    words: int = 0
    several: int = 0
    deep: int = 0
    recovered: int = 0
    depths: dict[int, int] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)

    def add(self, facts: TurnFacts) -> None:
        """Counts a turn."""
        self.turns += 1
        self.words += facts.words
        self.counts[facts.calls] = self.counts.get(facts.calls, 0) + 1
        if not facts.calls:
            return
        self.with_calls += 1
        self.calls += facts.calls
        self.hideable += facts.hideable
        self.implicit += facts.implicit
        self.steps += facts.steps
        self.parallel += facts.parallel
        self.several += facts.calls > 1
        self.deep += facts.depth > 1
        self.recovered += facts.recovered
        self.depths[facts.depth] = self.depths.get(facts.depth, 0) + 1

    def figures(self) -> TurnFigures:
        """Returns what the turns are like on average."""
        return TurnFigures(
            turns=self.turns,
            turns_with_calls=self.with_calls,
            calls=self.calls,
            calls_per_turn=ratio(self.calls, self.with_calls),
            steps=self.steps,
            words_per_request=ratio(self.words, self.turns),
            depth_mean=ratio(sum(depth * count for depth, count in self.depths.items()), self.with_calls),
            depth_max=max(self.depths, default=0),
            multi_step=ratio(self.several, self.with_calls),
            true_multi_step=ratio(self.deep, self.with_calls),
            implicit=ratio(self.implicit, self.calls),
            hidden=ratio(self.implicit, self.hideable),
            parallel=ratio(self.parallel, self.steps),
            recovery=ratio(self.recovered, self.with_calls),
        )
