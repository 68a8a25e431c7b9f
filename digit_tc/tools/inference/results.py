"""What a tool gives back, where its specification does not say.

Read off the verb and the noun of the tool, its arguments, its description, and the tools beside it, so that calls can
build on it: what creates a thing gives its id, what gets one its attributes, what searches a list of them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from digit_tc.tools.fields import Field
from digit_tc.tools.inference.calculation import calculated_by, type_by_name
from digit_tc.tools.inference.draft import Draft
from digit_tc.tools.inference.optional import narrows
from digit_tc.tools.inference.siblings import Siblings
from digit_tc.tools.inference.subject import Subject, said
from digit_tc.tools.inference.things import usual_attributes
from digit_tc.tools.inference.types import guess
from digit_tc.tools.kinds import LAST_WORD, NUMBERS
from digit_tc.tools.meaning import judge
from digit_tc.tools.names import plural, singular, words
from digit_tc.tools.schema import type_of
from digit_tc.tools.tool import Tool

_IN_LIST = 6
"""Attributes of a thing in a list."""
_NAMING = {
    "id", "symbol", "city", "country", "username", "email", "url", "airport", "file", "folder", "domain",
    "product", "movie", "song", "book", "artist", "company", "currency", "word", "title", "name", "keyword", "enum",
    "language", "unit", "airline", "dish", "category", "genre",
}  # fmt: skip
"""Kinds of arguments that an answer shows again, because they say what it is about."""
_SECRET = {"password", "token", "secret", "pin", "cvv", "key", "passcode", "apikey"}
_NEAREST = {
    "nearest",
    "closest",
    "best",
    "cheapest",
    "shortest",
    "longest",
    "fastest",
    "largest",
    "smallest",
    "highest",
}
_VERDICT_VERBS = {"check", "validate", "verify", "is"}
_VERDICTS = {
    "availability": "available", "existence": "exists", "validity": "valid", "eligibility": "eligible",
    "compatibility": "compatible", "email": "valid", "url": "valid", "card": "valid", "isbn": "valid",
    "password": "valid", "spelling": "correct",
}  # fmt: skip
_OF_SOMETHING = {"recommendation", "suggestion", "idea", "option", "alternative", "detail", "list"}
"""Nouns that stand for what they are of: a movie recommendation is a movie."""
_MENTIONED = re.compile(
    r"\b(?:includ(?:ing|es)|returns?|returning|such as|with (?:its|their)|details like|containing)\b([^.;]{3,160})"
)


@dataclass(frozen=True)
class Result:
    """An output schema, and the rules by the pointers into it."""

    schema: dict[str, Any]
    rules: dict[str, str]


def result_of(tool: Tool, siblings: Siblings) -> Result:
    """Returns the output schema of a tool that declares none."""
    subject = Subject.of(tool)
    if (same := siblings.result_like(tool, subject)) is not None:
        return Result(same, {"": "output-like-siblings"})
    if subject.action == "search" and subject.noun in _PLACES:
        subject = replace(subject, noun="result", phrase=("result",))
    return _Writer(tool, subject, siblings).result()


_MANY_OF_A_KIND = {"text", "enum", "flag", "number", "count", "object", "array"}
"""Kinds of which one thing has several: another one of the kind says something else."""
_NOMINAL = {
    "admit": "admission", "enroll": "enrollment", "register": "registration", "reserve": "reservation",
    "book": "booking", "subscribe": "subscription", "pay": "payment", "transfer": "transfer", "order": "order",
    "rent": "rental", "borrow": "loan", "lend": "loan", "hire": "booking", "apply": "application", "claim": "claim",
    "deliver": "delivery", "ship": "shipment", "refund": "refund", "donate": "donation", "invite": "invitation",
    "play": "playback", "charge": "charge", "deposit": "deposit", "withdraw": "withdrawal", "schedule": "appointment",
}  # fmt: skip
"""What comes of an action, as the id is called by which it is spoken of afterwards."""
_MASS = {"money", "fund", "cash", "food", "music", "amount"}
"""Nouns of what has no id of its own."""
_PLACES = {"database", "array", "text", "web", "internet", "list", "catalog", "index", "wikipedia", "google"}
"""Nouns of a search that say where is searched, not what for."""


@dataclass(frozen=True)
class _Writer:
    tool: Tool
    subject: Subject
    siblings: Siblings

    def result(self) -> Result:
        if self._lists():
            return self._list()
        draft, shown = Draft(), set[str]()
        for rule, name, schema in self._properties():
            kind = self._kind(name, schema) if rule == "output-argument" or shown else ""
            if rule == "output-argument" and kind != "enum":
                shown.add(kind)
            elif kind in shown and kind in _NAMING:
                continue  # the answer names it already, as the argument does
            draft.add(rule, name, schema)
        if not draft.properties:
            draft.add("output-outcome", "success", {"type": "boolean"})
        return Result(draft.schema, {f"/properties/{name}": rule for name, rule in draft.rules.items()})

    def _kind(self, name: str, schema: dict[str, Any]) -> str:
        return judge(Field((name,), schema, True), self.tool.name).kind

    def _lists(self) -> bool:
        action, noun = self.subject.action, self.subject.noun
        one = set(self.subject.phrase) & _NEAREST or noun in ("id", "") or self.subject.verb == "count"
        if one or self._measured():
            return False
        return action == "search" or (action == "read" and self.subject.many)

    def _list(self) -> Result:
        noun = self.subject.noun
        key, item = plural(noun), Draft()
        item.add("output-id", *self.siblings.id_of(noun))
        if self._usual() or noun in self.siblings.kept:
            for rule, name, schema in self._attributes():
                item.add(rule, name, schema, _IN_LIST)
        else:
            item.add("output-usual", "name", {"type": "string"})
        criteria = list(self._criteria())
        if any(self._kind(name, schema) in ("first_name", "last_name") for name, schema in criteria):
            item.split_name()
        shown = {self._kind(name, schema) for name, schema in item.properties.items()}
        for name, schema in criteria:
            if self._kind(name, schema) not in shown - _MANY_OF_A_KIND:
                item.add("output-argument", name, schema)
        schema = {
            "type": "object",
            "properties": {key: {"type": "array", "items": item.schema}},
            "required": [key],
        }
        rules = {f"/properties/{key}/items/properties/{name}": rule for name, rule in item.rules.items()}
        return Result(schema, {f"/properties/{key}": "output-list", **rules})

    def _criteria(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yields the arguments by which things are searched: they have them as attributes."""
        for name, schema in self.tool.properties.items():
            means = judge(Field((name,), schema, True), self.tool.name)
            wanted = means.kind not in ("query", "limit", "keyword", "id") and not means.role
            wanted = wanted and not _secret(name) and not narrows(name)
            if wanted and type_of(schema) in ("string", "number", "integer", "boolean"):
                yield name, _short(schema)

    def _properties(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        action, noun = self.subject.action, self.subject.noun
        if noun == "id" and action in ("search", "read"):
            yield ("output-id", *self._looked_up())
        elif action == "compute" or self.subject.verb == "count" or self._measured() or self._generated():
            yield from self._echo(("unit", "currency"))
            yield from calculated_by(self.tool, self.subject)
        elif verdict := self._verdict():
            yield from self._echo(())
            yield "output-verb", verdict, {"type": "boolean"}
        elif action in ("read", "search"):
            yield from self._echo(())
            yield from self._attributes()
        elif action in ("create", "update", "delete"):
            yield from self._written()
        if action == "act":
            if named := self._made():
                yield ("output-id", *self.siblings.id_of(named))
            yield from self._mentioned()

    def _looked_up(self) -> tuple[str, dict[str, Any]]:
        phrase = self.subject.phrase
        before = phrase[phrase.index("id") - 1] if "id" in phrase and phrase.index("id") else ""
        return self.siblings.id_of(singular(before)) if before else ("id", {"type": "string"})

    def _measured(self) -> bool:
        """Says whether the noun is a quantity: a price, a distance."""
        noun, action = self.subject.noun, self.subject.action
        if action not in ("read", "search") or not noun:
            return False
        return noun in NUMBERS and noun not in ("people", "person", "item", "ticket", "room", "guest", "point")

    def _generated(self) -> bool:
        """Says whether the tool makes up a value, as opposed to a thing that is kept."""
        return (self.subject.verb in ("generate", "create") and "random" in words(self.tool.name)) or (
            self.subject.verb == "generate" and not usual_attributes(self.subject.noun)
        )

    def _verdict(self) -> str:
        verb, noun = self.subject.verb, self.subject.noun
        if verb not in _VERDICT_VERBS or self.subject.many:
            return ""
        if noun in _VERDICTS:
            return _VERDICTS[noun]
        if verb in ("validate", "verify"):
            return "valid"
        known = usual_attributes(noun) or self.siblings.attributes_of(noun) or noun in LAST_WORD
        return f"is_{noun}" if noun and not known else ""

    def _echo(self, more: tuple[str, ...]) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yields the arguments that say what the answer is about."""
        for name in self.tool.required:
            schema = self.tool.properties.get(name, {})
            means = judge(Field((name,), schema, True), self.tool.name)
            if means.kind in (*_NAMING, *more) and type_of(schema) in ("string", "integer"):
                yield "output-argument", name, _short(schema)

    def _made(self) -> str:
        """Returns the noun of what a write makes, as other tools call it by its id: what admits makes an admission."""
        noun, phrase = self.subject.noun, " ".join(singular(word) for word in self.subject.phrase[-2:])
        nominal = next((_NOMINAL[word] for word in words(self.tool.name) if word in _NOMINAL), "")
        if nominal and (self.siblings.knows_id(nominal) or noun in _MASS):
            return nominal
        if self.subject.action != "create" or not noun or self.subject.many:
            return ""
        return phrase if self.siblings.knows_id(phrase) else noun

    def _attributes(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yields the attributes of what the tool shows, those that are surest first."""
        yield from self._mentioned()
        usual = self._usual()
        sibling = self.siblings.attributes_of(self.subject.noun)
        told = [(name, schema) for name, schema in sibling.items() if _tellable(name, schema)]
        kept = self.subject.noun in self.siblings.kept
        for name, schema in told if kept else ():
            yield "output-sibling", name, schema
        for name, schema in usual.items():
            yield "output-usual", name, schema
        for name, schema in told if not kept else ():
            yield "output-sibling", name, schema
        if not usual and not told:
            yield "output-usual", *self._unknown()

    def _usual(self) -> dict[str, dict[str, Any]]:
        """Returns the usual attributes of the noun with the word before it, or of what a recommendation is of."""
        phrase, noun = self.subject.phrase, self.subject.noun
        before = [singular(word) for word in phrase[:-1]][-1:]
        if noun in _OF_SOMETHING and before and (found := usual_attributes(before[0])):
            return found
        return usual_attributes(" ".join([*before, noun]))

    def _unknown(self) -> tuple[str, dict[str, Any]]:
        noun = self.subject.noun
        if not noun:
            return "result", {"type": "string"}
        name = "_".join(self.subject.phrase[-2:]) if noun in self.tool.properties else noun
        return name, type_by_name(noun)

    def _mentioned(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yields what the description says that the answer includes, where the words are those of attributes."""
        for clause in _MENTIONED.findall(said(self.tool.description).lower()):
            for part in re.split(r",| and | or ", clause)[:6]:
                name = words(part.strip())[-2:]
                last = name[-1] if name else ""
                if last in ("id", "identifier") and len(name) > 1 and name[0] not in ("the", "a", "its", "an"):
                    yield ("output-id", *self.siblings.id_of(singular(name[0])))
                elif last and (last in NUMBERS or last in ("name", "title", "status", "genre", "author", "category")):
                    found = guess("_".join(name), {})
                    yield "output-prose", "_".join(name), found.schema if found else {"type": "string"}

    def _written(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        noun, action = self.subject.noun, self.subject.action
        if noun in ("file", "folder", "directory"):
            yield from self._echo(())
            yield "output-outcome", "success", {"type": "boolean"}
            return
        if named := self._made():
            yield ("output-id", *self.siblings.id_of(named))
        yield from self._mentioned()
        for name in self.tool.properties if action != "delete" else self.tool.required:
            schema = self.tool.properties[name]
            if type_of(schema) in ("string", "integer", "number", "boolean") and not _secret(name):
                yield "output-argument", name, _short(schema)
        status = usual_attributes(noun).get("status")
        if status:
            yield "output-usual", "status", status
        elif action != "create":
            yield "output-outcome", "success", {"type": "boolean"}


def _tellable(name: str, schema: dict[str, Any]) -> bool:
    return type_of(schema) not in ("object", None) and not _secret(name)


def _secret(name: str) -> bool:
    return bool(set(words(name)) & _SECRET)


def _short(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key in ("type", "format", "enum", "pattern", "description")}
