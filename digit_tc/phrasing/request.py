"""The request that a person would write to cause a plan: the goal first, every literal value woven in.

Explicit calls are worded as goals; implicit ones are never spoken of, their values are carried by the goal they serve
(DiGiT-TC, section 3). No tool name, call id or JSON appears.
"""

from dataclasses import dataclass, field, replace
from datetime import date

from digit_tc.phrasing.details import Detail, Teller
from digit_tc.phrasing.goals import Goal, goal
from digit_tc.phrasing.inserting import inserted
from digit_tc.phrasing.manner import Manner
from digit_tc.planning.picks import PAST, singled
from digit_tc.planning.references import HIGHEST, LOWEST, literals, schema_path
from digit_tc.records import Persona
from digit_tc.state import PlannedCall
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.fields import ITEM, Field
from digit_tc.tools.meaning import Meaning, Understood
from digit_tc.tools.names import words

_PICKED = {
    (LOWEST, "money"): ("cheapest", "least expensive"),
    (HIGHEST, "money"): ("most expensive",),
    (HIGHEST, "rating"): ("best rated", "highest rated"),
    (LOWEST, "date"): ("earliest", "soonest"),
    (LOWEST, "datetime"): ("earliest", "soonest"),
    (LOWEST, "time"): ("earliest",),
}
_ADDRESS = ("street", "unit_number", "city", "state", "postal_code", "country", "country_code")
_POINTED = {"file": "file", "folder": "folder", "number": "result", "count": "number", "money": "amount",
            "content": "text", "exponent": "result", "percent": "result"}  # fmt: skip
_SPEAKER = ("user", "customer")
_TIES = {
    "order": "from",
    "payment method": "using",
    "card": "with",
    "account": "from",
    "cart": "from",
    "method": "using",
}
"""How a thing that is pointed at is tied to what is done."""
_SUMS = ("balance", "amount", "total", "limit", "spent", "credit")


@dataclass
class Clause:
    """One explicit call with all that its sentence has to carry."""

    call: PlannedCall
    goal: Goal
    details: list[Detail] = field(default_factory=list)
    own: int = 0
    """How many of the details are the call's own; the rest serve implicit calls."""


