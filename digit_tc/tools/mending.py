"""Repairs that turn the schemas found in tool files into JSON Schema 2020-12, each one noted."""

from itertools import islice
from typing import Any

from jsonschema_rs import ValidationError

from digit_tc.records import Fix
from digit_tc.tools.expansion import inline
from digit_tc.tools.place import Place, shown, step, walk
from digit_tc.tools.references import MANY, NAMED, ONE, broken, circular, needed
from digit_tc.tools.repairs import AFTER, BEFORE, ONCE_MORE
from digit_tc.tools.schema import json_type, pointer_of, validator
from digit_tc.tools.words import read_type

DEEPEST_SCHEMA = 64
"""Schemas inside one another; a deeper one is refused."""
_MOST_KEPT = 1000
"""Values of a list or an object that a fix keeps of what it changed, and _LONGEST_TEXT the characters of a text."""

_LONGEST_TEXT = 10_000


class Mender:
    """Mends the schemas of one tool and keeps the list of what it changed; pointers lead into the tool as written."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._moved: dict[str, str] = {}
        self.fixes: list[Fix] = []

    def note(self, code: str, pointer: str, old: Any, new: Any) -> None:
        """Records one repair; of a value that is very long it keeps how long it is, since the original has it."""
        self.fixes.append(Fix(code=code, pointer=self._written(pointer), old=_brief(old), new=_brief(new)))

    def move(self, pointer: str, written: str) -> None:
        """Tells that what stands at a pointer now, and all below, stands at another one in the original."""
        self._moved[pointer] = written

    def _written(self, pointer: str) -> str:
        head = pointer
        while head:
            if head in self._moved:
                return self._moved[head] + pointer[len(head) :]
            head = head.rpartition("/")[0]
        return pointer

    def _at(self, pointer: str) -> Place:
        return self._place.below(self._written(pointer))

    def parameters(self, raw: dict[str, Any], pointer: str) -> dict[str, Any]:
        """Returns the mended schema of the arguments, an object schema that names its properties at the top.

        Raises:
            CatalogueError: It cannot be mended.
        """
        schema = self.output(raw, pointer)
        if "$ref" in schema or "allOf" in schema:
            found = inline(schema)
            # A reference into what was merged would lead nowhere now: then it stays as it was written.
            if found != schema and not broken(found):
                self.note("root-inlined", pointer, raw, found)
                schema = found
        if schema.get("nullable") is True:  # without a type beside it, which it would have been merged into
            self.note("nullable", step(pointer, "nullable"), schema.pop("nullable"), None)
        kind = "an enumeration" if "enum" in schema else schema.get("type")
        if kind is None or (isinstance(kind, list) and "object" in kind):
            self.note("type-missing" if kind is None else "type-narrowed", step(pointer, "type"), kind, "object")
            schema = {"type": "object", **{key: value for key, value in schema.items() if key != "type"}}
        elif kind != "object":
            raise self._at(pointer).error(
                f"the arguments of a tool are an object, not {shown(kind)}", "give a schema of type object"
            )
        if circular(schema, needed):
            raise self._at(pointer).error(
                "no arguments can fit this: a schema needs itself, without end",
                "make what closes the circle optional",
                code="schema-unsatisfiable",
            )
        # What was brought to the top has not been judged as a whole yet.
        for repair in ONCE_MORE:
            repair(self.note, schema, pointer)
        return schema

    def output(self, raw: dict[str, Any], pointer: str) -> dict[str, Any]:
        """Returns a mended schema of any type.

        Raises:
            CatalogueError: It cannot be mended.
        """
        schema = self._schema(raw, pointer, 1)
        if fault := broken(schema):
            what, _, mend = fault[1].partition("; ")
            raise self._at(pointer + fault[0]).error(what, mend, code="reference-dangling")
        self._check(schema, pointer)
        return schema

    def part(self, raw: Any, pointer: str) -> dict[str, Any]:
        """Returns a mended schema whose references lead to what is elsewhere: they stay as they are.

        Raises:
            CatalogueError: It cannot be mended.
        """
        schema = self._schema(raw, pointer, 1)
        self._check(_unreferring(schema), pointer)
        return schema

    def _check(self, schema: dict[str, Any], pointer: str) -> None:
        try:
            validator(schema)
        except ValidationError as error:
            where = self._at(pointer + pointer_of(error))
            raise where.error(f"this is not JSON Schema: {shown(error.message)}", "correct the schema") from error
        except ValueError as error:
            raise self._at(pointer).error(f"this is not JSON Schema: {shown(str(error))}", "correct it") from error

    def _schema(self, raw: Any, pointer: str, depth: int) -> dict[str, Any]:
        if depth > DEEPEST_SCHEMA:
            raise self._at(pointer).error(
                f"schemas are nested more than {DEEPEST_SCHEMA} deep", "flatten it or use a reference"
            )
        node = self._as_object(raw, pointer)
        for repair in BEFORE:
            repair(self.note, node, pointer)
        for keyword in [key for key in node if key in ONE or key in MANY or key in NAMED]:
            self._below(node, keyword, step(pointer, keyword), depth + 1)
        for repair in AFTER:
            repair(self.note, node, pointer)
        return node

    def _as_object(self, raw: Any, pointer: str) -> dict[str, Any]:
        if isinstance(raw, dict):
            return dict(raw)
        word = read_type(raw) if isinstance(raw, str) else None
        if isinstance(raw, bool):
            schema: dict[str, Any] = {} if raw else {"not": {}}
        elif word is not None:
            schema = word.schema
        else:
            raise self._at(pointer).error(f"a schema is an object, not {json_type(raw)}", 'write it as {"type": ...}')
        self.note("schema-shorthand", pointer, raw, schema)
        return dict(schema)

    def _below(self, node: dict[str, Any], keyword: str, pointer: str, depth: int) -> None:
        value = node[keyword]
        if keyword in ONE and not isinstance(value, bool):
            node[keyword] = self._schema(value, pointer, depth)
        elif keyword in MANY and isinstance(value, list):
            node[keyword] = [self._schema(item, step(pointer, index), depth) for index, item in enumerate(value)]
        elif keyword in NAMED and isinstance(value, dict):
            node[keyword] = {name: self._schema(item, step(pointer, name), depth) for name, item in value.items()}


def _unreferring(value: Any) -> Any:
    if isinstance(value, list):
        return [_unreferring(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _unreferring(item) for key, item in value.items() if key != "$ref" or not isinstance(item, str)}


def _brief(value: Any) -> Any:
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        return f"{value[:_LONGEST_TEXT]}... ({len(value):,} characters)"
    if next(islice(walk(value), _MOST_KEPT, None), None):
        return f"{'a list' if isinstance(value, list) else 'an object'} of {len(value):,}"
    return value
