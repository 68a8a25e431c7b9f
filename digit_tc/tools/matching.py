"""Whether one output can feed one input, and the keys under which the two are looked up.

An edge is claimed only where the value keeps its meaning: the id of the same kind of thing, the same pattern, a value
of a kind that travels (an e-mail address, a file name, a city) or a number into a calculation. Outputs that merely
repeat an input of their own tool feed nothing.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from digit_tc.tools.fields import ITEM, Field
from digit_tc.tools.meaning import Meaning, Understood
from digit_tc.tools.names import singular, with_article, words
from digit_tc.tools.schema import type_of

CODES = {"isbn", "sku", "iban", "token", "license_plate", "vin"}
"""Kinds of codes that name one thing as an id does."""
TRAVELLING = {"email", "phone", "username", "file", "folder", "airport", "url", "uuid", "symbol", *CODES}
PLACES = {"city", "country"}
_PROSE = {"content", "body", "message"}
_NUMBERS = {"number", "count", "money", "percent", "score", "distance", "length", "weight", "temperature"}
_GENERIC = {"result", "value", "number", "numbers", "a", "b", "x", "y", "n", "base", "exponent", "count", "total"}
_SELF = {"passenger", "patient", "guest", "customer", "user", "buyer", "sender", "holder"}

Leaves = Mapping[str, tuple[tuple[Field, Meaning], ...]]
"""Leaves of one tool with what they mean, by the keys under which they are looked up."""


@lru_cache(maxsize=2048)
def outgoing(tool: Understood) -> Leaves:
    """Returns the outputs of a tool that can feed anything."""
    fields = (field for field in tool.outputs if not field.nullable)
    return _by_key((field, tool.yields[field.path]) for field in fields if not repeats(tool, field))


@lru_cache(maxsize=2048)
def incoming(tool: Understood) -> Leaves:
    """Returns the arguments of a tool that an output can feed."""
    return _by_key((field, tool.means[field.path]) for field in tool.inputs)


def _by_key(leaves: Iterator[tuple[Field, Meaning]]) -> Leaves:
    found: dict[str, list[tuple[Field, Meaning]]] = {}
    for field, means in leaves:
        for key in keys(field, means):
            found.setdefault(key, []).append((field, means))
    return {key: tuple(held) for key, held in found.items()}


def keys(field: Field, means: Meaning) -> Iterator[str]:
    """Yields the keys of a leaf: an output can feed an argument only where they share one."""
    kind = type_of(field.schema)
    form = "number" if kind == "integer" else kind or ""
    return (f"{form}:{topic}" for topic in _topics(field, means))


def _topics(field: Field, means: Meaning) -> Iterator[str]:
    if field.schema.get("pattern") and means.kind in ("id", "text"):
        yield f"pattern:{field.schema['pattern']}"
    if means.kind == "id":
        yield f"id:{means.entity.split()[-1] if means.entity else ''}"
    elif means.kind in TRAVELLING or means.kind in PLACES:
        yield means.kind
    elif means.kind in _PROSE:
        yield "prose"
    if means.kind in ("file", "folder"):
        yield "file"
    if means.kind in _NUMBERS and _generic(field) and ITEM not in field.path:
        yield "number"


def match(
    producer: Understood, output: Field, given: Meaning, consumer: Understood, field: Field, wanted: Meaning
) -> tuple[float, str] | None:
    """Returns how well an output feeds an argument, above 0 and at most 1, and why; None where it does not."""
    if not _types_agree(output, field):
        return None
    patterns = output.schema.get("pattern"), field.schema.get("pattern")
    if _closed(producer, output, consumer, field, wanted):
        return None
    if wanted.kind == "id" and given.kind == "id":
        return _ids(patterns, given, wanted)
    if patterns[0] and patterns[0] == patterns[1]:
        return 1.0, f"both have the pattern {patterns[0]}"
    if given.kind in TRAVELLING | PLACES and wanted.kind == given.kind:
        return _travel(producer, output, given, consumer, wanted)
    return _by_kind(given.kind, wanted.kind, consumer)


def _closed(producer: Understood, output: Field, consumer: Understood, field: Field, wanted: Meaning) -> bool:
    """Says whether an argument takes no value from there: the persona's own, a new name, something in place of the old.

    What an order holds is not what it is to hold instead; where one is already is not where one goes.
    """
    if wanted.kind == "id":
        about = {means.entity for means in consumer.means.values() if means.kind == "id" and not means.qualified}
        return "new" in words(field.key) and producer.entity in about
    if wanted.kind == "folder" and "current" in words(output.key):
        return True
    single = wanted.kind in ("email", "phone", "username", "text")
    if single and consumer.action == "create" and producer.entity == consumer.entity != "":
        return True  # what one of them has is not what another one gets
    own = wanted.kind in ("email", "phone", "username") and len(field.path) > 1 and field.owner in _SELF
    if own or (consumer.action == "update" and consumer.entity):
        return True
    return wanted.kind in ("file", "folder") and _names_new(consumer)


def _by_kind(given: str, wanted: str, consumer: Understood) -> tuple[float, str] | None:
    if (given, wanted) == ("file", "folder"):
        return 0.5, "what is listed may be a folder"
    if given == "content" and wanted in _PROSE:
        return 0.6, "text can be written where text is taken"
    if given in _NUMBERS and wanted in _NUMBERS and consumer.action == "compute":
        return 0.7, "a number can be calculated with"
    return None


def _ids(patterns: tuple[object, object], given: Meaning, wanted: Meaning) -> tuple[float, str] | None:
    if all(patterns):
        return (1.0, f"both are ids of the form {patterns[0]}") if patterns[0] == patterns[1] else None
    if given.entity and given.entity == wanted.entity:
        return 0.8 if wanted.qualified or given.qualified else 1.0, f"both identify {with_article(wanted.entity)}"
    tail = wanted.entity.split()[-1:] == given.entity.split()[-1:]
    shorter = min(wanted.entity, given.entity, key=len)
    return (0.6, f"both identify {with_article(shorter)}") if tail and shorter else None


def _travel(
    producer: Understood, output: Field, given: Meaning, consumer: Understood, wanted: Meaning
) -> tuple[float, str] | None:
    if given.kind in PLACES:
        if "current" in words(output.key):
            return None  # where something happens to be now is nowhere that anybody asks about
        lists = ITEM in output.path
        settled = wanted.role != "from" and consumer.action in ("read", "search", "compute")
        about_other = producer.entity != consumer.entity
        return (
            (0.5, f"the {given.kind} of {with_article(output.owner or producer.entity)}")
            if (settled and about_other and not lists)
            else None
        )
    return 0.8, f"both are {with_article(given.kind.replace('_', ' '))}"


def _types_agree(output: Field, field: Field) -> bool:
    ours, theirs = type_of(output.schema), type_of(field.schema)
    if ours is None or theirs is None:
        return ours is theirs
    return ours == theirs or {ours, theirs} == {"integer", "number"}


def _names_new(consumer: Understood) -> bool:
    """Says whether a tool makes something under the name that it is given."""
    return consumer.action == "create" and bool(
        {"mkdir", "touch", "create", "new", "make"} & set(words(consumer.tool.name))
    )


def _generic(field: Field) -> bool:
    return bool({singular(word) for word in words(field.key)} & {*_GENERIC, ""}) or field.key.lower() in _GENERIC


def repeats(tool: Understood, output: Field) -> bool:
    """Says whether an output is an input of the same tool come back."""
    means = tool.yields[output.path]
    if any(field.path == output.path for field in tool.inputs):
        return True
    if means.kind != "id":
        return False
    mine = [tool.means[field.path] for field in tool.inputs if field.required and ITEM not in field.path]
    return any(means.entity == other.entity and other.kind == "id" and not other.qualified for other in mine)
