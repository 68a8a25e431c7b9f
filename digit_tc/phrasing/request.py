"""The request that a person would write to cause a plan: the goal first, every literal value woven in.

Explicit calls are worded as goals; implicit ones are never spoken of, their values are carried by the goal they serve
(DiGiT-TC, section 3). No tool name, call id or JSON appears.
"""

from dataclasses import dataclass, field
from datetime import date

from digit_tc.phrasing.details import Detail, Teller
from digit_tc.phrasing.goals import Goal, goal
from digit_tc.phrasing.inserting import inserted
from digit_tc.phrasing.manner import Manner
from digit_tc.planning.references import HIGHEST, LOWEST, literals, schema_path
from digit_tc.records import Persona
from digit_tc.state import PlannedCall
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.fields import ITEM, Field
from digit_tc.tools.meaning import Meaning
from digit_tc.tools.names import plural, singular, words

_PICKED = {
    (LOWEST, "money"): ("cheapest", "least expensive"),
    (HIGHEST, "money"): ("most expensive",),
    (HIGHEST, "rating"): ("best rated", "highest rated"),
    (LOWEST, "date"): ("earliest", "soonest"),
    (LOWEST, "datetime"): ("earliest", "soonest"),
    (LOWEST, "time"): ("earliest",),
}
_SUMS = ("balance", "amount", "total", "limit", "spent", "credit")


@dataclass
class Clause:
    """One explicit call with all that its sentence has to carry."""

    call: PlannedCall
    goal: Goal
    details: list[Detail] = field(default_factory=list)


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
        clauses = [Clause(call, self._goal(call), self._details(call)) for call in explicit]
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
        return list(found.values())

    def _worded(self, clause: Clause, at: int) -> list[str]:
        """Returns the sentences of one clause: the goal with what fits inside it, then the rest."""
        phrase, left = inserted(clause.goal.phrase, clause.details, self._teller, self._flow[clause.call["tool"]])
        phrase = self._pointed(phrase, clause, at)
        inline = [detail for detail in left if not self._teller.aside(detail)]
        aside = [detail for detail in left if self._teller.aside(detail)]
        split = self._manner.splits(len(inline))
        head, rest = inline[:split], inline[split:]
        sentences = [" ".join([phrase, *(self._teller.inline(detail) for detail in head)])]
        if rest:
            sentences.append(self._manner.continued([self._teller.inline(detail) for detail in rest]))
        return sentences + [self._teller.sentence(detail) for detail in aside]

    def _pointed(self, phrase: str, clause: Clause, at: int) -> str:
        """Puts in which thing is meant: the cheapest hotel, that booking, the one from before."""
        for pointer, reference in clause.call["references"].items():
            tool = self._flow[clause.call["tool"]]
            means = tool.means.get(schema_path(pointer))
            if means is None or means.kind != "id":
                continue
            noun = means.entity.split()[-1] if means.entity else ""
            picked = self._picked(reference["call"], reference["path"])
            source = self._by_id.get(reference["call"])
            if picked and source and source["implicit"]:
                phrase = self._adjective(phrase, noun, picked, clause.goal)
            elif picked:
                phrase = self._one_of(phrase, noun, picked)
            elif at or source is None:
                phrase = self._that(phrase, noun, earlier=source is None)
        return phrase

    def _picked(self, identity: str, path: list[str | int]) -> str:
        source = self._by_id.get(identity)
        if source is None:
            return next((_nth(part) for part in path if isinstance(part, int) and part), "")
        tool = self._flow[source["tool"]]
        for at, part in enumerate(path):
            if isinstance(part, str) and part.startswith((LOWEST, HIGHEST)):
                side, _, name = part.partition(":")
                stem = tuple(ITEM if _entry(step) else str(step) for step in path[: at + 1])
                kind = tool.yields.get((*stem, name), Meaning("")).kind
                if any(word in _SUMS for word in words(name)):
                    return f"{side} {' '.join(words(name))}"
                return self._stream.choice(_PICKED.get((f"{side}:", kind), (f"{side} {' '.join(words(name))}",)))
        return ""

    def _adjective(self, phrase: str, noun: str, picked: str, worded: Goal) -> str:
        if noun and noun == worded.noun.split()[-1]:
            body = f"{worded.article} {worded.noun}".strip()
            if body in phrase:
                return phrase.replace(body, f"the {picked} {worded.noun}", 1)
        return f"{phrase} for the {picked} {noun}".rstrip()

    def _one_of(self, phrase: str, noun: str, picked: str) -> str:
        for article in ("the ", "a ", "an "):
            if noun and f"{article}{noun}" in phrase:
                return phrase.replace(f"{article}{noun}", f"the {picked} one", 1)
        return f"{phrase} for the {picked} one"

    def _that(self, phrase: str, noun: str, *, earlier: bool) -> str:
        pointed = self._stream.choice((f"that {noun}", f"the same {noun}") if earlier else (f"that {noun}", f"this {noun}"))
        for article in ("the ", "a ", "an "):
            if noun and phrase.endswith(f"{article}{noun}"):
                return f"{phrase.removesuffix(f'{article}{noun}')}{pointed}"
        if not noun or noun in phrase.split():
            return phrase
        return f"{phrase} for {pointed}"


def _entry(step: str | int) -> bool:
    return isinstance(step, int) or step.startswith((LOWEST, HIGHEST))


def _nth(at: int) -> str:
    return {1: "second", 2: "third", 3: "fourth"}.get(at, "last")


def _same(detail: Detail, others: list[Detail]) -> bool:
    """Says whether a value of the same meaning and wording is already carried: one city said once."""
    return any(
        detail.values == other.values and detail.means.kind == other.means.kind and detail.means.role == other.means.role
        for other in others
    )


def noun_phrase(noun: str) -> str:
    """Returns the plural of a noun phrase."""
    return plural(singular(noun))
