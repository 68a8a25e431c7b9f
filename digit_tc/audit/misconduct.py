"""Defects for a critic to find: each spoils one turn of a clean conversation.

Those of our own kinds spoil what is said, in words that hold no value and no known phrase, which code cannot see. Those
of the audit alter a result; the report then says what the results do not.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from digit_tc.audit.defects import PLANTERS as ALTERED
from digit_tc.export.trace import CallStep, trace
from digit_tc.records import Call, CallError, Persona, Record, Turn
from digit_tc.tools.names import spoken
from digit_tc.values.lexicon import lexicon

Planter = Callable[[Record, int], Record]

_CLAIMS = (
    "I have also asked the team to follow up, and they agreed to waive all fees.",
    "As a courtesy, the whole amount was credited back as well.",
    "Your preferences were saved too, and a reminder is on its way.",
)
_DENIALS = (
    "I am sorry, but none of that could be done.",
    "Unfortunately nothing matched, so everything was left as it is.",
)
_ANSWERS = (
    "Certainly, leave it with our team, we take care of this for all our customers.",
    "Of course, dear customer, we are looking into the matter on your behalf.",
)
_DONE = (
    "Wonderful, it all arrived and works, thank you for having done this so quickly.",
    "It is great that you have taken care of everything already.",
)


def claim_added(record: Record, at: int) -> Record:
    """The report says something beside the results that no result supports."""
    return _reported(record, at, f"{record.turns[at].assistant} {_turn_of(_CLAIMS, record, at)}")


def result_denied(record: Record, at: int) -> Record:
    """The report says that nothing was done, and everything was."""
    return _reported(record, at, _turn_of(_DENIALS, record, at))


def tools_talked_of(record: Record, at: int) -> Record:
    """The request speaks of functions and parameters, if not by their exact names."""
    call = _calls(record.turns[at])[-1]
    given = next(iter(call.arguments), "")
    told = f" and fill in its parameter for the {spoken(given)}" if given else ""
    return _asked(record, at, f"{record.turns[at].user} Run the function to {spoken(call.name)}{told}.")


def parts_exchanged(record: Record, at: int) -> Record:
    """The user answers in the assistant's part."""
    return _asked(record, at, f"{_turn_of(_ANSWERS, record, at)} {record.turns[at].user}")


def person_changed(record: Record, at: int) -> Record:
    """The user claims to be somebody with another occupation."""
    own = _persona(record).occupation
    others = [one for one in lexicon()["personas"]["occupations"] if one != own]
    who = others[(record.index + at) % len(others)]
    return _asked(record, at, f"As a {who} for many years now, I ask you this. {record.turns[at].user}")


def manner_changed(record: Record, at: int) -> Record:
    """The user talks as they never would: a formal one in slang, a casual one like an old letter."""
    said = record.turns[at].user
    if _persona(record).formality >= 0.5:
        return _asked(record, at, f"Yo dude, chop chop, lol. {said} Don't screw it up, bro.")
    return _asked(record, at, f"Most esteemed Sir or Madam, I remain your humble and obedient servant. {said}")


def done_beforehand(record: Record, at: int) -> Record:
    """The user speaks of what is being asked for as if it had happened."""
    return _asked(record, at, f"{_turn_of(_DONE, record, at)} {record.turns[at].user}")


PLANTERS: dict[str, Planter] = {
    planter.__name__: planter
    for planter in (
        claim_added, result_denied, tools_talked_of, parts_exchanged, person_changed, manner_changed, done_beforehand,
    )
}  # fmt: skip
"""The kinds of defects in what is said, by name; each takes a conversation and the number of a turn."""

KINDS: tuple[str, ...] = (*PLANTERS, *ALTERED)
"""Every kind of defect, those of the audit last."""


def spoilt(record: Record) -> Iterator[tuple[str, int, Record]]:
    """Yields the conversation once with a defect of each kind, with its name and the turn that holds it."""
    for number, (name, planter) in enumerate(PLANTERS.items()):
        at = (record.index + number) % len(record.turns)
        yield name, at, planter(record, at)
    flat = trace(record)
    for name, alter in ALTERED.items():
        for other in islice(alter(flat), 1):
            changed = next(step for step, clean in zip(other.steps, flat.steps, strict=True) if step != clean)
            if isinstance(changed, CallStep):
                yield name, *_answered(record, changed)


def _answered(record: Record, changed: CallStep) -> tuple[int, Record]:
    """Returns the conversation with another answer to a call, and the turn of the call."""
    at = next(at for at, turn in enumerate(record.turns) if any(call.id == changed.call.id for call in _calls(turn)))
    error = CallError(code="not_found", message="not found") if changed.is_error else None
    answer = {"result": None if error else changed.result, "error": error}
    steps = tuple(
        step.model_copy(
            update={
                "calls": tuple(
                    call.model_copy(update=answer) if call.id == changed.call.id else call for call in step.calls
                )
            }
        )
        for step in record.turns[at].steps
    )
    return at, _with(record, at, steps=steps)


def _turn_of(choices: tuple[str, ...], record: Record, at: int) -> str:
    return choices[(record.index + at) % len(choices)]


def _persona(record: Record) -> Persona:
    if record.persona is None:
        raise ValueError("the conversation has no persona")
    return record.persona


def _calls(turn: Turn) -> list[Call]:
    return [call for step in turn.steps for call in step.calls]


def _asked(record: Record, at: int, said: str) -> Record:
    return _with(record, at, user=said)


def _reported(record: Record, at: int, said: str) -> Record:
    return _with(record, at, assistant=said)


def _with(record: Record, at: int, **said: Any) -> Record:
    spoilt = record.turns[at].model_copy(update=said)
    return record.model_copy(update={"turns": (*record.turns[:at], spoilt, *record.turns[at + 1 :])})
