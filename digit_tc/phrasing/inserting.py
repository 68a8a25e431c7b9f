"""Values that stand in the place of the nouns of a described goal: "add two numbers" becomes "add 12 and 7"."""

import re

from digit_tc.phrasing.details import Detail, Teller
from digit_tc.phrasing.spoken import listed
from digit_tc.tools.meaning import Understood

_NUMBERS = re.compile(r"\b(?:two numbers|a list of numbers|(?:the )?numbers|a number|two values|a value|(?:the )?value)\b")
_PAIRED = (
    (re.compile(r"\bone number by another\b"), "{0} by {1}"),
    (re.compile(r"\bone number from another\b"), "{1} from {0}"),
    (re.compile(r"\ba number to a power\b"), "{0} to the power of {1}"),
)
_FILES = re.compile(r"\b(?:two files(?: of any extension)?(?: line by line)?|a (?:new )?file or directory|a (?:new )?file|the file"
                    r"|a (?:new )?directory|the (?:current )?directory|a (?:new )?folder|the folder)\b")  # fmt: skip
_PLAIN_NUMBERS = {"number", "count", "money", "percent", "score"}


def inserted(phrase: str, details: list[Detail], teller: Teller, tool: Understood) -> tuple[str, list[Detail]]:
    """Puts numbers, file names and search terms where the phrase speaks of them; returns what is left to be said."""
    if tool.action == "search":
        return _searched(phrase, details, teller)
    numbers = [detail for detail in details if detail.means.kind in _PLAIN_NUMBERS]
    if tool.action in ("compute", "create", "act") and numbers and (_NUMBERS.search(phrase) or _pair(phrase)):
        return _numbered(phrase, details, numbers, teller)
    named = [detail for detail in details if detail.means.kind in ("file", "folder")]
    found = _FILES.search(phrase)
    if named and found:
        first = named[:2] if "two" in found.group() else named[:1]
        said = listed([teller.value(detail) for detail in first])
        return phrase[: found.start()] + said + phrase[found.end() :], [one for one in details if one not in first]
    return phrase, details


def _pair(phrase: str) -> tuple[re.Match[str], str] | None:
    for pattern, form in _PAIRED:
        found = pattern.search(phrase)
        if found:
            return found, form
    return None


def _numbered(phrase: str, details: list[Detail], numbers: list[Detail], teller: Teller) -> tuple[str, list[Detail]]:
    said = [teller.value(detail) for detail in numbers]
    pair = _pair(phrase)
    if pair and len(said) == 2:
        found, form = pair
        return phrase[: found.start()] + form.format(*said) + phrase[found.end() :], _without(details, numbers)
    found_plain = _NUMBERS.search(phrase)
    if found_plain is None:
        return phrase, details
    used = numbers if "number" in found_plain.group() and "a number" != found_plain.group() else numbers[:1]
    words = listed([teller.value(detail) for detail in used])
    return phrase[: found_plain.start()] + words + phrase[found_plain.end() :], _without(details, used)


def _searched(phrase: str, details: list[Detail], teller: Teller) -> tuple[str, list[Detail]]:
    asked = [detail for detail in details if detail.means.kind == "query"][:1]
    if not asked:
        return phrase, details
    said = teller.value(asked[0])
    verb = phrase.split(" ", 1)[0]
    if phrase.startswith(("look for", "search for")):
        return f"{' '.join(phrase.split()[:2])} {said}", _without(details, asked)
    return f"{verb} {said}" if verb == "find" else f"{phrase} for {said}", _without(details, asked)


def _without(details: list[Detail], used: list[Detail]) -> list[Detail]:
    return [detail for detail in details if detail not in used]
