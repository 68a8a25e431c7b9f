"""One argument in words: as a phrase inside a sentence ("from Oslo"), and as a sentence of its own."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from digit_tc.phrasing.manner import spelt
from digit_tc.phrasing.sentences import OWN, OWN_TAILS, PLAIN, PLAIN_TAILS, REFERRED, SENTENCES, TAILS
from digit_tc.phrasing.spoken import (
    Order,
    be,
    listed,
    quoted,
    said_date,
    said_datetime,
    said_enum,
    said_money,
    said_number,
    said_time,
)
from digit_tc.phrasing.variants import variant
from digit_tc.records import Language, Persona
from digit_tc.streams import Stream
from digit_tc.tools.fields import Field
from digit_tc.tools.meaning import Meaning
from digit_tc.tools.names import plural, singular, with_article, words

_ASIDE = {"email", "phone", "person", "first_name", "last_name", "message", "note", "instruction", "comment", "reason",
          "description", "content", "body", "review", "question", "password", "username", "postal_code", "street",
          "summary", "visit_reason", "payment_note", "gift_message", "resolution", "courier_message", "title",
          "subject", "symptom", "unit_number", "text", "birthday", "address"}  # fmt: skip
_ADJECTIVES = (
    "arian",
    "vegan",
    "able",
    "ible",
    "ful",
    "free",
    "al",
    "ive",
    "open",
    "urgent",
    "active",
    "ous",
    "available",
)
_FREE = {"message", "note", "instruction", "comment", "reason", "description", "content", "body", "review", "question",
         "title", "subject", "summary", "visit_reason", "payment_note", "gift_message", "resolution",
         "courier_message", "event", "task", "reminder", "text", "goal", "symptom"}  # fmt: skip
_NAMED = {"product", "company", "restaurant", "hotel", "movie", "book", "song", "artist", "author", "project", "team",
          "device", "room", "meeting_room", "dish", "airline", "hospital", "brand", "cuisine", "category", "genre",
          "specialty", "medication", "language", "skill", "job_title", "sport", "ingredient", "color", "size",
          "material", "department", "news_topic", "hobby", "vehicle", "weather", "query", "keyword", "tag"}  # fmt: skip

_ORDER: dict[Language, Order] = {"american": "month", "british": "day", "indian": "day", "plain": ""}
_SOUGHT = {"person": "named", "name": "named", "company": "at", "email": "with the email"}
"""How somebody is searched for."""


@dataclass(frozen=True)
class Detail:
    """One value to be woven in: which argument, what it means, the value (or the values of one list)."""

    pointer: str
    field: Field
    means: Meaning
    values: tuple[Any, ...]
    alone: bool = False
    """Whether a start has no end beside it: "on Friday" rather than "from Friday"."""
    currency: str = ""
    """The currency of an amount, where the request names one."""
    referred: str = ""
    """How a value that comes from an earlier result is pointed at: "that file"."""

    @property
    def label(self) -> str:
        """The argument's name in words: check in date, passenger name."""
        named = list(words(self.field.key))
        owner = self.field.owner
        if self.means.kind == "id" and self.means.entity:
            noun = " ".join(named[:-1]) if self.means.qualified and len(named) > 1 else self.means.entity
            return plural(noun) if len(self.values) > 1 else noun
        if named in (["to"], ["from"]) and self.means.kind in ("email", "phone", "person"):
            return "recipient" if named == ["to"] else "sender"
        bare = len(named) == 1 and named[0] in ("name", "email", "phone", "street", "city", "country")
        if owner and bare and len(self.field.path) > 1:
            named = [owner, *named]
        return " ".join(named)


