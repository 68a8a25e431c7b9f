"""Which thing is meant: the cheapest hotel in Lisbon, that booking, the second one from the list.

A thing found by an implicit call is described by what the call asks for, so that the look-up itself is never spoken of.
"""

from dataclasses import dataclass

from digit_tc.phrasing.details import Detail, Teller
from digit_tc.phrasing.gathering import details_of
from digit_tc.phrasing.goals import Goal
from digit_tc.planning.picks import PAST, singled
from digit_tc.planning.references import HIGHEST, LOWEST, schema_path
from digit_tc.state import PlannedCall, Reference
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.fields import ITEM
from digit_tc.tools.meaning import Meaning
from digit_tc.tools.names import singular, words

_SUPERLATIVES = {
    (LOWEST, "money"): ("cheapest", "least expensive"),
    (HIGHEST, "money"): ("most expensive",),
    (HIGHEST, "rating"): ("best rated", "highest rated"),
    (LOWEST, "date"): ("earliest", "soonest"),
    (LOWEST, "datetime"): ("earliest", "soonest"),
    (LOWEST, "time"): ("earliest",),
}
_PRICES = {"price", "cost", "fare", "rate"}
_SPEAKER = ("user", "customer")
_TIES = {
    "order": "from", "restaurant": "from", "account": "from", "cart": "from", "payee": "to", "recipient": "to",
    "member": "to", "assignee": "to", "contact": "to", "pharmacy": "to", "payment method": "using", "method": "using",
    "card": "with", "doctor": "with", "project": "in", "playlist": "to", "slot": "in", "list": "on",
}  # fmt: skip
"""How a thing that is pointed at is tied to what is done with it."""
_NAMES = ("person", "name", "title", "product", "hotel", "restaurant", "event", "task", "company", "device", "room")


@dataclass(frozen=True)
class Mark:
    """One thing that a call points at: its noun, and the words that say which one."""

    noun: str
    said: str


class Pointing:
    """Words the references of one turn's plan."""

    def __init__(
        self, flow: Dataflow, plan: list[PlannedCall], earlier: list[PlannedCall], teller: Teller, stream: Stream
    ) -> None:  # fmt: skip
        self._flow, self._teller, self._stream = flow, teller, stream
        self._now = {call["id"]: call for call in plan}
        self._before = {call["id"]: call for call in earlier}

    def marks(self, call: PlannedCall) -> list[Mark]:
        """Returns the things that the ids of a call point at, in the order of its arguments."""
        means = self._flow[call["tool"]].means
        found: list[Mark] = []
        for pointer, reference in call["references"].items():
            judged = means.get(schema_path(pointer), Meaning(""))
            if judged.kind == "id" and judged.entity not in _SPEAKER:
                found.append(Mark(judged.entity, self._said(judged.entity, reference)))
        return found

    def hidden(self, call: PlannedCall) -> list[Detail]:
        """Returns the details that the marks of a call carry for the implicit calls behind it."""
        found: list[Detail] = []
        for reference in call["references"].values():
            source = self._now.get(reference["call"])
            if source and source["implicit"]:
                found += [*details_of(source, self._flow[source["tool"]]), *self.hidden(source)]
        return found

    def _said(self, noun: str, reference: Reference) -> str:
        source = self._now.get(reference["call"])
        if source is None:
            return self._from_before(noun, reference)
        adjective, suffix = self._choice(source, reference["path"])
        if not source["implicit"]:
            if adjective or suffix:
                return " ".join(part for part in ("the", adjective, noun, suffix) if part)
            return self._stream.choice((f"that {noun}", f"this {noun}"))
        return " ".join(part for part in ("the", adjective, noun, *self._described(source), suffix) if part)

    def _described(self, source: PlannedCall) -> list[str]:
        """Returns what tells a thing that an implicit call finds: its filters, and the things they point at."""
        told = []
        for detail in details_of(source, self._flow[source["tool"]]):
            if detail.means.kind in _NAMES:
                told.append(f"named {self._teller.value(detail)}")
            elif detail.means.kind == "id":
                told.append(f"of {detail.label} {self._teller.value(detail)}")
            elif self._teller.aside(detail):
                told.append(f"with {detail.label} {self._teller.value(detail)}")
            else:
                told.append(self._teller.inline(detail))
        return told + [f"{_TIES.get(mark.noun, 'of')} {mark.said}" for mark in self.marks(source)]

    def _choice(self, source: PlannedCall, path: list[str | int]) -> tuple[str, str]:
        """Returns how an entry of a list is told from the others: by an adjective, or by words behind its noun."""
        tool = self._flow[source["tool"]]
        for at, part in enumerate(path):
            if isinstance(part, str) and part.startswith((LOWEST, HIGHEST)):
                side, _, name = part.partition(":")
                stem = tuple(ITEM if _entry(step) else str(step) for step in path[: at + 1])
                return self._superlative(f"{side}:", name, tool.yields.get((*stem, name), Meaning("")).kind)
        first = any(isinstance(part, int) for part in path) and not singled(tool)
        return ("first" if first else ""), ""

    def _superlative(self, side: str, name: str, kind: str) -> tuple[str, str]:
        parts = words(name)
        if kind in ("date", "datetime") and set(parts) & PAST:
            return "most recent" if side == HIGHEST else "oldest", ""
        if kind == "money" and not set(parts) & _PRICES:
            return "", f"with the {side.removesuffix(':')} {' '.join(parts)}"
        found = _SUPERLATIVES.get((side, kind))
        return (
            (self._stream.choice(found), "") if found else ("", f"with the {side.removesuffix(':')} {' '.join(parts)}")
        )

    def _from_before(self, noun: str, reference: Reference) -> str:
        """Words a thing of an earlier turn; only what was told as a list is a list that one can point at."""
        at = next((part for part in reference["path"] if isinstance(part, int)), None)
        source = self._before.get(reference["call"])
        if at is None or source is None:
            return self._stream.choice((f"that {noun}", f"the same {noun}", f"that {noun}"))
        tool = self._flow[source["tool"]]
        if tool.action == "search" and not source["implicit"]:
            return f"the {_nth(at)} {noun}{self._stream.choice((' from that list', ' you found', ' on the list'))}"
        about = tool.entity if tool.entity and tool.entity != noun.rsplit(maxsplit=1)[-1] else ""
        return f"the {_nth(at)} {noun} of that {about}" if about and about not in _SPEAKER else f"my {_nth(at)} {noun}"


def placed(phrase: str, goal: Goal, marks: list[Mark], action: str) -> str:
    """Puts the things that are meant into a goal: in the place of its noun, else tied on behind."""
    body, taken = " ".join(part for part in (goal.article, goal.noun) if part), False
    for mark in marks:
        last = mark.noun.split()[-1] if mark.noun else ""
        if (
            not taken
            and action not in ("create", "search")
            and last == singular(goal.noun.split()[-1])
            and body in phrase
        ):
            phrase, taken = phrase.replace(body, mark.said, 1), True
        elif f"the {mark.noun}" in phrase and f"the {mark.noun} " not in mark.said:
            phrase = phrase.replace(f"the {mark.noun}", mark.said, 1)
        else:
            tie = "to" if action == "update" and mark.noun == "slot" else _TIES.get(mark.noun, "for")
            phrase = f"{phrase} {tie} {mark.said}"
    return phrase


def _entry(step: str | int) -> bool:
    return isinstance(step, int) or step.startswith((LOWEST, HIGHEST))


def _nth(at: int) -> str:
    return ("first", "second", "third", "fourth")[at] if at < 4 else "last"
