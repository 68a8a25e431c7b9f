"""Values that show by their signs: quoted text, email and web addresses, phone numbers, identifiers, files, names."""

import re
from collections.abc import Iterator

from digit_tc.extraction.mention import Kind, Mention
from digit_tc.extraction.numbers import CODES, CURRENCIES
from digit_tc.extraction.words import FUNCTION_WORDS

_DOUBLE = re.compile(r'"(?=[^\s"])([^"\n]*?)"')
_SINGLE = re.compile(r"(?<![\w'])'(?=[^\s'])((?:[^'\n]|(?<=\w)'(?=\w))*?)(?<=\S)'(?!\w)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"']+", re.I)
_PHONE = re.compile(
    r"(?<![\w.-])(?:\+\d[\d ().-]{6,18}\d|\(\d{3}\)\s?\d{3}[ -]\d{4}|\d{3}-\d{3}-\d{4}|\d{3}-\d{4})(?![\w-])"
)
_HASHTAG = re.compile(r"(?<![\w&])#[A-Za-z]\w*[A-Za-z_]\b(?!-\d)")
_FILE = re.compile(
    r"(?<![\w@/.])(?:~?\.{0,2}/)?(?:[\w-]+/)*[\w-]+(?:\.[\w-]+)*"
    r"\.(?:txt|csv|pdf|docx?|xlsx?|pptx?|json|ya?ml|md|log|py|js|ts|html?|xml|zip|tar|gz|png|jpe?g|gif|mp[34]|wav|sh|sql|ini|toml|cfg|conf|tex|bak)\b"
    r"|(?<![\w/:<])(?:~?\.{0,2}/)[\w.-]+(?:/[\w.-]+)*/?",
    re.I,
)
_ID = re.compile(
    r"(?<![\w@#-])#?(?:[A-Za-z]{1,12}(?:[-_][A-Za-z]{1,12})*[-_]?\d+(?:[-_]?[A-Za-z\d]+)*|\d+[-_]?[A-Za-z](?=[A-Za-z\d_-]*\d)[A-Za-z\d]*(?:[-_][A-Za-z\d]+)*"
    r"|\d{4,}(?:-\d+)*|\d+(?:-\d+)+)(?![\w@])(?!\.\d)|(?<!\w)#\d+\b"
)
_NOT_ID = re.compile(r"^(?:\d+(?:st|nd|rd|th|k|am|pm|h|x|kg|km|gb|mb)|[a-z]+-\d+|mid-\d+)$", re.I)
_HEX = re.compile(r"(?<!\w)(?=[0-9a-f-]*\d)(?=[0-9a-f-]*[a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?!\w)", re.I)
_CURRENCY = re.compile(
    rf"\b(?:{'|'.join(sorted(CODES))})\b|\b(?:{'|'.join(sorted(CURRENCIES, key=len, reverse=True))})\b", re.I
)
_CAPITAL = r"(?:[A-Z\u00c0-\u00de][\w\u00c0-\u024f]*(?:['.&-][\w\u00c0-\u024f]+)*|[A-Z]\.)"
_RUN = re.compile(rf"{_CAPITAL}(?:(?: (?:of|de|da|del|van|von|la|le|the|and|&))? {_CAPITAL})*")


def quotes(text: str) -> Iterator[Mention]:
    """Finds quoted strings; an apostrophe inside a word does not open or close one."""
    for pattern in (_DOUBLE, _SINGLE):
        for match in pattern.finditer(text):
            inner = match[1].strip().rstrip(",")
            if inner:
                yield Mention("quoted", (inner,), match[0], match.start(), match.end(), True)


def addresses(text: str) -> Iterator[Mention]:
    """Finds email addresses, web addresses, phone numbers, file names and paths, hashtags."""
    if "@" in text:
        yield from (_made("email", match, match[0].rstrip(".-").lower()) for match in _EMAIL.finditer(text))
    if "//" in text or "www." in text:
        yield from (_made("url", match, match[0].rstrip(".,;:!?)")) for match in _URL.finditer(text))
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if len(digits) >= 7:
            yield _made("phone", match, match[0], "+" * match[0].startswith("+") + digits)
    yield from (_made("file", match, match[0].rstrip(".")) for match in _FILE.finditer(text))
    if "#" in text:
        yield from (_made("hashtag", match, match[0]) for match in _HASHTAG.finditer(text))


def identifiers(text: str) -> Iterator[Mention]:
    """Finds tokens that mix letters and digits, numbers of four or more digits, and numbers behind a hash sign."""
    for pattern in (_HEX, _ID):
        for match in pattern.finditer(text):
            token = match[0]
            if _NOT_ID.match(token) and not token.split("-")[0].isupper():
                continue
            yield Mention("id", (token,), token, match.start(), match.end(), True)


def currencies(text: str) -> Iterator[Mention]:
    """Finds currency codes and names that do not follow a number."""
    for match in _CURRENCY.finditer(text):
        said = match[0]
        if said.upper() in CODES and said != said.upper():
            continue
        yield Mention("currency", (CURRENCIES.get(said.lower(), said.upper()),), said, match.start(), match.end())


def names(text: str) -> Iterator[Mention]:
    """Finds runs of capitalised words; a common word at the beginning of a sentence does not belong to them."""
    for match in _RUN.finditer(text):
        start, run = match.start(), match[0]
        while run:
            head = run.split(" ")[0]
            if head.lower().split("'")[0] not in FUNCTION_WORDS and head.lower() not in FUNCTION_WORDS:
                break
            start += len(head) + 1
            run = run[len(head) + 1 :]
        if run and run[0].isupper():
            yield Mention("name", (run,), run, start, start + len(run))


def _made(kind: Kind, match: re.Match[str], surface: str, value: str = "") -> Mention:
    return Mention(kind, (value or surface,), surface, match.start(), match.start() + len(surface), True)
