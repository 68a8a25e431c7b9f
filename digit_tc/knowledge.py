"""What a person knows when they write: what they say, what they cannot know, and what they tell only when asked.

The split of simulated users in tau-bench (arXiv 2406.12045) and its successors, held by code: a value that only a tool
has shown and nobody has said is unknown, and stating it is a fault; what is told only when asked is not told before.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, JsonValue

from digit_tc.planning.references import leaves, literals
from digit_tc.records import Persona
from digit_tc.state import ConversationState, PlannedCall, accepted_events
from digit_tc.tools.names import spoken
from digit_tc.turns.kinds import blank, wanted

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?|\d{2}:\d{2}(?::\d{2})?")
_SHORTEST = 5
"""Characters of a value with a digit in it that nobody says by chance."""
_OWN = ("name", "first_name", "last_name", "email", "phone", "street", "postal_code", "city", "country", "occupation")

Place = tuple[str, str]
"""The id of a planned call and the JSON pointer of one of its arguments."""


class Fact(BaseModel):
    """One value, and what it is called."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    value: JsonValue


class Knowledge(BaseModel):
    """What a person knows of the values of a turn."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    known: tuple[Fact, ...] = ()
    """What they state: the literal values of the plan, and what they know of themselves."""
    unknown: tuple[Fact, ...] = ()
    """What tools have shown and nobody has said: ids, numbers, addresses and names alone, which are not guessed."""
    reveal: tuple[Fact, ...] = ()
    """What they tell only when asked for it."""


def knowledge(
    plan: Sequence[PlannedCall],
    persona: Persona | None = None,
    shown: Iterable[Any] = (),
    said: Sequence[str] = (),
    withheld: Collection[Place] = (),
) -> Knowledge:
    """Splits what there is to know.

    Args:
        plan: The calls that the person is to cause.
        persona: Who they are.
        shown: The results of the calls before.
        said: What user and assistant have said before.
        withheld: Which literal values of the plan are told only when asked for.
    """
    own = [Fact(name=spoken(name), value=getattr(persona, name)) for name in _OWN] if persona else []
    known, reveal = own, list[Fact]()
    for call in plan:
        for pointer, value in literals(call):
            fact = Fact(name=_name(pointer), value=value)
            (reveal if (call["id"], pointer) in withheld else known).append(fact)
    heard = "\n".join(said).casefold()
    given = {str(fact.value).casefold() for fact in (*known, *reveal)}
    found: dict[str, Fact] = {}
    for result in shown:
        for pointer, value in leaves(result):
            if isinstance(value, str) and _telling(value) and value not in found:
                text = value.casefold()
                if text not in given and text not in heard:
                    found[value] = Fact(name=_name(pointer), value=value)
    return Knowledge(known=tuple(known), unknown=tuple(found.values()), reveal=tuple(reveal))


def knowledge_of(state: ConversationState) -> Knowledge:
    """Returns what the person of a conversation knows as the current turn begins."""
    persona, left_out = state["scenario"]["persona"], blank(state)
    return knowledge(
        wanted(state),
        Persona.model_validate(persona) if persona else None,
        [event["result"] for event in accepted_events(state) if event["outcome"] == "ok"],
        [text for turn in state.get("turns", []) for text in (turn["user"], turn["assistant"])],
        [(left_out["call"], left_out["pointer"])] if left_out else (),
    )


def stated_unknown(knowledge: Knowledge, request: str) -> Iterator[Fact]:
    """Yields the facts that a request states and that the person cannot know; a hard failure."""
    text = request.casefold()
    for fact in sorted(knowledge.known, key=lambda one: -len(str(one.value))):
        value = str(fact.value).casefold()
        if len(value) >= _SHORTEST:
            text = text.replace(value, " ")  # what is part of a known value states nothing by itself
    yield from (fact for fact in knowledge.unknown if _stands(str(fact.value).casefold(), text))


def _name(pointer: str) -> str:
    """Returns the name of a value in words; that of a list names its entries."""
    keys = [part for part in pointer.split("/") if part and not part.isdigit()]
    return spoken(keys[-1].replace("~1", "/").replace("~0", "~")) if keys else "value"


@lru_cache(maxsize=16384)
def _telling(value: str) -> bool:
    """Says whether nobody hits on a value by chance: an id, an address, a long number, the full name of something."""
    if _MOMENT.fullmatch(value):
        return False
    if any(sign.isdigit() for sign in value) or "@" in value:
        return len(value) >= _SHORTEST and " " not in value
    parts = value.split()
    return 2 <= len(parts) <= 4 and all(part[0].isupper() for part in parts)


def _stands(value: str, text: str) -> bool:
    """Says whether a value stands in a text as whole words."""
    return value in text and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text) is not None