class Request:
    """Words the plan of one turn.

    Args:
        flow: What the tools' arguments mean.
        plan: The calls of the turn.
        persona: Who speaks.
        today: The simulated date.
        turn: The turn, from 0; later turns refer to what was said.
        stream: Chooses among wordings.
    """

    def __init__(
        self, flow: Dataflow, plan: list[PlannedCall], persona: Persona, today: date, turn: int, stream: Stream
    ) -> None:  # fmt: skip
        self._flow, self._plan, self._stream, self._turn = flow, plan, stream, turn
        self._teller = Teller(persona, today, stream)
        self._manner = Manner(persona, turn, stream)
        self._by_id = {call["id"]: call for call in plan}

    def text(self) -> str:
        """Returns the request."""
        clauses = self._clauses()
        spoken = [self._worded(clause, at) for at, clause in enumerate(clauses)]
        return self._manner.whole(spoken)

    def _clauses(self) -> list[Clause]:
        explicit = [call for call in self._plan if not call["implicit"]] or self._plan[-1:]
        clauses = [Clause(call, self._goal(call), details := self._details(call), len(details)) for call in explicit]
        for call in self._plan:
            if call in explicit:
                continue
            user = next((clause for clause in clauses if self._uses(clause.call, call["id"])), clauses[-1])
            user.details += [detail for detail in self._details(call) if not _same(detail, user.details)]
        return clauses

    def _uses(self, call: PlannedCall, identity: str) -> bool:
        """Says whether a call depends on another one, directly or through implicit ones."""
        for reference in call["references"].values():
            source = self._by_id.get(reference["call"])
            if reference["call"] == identity or (source and source["implicit"] and self._uses(source, identity)):
                return True
        return False

    def _goal(self, call: PlannedCall) -> Goal:
        tool = self._flow[call["tool"]]
        known = tool.action not in ("search", "create", "compute")
        return goal(tool, self._stream, known=known)

    def _details(self, call: PlannedCall) -> list[Detail]:
        tool = self._flow[call["tool"]]
        leaves = {leaf.path: leaf for leaf in tool.inputs}
        found: dict[tuple[str, ...], Detail] = {}
        for pointer, value in literals(call):
            path = schema_path(pointer)
            leaf = leaves.get(path) or Field(path, {}, True)
            means = tool.means.get(path, Meaning("text"))
            simple = path.count(ITEM) == 1 and path[-1] == ITEM
            key = path if simple else (pointer,)
            held = found.get(key)
            values = (*held.values, value) if held else (value,)
            found[key] = Detail(held.pointer if held else pointer, leaf, means, values)
        ends = any(means.role == "end" for path, means in tool.means.items() if path[0] in call["arguments"])
        details = [
            replace(one, alone=True) if one.means.role == "start" and not ends else one for one in found.values()
        ]
        return addressed(priced(details))

    def _qualified(self, clause: Clause, tool: Understood) -> tuple[str, list[Detail]]:
        """Lets one member of an enum stand before the noun of what is listed: "show me cancelled orders"."""
        worded = clause.goal
        if tool.action not in ("search", "read") or not worded.noun or worded.article not in ("", "the"):
            return worded.phrase, clause.details
        for detail in clause.details[: clause.own]:
            telling = len(str(detail.values[0])) > 3
            if detail.means.kind == "enum" and telling and len(detail.values) == 1 and self._manner.compact():
                qualified = replace(worded, noun=f"{self._teller.value(detail)} {worded.noun}")
                clause.own -= 1
                return qualified.phrase, [one for one in clause.details if one is not detail]
        return worded.phrase, clause.details

    def _referred(self, call: PlannedCall) -> list[Detail]:
        """Returns the arguments that point at something a person calls "that file" or "that result"."""
        tool = self._flow[call["tool"]]
        found: list[Detail] = []
        for pointer in call["references"]:
            path = schema_path(pointer)
            means = tool.means.get(path, Meaning("text"))
            word = _POINTED.get(means.kind)
            if word:
                leaf = next(field for field in tool.inputs if field.path == path)
                found.append(
                    Detail(pointer, leaf, means, (), referred=self._stream.choice((f"that {word}", f"the {word}")))
                )
        return found

    def _worded(self, clause: Clause, at: int) -> list[str]:
        """Returns the sentences of one clause: the goal with what fits inside it, then the rest."""
        tool = self._flow[clause.call["tool"]]
        pointed = self._referred(clause.call)
        goal_phrase, details = self._qualified(clause, tool)
        phrase, left = inserted(goal_phrase, [*details, *pointed], self._teller, tool)
        left = [detail for detail in left if not detail.referred]
        phrase = self._pointed(phrase, clause, at)
        if tool.action != "create":
            phrase, left = named(phrase, left, clause.own, self._teller)
        if any(
            tool.means.get(schema_path(pointer), Meaning("")).kind == "city" for pointer in clause.call["references"]
        ):
            phrase = f"{phrase} there"
        inline = [detail for detail in left if self._teller.plain(detail) and not self._teller.aside(detail)]
        others = [detail for detail in left if detail not in inline]
        if len(others) == 1 and not self._teller.aside(others[0]) and self._manner.compact():
            inline, others = [*inline, others[0]], []
        first = " ".join([phrase, *joined([self._teller.inline(detail) for detail in inline])])
        return [first, *(self._teller.sentence(detail) for detail in others)]

    def _pointed(self, phrase: str, clause: Clause, at: int) -> str:
        """Puts in which thing is meant: the cheapest hotel, that booking, the one from before."""
        for pointer, reference in clause.call["references"].items():
            tool = self._flow[clause.call["tool"]]
            means = tool.means.get(schema_path(pointer))
            if means is None or means.kind != "id":
                continue
            noun = means.entity
            if noun in _SPEAKER and clause.goal.article == "my":
                continue
            picked = self._picked(reference["call"], reference["path"])
            source = self._by_id.get(reference["call"])
            if picked and source and source["implicit"]:
                phrase = self._adjective(phrase, noun, picked, clause.goal)
            elif picked and source is None:
                phrase = self._adjective(phrase, noun, picked, clause.goal) + self._manner.listed_before()
            elif picked:
                phrase = self._one_of(phrase, noun, picked)
            elif at or source is None:
                phrase = self._that(phrase, noun, earlier=source is None)
        return phrase

    def _picked(self, identity: str, path: list[str | int]) -> str:
        source = self._by_id.get(identity)
        if source is None:
            return next((_nth(part) for part in path if isinstance(part, int)), "")
        tool = self._flow[source["tool"]]
        for at, part in enumerate(path):
            if isinstance(part, str) and part.startswith((LOWEST, HIGHEST)):
                side, _, name = part.partition(":")
                stem = tuple(ITEM if _entry(step) else str(step) for step in path[: at + 1])
                kind = tool.yields.get((*stem, name), Meaning("")).kind
                if any(word in _SUMS for word in words(name)):
                    return f"{side} {' '.join(words(name))}"
                return self._stream.choice(_PICKED.get((f"{side}:", kind), (f"{side} {' '.join(words(name))}",)))
        return "first" if any(isinstance(part, int) for part in path) and not singled(tool) else ""

    def _adjective(self, phrase: str, noun: str, picked: str, worded: Goal) -> str:
        if noun and noun.rsplit(maxsplit=1)[-1] == worded.noun.split()[-1]:
            body = f"{worded.article} {worded.noun}".strip()
            if body in phrase:
                return phrase.replace(body, f"the {picked} {worded.noun}", 1)
        return f"{phrase} {_TIES.get(noun, 'for')} the {picked} {noun}".rstrip()

    def _one_of(self, phrase: str, noun: str, picked: str) -> str:
        for article in ("the ", "a ", "an "):
            if noun and phrase.endswith(f" {article}{noun}"):
                return phrase.removesuffix(f"{article}{noun}") + f"the {picked} one"
        return f"{phrase} {_TIES.get(noun, 'for')} the {picked} {noun}".rstrip()

    def _that(self, phrase: str, noun: str, *, earlier: bool) -> str:
        pointed = self._stream.choice(
            (f"that {noun}", f"the same {noun}") if earlier else (f"that {noun}", f"this {noun}")
        )
        for article in ("the ", "a ", "an "):
            if noun and phrase.endswith(f"{article}{noun}"):
                return f"{phrase.removesuffix(f'{article}{noun}')}{pointed}"
        if not noun or noun.rsplit(maxsplit=1)[-1] in phrase.split():
            return phrase
        return f"{phrase} {_TIES.get(noun, 'for')} {pointed}"


