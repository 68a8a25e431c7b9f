"""The answer of a simulated tool call, made from its output schema over what the world already holds.

One id shows one set of attributes: what is known is laid over what is drawn, and what is drawn depends only on the
entity and the attribute, never on the tool that asks.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from digit_tc.canonical import canonical
from digit_tc.records import Persona
from digit_tc.streams import Streams
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.fields import ITEM, VALUE, Field, branch
from digit_tc.tools.meaning import Meaning, Understood
from digit_tc.tools.names import words
from digit_tc.tools.schema import nullable, type_of, violations
from digit_tc.values.lexicon import city_names, lexicon
from digit_tc.values.scope import Scope
from digit_tc.values.times import looks_back
from digit_tc.world.arithmetic import calculated
from digit_tc.world.effects import Effect, effect_of, ends, own_id, status_after, written
from digit_tc.world.embedding import foretell
from digit_tc.world.files import Files
from digit_tc.world.filters import Filters, past_participle
from digit_tc.world.fold import World
from digit_tc.world.identities import Identities
from digit_tc.world.kinds import Kinds, acknowledges
from digit_tc.world.knowledge import Knowledge
from digit_tc.world.leaves import SUCCEEDED, Leaves
from digit_tc.world.ledgers import balance_of, is_balance, moved
from digit_tc.world.listing import Listing
from digit_tc.world.offer import Offer
from digit_tc.world.operations import Operation, file_operation
from digit_tc.world.patch import note_changes
from digit_tc.world.relations import (
    counted,
    inherited,
    named_by,
    of_another_act,
    own_facts,
    owner,
    taken_over,
    totalled,
)
from digit_tc.world.session import Session
from digit_tc.world.subject import Subject, attribute, full_name, is_own, noun_at, renamed, typed
from digit_tc.world.tree import FOLDER, Tree

_ORDER = {"id": 0, "enum": 1}
"""What is filled in first: the rest of an object goes by it."""
_OPEN = "~open"
"""Under which name is kept what was left open when a thing was made."""
_NULL = 0.8
"""Chance that a property which may be null is null where nothing is known of it."""


@dataclass
class Answer:
    """A result under construction, and the changes of the world that come with it."""

    tool: Understood
    arguments: dict[str, Any]
    world: World
    streams: Streams
    persona: Persona
    now: datetime
    flow: Dataflow
    kinds: Kinds = field(default_factory=Kinds)
    """What the tools of the conversation say of each kind of thing."""
    read: str = ""
    """What tells a read from others; empty for a write."""
    closed: bool = False
    """Whether nothing exists but what has been mentioned."""
    offer: Offer = field(default_factory=Offer)
    """What stands where the world settles nothing."""

    def __post_init__(self) -> None:
        self.effect: Effect = effect_of(self.tool)
        self.knowledge = Knowledge(self.world)
        self.filters = Filters(self.tool, self.arguments)
        today, shapes = self.now.date(), self.flow.shapes
        self.ids = Identities(self.knowledge, self.streams, self.persona, today, shapes, self.read)
        self.session = Session(self.flow, self.tool, self.world)
        self.leaves = Leaves(self)
        self.lists = Listing(self)
        self._looks_back = looks_back(self.tool)

    def result(self) -> Any:
        """Returns a result that fits the output schema, noting the effects on the way."""
        schema, operation = self.tool.result, file_operation(self.tool)
        if operation is not None:
            return self._on_files(operation)
        if schema is None:
            return self._undeclared()
        number = self._number() if self.tool.action in ("compute", "create") else None
        if number is None and () in self.tool.yields and self.tool.yields[()].kind == "id":
            return self._looked_up(schema)
        if self.effect.writes:
            foretell(self.tool, self.arguments, self.knowledge)
        made = self.value(schema, (), self._root_subject(), number)
        if self.effect.writes:
            self._note_write()
            note_changes(self.offer, self.effect, self.arguments, self.knowledge, self.flow)
        return made

    def _on_files(self, operation: Operation) -> Any:
        tree = Tree(self.knowledge, self.streams, f"/home/{self.persona.first_name.lower()}")
        before, subject = tree.current, self.subject("", "", {})
        files = Files(self.tool, self.arguments, tree, partial(self.leaves.fill, subject=subject), closed=self.closed)
        made = files.result(operation)
        if tree.current != before:
            self.knowledge.context[FOLDER] = tree.current
        return made

    def _looked_up(self, schema: dict[str, Any]) -> Any:
        """Answers with the id of what the arguments describe: one that is known to fit them, else a new one."""
        leaf = self.tool.outputs[0]
        means = self.tool.yields[leaf.path]
        told = {attribute(key, means.entity): value for key, value in self.arguments.items()}
        told = {**own_facts(self.persona, told), **told}
        for identity in self.world["entities"].get(means.entity, {}):
            known = self.knowledge.of(means.entity, identity)
            met = [key for key in told if key in known]
            if met and all(known[key] == told[key] for key in met):
                self.knowledge.note(means.entity, identity, told, origin="user_claim")
                return typed(identity, schema)
        identity = self.ids.new(leaf, means)
        self.knowledge.note(means.entity, identity, told, origin="user_claim")
        return typed(identity, schema)

    def _undeclared(self) -> Any:
        number = self._number()
        if number is not None:
            return {"result": number}
        if self.effect.writes:
            foretell(self.tool, self.arguments, self.knowledge)
            self._note_write()
        return {"success": True}

    def _number(self) -> float | None:
        return calculated(self.tool.tool.name, self.tool.tool.ordered(self.arguments))

    def _note_write(self) -> None:
        """Keeps what a write says of its entity, also where the result does not repeat it."""
        if not self.effect.id_argument:
            return
        identity = str(self.arguments.get(self.effect.id_argument, ""))
        told = written(self.effect, self.arguments) if self.effect.kind == "update" else {}
        self.knowledge.note(self.effect.entity, identity, {**self._left(), **told}, deleted=self.effect.removes)

    def _left(self) -> dict[str, Any]:
        """Returns the status that a write leaves its entity in, where its result does not say so itself."""
        kind = self.effect.entity
        said = {attribute(leaf.key, kind) for leaf in self.tool.outputs if not _acknowledged(leaf.schema)}
        if kind not in self.kinds.statuses or "status" in said or self.effect.kind not in ("update", "delete"):
            return {}
        options = list(self.kinds.statuses[kind])
        left = status_after(self.tool.tool.name, options) if options else self._standing()
        return {"status": left} if left is not None and ends(self.tool) else {}

    def _root_subject(self) -> Subject:
        kind, argument = self.effect.entity, self.effect.id_argument
        given = renamed(self.tool, self.arguments)
        if argument and argument in self.arguments:
            return self.subject(kind, str(self.arguments[argument]), given)
        return replace(self.subject(kind, "", given), start=lambda: self.scope(kind, self._asked()))

    def _asked(self) -> str:
        """Returns what the values of a result start from that is about no known thing: the call itself."""
        return f"~{self.tool.tool.name}:{canonical(self.arguments)}"

    def subject(self, kind: str, identity: str, given: dict[str, Any]) -> Subject:
        known = self.knowledge.of(kind, identity)
        return Subject(kind, identity, known, lambda: self._fitting(kind, identity, known, given), given)

    def _fitting(self, kind: str, identity: str, known: dict[str, Any], given: dict[str, Any]) -> Scope:
        """Returns the scope of an entity, in the place and with the name and category that it is known to have."""
        scope = self.scope(kind, identity)
        if isinstance(city := given.get("city", known.get("city")), str):
            scope.settle(city)
        scope.someone = full_name(known) or full_name(given) or scope.someone
        if isinstance(category := given.get("category", known.get("category")), str):
            scope.drawn["category"] = category
        return scope

    def scope(self, kind: str, identity: str) -> Scope:
        stream = self.streams.of("world", kind, identity)
        fresh = self.tool.action == "create"
        scope = Scope(
            self.persona, self.now.date(), stream, "result", self._looks_back, fresh, shapes=self.flow.shapes,
            now=self.now,
        )  # fmt: skip
        scope.settle(stream.choice(city_names()))
        scope.someone = stream.choice(lexicon()["first_names"]), stream.choice(lexicon()["last_names"])
        return scope

    def value(self, schema: dict[str, Any], path: tuple[str, ...], subject: Subject, number: float | None) -> Any:
        schema = branch(schema)
        kind = type_of(schema)
        if kind == "object" and schema.get("properties"):
            return self.object(schema, path, subject, number)
        if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
            return self.lists.keyed(schema, path, subject)
        if kind == "array" and isinstance(schema.get("items"), dict):
            return self.lists.entries(schema, path, subject)
        if number is not None and kind in ("number", "integer", "string"):
            return str(number) if kind == "string" else round(number) if kind == "integer" else number
        return self.leaves.fill(Field(path, schema, True), subject)

    def object(self, schema: dict[str, Any], path: tuple[str, ...], subject: Subject, number: float | None) -> Any:
        properties, needed = schema["properties"], schema.get("required", [])
        subject = self._identified(properties, path, subject)
        numeric = [name for name in properties if type_of(properties[name]) in ("number", "integer")]
        means, filled = self.tool.judged(path, properties), dict[str, Any]()
        for name in sorted(properties, key=lambda name: _ORDER.get(means[name].kind, 2)):
            if name in needed or not self._left_open(name, path, subject):
                sum_here = number if numeric[:1] == [name] else None
                self.offer.enter(name, needed=name in needed)
                filled[name] = self._filled((*path, name), properties[name], subject, filled, means, sum_here)
                self.offer.leave()
        made = {name: filled[name] for name in properties if name in filled}
        made.update(self._sums(made, properties))
        if not path and self._reads_one(schema):
            made.update(self.kinds.unread_of(subject.kind, subject.known, made))
        if subject.identity:
            told = {attribute(name, subject.kind): value for name, value in made.items()}
            told.update(self.filters.hidden(told) if ITEM in path else {})
            told = {name: value for name, value in told.items() if self._remembers(name, value, subject, properties)}
            told.update(self._on_creation(told, subject.kind) if self.effect.kind == "create" and not path else {})
            self.knowledge.note(subject.kind, subject.identity, told, links=self._links(made, means, subject.kind))
        return made

    def _reads_one(self, schema: dict[str, Any]) -> bool:
        reads = self.effect.kind == "read" and self.effect.id_argument
        return bool(reads) and schema.get("additionalProperties") is not False

    def _remembers(self, name: str, value: Any, subject: Subject, properties: dict[str, Any]) -> bool:
        """Says whether a value that is shown becomes known: not how a call went, nor a view that cannot show the fact.

        Two tools may tell other states of one thing apart; what the first has shown stays the fact.
        """
        if self.effect.writes:
            return not self._acknowledges(name, properties)
        return bool(subject.known.get(name, value) == value)

    def _acknowledges(self, name: str, properties: dict[str, Any]) -> bool:
        """Says whether an attribute is only how the call went."""
        status = name == "status" and _acknowledged(properties.get("status", {}))
        return self.effect.writes and (status or name in SUCCEEDED)

    def _links(self, made: dict[str, Any], means: dict[str, Meaning], kind: str) -> dict[str, list[list[str]]]:
        """Returns the things that an object points at by their ids: an order at its user and its items."""
        found: dict[str, list[list[str]]] = {}
        for name, value in made.items():
            judged = means.get(name, Meaning("text"))
            if judged.kind == "id" and judged.entity not in ("", kind) and value is not None:
                ids = value if isinstance(value, list) else [value]
                found[attribute(name, kind)] = [[judged.entity, str(one)] for one in ids]
        return found

    def _filled(
        self, path: tuple[str, ...], schema: dict[str, Any], subject: Subject, beside: dict[str, Any],
        means: dict[str, Meaning], number: float | None,
    ) -> Any:  # fmt: skip
        """Fills one property beside those that are there already: what belongs to another thing is asked of that."""
        name = path[-1]
        whose = owner(name, beside, means, subject.kind)
        said = self.effect.writes and name in subject.given
        value = self.knowledge.of(*whose).get(attribute(name, whose[0])) if whose and not said else None
        if value is None or violations(branch(schema), value):
            value = self._property(name, schema, path, subject, number)
            if whose and means[name].kind != "id":
                self.knowledge.note(*whose, {attribute(name, whose[0]): value})
        if means[name].kind == "enum" and words(name)[-1] in ("type", "category"):
            subject.scope.drawn[words(name)[-1]] = value  # what it is called goes by what it is
        return value

    def _sums(self, made: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
        """Returns the counts and totals of an object, where they fit its schema."""
        sums = totalled(made, self.arguments, self.knowledge) if self.effect.writes else {}
        found = {**counted(made, properties), **sums}
        return {name: value for name, value in found.items() if not violations(branch(properties[name]), value)}

    def _on_creation(self, told: dict[str, Any], kind: str) -> dict[str, Any]:
        """Returns what is settled of a new thing besides what is shown.

        That is what the arguments say of it, what it takes over, who made it, and what was left open.
        """
        left = [attribute(name, kind) for name in self.tool.tool.properties if self._unsaid(name)]
        settled = {
            **taken_over(self.tool, self.arguments, self.knowledge),
            **written(self.effect, self.arguments),
            **self.session.stamp(told),
            **({_OPEN: left} if left else {}),
        }
        return {name: value for name, value in settled.items() if name not in told}

    def _left_open(self, name: str, path: tuple[str, ...], subject: Subject) -> bool:
        """Says whether a property is not there because it was left open, now or when the thing was made."""
        key = attribute(name, subject.kind)
        unsaid = (not path and self._unsaid(name)) or key in subject.known.get(_OPEN, ())
        return unsaid and key not in subject.known

    def _unsaid(self, name: str) -> bool:
        """Says whether a property repeats an optional argument that was not given."""
        argument = self.tool.tool.properties.get(name)
        return argument is not None and name not in self.arguments and "default" not in argument

    def _identified(self, properties: dict[str, Any], path: tuple[str, ...], subject: Subject) -> Subject:
        """Finds whose object this is: an entity of its own where it has an id that nobody gave."""
        noun = subject.kind if subject.kind and not path else ""
        key, kind = self.own(properties, path, noun)
        creates = self.tool.action == "create" and not path
        if not key or (subject.identity and (not path or subject.known.get("~own") == key)):
            return subject
        if key in subject.given and not creates and not violations(properties[key], subject.given[key]):
            return self.subject(kind, str(subject.given[key]), subject.given)
        if not path and self.tool.action in ("search", "read"):
            matching = self.filters.matching(self.world, kind, properties)
            fitting = [one for one in matching if self.session.mine(self.knowledge.of(kind, one))]
            if fitting:
                return self.subject(kind, fitting[-1], {})
        leaf, meaning = Field((*path, key), branch(properties[key]), True), Meaning("id", kind)
        if path and ITEM not in path and VALUE not in path:
            named = named_by(self.tool, self.arguments, kind)
            return self.subject(kind, named or str(self.ids.other(leaf, meaning, subject)), {})
        return self.subject(kind, self.ids.new(leaf, meaning), subject.given)

    def _property(
        self, name: str, schema: dict[str, Any], path: tuple[str, ...], subject: Subject, number: float | None
    ) -> Any:
        """Fills one property: as it was given, as a write leaves it, as it is known, else anew."""
        inner = branch(schema)
        told = subject.known.get(attribute(name, subject.kind), subject.known.get(balance_of(name)))
        if name in subject.given and (self.effect.writes or told is None):
            if type_of(inner) == "array":
                return self.lists.repeated(inner, path, subject, subject.given[name])
            if not violations(inner, subject.given[name]):
                return subject.given[name]
        settled = self._settled(name, inner, path, told) if self.effect.writes else None
        if settled is None and told is not None and not violations(inner, told):
            settled = told
        if settled is not None:
            return settled
        if nullable(schema) and self._absent(name, subject):
            return None
        if subject.identity and is_own(name, subject, self.tool.judged(path[:-1], {name: inner})):
            return typed(subject.identity, inner)
        value = self.value(inner, path, subject, number)
        return value + subject.known.get(moved(name), 0) if is_balance(name, value) else value

    def _absent(self, name: str, subject: Subject) -> bool:
        """Says whether a property that may be null is null."""
        if attribute(name, subject.kind) in subject.known or of_another_act(name, self.tool):
            return True
        return self.offer.null(self.streams.of("null", subject.kind, subject.identity, name).chance(_NULL))

    def _settled(self, name: str, schema: dict[str, Any], path: tuple[str, ...], told: Any) -> Any:
        """Returns what a write settles of a property: a default, what is taken over, the status; None for nothing."""
        if self._acknowledges(name, {name: schema}) and type_of(schema) == "string":
            return self.filters.acknowledgement()
        settled = self._default(name, schema) if told is None else None
        if settled is None and told is None:
            settled = self.session.whose(name)
            settled = settled if settled is not None and not violations(schema, settled) else None
        if settled is None and told is None and not path[1:]:
            settled = inherited(self.tool, self.arguments, self.knowledge, name)
            settled = settled if settled is not None and not violations(schema, settled) else None
        if settled is not None or name != "status":
            return settled
        if "enum" in schema:
            return status_after(self.tool.tool.name, schema["enum"])
        return self._standing() if type_of(schema) == "string" else None

    def _standing(self) -> str | None:
        """Returns what a write such as closing leaves a thing as, in a word; None for a mere change of attributes."""
        if self.effect.kind == "create" and self.effect.entity in self.kinds.closed:
            return "open"
        plain = {"update", "edit", "modify", "change", "set", "create", "add", "make"} & set(words(self.tool.tool.name))
        return None if plain else past_participle(self.tool.tool.name)

    def _default(self, name: str, schema: dict[str, Any]) -> Any:
        """Returns the default of an argument that was not given, where the result repeats it."""
        argument = self.tool.tool.properties.get(name, {})
        default = argument.get("default") if name not in self.arguments else None
        return default if default is not None and not violations(schema, default) else None

    def own(self, properties: dict[str, Any], path: tuple[str, ...], noun: str = "") -> tuple[str, str]:
        """Returns the property that identifies the objects at a path, and what kind of things they are, or nothing."""
        judged = self.tool.judged(path, properties)
        means = {name: one.entity for name, one in judged.items() if one.kind == "id"}
        key = own_id(properties, means, noun or noun_at(path) or self.tool.entity)
        return key, means.get(key, "")


def _acknowledged(schema: dict[str, Any]) -> bool:
    return "enum" not in schema and acknowledges(str(schema.get("description", "")))
