"""Names: what model servers accept, and identifiers as words with the verb that a tool name begins with."""

import re
from functools import lru_cache
from typing import Literal

from digit_tc.canonical import digest

LONGEST_NAME = 64
"""Characters that a tool name may have."""

Action = Literal["read", "search", "create", "update", "delete", "act", "compute"]

_ILLEGAL = re.compile(r"[^a-zA-Z0-9_-]")
_PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")

_VERBS: dict[Action, str] = {
    "read": "get fetch retrieve read show view check display describe track inspect open_file cat tail head pwd wc du"
    " diff monitor preview lookup load verify validate peek count whoami stat",
    "search": "search find locate list query browse filter ls grep discover explore recommend suggest compare",
    "create": "create add book make place schedule register post submit reserve insert issue invite upload order"
    " mkdir touch generate draft enroll compose new send open publish request buy purchase hire record log save"
    " subscribe apply write echo start file report duplicate copy cp transfer refer play charge share capture store",
    "update": "update modify change edit set rename reschedule assign mark adjust pay complete approve move mv resolve"
    " put patch extend renew upgrade enable activate freeze unfreeze confirm exchange return refund replace switch"
    " toggle turn lock unlock snooze pause resume close reopen configure reset star pin redeem rate tag follow like"
    " block unblock restock refill deactivate disable stop login logout cd sort run trigger dismiss react accept"
    " decline reorder reassign convert_status promote deposit withdraw credit debit spend ship",
    "delete": "delete remove cancel clear archive revoke drop unsubscribe rm rmdir erase discard unassign destroy"
    " unfollow leave terminate withdraw",
    "compute": "calculate compute convert estimate divide multiply subtract power mean square round percentage"
    " absolute logarithm standard imperial si max min sum solve translate analyze analyse summarize summarise"
    " determine predict evaluate encode decode hash format parse factorial median roll flip tell encrypt decrypt"
    " identify detect classify reverse recognize shuffle",
}
_ACTIONS: dict[str, Action] = {verb: action for action, verbs in _VERBS.items() for verb in verbs.split()}

_PLAIN = {"details", "detail", "info", "information", "status", "list", "data", "history", "summary", "results", "all"}
_SAME = {"news", "series", "species", "status", "address", "business", "access", "process", "class", "gas", "bus"}
_IRREGULAR = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "feet": "foot",
    "data": "data",
    "ids": "id",
    "movies": "movie",
    "calories": "calorie",
    "cookies": "cookie",
    "smoothies": "smoothie",
    "analyses": "analysis",
    "diagnoses": "diagnosis",
    "lyrics": "lyrics",
    "emis": "emi",
}
_SMALL = {"by", "for", "of", "to", "from", "in", "on", "with", "at", "and", "or", "the", "a", "an", "is", "up", "as"}


def legal_name(written: str) -> str:
    """Keeps to what model servers accept as a function name; names that would lose what tells them apart get a hash."""
    name = _ILLEGAL.sub("_", written.strip())
    if not name.strip("_-"):
        return f"tool_{digest(written)[:8]}"
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 9]}_{digest(written)[:8]}"


@lru_cache(maxsize=65536)
def words(identifier: str) -> tuple[str, ...]:
    """Splits an identifier at its separators, case changes and digits: checkInDate gives check, in, date."""
    return tuple(part.lower() for part in _PARTS.findall(identifier))


@lru_cache(maxsize=65536)
def singular(word: str) -> str:
    """Returns the singular of an English noun in lower case."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _SAME or len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "zes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


def plural(noun: str) -> str:
    """Returns the plural of an English noun phrase in lower case."""
    for many, one in _IRREGULAR.items():
        if noun == one:
            return many
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    if noun.endswith(("ch", "sh", "x", "ss", "z")):
        return noun + "es"
    return noun if noun.endswith("s") else noun + "s"


def with_article(noun: str) -> str:
    """Returns a singular noun phrase behind "a" or "an"."""
    vowel = noun[:1].lower() in "aeio" or noun.lower().startswith(("uncle", "umbrella", "update", "upcoming", "urgent"))
    silent = noun.lower().startswith(("hour", "honest"))
    return f"{'an' if (vowel or silent) and not noun.lower().startswith(('one', 'euro')) else 'a'} {noun}"


def action_word(name: str) -> int:
    """Returns the position of the verb among the words of a tool name, or -1 where it has none."""
    return next((at for at, word in enumerate(words(name)) if word in _ACTIONS), -1)


def action(name: str) -> Action:
    """Returns what kind of work a tool's name speaks of; `act` where its verb is not known."""
    at = action_word(name)
    return _ACTIONS[words(name)[at]] if at >= 0 else "act"


@lru_cache(maxsize=65536)
def entity(name: str) -> str:
    """Returns the noun that a tool's name is about, singular: get_order_details gives order; empty where none shows."""
    at = action_word(name)
    nouns: list[str] = []
    for word in words(name)[at + 1 :] if at >= 0 else words(name):
        if word in _SMALL:
            if nouns:
                break
            continue
        nouns.append(word)
    while len(nouns) > 1 and nouns[-1] in _PLAIN:
        nouns.pop()
    if nouns and nouns[0] == "all":
        nouns = nouns[1:]
    return singular(nouns[-1]) if nouns and nouns[-1] not in _PLAIN else ""


def spoken(identifier: str) -> str:
    """Returns an identifier as a person would say it: delivery_address gives "delivery address"."""
    return " ".join(words(identifier))
