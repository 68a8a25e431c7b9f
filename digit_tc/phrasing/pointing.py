"""Which thing is meant: the cheapest hotel in Lisbon, that booking, the second one from the list.

A thing found by an implicit call is described by what the call asks for, so that the look-up itself is never spoken of.
"""

import re
from dataclasses import dataclass

from digit_tc.phrasing.details import Detail, Teller
from digit_tc.phrasing.gathering import details_of
from digit_tc.phrasing.goals import Goal
from digit_tc.phrasing.variants import variant
from digit_tc.planning.picks import PAST, singled
from digit_tc.planning.references import HIGHEST, LOWEST, schema_path
from digit_tc.state import PlannedCall, Reference
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.fields import ITEM
from digit_tc.tools.meaning import Meaning
from digit_tc.tools.names import singular, words
from digit_tc.world.effects import effect_of

_SUPERLATIVES = {
    (LOWEST, "money"): ("cheapest", "least expensive", "most affordable"),
    (HIGHEST, "money"): ("most expensive", "priciest"),
    (HIGHEST, "rating"): ("best rated", "highest rated", "top rated"),
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
_THAT = "[that|that|this|this|that same|that very|the same] {n}"
_SAME = "[that|the same|that same|the very same|that very] {n}"
"""How a thing is pointed at that this request has spoken of, and one of an earlier turn."""
_LINK = re.compile(r"^(?:of |(?:with|from|in|for) (?=the ))")
"""What ties a thing to another one: "of order OR-12", "with the doctor of appointment AP-7"."""
_LISTED = (
    " from that list",
    " you found",
    " on the list",
    " on that list",
    " you showed me",
    " of those",
    " you listed",
)
_NAMES = (
    "person",
    "name",
    "title",
    "product",
    "hotel",
    "restaurant",
    "event",
    "task",
    "device",
    "room",
    "scene",
    "project",
)


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
        self.late = False
        """Whether what tells the things is said behind the goals, as `descriptions`."""
        self.descriptions: list[str] = []
        self._told: dict[str, str | int | None] = {}
        """The entries that implicit calls found and that were described already: told once, it is "that room"."""
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

    def spoken(self, call: PlannedCall) -> list[Mark]:
        """Returns the marks of a call as its goal has them: what implicit calls find may be told later."""
        if not self.late:
            return self.marks(call)
        short = []
        for mark in self.marks(call):
            bare = f"the {mark.noun}"
            if mark.said in (bare, f"that {mark.noun}", f"this {mark.noun}") or not self._found_unspoken(call, mark):
                short.append(mark)
            else:
                self.descriptions.append(mark.said)
                short.append(Mark(mark.noun, bare))
        return short

    def _found_unspoken(self, call: PlannedCall, mark: Mark) -> bool:
        means = self._flow[call["tool"]].means
        sources = [
            self._now.get(reference["call"])
            for pointer, reference in call["references"].items()
            if means.get(schema_path(pointer), Meaning("")).entity == mark.noun
        ]
        return any(source and source["implicit"] for source in sources)

    def hidden(self, call: PlannedCall) -> list[Detail]:
        """Returns the details that the marks of a call carry for the implicit calls behind it."""
        return [detail for source in self._sources(call, marked=True) for detail in self._behind(source)]

    def unmarked(self, call: PlannedCall) -> list[Detail]:
        """Returns the details of implicit calls that no mark carries: those that find the speaker's own account."""
        return [detail for source in self._sources(call, marked=False) for detail in self._behind(source)]

    def city(self, reference: Reference) -> str:
        """Words a city that comes from an earlier result: "there", or the city of what an implicit call is about."""
        source = self._now.get(reference["call"])
        if source is None or not source["implicit"]:
            return "there"
        _, told = self._described(source)
        entity = self._flow[source["tool"]].entity
        if not told:
            return f"in the city of that {entity}"
        bare = _LINK.sub("", told[0])
        first = bare if bare != told[0] else f"the {entity} {bare}"
        return f"in the city of {' '.join([first, *told[1:]])}"

    def there(self, reference: Reference) -> str:
        """Words a city as a goal has it: which one it is may be told later."""
        said = self.city(reference)
        if not self.late or said == "there":
            return said
        self.descriptions.append(said.removeprefix("in "))
        return "in that city"

    def _behind(self, source: PlannedCall) -> list[Detail]:
        return [*details_of(source, self._flow[source["tool"]]), *self.hidden(source)]

    def _sources(self, call: PlannedCall, *, marked: bool) -> list[PlannedCall]:
        """Returns the implicit calls that a call draws on, by whether a mark describes what they find."""
        means = self._flow[call["tool"]].means
        found: list[PlannedCall] = []
        for pointer, reference in call["references"].items():
            judged, source = means.get(schema_path(pointer), Meaning("")), self._now.get(reference["call"])
            speaks = judged.kind == "id" and judged.entity not in _SPEAKER
            settled = judged.kind in ("city", "country")  # its words carry the details themselves
            if source and source["implicit"] and speaks is marked and not settled and source not in found:
                found.append(source)
        return found

    def _said(self, noun: str, reference: Reference) -> str:
        source = self._now.get(reference["call"])
        if source is None:
            return self._from_before(noun, reference)
        adjective, suffix = self._choice(source, reference["path"])
        if not source["implicit"]:
            if adjective or suffix:
                return " ".join(part for part in ("the", adjective, noun, suffix) if part)
            return variant(_THAT, self._stream, n=noun)
        entry = next((part for part in reference["path"] if _entry(part)), None)
        if reference["call"] in self._told:
            another = isinstance(entry, int) and entry != self._told[reference["call"]]
            if another and isinstance(entry, int):
                return f"the {_nth(entry)} {noun}"
            return variant(_THAT, self._stream, n=noun)
        adjectives, told = self._described(source)
        self._told[reference["call"]] = entry
        return " ".join(part for part in ("the", adjective, *adjectives, noun, *told, suffix) if part)

    def _described(self, source: PlannedCall) -> tuple[list[str], list[str]]:
        """Returns what tells a thing that an implicit call finds: words before its noun, and words behind it."""
        tool = self._flow[source["tool"]]
        before, behind = list[str](), list[str]()
        for detail in details_of(source, tool):
            said = self._teller.value(detail)
            short = detail.means.kind == "enum" and len(detail.values) == 1 and adjective(said)
            (before if short else behind).append(said if short else self._filter(detail, said))
        behind += [self._teller.inline(detail) for detail in self.unmarked(source)]
        for pointer, reference in source["references"].items():
            if tool.means.get(schema_path(pointer), Meaning("")).kind in ("city", "country"):
                behind.append(self.city(reference))
        return before, behind + [f"{_TIES.get(mark.noun, 'of')} {mark.said}" for mark in self.marks(source)]

    def _filter(self, detail: Detail, said: str) -> str:
        """Words one condition of a look-up behind the noun of what it finds."""
        kind = detail.means.kind
        if kind == "company":
            return f"from {said}"
        if kind in _NAMES:
            return f"named {said}"
        if kind == "id":
            return f"of {detail.label} {said}"
        return f"with {detail.label} {said}" if self._teller.aside(detail) else self._teller.inline(detail)

    def _choice(self, source: PlannedCall, path: list[str | int]) -> tuple[str, str]:
        """Returns how an entry of a list is told from the others: by an adjective, or by words behind its noun."""
        tool = self._flow[source["tool"]]
        for at, part in enumerate(path):
            if isinstance(part, str) and part.startswith((LOWEST, HIGHEST)):
                side, _, name = part.partition(":")
                stem = tuple(ITEM if _entry(step) else str(step) for step in path[: at + 1])
                return self._superlative(f"{side}:", name, tool.yields.get((*stem, name), Meaning("")).kind)
        entry = next((part for part in path if isinstance(part, int)), None)
        told = entry is not None and (entry > 0 or not singled(tool))
        return (_nth(entry) if told and entry is not None else ""), ""

    def _superlative(self, side: str, name: str, kind: str) -> tuple[str, str]:
        parts = words(name)
        if kind in ("date", "datetime") and set(parts) & PAST:
            return "most recent" if side == HIGHEST else "oldest", ""
        if kind == "money" and not set(parts) & _PRICES:
            return "", f"with the {side.removesuffix(':')} {' '.join(parts)}"
        found = _SUPERLATIVES.get((side, kind))
        if found:
            return self._stream.choice(found), ""
        return "", f"with the {side.removesuffix(':')} {' '.join(parts)}"

    def _from_before(self, noun: str, reference: Reference) -> str:
        """Words a thing of an earlier turn; only what was told as a list is a list that one can point at."""
        at = next((part for part in reference["path"] if isinstance(part, int)), None)
        source = self._before.get(reference["call"])
        if at is None or source is None:
            return variant(_SAME, self._stream, n=noun)
        tool = self._flow[source["tool"]]
        if tool.action == "search" and not source["implicit"]:
            return f"the {_nth(at)} {noun}{self._stream.choice(_LISTED)}"
        held = effect_of(tool).entity
        about = held if held and held != noun else ""
        return f"the {_nth(at)} {noun} of that {about}" if about and about not in _SPEAKER else f"my {_nth(at)} {noun}"


def placed(phrase: str, goal: Goal, marks: list[Mark], action: str) -> str:
    """Puts the things that are meant into a goal: in the place of its noun, else tied on behind."""
    body, taken = " ".join(part for part in (goal.article, goal.noun) if part), False
    for mark in marks:
        last = mark.noun.split()[-1] if mark.noun else ""
        whole = re.search(rf"\bthe {re.escape(mark.noun)}(?= (?:to|for|from|in|on|with|of)\b|$)", phrase)
        if not taken and action != "search" and last == singular(goal.noun.split()[-1]) and body in phrase:
            phrase, taken = phrase.replace(body, mark.said, 1), True
        elif whole:
            phrase = phrase[: whole.start()] + mark.said + phrase[whole.end() :]
        else:
            tie = "to" if action == "update" and mark.noun == "slot" else _TIES.get(mark.noun, "for")
            phrase = f"{phrase} {tie} {mark.said}"
    return phrase


def adjective(said: str) -> bool:
    """Says whether a member of an enum can stand before a noun: "shipped", but not "on", and not "second"."""
    return len(said) > 3 and said not in ("first", "second", "third", "fourth", "fifth", "last")


def _entry(step: str | int) -> bool:
    return isinstance(step, int) or step.startswith((LOWEST, HIGHEST))


def _nth(at: int) -> str:
    return ("first", "second", "third", "fourth")[at] if at < 4 else "last"
