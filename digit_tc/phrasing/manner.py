"""How a person talks: greeting, politeness, reserve, asides, contractions, and how sentences are strung together."""

import re

from digit_tc.phrasing import frames
from digit_tc.phrasing.variants import variant
from digit_tc.records import Persona
from digit_tc.streams import Stream
from digit_tc.tools.names import with_article

_QUOTED = re.compile(r"""("[^"]*"|(?<=\s)'[^']*'(?!\w))""")
_SHORT = {
    "I would": "I'd", "I am": "I'm", "I have been": "I've been", "let us": "let's", "that is": "that's",
    "it is": "it's", "it has been": "it's been", "there is": "there's",
    "do not": "don't", "you are": "you're",
}  # fmt: skip
_LONG = re.compile(rf"\b(?:{'|'.join(f'[{one[0].upper()}{one[0].lower()}]{one[1:]}' for one in _SHORT)})\b")
_STRONG = 0.6
"""From where on a trait shows in what a person digresses to."""
_FACTS = ("the", "my", "i", "it")
"""How a sentence begins that states a fact, rather than asking for something."""

_GIVEN = ("if {c},", "if {c}, then", "in case {c},", "should you see that {c},", "as long as {c},", "provided {c},")
_CONDITIONAL = ("if its ", "in case its ", "should you see that ", "as long as its ", "provided its ")
"""How a wish begins that is only one under a condition."""
_LED = ("for", "as", "when", "under", "here")
"""How a sentence begins that needs no words before it."""


