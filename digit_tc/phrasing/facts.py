"""The facts of a result that are worth telling, each with the words for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from digit_tc.phrasing.spoken import be, said_enum
from digit_tc.tools.fields import Field
from digit_tc.tools.meaning import Meaning, Understood, judge
from digit_tc.tools.names import words

_NAMES = ("name", "title", "product", "hotel", "restaurant", "event", "task", "movie", "book", "song", "company",
          "project", "room", "meeting_room", "device", "dish", "scene", "sprint", "account", "person",
          "file")  # fmt: skip
_WORTH = ("id", "money", "rating", "date", "datetime", "time", "enum", "status", "airline", "medication", "dosage",
          "city", "count", "quantity", "number", "percent", "temperature", "person", "phone", "masked",
          "tracking_event", "minutes", "specialty", "street", "email", "content", "result", "flag", "folder",
          "description")  # fmt: skip
_LONGEST = 100


@dataclass(frozen=True)
class Fact:
    """One scalar of a result: its key, what it means, its value as it stands and as it is said."""

    key: str
    means: Meaning
    raw: Any
    value: str

    @property
    def names(self) -> bool:
        """Whether people call the thing by this."""
        return self.means.kind in _NAMES

    @property
    def identifies(self) -> bool:
        """Whether it is the id of something."""
        return self.means.kind == "id"

    @property
    def label(self) -> str:
        """The key in words."""
        return " ".join(word for word in words(self.key) if not word.isdigit())

    @property
    def brief(self) -> str:
        """The fact inside a list: "$120", "rating 4.5", "confirmed"."""
        kind = self.means.kind
        if kind == "money" and set(words(self.key)) & {"price", "amount", "cost", "fare", "total"}:
            return self.value
        if kind in ("id", "airline", "city", "status", "medication", "dosage", "content", "result", "specialty"):
            return self.value
        if kind == "enum" and self.key in ("status", "type", "category"):
            return self.value
        if kind == "flag":
            return self.label if self.raw else f"not {self.label}"
        return f"{self.label} {self.value}"

    @property
    def clause(self) -> str:
        """The fact as a clause of its own: "the price is $120", "it is confirmed"."""
        kind = self.means.kind
        if self.key == "status" or kind == "status":
            return f"the status is {self.value}" if " " in self.value else f"it is now {self.value}"
        if kind == "flag":
            return f"{self.label}: {'yes' if self.raw else 'no'}"
        if kind == "result":
            return self.value
        return f"the {self.label} {be(self.label)} {self.value}"


def facts_of(tool: Understood, stem: tuple[str, ...], value: dict[str, Any]) -> list[Fact]:
    """Returns the scalars of an object that are worth saying, the most telling first."""
    found: list[Fact] = []
    currency = str(value.get("currency", ""))
    for key, item in value.items():
        means = tool.yields.get((*stem, key) if key else stem) or judge(Field((*stem, key), {}, True), tool.tool.name)
        if isinstance(item, dict) and not stem:
            found += _inside(tool, key, item)
        elif _tellable(item) and means.kind in (*_NAMES, *_WORTH) and key not in ("currency", "success", "ok"):
            found.append(Fact(key, means, item, said(item, means, currency)))
    rank = [*_NAMES[:-2], *_WORTH, *_NAMES[-2:]]
    return sorted(found, key=lambda fact: (fact.key not in ("name", "title"), rank.index(fact.means.kind)))


def _inside(tool: Understood, key: str, item: dict[str, Any]) -> list[Fact]:
    """Returns the one fact of an inner object that is worth saying: a whole name, but no line of an address."""
    if isinstance(item.get("first_name"), str) and isinstance(item.get("last_name"), str):
        whole = f"{item['first_name']} {item['last_name']}"
        return [Fact(key, Meaning("person"), whole, whole)]
    facts = [fact for fact in facts_of(tool, (key,), item) if not fact.identifies]
    return [fact for fact in facts if fact.means.kind not in ("city", "street")][:1]


def said(value: Any, means: Meaning, currency: str = "") -> str:
    """Says one value of a result, with everything that it says standing in the result."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if means.kind == "money" and isinstance(value, int | float):
        amount = f"{value:,.2f}" if not float(value).is_integer() else f"{value:,.0f}"
        return f"{amount} {currency}" if currency else f"${amount}"
    if isinstance(value, str):
        return _text(value, means.kind)
    return plain(value)


def _text(value: str, kind: str) -> str:
    if kind in ("date", "birthday", "datetime"):
        return _when(value, kind)
    if kind in ("enum", "status"):
        return said_enum(value)
    if kind == "content":
        return f'"{plain(value)}"'
    return plain(value)


def _when(value: str, kind: str) -> str:
    try:
        moment = datetime.fromisoformat(value.removesuffix("Z"))
    except ValueError:
        return plain(value)  # anything may stand where a specification says only "text"
    day = f"{moment.strftime('%B')} {moment.day}, {moment.year}"
    return f"{day} at {moment.strftime('%H:%M')}" if kind == "datetime" and "T" in value else day


def plain(value: Any) -> str:
    """Returns a value as text, a long one cut between two words."""
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rpartition(' ')[0]} ..."


def _tellable(value: Any) -> bool:
    return isinstance(value, str | int | float | bool) and value != ""
