"""Recovers the arguments of calls from a request alone: which value the words around it give to which slot."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from digit_tc.backtranslation.cues import bound
from digit_tc.backtranslation.members import members
from digit_tc.backtranslation.reading import Place, Reading, read
from digit_tc.backtranslation.slots import Slot, SlotKind, matches, slots
from digit_tc.extraction.mention import Kind, Mention
from digit_tc.extraction.words import parts, vocabulary
from digit_tc.tools.tool import Tool

_FITS: dict[SlotKind, tuple[Kind, ...]] = {
    "date": ("date",),
    "time": ("time",),
    "datetime": ("datetime",),
    "number": ("number",),
    "email": ("email",),
    "url": ("url",),
    "phone": ("phone",),
    "pattern": ("id", "number", "phone", "file", "quoted", "name", "hashtag", "currency", "url"),
    "text": ("quoted", "name", "file", "id", "hashtag", "url"),
}
_SPOKEN_OUT = vocabulary("title name message note comment query text content pattern subject body label keyword reason")
_FLOOR = 0.4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that a slot may have, where it is said, and how much speaks for it."""

    value: Any
    place: Place
    score: float


@dataclass(frozen=True, slots=True)
class RecoveredCall:
    """What the request says about one call: its slots, and by JSON pointer of the slot the candidates, best first."""

    tool: str
    slots: tuple[Slot, ...]
    arguments: dict[str, tuple[Candidate, ...]]


@dataclass(frozen=True, slots=True)
class Recovery:
    """Everything that the texts say: the calls, the request as it was read, and the earlier requests."""

    calls: tuple[RecoveredCall, ...]
    request: Reading
    history: tuple[str, ...]
    today: date
    options: dict[tuple[int, int], list[Candidate]]
    """Every candidate of each slot, by call and order, before values were given out."""
    scores: dict[tuple[int, int, Place], float] = field(default_factory=dict)

    def score(self, slot: Slot, place: Place) -> float:
        """Returns how much the words around a place speak for a slot."""
        key = (slot.call, slot.order, place)
        if key not in self.scores:
            self.scores[key] = affinity(self.request, slot, place)
        return self.scores[key]


def recover(request: str, history: Sequence[str], tools: Sequence[Tool], today: date) -> Recovery:
    """Reads a request and says, for each tool of a plan in turn, which values it seems to be given.

    Args:
        request: What the user says in this turn.
        history: What the user said in earlier turns.
        tools: The tools of the plan, in plan order.
        today: The simulated date.
    """
    reading = read(request, today)
    known = [slots(number, tool) for number, tool in enumerate(tools)]
    options = [option for one in known for slot in one for option in _options(reading, slot)]
    assigned = _assign(options)
    calls = []
    for tool, own in zip(tools, known, strict=True):
        arguments: dict[str, tuple[Candidate, ...]] = {}
        for slot in own:
            ranked = assigned.get((slot.call, slot.order), [])
            if ranked:
                arguments["/" + "/".join(slot.path)] = tuple(ranked)
        calls.append(RecoveredCall(tool.name, tuple(own), arguments))
    by_slot: dict[tuple[int, int], list[Candidate]] = {}
    for slot, candidate in options:
        by_slot.setdefault((slot.call, slot.order), []).append(candidate)
    return Recovery(tuple(calls), reading, tuple(history), today, by_slot)


def affinity(reading: Reading, slot: Slot, place: Place) -> float:
    """Returns how much the words around a place, and its own form, speak for a slot."""
    context = reading.context(place)
    cues = slot.cues
    total = sum(weight * cues[word] for word, weight in context.items() if word in cues)
    if slot.roles & {"top", "bottom"}:
        total += sum(3.0 * (cues.get(word, -0.5)) for word in bound(context))
    if slot.roles:
        total += sum(cues.get(word, -0.4) for word in _ends(reading, place))
        total += cues.get("<number>", 0.0) if reading.counted(place) else 0.0
    return total + (_shape(reading, slot, place) if slot.kind == "text" else 0.0)


def _shape(reading: Reading, slot: Slot, place: Place) -> float:
    """Returns what the signs around a text say: quotes, or a colon before it."""
    before = reading.text[: place[0]].rstrip(" \"'")
    named = set(parts(slot.name))
    if "file" in named:
        return 1.0 if any(m.kind == "file" and (m.start, m.end) == place for m in reading.mentions) else 0.0
    if not _SPOKEN_OUT & named:
        return 0.0
    return (1.0 if reading.quoted(place) else 0.0) + (1.5 if before.endswith(":") else 0.0)


def _ends(reading: Reading, place: Place) -> tuple[str, ...]:
    """Tells whether a value is the first or the second of a range."""
    own = next((m for m in reading.mentions if (m.start, m.end) == place), None)
    if own is None:
        return ()
    alike = [m for m in reading.mentions if m.kind == own.kind]
    at = alike.index(own)
    if at and reading.link((alike[at - 1].start, alike[at - 1].end), place):
        return ("<end>",)
    if at + 1 < len(alike) and reading.link(place, (alike[at + 1].start, alike[at + 1].end)):
        return ("<start>",)
    return ()


def _options(reading: Reading, slot: Slot) -> list[tuple[Slot, Candidate]]:
    if slot.kind == "boolean":
        return []
    if slot.kind == "enum":
        said = members(reading, slot.schema["enum"], slot.name)
        pairs = [(member, place) for member, where in said.items() for place in where]
    else:
        pairs = [
            (value, (mention.start, mention.end))
            for mention in reading.mentions
            if mention.kind in _FITS[slot.kind]
            for value in _values(slot, mention)
        ]
    return [(slot, Candidate(value, place, round(affinity(reading, slot, place), 6))) for value, place in pairs]


def _values(slot: Slot, mention: Mention) -> list[Any]:
    if slot.kind == "pattern":
        pattern = str(slot.schema["pattern"])
        forms = dict.fromkeys((mention.surface, str(mention.value), mention.surface.lstrip("#")))
        return [form for form in forms if matches(pattern, form)][:1]
    if slot.kind == "number":
        return [value for value in mention.values if slot.admits(value)][:1]
    return [mention.value]


def _assign(options: list[tuple[Slot, Candidate]]) -> dict[tuple[int, int], list[Candidate]]:
    """Gives each value to the slot that it most speaks for; an argument of one name in several calls may share it."""
    ranked = sorted(options, key=lambda o: (-o[1].score, o[0].call, o[0].order, o[1].place))
    taken: dict[Place, tuple[str, int]] = {}
    chosen: dict[tuple[int, int], list[Candidate]] = {}
    for slot, candidate in ranked:
        key = (slot.call, slot.order)
        holder = taken.get(candidate.place)
        several = "*" in slot.path
        if candidate.score < _FLOOR and slot.kind != "pattern" and not slot.required:
            continue
        if (chosen.get(key) and not several) or (holder and (holder[0] != slot.name or holder[1] == slot.call)):
            continue
        taken.setdefault(candidate.place, (slot.name, slot.call))
        chosen.setdefault(key, []).append(candidate)
    return {key: sorted(found, key=lambda c: c.place if len(found) > 1 else (0, 0)) for key, found in chosen.items()}
