"""How a person talks: greeting, politeness, order, contractions, and how sentences are strung together."""

import re

from digit_tc.records import Persona
from digit_tc.streams import Stream

_GREETINGS = ("Hi!", "Hello,", "Hey,", "Hi there,", "Good morning,", "Good afternoon,")
_FORMAL = ("Good morning,", "Good afternoon,", "Hello,")
_FOLLOW_UPS = ("Thanks.", "Great, thanks.", "Perfect.", "Good.", "Okay.", "Thank you.", "All right.", "Nice.", "Super.")
_NEXT = ("Now", "Next,", "One more thing:", "And now", "While we are at it,")
_POLITE = ("could you please {g}?", "would you please {g}?", "could you {g} for me, please?", "please {g}.",
           "I would be grateful if you could {g}.", "would you {g}, please?")  # fmt: skip
_PLAIN = ("can you {g}?", "I need to {g}.", "I want to {g}.", "I would like to {g}.", "could you {g}?",
          "I am trying to {g}.", "I need you to {g}.", "is it possible to {g}?")  # fmt: skip
_BLUNT = ("{g}.", "{g}.", "just {g}.", "go ahead and {g}.")
_SHOW = ("can you {g}?", "could you {g}?", "please {g}.", "{g}.", "could you please {g}?", "would you {g}, please?")
_THEN = ("Then {g}.", "After that, {g}.", "Once that is done, {g}.", "Afterwards please {g}.", "And then {g}.",
         "When you have that, {g}.", "Next, {g}.", "Also, {g}.", "Finally, {g}.", "I also need you to {g}.",
         "And {g}, please.")  # fmt: skip
_CLOSERS = ("Thanks!", "Thank you.", "Much appreciated.", "Thanks in advance.", "That would be great.", "Cheers!")
_ASIDES = ("I am a bit short on time.", "No rush.", "I would rather get this sorted now.", "It has been on my list.",
           "I keep putting this off.", "This would really help me out.")  # fmt: skip
_QUOTED = re.compile(r"""("[^"]*"|(?<=\s)'[^']*'(?!\w))""")
_SHORT = (("I would", "I'd"), ("I am ", "I'm "), ("let us", "let's"), ("that is", "that's"), ("It is", "It's"),
          ("do not", "don't"), ("Here is", "Here's"), ("It has been", "It's been"))  # fmt: skip


class Manner:
    """One person's way of putting a request together in one turn."""

    def __init__(self, persona: Persona, stream: Stream, *, later: bool, opened: bool = False) -> None:
        self._persona, self._stream, self._later, self._opened = persona, stream, later, opened

    def compact(self) -> bool:
        """Says whether a last detail goes into the same sentence."""
        return self._stream.chance(0.6)

    def whole(self, clauses: list[list[str]]) -> str:
        """Strings the sentences of all clauses together."""
        parts = [*self._opening(), self._ask(clauses[0][0])]
        parts += [_closed(sentence) for sentence in clauses[0][1:]]
        links = self._stream.shuffled(_THEN)
        for at, sentences in enumerate(clauses[1:]):
            parts.append(links[at % len(links)].format(g=sentences[0]))
            parts += [_closed(sentence) for sentence in sentences[1:]]
        if self._stream.chance(0.25 * self._persona.verbosity):
            parts.append(self._stream.choice(_ASIDES))
        if self._stream.chance(0.35 * self._persona.politeness):
            parts.append(self._stream.choice(_CLOSERS))
        return self._voiced(_tidied(parts))

    def _opening(self) -> list[str]:
        if self._opened:
            return []
        if not self._later:
            greetings = _FORMAL if self._persona.formality > 0.6 else _GREETINGS
            return [self._stream.choice(greetings)] if self._stream.chance(0.55) else []
        opening = [self._stream.choice(_FOLLOW_UPS)] if self._stream.chance(0.6) else []
        return [*opening, self._stream.choice(_NEXT)] if self._stream.chance(0.35) else opening

    def _ask(self, sentence: str) -> str:
        if sentence.startswith(("show me ", "give me ")):
            return self._stream.choice(_SHOW).format(g=sentence)
        forms: tuple[str, ...] = _PLAIN
        if self._stream.chance(self._persona.politeness * 0.7):
            forms = _POLITE
        elif self._stream.chance(0.35):
            forms = _BLUNT
        return self._stream.choice(forms).format(g=sentence)

    def _voiced(self, text: str) -> str:
        if not self._persona.contractions:
            return text
        parts = _QUOTED.split(text)  # what is quoted is said as it is
        for at in range(0, len(parts), 2):
            for long, short in _SHORT:
                parts[at] = parts[at].replace(long, short)
        return "".join(parts)


def _closed(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?", '."', ".'", '!"', '?"')) else f"{sentence}."


def _tidied(parts: list[str]) -> str:
    """Joins sentences, each with a capital letter unless it goes on behind a comma or colon."""
    text = ""
    for part in parts:
        starts = not text or text.endswith((".", "!", "?", '"', "'"))
        text += (" " if text else "") + (part[:1].upper() + part[1:] if starts else part)
    return text
