"""The type of an argument or attribute that a specification leaves untyped.

Evidence in order of trust: cue words of the description, a default, what other tools call by the same name, an example,
the name. Where nothing tells, every scalar is allowed: a guess would refuse values that are right.
"""

import re
from dataclasses import dataclass
from typing import Any

from digit_tc.tools.inference.literals import default_in, example_in
from digit_tc.tools.kinds import LAST_WORD, NUMBERS
from digit_tc.tools.names import singular, words
from digit_tc.tools.schema import json_type

SCALARS = ["string", "number", "boolean"]
"""What an argument may be of which nothing is known."""

_CUES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(cue))
    for kind, cue in (
        ("string", r"\bcomma[- ]separated\b|\bseparated by (commas|spaces)\b|\bas a (string|text)\b|\bjson string\b"),
        (
            "boolean",
            r"^(a |the )?(boolean|flag)\b|\b(boolean|bool)\b"
            r"|^\W*(optional\W+)?(whether|include [a-z]+ (letters|numbers|symbols)|true if|if true|if set to true"
            r"|set to true|indicates? (whether|if)|specif(y|ies) (whether|if)|enable|toggle)\b|\btrue or false\b"
            r"|\btrue/false\b|\bwhen (set to )?true\b|\bif false\b",
        ),
        ("integer", r"\bas an integer\b|^(an? |the )?integer\b|\binteger (id|value|number|between|representing)\b"),
        ("number", r"\bfloating[- ]point\b|\bdecimal (number|degrees|value|form|format)\b|\bas a (decimal|float)\b"),
        (
            "array",
            r"^(an? |the |optional |your )*(\w+ )?(lists?|arrays?|collection|sequence|vector) (of|containing|with)\b"
            r"|\b(an?|the) (list|array) of\b|^(an? |the )*(list|array)\b",
        ),
        (
            "object",
            r"^(an? |the |optional )*((json|python) )?(dictionary|dict|object|mapping|key-value|hash ?map)\b"
            r"|\b(a|as) dictionary\b",
        ),
        ("string", r"\byyyy|\bdd/mm|\bmm/dd|\bhh:mm|\biso[- ]?8601\b|\bin the format\b"),
        (
            "integer",
            r"^(an? |the |optional )*((maximum|max|minimum|min|total|desired|approximate|exact|specific|new|updated) )*"
            r"(number|count|quantity) of (?!the (order|room|account|card|ticket|invoice|flight|phone)|hours)"
            r"|\bhow many\b|\bpage number\b|\bport number\b|\b(term|period|duration)\b.*\bin (years|months|days)\b"
            r"|\blength of the (generated |random )?(password|string|username|text|sequence|list|code|token)\b",
        ),
        (
            "number",
            r"\b(temperature|distance|radius|weight|mass|height|width|length|speed|velocity|area|volume|interest rate"
            r"|exchange rate|tax rate|price|cost|salary|income|amount|balance|budget)"
            r" (?!id\b|unit|range|type|code|name)"
            r".*\b(in|per|of)\b (?!the (currency|item|product) code)"
            r"|\bnumber of hours\b|\bin \w+ per \w+"
            r"|\bin (kilowatt|liters|gallons|kilograms|pounds|kg|percent|degrees)\b"
            r"|\b(initial|monthly|annual|total|final|current) (\w+ )?(amount|investment|contribution|calories|value)\b",
        ),
    )
)
_FLAGS = {"is", "has", "include", "show", "enable", "allow", "use", "exclude", "should", "can", "with", "only", "force"}
_FLAG_NAMES = {
    "verbose", "recursive", "enabled", "disabled", "active", "public", "private", "overwrite", "available",
    "vegetarian", "vegan", "refundable", "reverse", "descending", "ascending", "case_sensitive", "human_readable",
    "numbers_included",
}  # fmt: skip
_WHOLE = {
    "count", "quantity", "year", "age", "digits", "minutes", "limit", "priority", "exponent",
}  # fmt: skip
"""Kinds of numbers that come whole."""
_PAGES = {"page", "offset", "skip", "port", "index", "position", "days", "week", "floor", "month_number", "len"}
_OPEN = {
    "filters", "metadata", "settings", "options", "preferences", "config", "configuration", "params", "parameters",
    "attributes", "properties", "headers", "updates", "payload", "customizations",
}  # fmt: skip
"""Names of objects whose members are anybody's choice."""
_NUMBER_LISTS = {"numbers", "values", "array", "arr", "nums", "scores", "grades", "prices", "weights", "dataset"}
_OPERANDS = {"number", "num", "value", "a", "b", "x", "y", "base", "exponent", "n", "min", "max", "minimum", "maximum"}
"""Names of what a calculation takes."""
_MEASURED = {"threshold", "mileage", "voltage", "power", "operand", "consumption", "efficiency", "probability", "whole"}
_NOT_MEASURED = {"level", "severity", "party", "share", "label"}
"""Words that number some things and name others: a level may be "easy"."""
_WHOLE_WORK = {"prime", "factorial", "fibonacci", "gcd", "lcm", "binary", "random", "divisor", "dice"}
"""Words of calculations over whole numbers."""
_NOT_MANY = {
    "address", "details", "notes", "status", "news", "series", "lines", "stars", "points", "hours", "minutes", "days",
    "requirements", "instructions", "contents", "remarks", "comments", "sms", "gps", "basis", "class", "business",
    "process", "access", "canvas", "units", "weeks", "months", "years", "seconds", "guests", "adults", "children",
    "passengers", "rooms", "nights", "people", "seats", "bedrooms", "bathrooms", "servings", "miles", "kilometers",
    "meters", "pounds", "grams", "calories", "bonus", "radius", "focus", "campus", "virus", "terms", "sales",
    "steps", "times",
}  # fmt: skip
_COUNTED = {
    "stars", "points", "hours", "minutes", "days", "weeks", "months", "years", "seconds", "guests", "adults",
    "children", "passengers", "rooms", "nights", "people", "seats", "bedrooms", "bathrooms", "servings", "steps",
}  # fmt: skip
_PROSE_LONGEST = 600


