"""Whether an argument may be left out, where a specification has no `required` list.

Not all optional: calls would be empty. Not all required: people would be asked for everything.
"""

import re
from typing import Any

from digit_tc.tools.inference.literals import default_in
from digit_tc.tools.names import action, words

_SAYS_OPTIONAL = re.compile(
    r"\boptional(ly)?\b|\bdefaults? (to|is|value)\b|\bdefault:|\(default\b|\bby default\b|\bnot required\b"
    r"|\bif (it is |they are )?(not (provided|specified|given|set|supplied|passed)|omitted|left (empty|blank|out)"
    r"|none|null|empty|unspecified|absent)\b|\bleave (it )?(empty|blank|out)\b"
    r"|\b(can|may) be (omitted|left out|empty|null|none)\b|\bif (desired|needed|any|applicable|available)\b"
)
_SAYS_REQUIRED = re.compile(r"\brequired\b|\bmandatory\b|\bmust be (provided|given|specified|set)\b")
_NARROWING = {
    "limit", "page", "offset", "cursor", "skip", "sort", "order_by", "sort_by", "sort_order", "per_page", "page_size",
    "max_results", "num_results", "fields", "include", "exclude", "verbose", "locale", "lang", "callback",
    "page_number", "page_token", "format", "count", "filters", "filter", "radius", "max_price", "min_price",
    "price_range", "timezone",
}  # fmt: skip
"""Names of arguments that refine an answer which makes sense without them."""
_PAIRS = (
    {"start", "end"}, {"from", "to"}, {"origin", "destination"}, {"latitude", "longitude"}, {"lat", "lon"},
    {"lat", "lng"}, {"in", "out"}, {"first", "last"}, {"source", "target"}, {"source", "destination"}, {"1", "2"},
    {"checkin", "checkout"}, {"begin", "end"}, {"departure", "arrival"}, {"city", "date"},
)  # fmt: skip
"""Words that make two arguments halves of one."""
_LOOKING = {
    "search",
    "find",
    "list",
    "filter",
    "browse",
    "discover",
    "recommend",
    "recommendations",
    "explore",
    "query",
}


def says_optional(schema: dict[str, Any]) -> str:
    """Returns the rule by which a default or the prose says that an argument may be left out; else empty."""
    described = " ".join(str(schema.get("description", "")).lower().split())
    if "default" in schema or default_in(described):
        return "optional-default"
    return "optional-prose" if _SAYS_OPTIONAL.search(described) else ""


def optional_because(name: str, schema: dict[str, Any], tool: str = "") -> str:
    """Returns the rule by which the prose, a default or the name says that an argument may be left out; else empty.

    Args:
        name: Its name.
        schema: What the specification says of it.
        tool: The name of its tool: a calculation needs its radius, a search does not.
    """
    if said := says_optional(schema):
        return said
    described = str(schema.get("description", "")).lower()
    refines = narrows(name) and action(tool) in ("read", "search")
    return "optional-name" if refines and not _SAYS_REQUIRED.search(described) else ""


def narrows(name: str) -> bool:
    """Says whether an argument only refines how an answer is given: its length, its order."""
    return "_".join(words(name)) in _NARROWING


def required_of(properties: dict[str, Any], tool: str, described: str = "") -> list[str]:
    """Returns the names of the members that are needed, in their order: those which nothing says may be left out.

    A search needs its first criterion, what makes a pair with it, and what its description names beside it with "and".

    Args:
        properties: The schemas of the members.
        tool: The name of the tool.
        described: Its description.
    """
    needed = [name for name, schema in properties.items() if not optional_because(name, _object(schema), tool)]
    if len(needed) < 2 or not set(words(tool)) & _LOOKING:
        return needed
    said = set(words(described.lower())) if " and " in described and " or " not in described else set()
    return [name for name in needed if name == needed[0] or _paired(name, needed) or set(words(name)) <= said]


def _paired(name: str, needed: list[str]) -> bool:
    parts = words(name)
    others = [words(other) for other in needed if other != name]
    return any(
        {mine, theirs} <= pair and mine != theirs and [*parts[:at], *parts[at + 1 :]] == [*rest[:at], *rest[at + 1 :]]
        for rest in others
        for at in range(min(len(parts), len(rest)))
        for mine, theirs in [(parts[at], rest[at])]
        for pair in _PAIRS
    )


def _object(schema: Any) -> dict[str, Any]:
    return schema if isinstance(schema, dict) else {}
