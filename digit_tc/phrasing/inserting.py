"""Values that stand in the place of the nouns of a described goal: "add two numbers" becomes "add 12 and 7"."""

import re

from digit_tc.phrasing.details import Detail, Teller
from digit_tc.phrasing.spoken import listed
from digit_tc.tools.meaning import Understood
from digit_tc.tools.names import singular

_NUMBERS = (
    re.compile(r"\b(?:two numbers|a list of numbers|(?:the )?numbers|two values)\b"),
    re.compile(r"(?<=value of )a number\b|\ba number\b"),
    re.compile(r"\b(?:a|the) value\b"),
)
"""Where numbers stand in a clause: several of them first."""
_PAIRED = (
    (re.compile(r"\bone number by another\b"), "{0} by {1}"),
    (re.compile(r"\bone number from another\b"), "{1} from {0}"),
    (re.compile(r"\ba number to a power\b"), "{0} to the power of {1}"),
)
_FILES = re.compile(
    r"\b(?P<two>two files)\b|\b(?P<new>a new (?:file|directory|folder))\b"
    r"|\b(?:a|the|any|the specified|the current working) (?:file|directory|folder)(?: or director(?:y|ies))?\b"
    r"(?! to\b)"
)
_CONTENT = re.compile(r"\b(?:(?:the|a|an|some|your) )?(?:content|text|message)\b(?! of)")
_WRITTEN = {"note", "task", "message", "email", "event", "reminder", "ticket", "issue", "post", "document", "contact"}
"""Things that are called by whole phrases: such a phrase alone does not say what is searched for."""
_PLAIN_NUMBERS = ("number", "count", "money", "percent", "score", "exponent", "length")


def inserted(phrase: str, details: list[Detail], teller: Teller, tool: Understood) -> tuple[str, list[Detail]]:
    """Puts numbers, file names and search terms where the phrase speaks of them; returns what is left to be said."""
    if tool.action == "search" and any(detail.means.kind == "query" for detail in details):
        return _searched(phrase, details, teller, tool)
    order = [field.path for field in tool.inputs]
    numbers = sorted(
        (detail for detail in details if detail.means.kind in _PLAIN_NUMBERS),
        key=lambda detail: order.index(detail.field.path) if detail.field.path in order else len(order),
    )
    if numbers and tool.action != "read" and (_spot(phrase) or _pair(phrase)):
        return _numbered(phrase, details, numbers, teller)
    phrase, details = _contents(phrase, details, teller)
    return _files(phrase, details, teller)


def _contents(phrase: str, details: list[Detail], teller: Teller) -> tuple[str, list[Detail]]:
    held = next((detail for detail in details if detail.means.kind == "content"), None)
    found = _CONTENT.search(phrase)
    if held is None or found is None:
        return phrase, details
    return phrase[: found.start()] + teller.value(held) + phrase[found.end() :], _without(details, [held])


def _files(phrase: str, details: list[Detail], teller: Teller) -> tuple[str, list[Detail]]:
    named = [one for one in details if one.means.kind in ("file", "folder") and one.means.role != "to"]
    found = _FILES.search(phrase)
    if not named or found is None:
        return phrase, details
    first = named[:2] if found["two"] else named[:1]
    said = listed([teller.value(detail) for detail in first])
    if found["new"]:
        said = f"{found.group()} called {said}"
    return phrase[: found.start()] + said + phrase[found.end() :], _without(details, first)


def _pair(phrase: str) -> tuple[re.Match[str], str] | None:
    for pattern, form in _PAIRED:
        found = pattern.search(phrase)
        if found:
            return found, form
    return None


def _spot(phrase: str) -> re.Match[str] | None:
    return next((found for pattern in _NUMBERS if (found := pattern.search(phrase))), None)


def _numbered(phrase: str, details: list[Detail], numbers: list[Detail], teller: Teller) -> tuple[str, list[Detail]]:
    pair = _pair(phrase)
    if pair and len(numbers) == 2:
        found, form = pair
        said = form.format(*(teller.value(detail) for detail in numbers))
        return phrase[: found.start()] + said + phrase[found.end() :], _without(details, numbers)
    spot = _spot(phrase)
    if spot is None:
        return phrase, details
    used = numbers if "numbers" in spot.group() or "two" in spot.group() else numbers[:1]
    words = listed([teller.value(detail) for detail in used])
    return phrase[: spot.start()] + words + phrase[spot.end() :], _without(details, used)


def _searched(phrase: str, details: list[Detail], teller: Teller, tool: Understood) -> tuple[str, list[Detail]]:
    asked = [detail for detail in details if detail.means.kind == "query"][:1]
    said = teller.value(asked[0])
    if tool.entity in _WRITTEN and singular(phrase.rsplit(maxsplit=1)[-1]) == tool.entity:
        return f"{phrase} matching {said}", _without(details, asked)
    verb = phrase.split(" ", 1)[0]
    if phrase.startswith(("look for", "search for")):
        return f"{' '.join(phrase.split()[:2])} {said}", _without(details, asked)
    return f"{verb} {said}" if verb == "find" else f"{phrase} for {said}", _without(details, asked)


def _without(details: list[Detail], used: list[Detail]) -> list[Detail]:
    return [detail for detail in details if detail not in used]
