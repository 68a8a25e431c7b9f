"""The answer of a simulated tool call, made from its output schema over what the world already holds.

One id shows one set of attributes: what is known is laid over what is drawn, and what is drawn depends only on the
entity and the attribute, never on the tool that asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from digit_tc.canonical import canonical
from digit_tc.records import Persona
from digit_tc.streams import Streams
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.fields import ITEM, VALUE, Field, branch
from digit_tc.tools.meaning import Meaning, Understood
from digit_tc.tools.names import words
from digit_tc.tools.schema import nullable, type_of, violations
from digit_tc.values.lexicon import cities, lexicon
from digit_tc.values.scope import Scope
from digit_tc.values.times import looks_back
from digit_tc.world.arithmetic import calculated
from digit_tc.world.effects import Effect, effect_of, own_id, status_after, written
from digit_tc.world.files import Files
from digit_tc.world.filters import Filters, past_participle
from digit_tc.world.fold import World
from digit_tc.world.identities import Identities
from digit_tc.world.knowledge import Knowledge
from digit_tc.world.leaves import Leaves
from digit_tc.world.ledgers import balance_of, is_balance, move, moved
from digit_tc.world.operations import Operation, file_operation
from digit_tc.world.relations import counted, inherited, of_another_act, own_facts, owner, totalled
from digit_tc.world.session import Session
from digit_tc.world.subject import Subject, attribute, full_name, is_own, noun_at, typed
from digit_tc.world.tree import FOLDER, Tree

_ORDER = {"id": 0, "enum": 1}
"""What is filled in first: the rest of an object goes by it."""
_ENTRIES = (3, 6)
"""How many entries a map of things has."""
_FEW = 2
"""How many entries any other map has."""
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
    needed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For each kind of thing, the statuses that some tool needs it to have."""
    read: str = ""
    """What tells a read from others; empty for a write."""
    closed: bool = False
    """Whether nothing exists but what has been mentioned."""

    def __post_init__(self) -> None:
        self.effect: Effect = effect_of(self.tool)
        self.knowledge = Knowledge(self.world)
        self.filters = Filters(self.tool, self.arguments)
        today, shapes = self.now.date(), self.flow.shapes
        self.ids = Identities(self.knowledge, self.streams, self.persona, today, shapes, self.read)
        self.session = Session(self.flow, self.tool, self.world)
        self.leaves = Leaves(self)
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
            move(self.tool, self.arguments, self.knowledge)
        made = self._value(schema, (), self._root_subject(), number)
        if self.effect.writes:
            self._note_write()
        return made

    def _on_files(self, operation: Operation) -> Any:
        tree = Tree(self.knowledge, self.streams, f"/home/{self.persona.first_name.lower()}")
        before, subject = tree.current, self._subject("", "", {})
        files = Files(
            self.tool, self.arguments, tree, lambda leaf: self.leaves.fill(leaf, subject), closed=self.closed
        )  # fmt: skip
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
                self.knowledge.note(means.entity, identity, told)
                return typed(identity, schema)
        identity = self.ids.new(leaf, means)
        self.knowledge.note(means.entity, identity, told)
        return typed(identity, schema)

    def _undeclared(self) -> Any:
        number = self._number()
        if number is not None:
            return {"result": number}
        if self.effect.writes:
            move(self.tool, self.arguments, self.knowledge)
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
        self.knowledge.note(self.effect.entity, identity, told, deleted=self.effect.removes)

    def _root_subject(self) -> Subject:
        kind, argument = self.effect.entity, self.effect.id_argument
        if argument and argument in self.arguments:
            return self._subject(kind, str(self.arguments[argument]), self.arguments)
        key = f"~{self.tool.tool.name}:{canonical(self.arguments)}"
        return replace(self._subject(kind, "", self.arguments), scope=self._scope(kind, key))

    def _subject(self, kind: str, identity: str, given: dict[str, Any]) -> Subject:
        known = self.knowledge.of(kind, identity)
        scope = self._scope(kind, identity)
        if isinstance(city := given.get("city", known.get("city")), str):
            scope.settle(city)
        scope.someone = full_name(known) or full_name(given) or scope.someone
        if isinstance(category := given.get("category", known.get("category")), str):
            scope.drawn["category"] = category
        return Subject(kind, identity, known, scope, given)

    def _scope(self, kind: str, identity: str) -> Scope:
        stream = self.streams.of("world", kind, identity)
        fresh = self.tool.action == "create"
        scope = Scope(
            self.persona, self.now.date(), stream, "result", self._looks_back, fresh, shapes=self.flow.shapes,
            now=self.now,
        )  # fmt: skip
        scope.settle(str(stream.choice(list(cities()))))
        scope.someone = stream.choice(lexicon()["first_names"]), stream.choice(lexicon()["last_names"])
        return scope

    def _value(self, schema: dict[str, Any], path: tuple[str, ...], subject: Subject, number: float | None) -> Any:
        schema = branch(schema)
        kind = type_of(schema)
        if kind == "object" and schema.get("properties"):
            return self._object(schema, path, subject, number)
        if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
            return self._map(schema, path, subject)
        if kind == "array" and isinstance(schema.get("items"), dict):
            return self._list(schema, path, subject)
        if number is not None and kind in ("number", "integer", "string"):
            return str(number) if kind == "string" else round(number) if kind == "integer" else number
        return self.leaves.fill(Field(path, schema, True), subject)

    def _object(self, schema: dict[str, Any], path: tuple[str, ...], subject: Subject, number: float | None) -> Any:
        properties, needed = schema["properties"], schema.get("required", [])
        subject = self._identified(properties, path, subject)
        numeric = [name for name in properties if type_of(properties[name]) in ("number", "integer")]
        means, filled = self._judged(properties, path), dict[str, Any]()
        for name in sorted(properties, key=lambda name: _ORDER.get(means[name].kind, 2)):
            if path or name in needed or not self._unsaid(name, subject):
                sum_here = number if numeric[:1] == [name] else None
                filled[name] = self._filled((*path, name), properties[name], subject, filled, means, sum_here)
        made = {name: filled[name] for name in properties if name in filled}
        made.update(self._sums(made, properties))
        if subject.identity:
            told = {attribute(name, subject.kind): value for name, value in made.items()}
            told.update(self.filters.hidden(told) if ITEM in path else {})
            self.knowledge.note(subject.kind, subject.identity, told, links=self._links(made, means, subject.kind))
        return made

    def _links(self, made: dict[str, Any], means: dict[str, Meaning], kind: str) -> dict[str, list[list[str]]]:
        """Returns the things that an object points at by their ids: an order at its user and its items."""
        found: dict[str, list[list[str]]] = {}
        for name, value in made.items():
            judged = means[name]
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

    def _unsaid(self, name: str, subject: Subject) -> bool:
        """Says whether an optional property repeats an argument that was not given and is not known otherwise."""
        argument = self.tool.tool.properties.get(name)
        if argument is None or name in self.arguments or "default" in argument:
            return False
        return attribute(name, subject.kind) not in subject.known

    def _identified(self, properties: dict[str, Any], path: tuple[str, ...], subject: Subject) -> Subject:
        """Finds whose object this is: an entity of its own where it has an id that nobody gave."""
        noun = subject.kind if subject.kind and not path else ""
        key, kind = self._own(properties, path, noun)
        creates = self.tool.action == "create" and not path
        if not key or (subject.identity and (not path or subject.known.get("~own") == key)):
            return subject
        if key in subject.given and not creates and not violations(properties[key], subject.given[key]):
            return self._subject(kind, str(subject.given[key]), subject.given)
        if not path and self.tool.action == "search":
            fitting = self.filters.matching(self.world, kind, properties)
            if fitting:
                return self._subject(kind, fitting[0], {})
        leaf, meaning = Field((*path, key), branch(properties[key]), True), Meaning("id", kind)
        if path and ITEM not in path and VALUE not in path:
            return self._subject(kind, str(self.ids.other(leaf, meaning, subject)), {})
        return self._subject(kind, self.ids.new(leaf, meaning), subject.given)

    def _judged(self, properties: dict[str, Any], path: tuple[str, ...]) -> dict[str, Meaning]:
        return {name: self.leaves.means(Field((*path, name), branch(part), True)) for name, part in properties.items()}

    def _property(
        self, name: str, schema: dict[str, Any], path: tuple[str, ...], subject: Subject, number: float | None
    ) -> Any:
        """Fills one property: as it was given, as a write leaves it, as it is known, else anew."""
        inner = branch(schema)
        told = subject.known.get(attribute(name, subject.kind), subject.known.get(balance_of(name)))
        if name in subject.given and (self.effect.writes or told is None):
            if type_of(inner) == "array":
                return self._echoed(inner, path, subject, subject.given[name])
            if not violations(inner, subject.given[name]):
                return subject.given[name]
        settled = self._settled(name, inner, path, told) if self.effect.writes else None
        if settled is None and told is not None and not violations(inner, told):
            settled = told
        if settled is not None:
            return settled
        if nullable(schema) and self._absent(name, subject):
            return None
        if subject.identity and is_own(name, subject, self._judged({name: inner}, path[:-1])):
            return typed(subject.identity, inner)
        value = self._value(inner, path, subject, number)
        return value + subject.known.get(moved(name), 0) if is_balance(name, value) else value

    def _absent(self, name: str, subject: Subject) -> bool:
        """Says whether a property that may be null is null."""
        chance = self.streams.of("null", subject.kind, subject.identity, name).chance(_NULL)
        return chance or of_another_act(name, self.tool)

    def _settled(self, name: str, schema: dict[str, Any], path: tuple[str, ...], told: Any) -> Any:
        """Returns what a write settles of a property: a default, what is taken over, the status; None for nothing."""
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
        plain = {"update", "edit", "modify", "change", "set", "create", "add", "make"} & set(words(self.tool.tool.name))
        return None if plain else past_participle(self.tool.tool.name)

    def _default(self, name: str, schema: dict[str, Any]) -> Any:
        """Returns the default of an argument that was not given, where the result repeats it."""
        argument = self.tool.tool.properties.get(name, {})
        default = argument.get("default") if name not in self.arguments else None
        return default if default is not None and not violations(schema, default) else None

    def _echoed(self, schema: dict[str, Any], path: tuple[str, ...], subject: Subject, given: Any) -> Any:
        if not violations(schema, given):
            return given
        items = given if isinstance(given, list) else [given]
        return [self._item(schema["items"], path, subject, at, item) for at, item in enumerate(items)]

    def _item(self, schema: dict[str, Any], path: tuple[str, ...], subject: Subject, at: int, item: Any) -> Any:
        given = item if isinstance(item, dict) else {}
        scope = self._scope(subject.kind, f"{subject.identity}/{path[-1]}/{at}")
        return self._value(schema, (*path, ITEM), Subject("", "", {}, scope, given), None)

    def _map(self, schema: dict[str, Any], path: tuple[str, ...], subject: Subject) -> dict[str, Any]:
        """Fills a map from ids to objects: what is known to belong here, then new entries."""
        inner = branch(schema["additionalProperties"])
        found: dict[str, Any] = {}
        where = f"{subject.identity}/{'/'.join(path)}"
        count = _FEW
        if type_of(inner) == "object" and inner.get("properties"):
            count = self._scope(subject.kind, where).stream.integer(*_ENTRIES)
            key, kind = self._own(inner["properties"], (*path, VALUE))
            for identity in self._belonging(kind, subject)[:count] if key else ():
                given = {key: typed(identity, inner["properties"][key])}
                found[identity] = self._object(inner, (*path, VALUE), self._subject(kind, identity, given), None)
        for at in range(len(found), count):
            value = self._value(
                inner, (*path, VALUE), Subject("", "", {}, self._scope(subject.kind, f"{where}/{at}")), None
            )
            ids = [item for key, item in value.items() if key.endswith("id")] if isinstance(value, dict) else []
            found[str(ids[0]) if ids else f"option_{at + 1}"] = value
        return found

    def _own(self, properties: dict[str, Any], path: tuple[str, ...], noun: str = "") -> tuple[str, str]:
        """Returns the property that identifies the objects at a path, and what kind of things they are, or nothing."""
        means = {name: judged.entity for name, judged in self._judged(properties, path).items() if judged.kind == "id"}
        key = own_id(properties, means, noun or noun_at(path) or self.tool.entity)
        return key, means.get(key, "")

    def _belonging(self, kind: str, subject: Subject) -> list[str]:
        """Returns the things of a kind that are known to be the subject's: the items with a product's product_id."""
        if not subject.identity:
            return []
        pointing = f"{subject.kind.replace(' ', '_')}_id"
        live = self.knowledge.live(kind)
        return [one for one in live if str(self.knowledge.of(kind, one).get(pointing, "")) == subject.identity]

    def _list(self, schema: dict[str, Any], path: tuple[str, ...], subject: Subject) -> list[Any]:
        items = branch(schema["items"])
        scope = subject.scope
        count = self.filters.wanted(scope.stream, schema)
        if type_of(items) == "object" and items.get("properties"):
            return self._entities(schema, path, subject, count)
        described = items if items.get("description") else {**items, "description": schema.get("description", "")}
        drawn: list[Any] = []
        for at in range(count):
            inner = replace(subject, scope=self._scope(subject.kind, f"{subject.identity}/{'/'.join(path)}/{at}"))
            value = self._value(described, (*path, ITEM), inner, None)
            if value not in drawn:
                drawn.append(value)
        return drawn

    def _entities(self, schema: dict[str, Any], path: tuple[str, ...], subject: Subject, count: int) -> list[Any]:
        """Lists what the world holds and the filters let through; unless that is known to be all, new ones as well."""
        items = branch(schema["items"])
        key, kind = self._own(items["properties"], (*path, ITEM))
        searching = self.tool.action in ("search", "read") and len(path) <= 1
        given = self.filters.shown(items["properties"]) if searching else {}
        found: list[Any] = []
        if key and searching and not subject.identity:
            fitting = self.filters.matching(self.world, kind, items["properties"])
            most = self.filters.most(schema)
            complete = self.knowledge.complete(kind, self.filters.conditions())
            for identity in fitting[:most]:
                shown = {key: typed(identity, items["properties"][key])}
                found.append(self._object(items, (*path, ITEM), self._subject(kind, identity, shown), None))
            count = max(len(found), int(schema.get("minItems", 0))) if complete else max(count, len(found))
            if most is None or count < most:
                self.knowledge.list_all(kind, self.filters.conditions())
        for at in range(len(found), count):
            scope = self._scope(subject.kind, f"{subject.identity}/{self.tool.tool.name}/{'/'.join(path)}/{at}")
            new, mark = Subject("", "", {}, scope, given), len(self.knowledge.effects)
            made = self._object(self.filters.narrowed(items), (*path, ITEM), new, None)
            if key and at >= int(schema.get("minItems", 0)) and self._overlooked(kind, str(made.get(key)), items):
                del self.knowledge.effects[mark:]
            else:
                found.append(made)
        return found

    def _overlooked(self, kind: str, identity: str, items: dict[str, Any]) -> bool:
        """Says whether a new thing would have had to be in a list of everything that was shown before."""
        known = self.knowledge.of(kind, identity)
        shown = self.world["lists"].get(kind, [])
        return any(Filters(self.tool, wider).lets(known, kind, items["properties"]) for wider in shown)
