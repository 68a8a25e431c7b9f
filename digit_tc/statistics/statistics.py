"""The figures of a dataset, worked out from its records one after the other, in whatever order they come."""

from collections import Counter

from digit_tc.records import Call, Record
from digit_tc.statistics.figures import Attempts, Figures, PlanFigures, Reach, ratio
from digit_tc.statistics.frames import frame
from digit_tc.statistics.marks import Marks, mark
from digit_tc.statistics.requests import Requests
from digit_tc.statistics.turns import Place, Turns, edge, origins, placed, planned, taken, turn_facts


class Statistics:
    """Sums over conversations."""

    def __init__(self) -> None:
        self.conversations = 0
        self._all, self._first, self._again = Turns(), Turns(), Turns()
        self._requests = Requests()
        self._strata, self._origins, self._findings = Counter[str](), Counter[str](), Counter[str]()
        self._offered, self._called = set[str](), set[str]()
        self._edges = set[tuple[str, ...]]()
        self._shapes, self._plans = Marks(), Marks()

    def add(self, record: Record) -> None:
        """Counts a conversation."""
        self.conversations += 1
        self._strata[record.stratum] += 1
        self._offered.update(tool.name for tool in record.tools)
        again, noted = judged(record)
        self._findings.update(check for _, check in noted)
        for at, turn in enumerate(record.turns):
            facts = turn_facts(turn, at)
            self._all.add(facts)
            (self._again if at in again else self._first).add(facts)
            if facts.calls:
                self._shapes.update([mark(facts.shape)])
                self._plans.update([mark(facts.plan)])
            self._requests.add(f"{record.id} {at}", turn.user, frame(turn, record.persona))
        calls = dict(placed(record))
        for call in calls.values():
            if planned(call):
                self._count(call, calls)

    def _count(self, call: Call, calls: dict[Place, Call]) -> None:
        self._called.add(call.name)
        self._origins.update(origins(call))
        self._edges.update(edge(calls[one.source].name, call.name, one) for one in taken(call) if one.source in calls)

    def figures(self) -> Figures:
        """Returns the figures of the conversations so far."""
        turns = self._all.turns
        return Figures(
            conversations=self.conversations,
            turns_per_conversation=ratio(turns, self.conversations),
            all=self._all.figures(),
            calls_in_turn=_ordered(self._all.counts),
            depths=_ordered(self._all.depths),
            strata=_shares(self._strata, self.conversations),
            provenance=_shares(self._origins, self._origins.total()),
            reach=Reach(
                tools_offered=len(self._offered),
                tools_called=len(self._called),
                edges=len(self._edges),
            ),
            plans=PlanFigures(shapes=len(self._shapes), plans=len(self._plans)),
            requests=self._requests.figures(),
            attempts=Attempts(
                retried=ratio(self._again.turns, turns), first=self._first.figures(), again=self._again.figures()
            ),
            findings=_shares(self._findings, turns),
        )


def judged(record: Record) -> tuple[set[int], set[tuple[int, str]]]:
    """Returns the turns that were made again, and what was warned of in which turn without refusing it.

    A failed check of severity error sends a role back: an accepted turn that has one was not accepted at first.
    """
    failed = [one for one in record.verdicts if one.status != "pass" and one.turn in range(len(record.turns))]
    again = {one.turn for one in failed if one.severity == "error"}
    noted = {(one.turn, one.check) for one in failed if one.severity == "warning"}
    return {turn for turn in again if turn is not None}, {(turn, check) for turn, check in noted if turn is not None}


def _ordered(counts: dict[int, int]) -> dict[str, int]:
    return {str(number): counts[number] for number in sorted(counts)}


def _shares(counts: Counter[str], whole: int) -> dict[str, float]:
    """Returns each count as a share of the whole, the largest first."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return {name: round(count / whole, 4) for name, count in ranked}
