"""What the assistant says at the end of a turn: the results a person would want, none invented."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from digit_tc.phrasing.facts import Fact, facts_of, plain
from digit_tc.phrasing.goals import goal
from digit_tc.phrasing.spoken import listed
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.fields import ITEM
from digit_tc.tools.meaning import Understood
from digit_tc.tools.names import plural, singular, spoken, words
from digit_tc.world.filters import past_participle

_OPENINGS = ("All set. ", "Done. ", "Okay. ", "Sure. ")
_SHOWN = 4
"""How many entries of a list are told."""


@dataclass(frozen=True)
class Shown:
    """One call as the report sees it; `goal` says whether the request spoke of it."""

    tool: str
    arguments: dict[str, Any]
    result: Any
    error: str
    goal: bool


@dataclass(frozen=True)
class Left:
    """A call that was wanted under a condition which did not hold, and why it was not made."""

    tool: str
    why: str


class Report:
    """Words the results of one turn."""

    def __init__(self, flow: Dataflow, calls: Sequence[Shown], stream: Stream, left: Sequence[Left] = ()) -> None:
        self._flow, self._calls, self._stream, self._left = flow, calls, stream, left

    def text(self) -> str:
        """Returns the report: what each spoken goal gave, and what failed."""
        told = [self._told(call) for call in self._calls if call.goal or call.error]
        told += [self._not_done(one) for one in self._left]
        sentences = [sentence for sentence in told if sentence] or ["That is done."]
        failed = any(call.error for call in self._calls)
        opening = self._stream.choice(_OPENINGS) if not failed and self._stream.chance(0.2) else ""
        return opening + " ".join(sentences)

    def _not_done(self, left: Left) -> str:
        frames = ("I did not {g}, because {w}.", "Since {w}, I did not {g}.", "As {w}, I have left it at that.")
        phrase = goal(self._flow[left.tool], self._stream, known=True).phrase
        return _capital(self._stream.choice(frames).format(g=phrase, w=left.why))

    def _told(self, call: Shown) -> str:
        tool = self._flow[call.tool]
        if call.error:
            return f"I could not {goal(tool, self._stream, known=True).phrase}: {call.error.rstrip('.')}."
        number = isinstance(call.result, int | float) and not isinstance(call.result, bool)
        if tool.action == "compute" or number or _sum(call.result, tool):
            return self._computed(call)
        entries = _entries(call.result)
        if tool.action in ("search", "read") and entries is not None:
            return self._found(tool, call, *entries)
        return self._read(tool, call) if tool.action in ("search", "read") else self._acted(tool, call)

    def _computed(self, call: Shown) -> str:
        shown = call.result.items() if isinstance(call.result, dict) else [("", call.result)]
        given = [value for value in call.arguments.values() if _scalar(value)]
        values = {key: value for key, value in shown if _scalar(value) and not isinstance(value, bool)}
        fresh = {key: value for key, value in values.items() if value not in given} or values
        if not fresh:
            return "That is done."
        first = next(iter(fresh.values()))
        if len(fresh) == 1 and isinstance(first, int | float):
            frames = ("The result is {v}.", "That comes to {v}.", "It works out to {v}.")
            return self._stream.choice(frames).format(v=plain(first))
        if "" in fresh:
            return f"The result is {plain(fresh['']).rstrip('.')}."
        said = listed([f"the {spoken(key)} is {plain(value).rstrip('.')}" for key, value in list(fresh.items())[:3]])
        return f"{_capital(said)}."

    def _found(self, tool: Understood, call: Shown, stem: tuple[str, ...], entries: list[Any]) -> str:
        listed_as = " ".join(words(stem[-1])) if stem else ""
        noun = listed_as if listed_as.endswith("s") else plural(tool.entity) if tool.entity else "entries"
        if not entries:
            return f"I found no {noun}."
        one = " ".join([*noun.split()[:-1], singular(noun.split()[-1])])
        frames = ("I found {n}: {v}.", "There {be} {n}: {v}.", "Here {be} {n}: {v}.")
        said = [self._entry(tool, call, (*stem, ITEM), entry, entries) for entry in entries[:_SHOWN]]
        if len(entries) > _SHOWN:
            said.append(f"and {len(entries) - _SHOWN} more")
        many = len(entries) > 1
        counted = f"{len(entries)} {noun}" if many else f"one {one}"
        told = "; ".join(one for one in said if one)
        return self._stream.choice(frames).format(n=counted, v=told.rstrip("."), be="are" if many else "is")

    def _entry(self, tool: Understood, call: Shown, stem: tuple[str, ...], entry: Any, entries: list[Any]) -> str:
        """Words one entry of a list by what tells it from the others."""
        if not isinstance(entry, dict):
            return plain(entry)
        facts = [fact for fact in facts_of(tool, stem, entry) if not _common(fact, call, entries)]
        title = next((fact for fact in facts if fact.names), None)
        own = [fact for fact in facts if fact.identifies][:1]
        rest = [fact for fact in facts if fact is not title and not fact.identifies][:3]
        told = [fact.brief for fact in (*own, *rest)]
        if title is None:
            return ", ".join(told)
        return f"{title.value} ({', '.join(told)})" if told else title.value

    def _read(self, tool: Understood, call: Shown) -> str:
        if not isinstance(call.result, dict):
            found = facts_of(tool, (), {"": call.result})
            return f"The {tool.entity or 'result'} is {found[0].value if found else plain(call.result)}."
        facts = [fact for fact in facts_of(tool, (), call.result) if not fact.identifies]
        if not facts:
            return self._acted(tool, call)
        if len(facts) == 1 and facts[0].means.kind in ("content", "result", "text", "folder"):
            return f"{self._stream.choice(('This is what it says', 'Here it is'))}: {facts[0].value.rstrip('.')}."
        if len(facts) == 1 and facts[0].means.kind == "flag":
            return f"It is {'' if facts[0].raw else 'not '}{facts[0].label.removeprefix('is ')}."
        title = next((fact for fact in facts if fact.names), None)
        rest = [fact for fact in facts if fact is not title][:5]
        subject = title.value if title else f"The {tool.entity or 'result'}"
        if not rest:
            return f"That is {subject}." if title else f"{subject} is there."
        frame = self._stream.choice(("{s}: {v}.", "Here is {s}: {v}.") if title else ("{s}: {v}.",))
        return frame.format(s=subject, v=listed([fact.brief for fact in rest]).rstrip("."))

    def _acted(self, tool: Understood, call: Shown) -> str:
        aim = goal(tool, self._stream, known=tool.action != "create")
        result = call.result if isinstance(call.result, dict) else {}
        facts = facts_of(tool, (), result)
        own = next((fact for fact in facts if fact.identifies), None)
        article = "your" if aim.article in ("my", "the") else aim.article
        what = " ".join(part for part in (article, aim.noun, aim.tail) if part)
        if own is not None:
            what = f"{what} ({own.value})"
        shows = aim.verb.split()[0] in ("show", "give", "tell")
        done = f"Here is {what}" if shows else f"I have {past_participle(tool.tool.name, aim.verb)} {what}"
        if shows and not result:
            return "That is done."
        told = [fact for fact in facts if not fact.identifies and fact.value not in past_participle(tool.tool.name)]
        asked = [fact for fact in told if _given(fact, call)]
        news = (asked if tool.action == "update" and asked else [fact for fact in told if fact not in asked])[:2]
        if isinstance(call.result, str) and call.result:
            return f"{done}: {call.result.rstrip('.')}."
        if not news:
            return f"{done}."
        return self._stream.choice(("{d}; {f}.", "{d}. {F}.")).format(
            d=done, f=listed([fact.clause for fact in news]), F=_capital(listed([fact.clause for fact in news]))
        )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _given(fact: Fact, call: Shown) -> bool:
    """Says whether a fact only repeats what was asked for."""
    return any(fact.raw == value for value in call.arguments.values())


def _common(fact: Fact, call: Shown, entries: list[Any]) -> bool:
    """Says whether a fact tells nothing about an entry: it was asked for, or all entries share it."""
    if fact.names or (fact.identifies and not _given(fact, call)):
        return False
    same = len(entries) > 1 and all(isinstance(one, dict) and one.get(fact.key) == fact.raw for one in entries)
    return same or _given(fact, call)


def _sum(result: Any, tool: Understood) -> bool:
    """Says whether a result is one bare number of a calculation."""
    numbers = isinstance(result, dict) and list(result) in (["result"], ["value"])
    return bool(numbers) and isinstance(next(iter(result.values())), int | float) and not tool.entity


def _entries(result: Any) -> tuple[tuple[str, ...], list[Any]] | None:
    """Returns where the one list of a result stands and its entries, or None where there is no such list."""
    if isinstance(result, list):
        return (), result
    if not isinstance(result, dict):
        return None
    lists = [(name, value) for name, value in result.items() if isinstance(value, list)]
    return ((lists[0][0],), lists[0][1]) if len(lists) == 1 and len(result) <= 3 else None


def _scalar(value: Any) -> bool:
    return isinstance(value, str | int | float | bool) and value != ""
