"""Whether a text speaks of a yes-or-no argument, and on which side."""

from digit_tc.backtranslation.cues import content, synonyms
from digit_tc.backtranslation.reading import Place, Reading
from digit_tc.backtranslation.slots import Slot
from digit_tc.extraction.words import FUNCTION_WORDS, parts, stem, table, vocabulary

_EMPTY = frozenset(
    stem(word)
    for word in table(
        """is has have include included including with only enable enabled allow be can want needs whether true false
        show"""
    )
)
_NOT = vocabulary(
    """no not without don't doesn't didn't won't isn't aren't never skip exclude excluding neither nor nobody none avoid
    stop disable cannot can't shouldn't needn't non hold minus rather instead decline"""
)
_NOT_AFTER = vocabulary("not unnecessary isn't aren't off")
_BREAKS = vocabulary(", but than ) (")
_BEFORE, _AFTER = 6, 4


def spoken(reading: Reading, slot: Slot, value: bool) -> bool:
    """Tells whether the text says that a yes-or-no argument has this value."""
    return any(_denied(reading, index) != value for index in _hits(reading, slot))


def where(reading: Reading, slot: Slot) -> list[Place]:
    """Returns the words that speak of a yes-or-no argument."""
    return [(reading.words[index].start, reading.words[index].end) for index in _hits(reading, slot)]


def _hits(reading: Reading, slot: Slot) -> list[int]:
    own = [stem(p) for p in parts(slot.name) if p not in FUNCTION_WORDS]
    own = [one for one in own if one not in _EMPTY and len(one) > 1]
    wanted = {one: {one, *synonyms(one)} for one in own}
    if not wanted:
        wanted = {one: {one} for one in content(str(slot.schema.get("description") or "")) if one not in _EMPTY}
    found = [(i, key) for i, word in enumerate(reading.words) for key, said in wanted.items() if word.stem in said]
    enough = (len(own) + 1) // 2 if own else 1
    return [i for i, _ in found if len({k for j, k in found if abs(j - i) <= 8}) >= enough]


def _denied(reading: Reading, index: int) -> bool:
    here = reading.sentence(reading.words[index].start)
    before = [w for w in reading.words[max(0, index - _BEFORE) : index] if reading.sentence(w.start) == here]
    after = [w for w in reading.words[index + 1 : index + 1 + _AFTER] if reading.sentence(w.start) == here]
    cut = next((n for n, w in reversed(list(enumerate(before))) if w.lower in _BREAKS or w.lower[0].isdigit()), -1)
    return any(w.lower in _NOT for w in before[cut + 1 :]) or any(w.lower in _NOT_AFTER for w in after)
