"""What a tool does and what it is about, read off its name and the first clause of its description."""

import re
from dataclasses import dataclass

from digit_tc.tools.names import Action, action, action_word, entity, singular, words
from digit_tc.tools.tool import Tool

_PREAMBLE = re.compile(r"^.*?\btool description:\s*", re.IGNORECASE | re.DOTALL)
_CLAUSE = re.compile(
    r"[.;:,(\n]|\b(?:by|for|of|to|from|in|on|with|at|using|based|related|that|which|given|between|within|via|about|into|"
    r"including|and|or|as|is|are)\b",
    re.IGNORECASE,
)
_FOR = re.compile(r"^\W*(search|look|browse|check|ask|query) (?:for|up) ", re.IGNORECASE)
_ONE = {
    "news",
    "weather",
    "details",
    "information",
    "info",
    "data",
    "status",
    "series",
    "address",
    "statistics",
    "stats",
}
"""Words that end like a plural and are none, or speak of one thing."""
_GENERIC = {"api", "tool", "function", "service", "endpoint", "request", "random", "current", "new", "v1", "v2", "and"}


@dataclass(frozen=True)
class Subject:
    """The kind of work, the noun it is about (singular, empty where none shows), and whether it is about many."""

    action: Action
    verb: str
    noun: str
    many: bool
    phrase: tuple[str, ...]
    """The words of the noun phrase: stock, price."""

    @classmethod
    def of(cls, tool: Tool) -> "Subject":
        """Reads a tool: its name where that begins with a known verb, else the first clause of its description."""
        parts = words(tool.name)
        if action_word(tool.name) >= 0:
            return _read(tool.name, parts)
        clause = "_".join(words(_CLAUSE.split(_FOR.sub(r"\1 ", said(tool.description)), maxsplit=1)[0]))
        if action_word(clause) == 0:
            return _read(clause, words(clause))
        named = tuple(word for word in parts if word not in _GENERIC)
        last = named[-1] if named else ""
        return Subject("act", "", singular(last), singular(last) != last and last not in _ONE, named)


def said(description: str) -> str:
    """Returns a description without what it says of the whole system before it comes to the tool."""
    return _PREAMBLE.sub("", description, count=1)


def _read(name: str, parts: tuple[str, ...]) -> Subject:
    at = action_word(name)
    phrase = _phrase(parts[at + 1 :])
    noun = entity(name)
    last = next((word for word in reversed(phrase) if singular(word) == noun), "")
    many = bool(last) and singular(last) != last and last not in _ONE
    return Subject(action(name), parts[at], noun, many, phrase)


def _phrase(parts: tuple[str, ...]) -> tuple[str, ...]:
    small = {"by", "for", "of", "to", "from", "in", "on", "with", "at", "based", "using", "within", "between", "near"}
    found: list[str] = []
    for word in parts:
        if word in small and found:
            break
        if word not in small and word not in _GENERIC:
            found.append(word)
    return tuple(found)