class Teller:
    """Words details for one person on one day."""

    def __init__(self, persona: Persona, today: date, stream: Stream) -> None:
        self._persona, self._today, self._stream = persona, today, stream

    def aside(self, detail: Detail, action: str = "") -> bool:
        """Says whether a detail reads better in a sentence of its own, behind a clause of that action."""
        return detail.means.kind in _ASIDE and not (action == "search" and detail.means.kind in _SOUGHT)

    def plain(self, detail: Detail, action: str = "") -> bool:
        """Says whether a detail has a preposition of its own ("from Oslo"), so that it stands well inside a clause."""
        means = detail.means
        if action == "search" and means.kind in _SOUGHT:
            return True
        if _on_days(detail):
            return True
        return means.kind == "flag" or (means.kind, means.role) in _PHRASES or (means.kind, "") in _PHRASES

    def value(self, detail: Detail) -> str:
        """Says the bare value or values."""
        if detail.referred:
            return detail.referred
        if detail.currency:
            return f"{detail.values[0]} {detail.currency}"
        said = [self._said(detail.means, detail.field, value) for value in detail.values]
        return ", ".join(said) if detail.means.kind == "address" else listed(said, "and")

    def _said(self, means: Meaning, field: Field, value: Any) -> str:
        kind, stream = means.kind, self._stream
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str) and kind in ("date", "birthday", "datetime", "time"):
            return self._moment(kind, value)
        if kind == "money" and isinstance(value, int | float):
            return said_money(value, stream)
        if isinstance(value, int | float):
            return said_number(value, stream, words=kind == "count")
        if kind == "enum" or "enum" in field.schema:
            return said_enum(value)
        if kind in _FREE:
            return quoted(str(value), stream)
        return str(value)

    def _moment(self, kind: str, value: str) -> str:
        """Says a date or time, or the value as it is where it is written in another way."""
        if kind in ("date", "birthday") and _is(date.fromisoformat, value):
            return said_date(value, self._today, self._stream, _ORDER[self._persona.language])
        if kind == "datetime" and "T" in value:
            return said_datetime(value, self._today, self._stream, _ORDER[self._persona.language])
        if kind == "time" and len(value) in (5, 8) and value[2] == ":":
            return said_time(value, self._stream)
        return value

    def settings(self, details: list[Detail]) -> str:
        """Words several plain settings as one clause: the seat should be aisle and the class economy."""
        said = [(self.label(detail), self.value(detail)) for detail in details]
        if self._stream.chance(0.4):
            verb = variant("[please |just |][use|take|choose|go with]", self._stream)
            return f"{verb} {listed([f'{told} as the {label}' for label, told in said])}"
        verb = variant("[should be|is|has to be|must be|would be]", self._stream)
        (first, value), *rest = said
        more = listed([f"the {label} {told}" for label, told in rest])
        return f"the {first} {verb} {value}{' and' if len(rest) == 1 else ','} {more}"

    def label(self, detail: Detail) -> str:
        """Returns the argument's name in words, as the person spells it."""
        return spelt(detail.label, self._persona)

    def inline(self, detail: Detail, action: str = "") -> str:
        """Words a detail as a phrase to stand inside or behind a clause of that action."""
        if action == "search" and detail.means.kind in _SOUGHT:
            return f"{_SOUGHT[detail.means.kind]} {self.value(detail)}"
        if action == "update" and (detail.means.kind, detail.means.role) == ("money", "max"):
            return f"to {self.value(detail)}"
        if action == "update" and detail.means.kind == "id" and (detail.means.qualified or detail.label == "slot"):
            return f"to {detail.label} {self.value(detail)}"
        if detail.means.kind == "flag":
            return self._flag(detail)
        said = self.value(detail)
        form = self._stream.choice(self._phrases(detail))
        label = self.label(detail)
        return form.format(v=said, n=label, m=self._counted(detail, said), a=with_article(label))

    def sentence(self, detail: Detail) -> str:
        """Words a detail as a clause of its own, without the sign at its end."""
        return self._filled(self._sentences(detail), detail)

    def tail(self, detail: Detail) -> str:
        """Words a detail to be tied on to the end of a goal, with the comma that it may need."""
        kind = detail.means.kind
        own = OWN_TAILS.get(kind) if self._own(detail) else TAILS.get(kind)
        return self._filled(own or PLAIN_TAILS, detail)

    def _filled(self, templates: tuple[str, ...], detail: Detail) -> str:
        label = self.label(detail)
        template = self._stream.choice(templates)
        return variant(template, self._stream, v=self.value(detail), n=label, be=be(label))

    def _own(self, detail: Detail) -> bool:
        """Says whether a detail is the speaker's own name, address or number."""
        own = self._persona.email, self._persona.phone, self._persona.name
        return detail.means.kind in OWN and detail.values[0] in own

    def _flag(self, detail: Detail) -> str:
        named = [word for word in detail.label.split() if word not in ("is", "has", "include", "with", "are")]
        noun = " ".join(named) or detail.label
        if noun.split()[0] in ("notify", "send", "allow", "enable", "apply", "confirm", "keep", "show", "reply"):
            return f"and please {noun}" if detail.values[0] else f"and don't {noun}"
        if not noun.endswith(_ADJECTIVES) and noun.split()[0] not in ("open", "available", "active"):
            return f"with {noun}" if detail.values[0] else f"without {noun}"
        return self._stream.choice((f"{noun} only", f"only {noun}")) if detail.values[0] else f"not {noun}"

    def _counted(self, detail: Detail, said: str) -> str:
        named = detail.label.removeprefix("number of ").removeprefix("min ").removeprefix("max ")
        one = said in ("1", "one")
        head, _, last = named.rpartition(" ")
        last = singular(last) if one else plural(singular(last))
        return f"{said} {head} {last}".replace("  ", " ")

    def _phrases(self, detail: Detail) -> tuple[str, ...]:
        kind, role = detail.means.kind, detail.means.role
        if special := _special(detail):
            return special
        key = (kind, "" if detail.alone and kind in ("date", "time", "datetime") else role)
        if key in _PHRASES:
            return _PHRASES[key]
        if (kind, "") in _PHRASES and role not in ("min", "max"):
            return _PHRASES[kind, ""]
        if role in ("min", "max"):
            return ("{n} {v}", "with {a} of {v}")
        if detail.label.endswith("name") and kind in (*_NAMED, "name", "scene", "sprint", "event", "task"):
            return ("called {v}", "named {v}", "with the name {v}")
        if kind in _NAMED:
            return ("{n} {v}", "with {v} as the {n}")
        return (
            "with {v} as the {n}",
            "with {n} {v}",
            "with the {n} set to {v}",
            "where the {n} is {v}",
            "with {v} for the {n}",
        )

    def _sentences(self, detail: Detail) -> tuple[str, ...]:
        kind = detail.means.kind
        if self._own(detail):
            return OWN[kind]
        if kind == "id":
            return REFERRED
        return SENTENCES.get(kind, PLAIN)


