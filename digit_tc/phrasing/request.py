"""The request that a person would write to cause a plan: the goal first, every literal value woven in.

Explicit calls are worded as goals; implicit ones are never spoken of, their values describe the things that the goals
are about (DiGiT-TC, section 3). No tool name, call id or JSON appears.
"""

from dataclasses import replace
from datetime import date

from digit_tc.phrasing.details import Detail, Teller
from digit_tc.phrasing.gathering import details_of, same
from digit_tc.phrasing.goals import Goal, goal
from digit_tc.phrasing.inserting import inserted
from digit_tc.phrasing.manner import Manner
from digit_tc.phrasing.pointing import Pointing, adjective, placed
from digit_tc.planning.conditions import under
from digit_tc.planning.references import schema_path
from digit_tc.records import Persona
from digit_tc.state import PlannedCall
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.meaning import Meaning, Understood

_POINTED = {
    "file": "file", "folder": "folder", "number": "result", "count": "number", "money": "amount", "content": "text",
    "exponent": "result", "percent": "result", "email": "email address", "phone": "number", "person": "name",
    "company": "company",
}  # fmt: skip
"""What a value that comes from an earlier result is called."""
_TIED = {"file": "for that file", "folder": "in that folder", "money": "for that amount", "content": "with that text",
         "email": "using that email address", "phone": "using that number", "city": "there", "country": "there",
         "person": "for the same name", "company": "for the same company"}  # fmt: skip
"""How such a value is spoken of where the goal has no place for it."""

_APART = ("I mean {it}", "that is {it}", "it is about {it}", "I am talking about {it}", "to be clear, {it}")
"""How a person adds which thing is meant."""


