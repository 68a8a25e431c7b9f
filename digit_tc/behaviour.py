"""What gives a text of the user away as none: the other side's part, its own instructions, a farewell, a repetition.

Each function yields one sentence of evidence per kind of defect. They are made to be right when they speak up: what a
person may well say ("let me know if you need anything else") is passed over.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from digit_tc.extraction.words import FUNCTION_WORDS, lowered, words
from digit_tc.tools.names import action_word
from digit_tc.tools.names import words as parts_of

_NOUNS = r"(?:order|booking|reservation|request|account|payment|appointment|refund|ticket|return|transfer)"
_DETAILS = (
    r"(?:(?:order|booking|account|user|customer) (?:number|id)|e-?mail(?: address)?|(?:phone|card) number|full name|"
    r"zip code|postal code|date of birth|payment method)"
)
_OTHER_SIDE = (
    r"\bhow (?:can|may|might|could) i (?:help|assist|be of (?:help|service|assistance))(?: you)?(?: today)?\s*[?!.]",
    r"\bhow (?:can|may) i (?:help|assist) you\b|\bwhat (?:can|may) i do for you\b",
    r"\bi(?:'d| would|'m| am|'ll| will) (?:be )?(?:more than )?(?:happy|glad|pleased|delighted|here) to "
    r"(?:help|assist)\b",
    r"\bi can (?:certainly |definitely |surely )?(?:help|assist) you\b",
    r"\banything else (?:that )?i can (?:help|assist|do for)\b",
    r"\bas an? (?:ai|language model|virtual assistant|ai assistant|digital assistant)\b",
    r"\b(?:thank you|thanks) for (?:contacting|reaching out|calling|choosing)\b",
    r"\bi(?:'ve| have)(?: just| now| successfully)* (?:booked|cancelled|canceled|found|created|updated|processed|"
    r"scheduled|placed|completed|arranged|sent|reserved|added|changed)\b[^.!?\n]{0,60}\bfor you\b",
    rf"\byour {_NOUNS} (?:has|have) (?:now |just )?been (?:successfully )?\w+ed\b",
    rf"\b(?:could|can|would|will) you (?:please )?(?:provide|confirm|share|tell|give)(?: me)?(?: with)? "
    rf"your {_DETAILS}",
    rf"\bplease (?:provide|confirm|share)(?: me)?(?: with)? your {_DETAILS}",
)
_LABEL = re.compile(
    r"(?:^|\n)[\s*_#\[(]*(?:user|assistant|agent|system|ai|human|bot|person|customer)[\])*_]*\s*:", re.I
)
_INNER = (
    r"</?(?:think|thinking|reasoning|scratchpad|analysis)>",
    r"<\|\w+\|>|\[/?INST\]|<<SYS>>|</?s>",
    r"</?(?:person|wishes|values|background|earlier|rejected|date)>",
    r"\bsystem prompt\b|\bsimulated user\b|\bstay(?:ing)? in character\b",
    r"\bi (?:was|am|have been|'m) (?:told|asked|instructed|supposed) to (?:play|act|pretend|role-?play|write|weave)\b",
    r"\A\W*(?:(?:sure|okay|ok|certainly|of course|absolutely)\W+)?here(?:'s| is) (?:the|a|my|your|one) "
    r"(?:(?:next|first|user|user's|person's|possible) )*(?:message|request|response|reply|rewrite)\b",
    r"\b(?:values|facts|details) (?:listed |given )?under\b.{0,3}(?:values|background|wishes)\b",
)
_STOP = re.compile(
    r"#{2,}\s*[A-Z][A-Z_ -]+#{2,}|\[(?:stop|end|done|eos)\]|<(?:stop|end|eos)>|"
    r"\bTERMINATE\b|\bEND[_ ]OF[_ ]CONVERSATION\b"
)
_FAREWELL = re.compile(
    r"\b(?:good ?bye|bye|farewell|see you|take care|that(?:'s| is| was| will be|'ll be) (?:all|it|everything)|"
    r"nothing else|no more|all set|i(?:'m| am) (?:all )?(?:good|done|set|finished)|"
    r"have a (?:nice|great|good|lovely) (?:day|one|evening)|"
    r"thank(?:s| you)(?: so much| very much| a lot| again)?|cheers|much appreciated)\b",
    re.I,
)
_COURTESY = re.compile(
    r"\b(?:great|perfect|good|fine|lovely|super|alright|right|now|today|help(?:ing)?|everything|needed|later|soon|again|"
    r"really|appreciate|day|assistance|else|goodness|anyway|same|then)\b",
    re.I,
)
_ALIKE = 0.9
_SHORT = 4
_QUOTED = 9


def other_side(text: str, reports: Sequence[str] = ()) -> Iterator[str]:
    """Yields where a text is the assistant's: it offers help, tells what was done, has a label, repeats a report."""
    yield from _first(_OTHER_SIDE, text, "speaks as the assistant would")
    if label := _LABEL.search(text):
        yield f"the message has a speaker's label: {label[0].strip()!r}"
    if any(_alike(text, report) for report in reports):
        yield "the message repeats what the assistant said"