@dataclass(frozen=True)
class Guess:
    """A type, as the keywords that say it, and the rule that gave it."""

    rule: str
    schema: dict[str, Any]


def guess(name: str, schema: dict[str, Any], told: dict[str, Any] | None = None, tool: str = "") -> Guess | None:
    """Returns the type of an argument or attribute; None where there is no evidence.

    Args:
        name: Its name.
        schema: What the specification says of it.
        told: The type that other tools give to what has this name, if they agree.
        tool: The name of its tool.
    """
    described = " ".join(str(schema.get("description", "")).lower().split())[:_PROSE_LONGEST]
    found = _by_prose(name, described)
    if found:
        return found
    given = [schema["default"]] if schema.get("default") is not None else default_in(described)
    if given:
        return Guess("type-default", _of_value(given[0]))
    if told:
        return Guess("type-sibling", told)
    shown = schema.get("examples", []) or example_in(described)
    if isinstance(shown, list) and shown and shown[0] is not None:
        return _by_example(name, shown[0], tool)
    named = _by_name(name, tool)
    if named is None and described:
        # Wherever a number, a flag or a list was meant, some word of the prose told so: of what is left, most is text.
        return Guess("type-remainder", {"type": "string"})
    return named


def items_of(name: str, described: str) -> dict[str, Any]:
    """Returns the type of the items of a list by its name and description; they are text where nothing else shows."""
    if words(name)[-1:] and (
        set(words(name)) & _NUMBER_LISTS or re.search(r"\b(numbers|integers|floats)\b", described)
    ):
        return {"type": "integer" if "integers" in described else "number"}
    if re.search(r"\b(list|array)s? of (dictionaries|objects|dicts|key-value)\b", described):
        return {"type": "object"}
    return {"type": "string"}


def _by_prose(name: str, described: str) -> Guess | None:
    kind = next((kind for kind, cue in _CUES if cue.search(described)), None)
    if kind is None:
        return None
    if kind == "array":
        return Guess("type-prose", {"type": "array", "items": items_of(name, described)})
    return Guess("type-prose", {"type": kind})


def _of_value(value: Any) -> dict[str, Any]:
    kind = json_type(value)
    if kind == "array" and value:
        return {"type": "array", "items": {"type": json_type(value[0])}}
    return {"type": kind}


def _by_example(name: str, value: Any, tool: str) -> Guess:
    """Reads a type off an example.

    A whole number may stand for any number, unless the name says that it is whole; of a list, one item may be shown.
    """
    named, kind = _by_name(name, tool), json_type(value)
    if named is not None:
        called = named.schema["type"]
        if (kind == "integer" and called in ("number", "string")) or (called == "array" and kind != "array"):
            return named
    return Guess("type-example", _of_value(value))


def _by_name(name: str, tool: str) -> Guess | None:
    parts = words(name)
    if parts and parts[-1].isdigit():
        parts = parts[:-1]
    if not parts:
        return None
    found = _named(parts, parts[-1], set(words(tool)))
    return Guess("type-name", found) if found else None


def _named(parts: tuple[str, ...], last: str, tool: set[str]) -> dict[str, Any] | None:
    one, whole = singular(last), "_".join(parts)
    flagged = parts[0] in _FLAGS and len(parts) > 1 and (parts[0] != "show" or last not in LAST_WORD)
    if flagged or last in _FLAG_NAMES or whole in _FLAG_NAMES:
        return {"type": "boolean"}
    if one in ("id", "uuid", "guid"):
        return {"type": "string"} if last != "ids" else {"type": "array", "items": {"type": "string"}}
    if last in _OPEN:
        return {"type": "object"}
    if last in _NUMBER_LISTS:
        return {"type": "array", "items": {"type": "number"}}
    if (
        last != one
        and last not in _NOT_MANY
        and (NUMBERS.get(last) is None or last == "items")
        and (one in LAST_WORD or last in LAST_WORD)
    ):
        return {"type": "array", "items": {"type": "string"}} if last not in LAST_WORD else {"type": "string"}
    return _number(parts, last, one, tool) or _text_or_list(parts, last, one)


def _number(parts: tuple[str, ...], last: str, one: str, tool: set[str]) -> dict[str, Any] | None:
    if last in _OPERANDS and (len(parts) == 1 or parts[0] in ("min", "max", "first", "second")):
        return {"type": "integer" if tool & _WHOLE_WORK else "number"}
    if (parts[0] in ("num", "n") and len(parts) > 1) or last in _PAGES or last in _COUNTED:
        return {"type": "integer"}
    if last in _MEASURED:
        return {"type": "number"}
    kind = NUMBERS.get(last) or NUMBERS.get(one)
    if kind and last not in _NOT_MEASURED:
        return {"type": "integer" if kind in _WHOLE else "number"}
    return None


def _text_or_list(parts: tuple[str, ...], last: str, one: str) -> dict[str, Any] | None:
    if last != one and last not in _NOT_MANY and last not in LAST_WORD:
        return {"type": "array", "items": {"type": "string"}}
    if last in LAST_WORD or one in LAST_WORD or "_".join(parts[-2:]) in LAST_WORD:
        return {"type": "string"}
    return None