class Request:
    """Words the plan of one turn.

    Args:
        flow: What the tools' arguments mean.
        plan: The calls of the turn.
        earlier: The calls of the turns before.
        persona: Who speaks.
        today: The simulated date.
        stream: Chooses among wordings.
        later: Whether the user has spoken before; as the earlier calls say where it is left out.
        opened: Whether something stands before it in the same message.
    """

    def __init__(  # noqa: PLR0913 - what is said, by whom, when, behind what
        self, flow: Dataflow, plan: list[PlannedCall], earlier: list[PlannedCall], persona: Persona, today: date,
        stream: Stream, *, later: bool | None = None, opened: bool = False,
    ) -> None:  # fmt: skip
        self._flow, self._plan, self._stream = flow, plan, stream
        self._teller = Teller(persona, today, stream)
        self._manner = Manner(persona, stream, later=bool(earlier) if later is None else later, opened=opened)
        self._pointing = Pointing(flow, plan, earlier, self._teller, stream)
        self._first, self._late = not earlier, list[Detail]()

    def text(self) -> str:
        """Returns the request."""
        explicit = [call for call in self._plan if not call["implicit"]] or self._plan[-1:]
        self._pointing.late = self._first and any(details_of(call, self._flow[call["tool"]]) for call in explicit)
        clauses = [self._worded(call) for call in explicit]
        own = [detail for at, detail in enumerate(self._late) if not same(detail, self._late[:at])]
        clauses[-1] += [*self._aside(own), *self._told_apart()]
        return self._manner.whole(clauses)

    def _told_apart(self) -> list[str]:
        """Returns the sentences that say which things are meant, where the goals have left it open."""
        forms = self._stream.shuffled(_APART)
        return [forms[at % len(forms)].format(it=said) for at, said in enumerate(self._pointing.descriptions)]

    def _goal(self, tool: Understood) -> Goal:
        known = tool.action not in ("search", "create", "compute")
        return goal(tool, self._stream, known=known)

    def _worded(self, call: PlannedCall) -> list[str]:
        """Returns the sentences of one call: the goal with what fits inside it, then the rest."""
        tool = self._flow[call["tool"]]
        worded = self._goal(tool)
        hidden = self._pointing.hidden(call)
        own = details_of(call, tool)
        if self._pointing.late:
            self._late += [detail for detail in self._pointing.unmarked(call) if not same(detail, own)]
        else:
            own += self._pointing.unmarked(call)
        own = [detail for at, detail in enumerate(own) if not same(detail, [*hidden, *own[:at]])]
        worded, own = self._qualified(worded, own, tool)
        phrase, left = inserted(worded.phrase, [*own, *self._referred(call, tool)], self._teller, tool)
        phrase = placed(phrase, worded, self._pointing.spoken(call), tool.action)
        if tool.action != "create":
            phrase, left = named(phrase, left, self._teller)
        tied = [self._tied(call, detail) for detail in left if detail.referred and detail.means.kind in _TIED]
        left = [detail for detail in left if not detail.referred]
        action = tool.action
        inline = [one for one in left if self._teller.plain(one, action) and not self._teller.aside(one, action)]
        others = [detail for detail in left if detail not in inline]
        if len(others) == 1 and not self._teller.aside(others[0]) and self._manner.compact():
            inline, others = [*inline, others[0]], []
        spoken = joined([self._teller.inline(detail, action) for detail in inline])
        phrase = " ".join([phrase, *tied, *spoken])
        if others and self._manner.attaches():
            phrase, others = f"{phrase}{self._teller.tail(others[0])}", others[1:]
        if condition := call.get("condition"):
            phrase = self._manner.given(under(condition), phrase)
        return [phrase, *self._manner.strung(self._aside(others))]

    def _tied(self, call: PlannedCall, detail: Detail) -> str:
        if detail.means.kind in ("city", "country"):
            return self._pointing.there(call["references"][detail.pointer])
        return _TIED[detail.means.kind]

    def _aside(self, details: list[Detail]) -> list[str]:
        """Returns the clauses for what does not fit into the goal; plain settings share one."""
        settings = [detail for detail in details if not self._teller.aside(detail)]
        if len(settings) < 2:
            return [self._teller.sentence(detail) for detail in details]
        rest = [self._teller.sentence(detail) for detail in details if detail not in settings]
        return [self._teller.settings(settings), *rest]

    def _qualified(self, worded: Goal, details: list[Detail], tool: Understood) -> tuple[Goal, list[Detail]]:
        """Lets one member of an enum stand before the noun of what is listed: "show me cancelled orders"."""
        if tool.action not in ("search", "read") or not worded.noun or worded.article not in ("", "the"):
            return worded, details
        for detail in details:
            telling = len(detail.values) == 1 and adjective(str(detail.values[0]))
            if detail.means.kind == "enum" and telling and self._manner.compact():
                noun = f"{self._teller.value(detail)} {worded.noun}"
                return replace(worded, noun=noun), [one for one in details if one is not detail]
        return worded, details

    def _referred(self, call: PlannedCall, tool: Understood) -> list[Detail]:
        """Returns the arguments that come from earlier results and are not ids, with what they are called."""
        found: list[Detail] = []
        for pointer in call["references"]:
            path = schema_path(pointer)
            means = tool.means.get(path, Meaning("text"))
            word = _POINTED.get(means.kind, means.kind)
            if means.kind != "id":
                leaf = next(field for field in tool.inputs if field.path == path)
                said = self._stream.choice((f"that {word}", f"the {word}")) if word == "result" else f"that {word}"
                found.append(Detail(pointer, leaf, means, (), referred=said))
        return found


def joined(phrases: list[str]) -> list[str]:
    """Strings phrases together: a second "with" becomes "and"."""
    done: list[str] = []
    for phrase in phrases:
        again = phrase.startswith("with ") and any(one.startswith("with ") for one in done)
        done.append(f"and {phrase.removeprefix('with ')}" if again else phrase)
    return done


def named(phrase: str, details: list[Detail], teller: Teller) -> tuple[str, list[Detail]]:
    """Puts a literal id behind the noun it belongs to: "cancel the order" becomes "cancel order ORD-12345"."""
    for detail in details:
        noun = detail.label
        if detail.means.kind != "id" or len(detail.values) > 1 or detail.referred:
            continue
        for article in ("the ", "a ", "an "):
            if phrase.endswith(f"{article}{noun}") or f"{article}{noun} " in phrase:
                said = f"{noun} {teller.value(detail)}"
                return phrase.replace(f"{article}{noun}", said, 1), [one for one in details if one is not detail]
    return phrase, details