def instructions(text: str) -> Iterator[str]:
    """Yields where a text shows how it was made: thoughts, tags, words about the instructions."""
    yield from _first(_INNER, text, "shows how it was made")


def quoted(text: str, secret: str) -> str:
    """Returns the first run of nine words that a text shares with what it was made by; empty where there is none."""
    own, told = _plain(text), _plain(secret)
    known = {told[at : at + _QUOTED] for at in range(len(told) - _QUOTED + 1)}
    runs = (own[at : at + _QUOTED] for at in range(len(own) - _QUOTED + 1))
    return " ".join(next((run for run in runs if run in known), ()))


def farewell(text: str) -> Iterator[str]:
    """Yields where a text ends the conversation instead of asking for something."""
    if sign := _STOP.search(text):
        yield f"the message ends the conversation with {sign[0]!r}"
    elif _FAREWELL.search(text) and not _content(_COURTESY.sub(" ", _FAREWELL.sub(" ", text))):
        yield "the message says goodbye or thanks and asks for nothing"


def repetition(text: str, earlier: Sequence[str]) -> Iterator[str]:
    """Yields where a text says again what the user said before: the same words about the same things."""
    if any(_alike(text, before) for before in earlier):
        yield "the message repeats an earlier one"


def leaks(name: str, text: str) -> bool:
    """Says whether a text names a tool as a program would; an ordinary word such as "sort" may be said."""
    if name.casefold() not in text.casefold():
        return False
    pattern = re.escape(name)
    if re.search(rf"`{pattern}`|(?<!\w){pattern}\(", text, re.IGNORECASE):
        return True
    plain = len(parts_of(name)) == 1 and name.isalpha() and name.islower()
    if plain and (action_word(name) < 0 or len(name) > 2):
        return False
    return re.search(rf"(?<![\w.-]){pattern}(?![\w-])", text, re.IGNORECASE) is not None


def _first(patterns: Sequence[str], text: str, fault: str) -> Iterator[str]:
    plain = text.replace("\u2019", "'")
    found = next((hit for pattern in patterns if (hit := re.search(pattern, plain, re.IGNORECASE | re.DOTALL))), None)
    if found:
        yield f"the message {fault}: {found[0].strip()!r}"


def _content(text: str) -> list[str]:
    return [word.lower for word in words(text) if word.lower[0].isalnum() and word.lower not in FUNCTION_WORDS]


@lru_cache(maxsize=512)
def _plain(text: str) -> tuple[str, ...]:
    return tuple(word for word in lowered(text) if word[0].isalnum())


def _alike(text: str, other: str) -> bool:
    """Short answers such as "yes, please" may come again; a number that differs makes another message."""
    left, right = set(_plain(text)), set(_plain(other))
    if min(len(left), len(right)) < _SHORT or _numbers(left) != _numbers(right):
        return False
    return len(left & right) >= _ALIKE * len(left | right)


def _numbers(found: set[str]) -> set[str]:
    return {word for word in found if word[0].isdigit()}
