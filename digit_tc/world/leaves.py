"""The leaves of a simulated result: ids, statuses, texts and plain values."""

from typing import Any, Protocol

from digit_tc.streams import Streams
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.fields import ITEM, Field
from digit_tc.tools.meaning import Meaning, Understood, judge
from digit_tc.tools.names import words
from digit_tc.tools.schema import type_of, violations
from digit_tc.values.drawing import draw_leaf
from digit_tc.values.lexicon import words_for
from digit_tc.values.scope import Scope
from digit_tc.values.standing import likely
from digit_tc.world.arithmetic import decided
from digit_tc.world.documents import excerpt
from digit_tc.world.effects import Effect
from digit_tc.world.filters import Filters
from digit_tc.world.identities import Identities
from digit_tc.world.kinds import Kinds
from digit_tc.world.knowledge import Knowledge
from digit_tc.world.offer import Offer
from digit_tc.world.session import Session
from digit_tc.world.showing import views
from digit_tc.world.subject import Subject, attribute, typed

_NAMING = ("name", "title", "person", "hotel", "restaurant", "company", "product", "dish", "task", "event", "project",
           "device", "room", "meeting_room", "file", "folder")  # fmt: skip
"""Kinds by which one entry of a list is told from another."""
SUCCEEDED = {"success", "succeeded", "successful", "ok", "acknowledged"}
"""Names of flags that say that a call was carried out."""
_LOOSE = {"text", "sentence", "paragraph", "passage", "article"}
"""Words of texts that are a whole by themselves."""
_NAMES = 6
"""How often another name is drawn."""


class _Call(Protocol):
    """What the leaves of a result need of the call that is answered."""

    tool: Understood
    arguments: dict[str, Any]
    streams: Streams
    kinds: Kinds
    effect: Effect
    knowledge: Knowledge
    filters: Filters
    ids: Identities
    session: Session
    offer: Offer
    flow: Dataflow


class Leaves:
    """Fills the leaves of one result, each once."""

    def __init__(self, call: _Call) -> None:
        self._call = call
        self._names: set[str] = set()

    def means(self, field: Field) -> Meaning:
        """Returns what a leaf of the result stands for; what is no leaf of the specification is judged anew."""
        if not field.path:
            return self._call.tool.yields.get(()) or judge(field, self._call.tool.tool.name)
        *above, name = field.path
        return self._call.tool.judged(tuple(above), {name: field.schema})[name]

    def fill(self, field: Field, subject: Subject) -> Any:
        """Returns the value of a leaf of the result."""
        told = self._call.session.told(field)
        return told if told is not None else self._filled(field, self.means(field), subject)

    def _filled(self, field: Field, means: Meaning, subject: Subject) -> Any:
        if means.kind == "flag" and (verdict := self._verdict(field)) is not None:
            return verdict
        if means.kind == "id":
            return self._made_by_the_way(field, means) or self._call.ids.other(field, means, subject)
        if field.key == "status" and "enum" in field.schema:
            needed = self._call.kinds.needed.get(subject.kind, ())
            drawn = likely(field.schema["enum"], self._stream(field, subject), needed)
            return self._offered(drawn, field, means, subject)
        if means.kind == "content":
            return self._drawn(field, Meaning("text"), subject) if self._loose(field) else self._written(field, subject)
        return self._drawn(field, means, subject)

    def _drawn(self, field: Field, means: Meaning, subject: Subject) -> Any:
        scope = subject.scope.along(self._stream(field, subject))
        phrase = self._call.filters.worded(field, means, scope)
        if phrase is not None and not violations(field.schema, phrase):
            return phrase
        if not subject.identity and isinstance(city := subject.given.get("city"), str):
            scope.settle(city)
        return self._offered(self._distinct(field, means, scope), field, means, subject)

    def _offered(self, drawn: Any, field: Field, means: Meaning, subject: Subject) -> Any:
        """Returns the offered value where it fits here and wherever else the thing is shown, else the drawn one."""
        if self._call.effect.writes and isinstance(drawn, bool) and len(field.path) < 2:
            return drawn  # says how the call went, and that it succeeds is decided
        value = self._call.offer.instead(drawn, field.schema, means.kind)
        if value == drawn or not subject.identity:
            return value
        shown = views(self._call.flow, subject.kind).get(attribute(field.key, subject.kind), ())
        if any(violations(schema, value) for schema in shown):
            self._call.offer.refuse(f"{value!r} is nothing that every tool could show")
            return drawn
        return value

    def _verdict(self, field: Field) -> bool | None:
        """Returns a flag that is settled: a call that was carried out succeeded, and what code can decide is right."""
        if field.key.lower() in SUCCEEDED:
            return True
        tool = self._call.tool
        alone = sum(type_of(leaf.schema) == "boolean" for leaf in tool.outputs) == 1
        return decided(tool.tool.name, tool.tool.ordered(self._call.arguments)) if alone else None

    def _made_by_the_way(self, field: Field, means: Meaning) -> Any:
        """Returns a new id where a write begins its result with one of a kind that no argument names: a payment's."""
        first = next(iter(self._call.tool.result.get("properties", {})), "") if self._call.tool.result else ""
        named = {judged.entity for judged in self._call.tool.means.values() if judged.kind == "id"}
        if not self._call.effect.writes or field.path != (first,) or means.entity in named:
            return None
        drawn = self._call.ids.new(field, means)
        self._call.knowledge.note(means.entity, drawn, {})
        return typed(drawn, field.schema)

    def _distinct(self, field: Field, means: Meaning, scope: Scope) -> Any:
        """Draws a value; two entries of one result do not share a name."""
        drawn = draw_leaf(field, means, scope)
        for _ in range(_NAMES):
            if ITEM not in field.path or means.kind not in _NAMING or drawn not in self._names:
                break
            drawn = draw_leaf(field, means, scope)
        if means.kind in _NAMING and isinstance(drawn, str):
            self._names.add(drawn)
        return drawn

    def _loose(self, field: Field) -> bool:
        """Says whether a text is a text by itself, and not what stands in something: a sentence, a translation."""
        holds = any(means.kind in ("file", "folder") for means in self._call.tool.means.values())
        return bool(set(words(field.key)) & _LOOSE) and not holds

    def _written(self, field: Field, subject: Subject) -> Any:
        """Returns the text of a file, or the part of it that was asked for."""
        whole = subject.known.get("content")
        if not isinstance(whole, str):
            lines = self._call.streams.of("world", subject.kind, subject.identity, "content").sample(
                words_for("content"), 3
            )
            whole = self._call.offer.instead("\n".join(lines), field.schema | {"type": "string"})
            if subject.identity:
                self._call.knowledge.note(subject.kind, subject.identity, {"content": whole})
        drawn = excerpt(field.key, whole, self._call.arguments, subject.scope.stream)
        return drawn if not violations(field.schema, drawn) else draw_leaf(field, Meaning("text"), subject.scope)

    def _stream(self, field: Field, subject: Subject) -> Any:
        if subject.identity:
            return self._call.streams.of("world", subject.kind, subject.identity, attribute(field.key, subject.kind))
        return subject.scope.stream
