"""Where does every argument of a trace come from?

The program under test says its calls are grounded; this says so or not from the trace alone, with no access
to what the program believed. It errs towards "unknown": a value that was not said, seen or declared is
reported, and the reader decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from functools import lru_cache
from typing import Any

from .calendar_words import dates_said, simulated_date, times_said
from .numerals import as_decimal, numbers_said, spelt_number
from .schemas import choices, descend, equal_json, expand
from .wording import fold, is_said, plain

_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})")
_TIME = re.compile(r"(\d{2}:\d{2}(?::\d{2})?)z?")
_DATE_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[t ](\d{2}:\d{2}(?::\d{2})?)(?:\.0+)?z?")
_GENERIC_WORDS = frozenset(
    re.findall(
        r"\w+",
        "is are has have had be do does did should can may must will the of to in on at by for with and or not if no "
        "it include included includes including enable enabled use using used show get set allow allowed only flag "
        "option value make want need",
    )
)


@dataclass(frozen=True)
class Unknown:
    """An argument leaf nobody said, no result showed and no schema declares."""

    call_id: str
    tool: str
    pointer: str
    value: Any


@dataclass(frozen=True)
class _Seen:
    """A result that has come in: its values, and which batch of parallel calls it answers."""

    batch: tuple[int, Any]
    values: tuple[Any, ...]


@dataclass(frozen=True)
class _Leaf:
    """One value to account for, with the schemas that may govern it and the property it belongs to."""

    pointer: str
    name: str
    value: Any
    schemas: tuple[dict[str, Any], ...]


@dataclass
class _Known:
    """What may be drawn upon at one point of the trace."""

    context: str = ""
    simulated: date | None = None
    users: list[str] = field(default_factory=list)
    seen: list[_Seen] = field(default_factory=list)

    def texts(self) -> list[str]:
        """List the texts that can say a value."""
        return [*self.users, self.context] if self.context else list(self.users)


def unknown_origins(trace: dict[str, Any]) -> list[Unknown]:
    """Report every argument leaf without a known origin, in the order of the trace."""
    context = str(trace.get("context") or "")
    known = _Known(context=context, simulated=simulated_date(context))
    parameters = {tool.get("name"): tool.get("parameters") or {} for tool in trace.get("tools", [])}
    found: list[Unknown] = []
    for step in trace.get("steps", []):
        if "user" in step:
            known.users.append(str(step["user"]))
        elif "call" in step:
            batch = _batch(step, known)
            found.extend(_unknown_in_call(step["call"], parameters, known, batch))
            known.seen.append(_Seen(batch, tuple(_result_values(step.get("result")))))
    return found


def _batch(step: dict[str, Any], known: _Known) -> tuple[int, Any]:
    """Identify the parallel calls of a step; a call without a group is a batch of its own.

    The turn is part of it, so that groups may be numbered per turn or through the whole trace.
    """
    group = step.get("group")
    return (len(known.users), group) if group is not None else (-1, len(known.seen))


def _unknown_in_call(
    call: dict[str, Any], parameters: dict[Any, dict[str, Any]], known: _Known, batch: tuple[int, Any]
) -> list[Unknown]:
    """Check the leaves of one call against what was known before it."""
    schema = parameters.get(call.get("name"), {})
    earlier = [value for seen in known.seen if seen.batch != batch for value in seen.values]
    root = _Leaf("", "", call.get("arguments"), tuple(expand(schema, schema)))
    return [
        Unknown(str(call.get("id")), str(call.get("name")), leaf.pointer, leaf.value)
        for leaf in _leaves(root, schema)
        if not _has_origin(leaf, known, earlier)
    ]


def _leaves(node: _Leaf, root: dict[str, Any]) -> Iterator[_Leaf]:
    """Walk to the leaves; a container the schema itself declares is accounted for as a whole.

    An empty container is a leaf of its own. The arguments object itself is exempt: a call of a tool without
    parameters says nothing.
    """
    if isinstance(node.value, dict | list) and any(equal_json(node.value, choice) for choice in choices(node.schemas)):
        return
    children: list[tuple[str | int, Any]] = []
    if isinstance(node.value, dict):
        children = list(node.value.items())
    elif isinstance(node.value, list):
        children = list(enumerate(node.value))
    if not children and not (node.pointer == "" and node.value == {}):
        yield node
    for key, value in children:
        name = key if isinstance(key, str) else node.name
        pointer = f"{node.pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
        yield from _leaves(_Leaf(pointer, name, value, descend(node.schemas, key, root)), root)


def _result_values(result: Any) -> Iterator[Any]:
    """List what a result shows: its leaves and its object keys."""
    if isinstance(result, dict):
        yield from result
        for value in result.values():
            yield from _result_values(value)
    elif isinstance(result, list):
        for value in result:
            yield from _result_values(value)
    else:
        yield result


def _has_origin(leaf: _Leaf, known: _Known, earlier: list[Any]) -> bool:
    """Try the origins one after the other."""
    value = leaf.value
    if isinstance(value, bool):
        return _boolean_has_origin(leaf, known)
    if any(_same(value, choice) for choice in choices(leaf.schemas)):
        return True
    if value is None or isinstance(value, dict | list) or value == "":
        return False
    if any(_same(value, shown) for shown in earlier):
        return True
    return any(_text_says(value, text, known.simulated) for text in known.texts())


def _boolean_has_origin(leaf: _Leaf, known: _Known) -> bool:
    """Accept a boolean that is the default (or the only value), or whose property the user spoke of.

    Its truth value appears in no text and in every other result, so neither can be its origin.
    """
    if any(choice is leaf.value for choice in choices(leaf.schemas, only_forced=True)):
        return True
    return any(_speaks_of(leaf.name, text) for text in known.users)


def _same(value: Any, other: Any) -> bool:
    """Compare two scalars after normalising; a number and the string that spells it are the same."""
    if isinstance(value, bool) or isinstance(other, bool) or value is None or other is None:
        return value is other
    if isinstance(value, dict | list) or isinstance(other, dict | list):
        return equal_json(value, other)
    if isinstance(value, str) and isinstance(other, str):
        return value == other or _canonical(value) == _canonical(other) != ""
    if isinstance(value, str) or isinstance(other, str):
        text, number = (value, other) if isinstance(value, str) else (other, value)
        return as_decimal(number) == spelt_number(plain(text))
    return as_decimal(value) == as_decimal(other)


def _canonical(text: str) -> str:
    """Flatten a string, and write the same moment the same way ("T14:30", "T14:30:00", "T14:30:00Z")."""
    moment = _DATE_TIME.fullmatch(fold(text))
    if moment:
        return f"{moment[1]}t{_clock(moment[2])}"
    return plain(text)


@lru_cache(maxsize=65536, typed=True)
def _text_says(value: Any, text: str, simulated: date | None) -> bool:
    """Tell whether one text says the value in any of its spellings."""
    if not isinstance(value, str):
        return as_decimal(value) in numbers_said(text)
    folded = fold(value)
    return is_said(value, text) or _says_moment(folded, text, simulated) or spelt_number(folded) in numbers_said(text)


def _says_moment(folded: str, text: str, simulated: date | None) -> bool:
    """Tell whether a text says a date, a time of day, or both parts of a date-time."""
    moment = _DATE_TIME.fullmatch(folded)
    if moment:
        return _says_date(moment[1], text, simulated) and _says_time(moment[2], text)
    day, clock = _DATE.fullmatch(folded), _TIME.fullmatch(folded)
    if day:
        return _says_date(day[1], text, simulated)
    return clock is not None and _says_time(clock[1], text)


def _says_date(wanted: str, text: str, simulated: date | None) -> bool:
    """Look for a date; a day that does not exist is said by nothing."""
    try:
        day = date.fromisoformat(wanted)
    except ValueError:
        return False
    return dates_said(text, simulated).covers(day, simulated)


def _says_time(wanted: str, text: str) -> bool:
    """Look for a time of day."""
    return _clock(wanted) in times_said(text)


def _clock(wanted: str) -> time | None:
    """Read HH:MM or HH:MM:SS."""
    try:
        return time.fromisoformat(wanted)
    except ValueError:
        return None


def _speaks_of(name: str, text: str) -> bool:
    """Tell whether a content word of the property name occurs in the text, inflected or not."""
    folded = fold(text)
    tokens = set(re.findall(r"[^\W\d_]+", folded)) | {
        found.replace("-", "") for found in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)+", folded)
    }
    return any(_akin(word, token) for word in _content_words(name) for token in tokens)


def _content_words(name: str) -> list[str]:
    """Split a property name; words that any name may have count only if there are no others.

    A single letter is never a word: "a" would be spoken of in every text.
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    words = [word for word in re.findall(r"[^\W\d_]+", spaced.casefold()) if len(word) > 1]
    return [word for word in words if word not in _GENERIC_WORDS] or words


def _akin(word: str, token: str) -> bool:
    """Compare by a four-letter stem; shorter words must agree but for a plural."""
    if len(word) >= 4:
        return len(token) >= 4 and token[:4] == word[:4]
    return token in (word, word + "s", word + "es")
