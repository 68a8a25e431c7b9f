"""What the assistant says at the end of a turn: the results a person would want, none invented."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from digit_tc.phrasing.goals import goal
from digit_tc.phrasing.spoken import listed, said_enum
from digit_tc.streams import Stream
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.fields import ITEM, Field
from digit_tc.tools.meaning import Meaning, Understood, judge
from digit_tc.tools.names import plural, singular, spoken, words
from digit_tc.world.filters import past_participle

_HEADLINES = ("person", "name", "title", "product", "hotel", "restaurant", "event", "task", "movie", "book", "song",
              "company", "project", "room", "device", "dish", "file")  # fmt: skip
_FACTS = ("id", "money", "date", "datetime", "time", "enum", "status", "person", "city", "count", "rating", "number",
          "percent", "temperature", "airline", "address", "phone", "email", "masked", "tracking_event", "minutes",
          "content", "result", "description", "flag", "specialty", "street", "folder")  # fmt: skip
_MOST = 4


@dataclass(frozen=True)
class Shown:
    """One call as the report sees it."""

    tool: str
    arguments: dict[str, Any]
    result: Any
    error: str
    goal: bool


class Report:
    """Words the results of one turn."""

    def __init__(self, flow: Dataflow, calls: Sequence[Shown], stream: Stream) -> None:
        self._flow, self._calls, self._stream = flow, calls, stream

    def text(self) -> str:
        """Returns the report: what failed first, then what each spoken goal gave."""
        told = [self._told(call) for call in self._calls if call.goal or call.error]
        sentences = [sentence for sentence in told if sentence] or ["That is done."]
        opening = self._stream.choice(("", "", "All set. ", "Done. ", "Here is what I have. ", "Okay. "))
        failed = any(call.error for call in self._calls)
        return ("" if failed else opening) + " ".join(sentences)

    def _told(self, call: Shown) -> str:
        tool = self._flow[call.tool]
        if call.error:
            return f"I could not {goal(tool, self._stream, known=True).phrase}: {call.error.rstrip('.')}."
        if tool.action == "compute" or (isinstance(call.result, int | float) and not isinstance(call.result, bool)):
            return self._computed(call.result)
        lists = _entries(call.result)
        if tool.action in ("search", "read") and lists is not None:
            return self._found(tool, *lists)
        if tool.action in ("search", "read"):
            return self._read(tool, call)
        return self._acted(tool, call)

    def _computed(self, result: Any) -> str:
        values = [value for value in (result.values() if isinstance(result, dict) else [result]) if _scalar(value)]
        said = listed([_plain(value) for value in values[:3]]) if values else "ready"
        return self._stream.choice(("The result is {v}.", "That comes to {v}.", "It works out to {v}.")).format(v=said)

    def _found(self, tool: Understood, stem: tuple[str, ...], entries: list[Any]) -> str:
        listed_as = " ".join(words(stem[-1])) if stem else ""
        noun = listed_as if listed_as.endswith("s") else plural(tool.entity) if tool.entity else "entries"
        if not entries:
            return f"I found no {noun}."
        count = len(entries)
        one = " ".join([*noun.split()[:-1], singular(noun.split()[-1])])
        head = f"I found {count} {noun if count > 1 else one}"
        said = [self._entry(tool, (*stem, ITEM), entry) for entry in entries[:3]]
        more = f", and {count - 3} more" if count > 3 else ""
        return f"{head}: {'; '.join(one for one in said if one)}{more}."

    def _entry(self, tool: Understood, stem: tuple[str, ...], entry: Any) -> str:
        if not isinstance(entry, dict):
            return _plain(entry)
        facts = self._facts(tool, stem, entry)
        title = next((said for name, means, said in facts if means.kind in _HEADLINES), "")
        rest = [_fact(name, means, said) for name, means, said in facts if said != title and means.kind in _FACTS][
            : 2 if title else 3
        ]
        return f"{title} ({', '.join(rest)})" if title and rest else title or ", ".join(rest)

    def _read(self, tool: Understood, call: Shown) -> str:
        if not isinstance(call.result, dict):
            noun = spoken(tool.entity) or "result"
            return f"The {noun} is {_plain(call.result)}." if _scalar(call.result) else "That is done."
        facts = [fact for fact in self._facts(tool, (), call.result) if fact[1].kind != "id"]
        if not facts:
            return self._acted(tool, call)
        if len(facts) == 1 and facts[0][1].kind in ("content", "result", "text", "folder"):
            return f"{self._stream.choice(('This is what it says', 'Here it is'))}: {facts[0][2]}".rstrip(".") + "."
        return self._sentence(tool, facts)

    def _sentence(self, tool: Understood, facts: list[tuple[str, Meaning, str]]) -> str:
        title = next((said for _, means, said in facts if means.kind in _HEADLINES), "")
        rest = [_fact(name, means, said) for name, means, said in facts if said != title][:_MOST]
        noun = tool.entity or "result"
        if title:
            lead = self._stream.choice(("For {t}: ", "Here is {t}: ", "{t}: ")).format(t=title)
            return f"{lead}{', '.join(rest)}." if rest else f"The {noun} is {title}."
        return f"{self._stream.choice(('The {n}: ', 'Here is the {n}: ')).format(n=noun)}{', '.join(rest)}."

    def _acted(self, tool: Understood, call: Shown) -> str:
        aim = goal(tool, self._stream, known=tool.action != "create")
        result = call.result if isinstance(call.result, dict) else {}
        facts = self._facts(tool, (), result)
        own = [_fact(name, means, said) for name, means, said in facts if means.kind == "id"][:1]
        news = [
            _fact(name, means, said)
            for name, means, said in facts
            if means.kind != "id" and not (means.kind == "flag" and name in ("success", "ok"))
        ][:3]
        article = "your" if aim.article == "my" else aim.article
        done = f"I have {past_participle(tool.tool.name, aim.verb)} {' '.join((article, aim.noun, aim.tail)).strip()}"
        told = listed([*own, *news]) if own or news else ""
        if isinstance(call.result, str) and call.result:
            told = call.result
        return f"{' '.join(done.split())}{': ' if told else ''}{told}".rstrip(".") + "."

    def _facts(self, tool: Understood, stem: tuple[str, ...], value: dict[str, Any]) -> list[tuple[str, Meaning, str]]:
        """Returns the scalars of an object that are worth saying, the most telling first."""
        found: list[tuple[str, Meaning, str]] = []
        currency = str(value.get("currency", ""))
        for name, item in value.items():
            means = tool.yields.get((*stem, name)) or judge(Field((*stem, name), {}, True), tool.tool.name)
            if isinstance(item, dict) and not stem:
                found += self._facts(tool, (*stem, name), item)[:2]
            elif _scalar(item) and means.kind in (*_HEADLINES, *_FACTS):
                label = " ".join(word for word in words(name) if not word.isdigit())
                found.append((label, means, _said(item, means, currency)))
        rank = [kind for kind in (*_HEADLINES, *_FACTS) if kind != "person"] + ["person"]
        return sorted(found, key=lambda fact: (fact[1].kind != "id", fact[1].kind == "flag", rank.index(fact[1].kind)))


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


def _plain(value: Any) -> str:
    return str(value) if len(str(value)) <= 120 else f"{str(value)[:117]}..."


def _said(value: Any, means: Meaning, currency: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if means.kind == "money" and isinstance(value, int | float):
        amount = f"{value:,.2f}" if not float(value).is_integer() else f"{value:,.0f}"
        return f"{amount} {currency}" if currency else f"${amount}"
    if means.kind == "date" and isinstance(value, str) and len(value) == 10:
        day = date.fromisoformat(value)
        return f"{day.strftime('%B')} {day.day}, {day.year}"
    if means.kind == "datetime" and isinstance(value, str) and "T" in value:
        moment = datetime.fromisoformat(value.removesuffix("Z"))
        return f"{moment.strftime('%B')} {moment.day}, {moment.year} at {moment.strftime('%H:%M')}"
    if means.kind in ("enum", "status"):
        return said_enum(value)
    if means.kind == "content":
        return f'"{_plain(value)}"'
    return _plain(value)


def _fact(name: str, means: Meaning, said: str) -> str:
    if means.kind == "id":
        noun = means.entity or name
        return f"{noun} {said}"
    if means.kind in ("city", "airline", "content", "result"):
        return said
    if means.kind == "flag":
        return name if said == "yes" else f"not {name}"
    return f"{name} {said}"
