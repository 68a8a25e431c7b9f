"""Which tools a request asks for, by the words that it and their names have in common."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import fsum, log

from digit_tc.backtranslation.reading import Reading
from digit_tc.extraction.words import FUNCTION_WORDS, stem
from digit_tc.phrasing.goals import VERBS
from digit_tc.tools.names import action_word, words

_LEAST = 0.6
"""Share of what a tool is about that a sentence must name."""


def recognised(reading: Reading, names: Sequence[str]) -> list[str]:
    """Returns the tools that a text asks for, in the order of the text: of each sentence the one that it names best.

    Of tools that a sentence names equally well, the one counts whose verb it has too, then the one that is about more.
    """
    subjects = {name: _subject(name) for name in names}
    known = Counter(word for subject in subjects.values() for word in subject)
    worth = {word: log(1 + len(names) / count) for word, count in known.items()}
    found: dict[str, None] = {}
    for said in _sentences(reading):
        best = max(names, key=lambda name: _score(said, name, subjects[name], worth), default=None)
        if best is not None and _score(said, best, subjects[best], worth)[0] >= _LEAST:
            found.setdefault(best)
    return list(found)


def _score(said: set[str], name: str, subject: set[str], worth: Mapping[str, float]) -> tuple[float, float]:
    whole = fsum(worth[word] for word in subject)  # exact, so that the order of a set plays no part
    named = fsum(worth[word] for word in subject & said)
    asked = bool(_verbs(name) & said)
    share = named / whole if whole else 0.0
    return round(share * (1.0 if asked else 0.75), 6), named


def _subject(name: str) -> set[str]:
    """Returns what a tool is about: the words of its name but for the verb."""
    parts, at = words(name), action_word(name)
    about = {stem(part) for place, part in enumerate(parts) if place != at and part not in FUNCTION_WORDS}
    return about or {stem(part) for part in parts}


def _verbs(name: str) -> set[str]:
    """Returns the words by which a person asks for what a tool does."""
    parts, at = words(name), action_word(name)
    verb = parts[at] if at >= 0 else ""
    spoken = (verb, *VERBS.get(verb, ())) if verb else ()
    return {stem(word) for phrase in spoken for word in phrase.split() if word not in FUNCTION_WORDS}


def _sentences(reading: Reading) -> list[set[str]]:
    found: dict[int, set[str]] = {}
    for word in reading.words:
        found.setdefault(reading.sentence(word.start), set()).add(word.stem)
    return list(found.values())