class Manner:
    """One person's way of putting a request together in one turn."""

    def __init__(self, persona: Persona, stream: Stream, *, later: bool, opened: bool = False) -> None:
        self._persona, self._stream, self._later, self._opened = persona, stream, later, opened

    def compact(self) -> bool:
        """Says whether a last detail goes into the same sentence."""
        return self._stream.chance(0.6)

    def given(self, condition: str, wish: str) -> str:
        """Puts a condition before a wish."""
        return f"{self._stream.choice(_GIVEN).format(c=condition)} {wish}"

    def attaches(self) -> bool:
        """Says whether a detail that could have a sentence of its own is tied on to the goal."""
        return self._stream.chance(0.75 - 0.3 * self._persona.formality)

    def strung(self, clauses: list[str]) -> list[str]:
        """Makes sentences of what is told of one thing: some facts share one, some have words before or behind them."""
        sentences = list[str]()
        for clause in clauses:
            joins = sentences and not _ended(sentences[-1]) and self._stream.chance(0.65)
            if joins:
                sentences[-1] += f"{self._stream.choice((', and ', ', and ', '; ', '; also, '))}{clause}"
            else:
                sentences.append(f"{self._lead(clause)}{clause}")
        return [self._trailed(sentence) for sentence in sentences]

    def whole(self, clauses: list[list[str]]) -> str:
        """Strings the sentences of all clauses together."""
        opening = self._opening()
        parts = [*opening, self._ask(clauses[0][0])]
        parts += [closed(sentence) for sentence in clauses[0][1:]]
        for at, sentences in enumerate(clauses[1:], start=2):
            wish = sentences[0]
            conditional = wish.startswith(_CONDITIONAL)
            parts.append(closed(wish) if conditional else self._going_on(wish, last=at == len(clauses)))
            parts += [closed(sentence) for sentence in sentences[1:]]
        if self._stream.chance(0.3 * self._persona.verbosity):
            early = not (opening and opening[-1].endswith(",")) and self._stream.chance(0.3)
            parts.insert(len(opening) if early else len(parts), self._aside())
        if self._stream.chance(0.35 * self._persona.politeness):
            parts = self._thanked(parts)
        return self._voiced(_tidied(parts))

    def _thanked(self, parts: list[str]) -> list[str]:
        """Closes a request with thanks, which may be tied on to its last sentence."""
        if parts[-1].endswith(".") and not _QUOTED.search(parts[-1]) and self._stream.chance(0.6):
            return [*parts[:-1], f"{parts[-1][:-1]}{self._drawn(frames.TIED)}"]
        return [*parts, self._drawn(frames.CLOSERS, frames.CLOSERS_OF[self._persona.language])]

    def _drawn(self, common: tuple[str, ...], own: tuple[str, ...] = (), **values: str) -> str:
        """Draws a wording: now and then one of those that belong to the person's English alone."""
        templates = own if own and self._stream.chance(0.35) else common
        template = self._stream.choice(templates)
        return variant(spelt(template, self._persona), self._stream, **values)

    def _opening(self) -> list[str]:
        if self._opened:
            return []
        own = self._persona.language
        if not self._later:
            greetings = frames.FORMAL if self._persona.formality > 0.6 else frames.GREETINGS
            return [self._drawn(greetings, frames.GREETINGS_OF[own])] if self._stream.chance(0.55) else []
        opening = [self._drawn(frames.FOLLOW_UPS, frames.FOLLOW_UPS_OF[own])] if self._stream.chance(0.6) else []
        if opening and self._stream.chance(0.6):
            return [opening[0].removesuffix(".") + self._drawn(frames.PASSING)]
        return [*opening, self._drawn(frames.NEXT)] if self._stream.chance(0.35) else opening

    def _ask(self, wish: str) -> str:
        if wish.startswith(("show me ", "give me ")):
            return self._drawn(frames.SHOW, g=wish)
        persona, own = self._persona, frames.OWN[self._persona.language]
        if self._stream.chance(0.5 * persona.hedging):
            return self._drawn(frames.HEDGED, own, g=wish)
        if self._stream.chance(0.65 * persona.politeness):
            return self._drawn(frames.POLITE, own, g=wish)
        if self._stream.chance(0.5 * (1 - persona.politeness)):
            return self._drawn(frames.BLUNT, g=wish)
        return self._drawn(frames.PLAIN, own, g=wish)

    def _going_on(self, wish: str, *, last: bool) -> str:
        link = self._drawn(frames.FINALLY if last and self._stream.chance(0.25) else frames.THEN)
        return self._drawn(frames.GOING_ON, link=link, ask=self._ask(wish), g=wish)

    def _lead(self, clause: str) -> str:
        begins = clause.split(" ", 1)[0].lower()
        if begins in _LED or not self._stream.chance(0.15 + 0.4 * self._persona.verbosity):
            return ""
        factual = begins in _FACTS
        return f"{self._drawn(frames.TELLING if factual and self._stream.chance(0.5) else frames.LEADS)} "

    def _trailed(self, sentence: str) -> str:
        if _ended(sentence) or not self._stream.chance(0.2 * self._persona.politeness):
            return sentence
        return f"{sentence}{self._drawn(frames.TRAILS)}"

    def _aside(self) -> str:
        persona = self._persona
        known = frames.BY_EXPERTISE[persona.expertise]
        if persona.traits.neuroticism > _STRONG or persona.hedging > _STRONG:
            known = (*known, *frames.ANXIOUS)
        return self._drawn(frames.ASIDES, known, who=with_article(persona.occupation))

    def _voiced(self, text: str) -> str:
        if not self._persona.contractions:
            return text
        parts = _QUOTED.split(text)  # what is quoted is said as it is
        for at in range(0, len(parts), 2):
            parts[at] = _LONG.sub(_shortened, parts[at])
        return "".join(parts)


def spelt(text: str, persona: Persona) -> str:
    """Spells words that are the person's own as they do; never those of a value."""
    if persona.language == "american":
        return text
    for american, other in frames.SPELLINGS:
        text = text.replace(american, other)
    return text


def _shortened(found: re.Match[str]) -> str:
    """Returns a contraction with the first letter of what it stands for."""
    said = found[0]
    short = _SHORT.get(said) or _SHORT[said[0].lower() + said[1:]]
    return said[0] + short[1:]


def _ended(sentence: str) -> bool:
    """Says whether a sentence ends with a sign of its own, maybe that of what it quotes."""
    return sentence.endswith((".", "!", "?", '."', ".'", '!"', '?"', "!'", "?'"))


def closed(sentence: str) -> str:
    """Returns a sentence with a full stop where it has no sign of its own."""
    return sentence if _ended(sentence) else f"{sentence}."


def _tidied(parts: list[str]) -> str:
    """Joins sentences, each with a capital letter unless it goes on behind a comma or colon."""
    text = ""
    for part in parts:
        starts = not text or text.endswith((".", "!", "?", '"', "'"))
        text += (" " if text else "") + (part[:1].upper() + part[1:] if starts else part)
    return text