def _entry(step: str | int) -> bool:
    return isinstance(step, int) or step.startswith((LOWEST, HIGHEST))


def _nth(at: int) -> str:
    return ("first", "second", "third", "fourth")[at] if at < 4 else "last"


def _same(detail: Detail, others: list[Detail]) -> bool:
    """Says whether a value of the same meaning and wording is already carried: one city said once."""
    return any(
        detail.values == other.values
        and detail.means.kind == other.means.kind
        and detail.means.role == other.means.role
        for other in others
    )


def joined(phrases: list[str]) -> list[str]:
    """Strings phrases together: a second "with" in a row becomes "and"."""
    done: list[str] = []
    for phrase in phrases:
        again = phrase.startswith("with ") and any(one.startswith("with ") for one in done)
        done.append(f"and {phrase.removeprefix('with ')}" if again else phrase)
    return done


def named(phrase: str, details: list[Detail], own: int, teller: Teller) -> tuple[str, list[Detail]]:
    """Puts a literal id behind the noun it belongs to: "cancel the order" becomes "cancel order ORD-12345"."""
    for detail in details[:own]:
        noun = detail.label
        if detail.means.kind != "id" or len(detail.values) > 1:
            continue
        for article in ("the ", "a ", "an "):
            if phrase.endswith(f"{article}{noun}") or f"{article}{noun} " in phrase:
                said = f"{noun} {teller.value(detail)}"
                return phrase.replace(f"{article}{noun}", said, 1), [one for one in details if one is not detail]
    return phrase, details


def priced(details: list[Detail]) -> list[Detail]:
    """Says an amount and its currency as one: 80 CHF."""
    amounts = [detail for detail in details if detail.means.kind == "money" and not detail.means.role]
    currencies = [detail for detail in details if detail.field.key == "currency" and len(detail.values) == 1]
    if len(amounts) != 1 or len(currencies) != 1:
        return details
    whole = replace(amounts[0], currency=str(currencies[0].values[0]))
    return [whole if detail is amounts[0] else detail for detail in details if detail is not currencies[0]]


def addressed(details: list[Detail]) -> list[Detail]:
    """Puts the parts of one address together, to be said as one: 12 Oak Street, Portland, 97201."""
    streets = [detail for detail in details if detail.means.kind == "street"]
    for street in streets:
        stem = street.pointer.rpartition("/")[0]
        parts = [
            detail
            for detail in details
            if detail.means.kind in _ADDRESS and detail.pointer.rpartition("/")[0] == stem and len(detail.values) == 1
        ]
        if len(parts) < 2:
            continue
        ordered = sorted(parts, key=lambda part: _ADDRESS.index(part.means.kind))
        path = street.field.path[:-1] or ("address",)
        whole = Detail(
            street.pointer, Field(path, {}, True), Meaning("address"), tuple(one.values[0] for one in ordered)
        )
        details = [
            whole if detail is street else detail for detail in details if detail is street or detail not in parts
        ]
    return details