def _on_days(detail: Detail) -> bool:
    """Says whether a detail names days of the week, and no number of days."""
    numbered = any(isinstance(value, int | float) for value in detail.values)
    return detail.label in ("days", "weekdays", "day of week") and not numbered


def _special(detail: Detail) -> tuple[str, ...]:
    """Returns the phrases for an argument whose name says more than its kind; empty for most."""
    if _on_days(detail):
        return ("on {v}",)
    if detail.means.kind == "count" and detail.label in ("count", "number", "times", "total"):
        return ("{v} of them", "with a {n} of {v}")
    if detail.means.kind == "date" and set(words(detail.field.key)) & {"due", "deadline"}:
        return ("due {v}", "by {v}")
    return ()


def _is(parse: Any, text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


_PHRASES: dict[tuple[str, str], tuple[str, ...]] = {
    ("city", "from"): ("from {v}", "leaving from {v}", "out of {v}"),
    ("city", "to"): ("to {v}",),
    ("city", "start"): ("from {v}",),
    ("city", "end"): ("to {v}",),
    ("city", ""): ("in {v}",),
    ("country", ""): ("in {v}",),
    ("country", "from"): ("from {v}",),
    ("country", "to"): ("to {v}",),
    ("airport", "from"): ("from {v}", "out of {v}"),
    ("airport", "start"): ("from {v}", "out of {v}"),
    ("airport", ""): ("to {v}",),
    ("airport", "to"): ("to {v}",),
    ("airport", "end"): ("to {v}", "into {v}"),
    ("currency", "from"): ("from {v}",),
    ("currency", "to"): ("to {v}", "into {v}"),
    ("currency", ""): ("in {v}",),
    ("unit", "from"): ("from {v}",),
    ("unit", "to"): ("to {v}", "into {v}"),
    ("language", "from"): ("from {v}",),
    ("language", "to"): ("to {v}", "into {v}"),
    ("date", "from"): ("from {v}", "starting {v}"),
    ("date", "start"): ("from {v}",),
    ("date", "to"): ("to {v}", "until {v}"),
    ("date", "end"): ("until {v}", "to {v}"),
    ("date", ""): ("on {v}", "for {v}"),
    ("datetime", "start"): ("from {v}",),
    ("datetime", "end"): ("until {v}", "to {v}"),
    ("datetime", ""): ("for {v}", "on {v}"),
    ("time", "start"): ("from {v}",),
    ("time", "end"): ("until {v}", "to {v}"),
    ("time", ""): ("at {v}",),
    ("money", "max"): ("under {v}", "for at most {v}", "with {a} of {v}", "for no more than {v}"),
    ("money", "min"): ("over {v}", "for at least {v}", "with {a} of {v}"),
    ("money", ""): ("for {v}", "with {a} of {v}", "with {v} as the {n}"),
    ("rating", "min"): ("rated at least {v}", "with a rating of at least {v}", "with {v} stars or more"),
    ("rating", ""): ("with a rating of {v}", "with {v} stars", "rated {v}"),
    ("count", "min"): ("with at least {m}", "with {a} of {v}", "for at least {m}"),
    ("count", "max"): ("with at most {m}", "with {a} of {v}"),
    ("count", ""): ("for {m}", "with {m}", "({m})"),
    ("limit", ""): ("limited to {v}", "no more than {v} of them", "just the first {v}"),
    ("limit", "max"): ("limited to {v}", "no more than {v} of them", "just the first {v}"),
    ("percent", ""): ("at {v} percent {n}", "with the {n} at {v}", "with {n} {v}"),
    ("temperature", ""): ("to {v} degrees", "at {v} degrees", "with {a} of {v}"),
    ("minutes", ""): ("for {v} minutes", "with {a} of {v} minutes"),
    ("hours", ""): ("for {v} hours", "with {a} of {v} hours"),
    ("priority", ""): ("with {n} {v}", "at {n} {v}"),
    ("digits", ""): ("to {v} decimal places", "with a precision of {v}"),
    ("year", ""): ("from {v}", "in {v}"),
    ("id", ""): ("for {n} {v}", "with {n} {v}"),
    ("quantity", ""): ("({v} of them)", "with quantity {v}", "quantity {v}", "in a quantity of {v}"),
    ("file", ""): ("{v}", "the file {v}"),
    ("file", "from"): ("{v}", "the file {v}"),
    ("file", "to"): ("to {v}", "into {v}"),
    ("folder", ""): ("{v}", "the {v} folder"),
    ("path", ""): ("under {v}",),
    ("query", ""): ("matching {v}", "for {v}"),
    ("pattern", ""): ("for {v}", "containing {v}"),
    ("cuisine", ""): ("serving {v} food", "with {v} cuisine"),
    ("symbol", ""): ("for {v}",),
    ("company", ""): ("for {v}", "with {v}"),
    ("expression", ""): ("for {v}", "of {v}"),
    ("equation", ""): ("{v}",),
    ("specialty", ""): ("in {v}", "specialising in {v}"),
    ("event", ""): ("for {v}", "called {v}"),
    ("task", ""): ("called {v}", "named {v}"),
    ("color", ""): ("in {v}",),
    ("size", ""): ("in size {v}",),
    ("weekday", ""): ("on {v}",),
    ("month", ""): ("in {v}", "for {v}"),
    ("street", ""): ("at {v}",),
    ("email", ""): ("with {v}", "including {v}"),
    ("person", ""): ("with {v}", "for {v}"),
    ("username", ""): ("for {v}", "for the user {v}"),
}
