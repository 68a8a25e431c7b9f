"""Numbers in digits and in words, with percent signs, money and units."""

import re
from collections.abc import Iterator

from digit_tc.extraction.mention import Mention
from digit_tc.extraction.words import table, vocabulary

_ONES = table(
    """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen"""
)
_TENS = table("twenty thirty forty fifty sixty seventy eighty ninety")
_SMALL = {word: float(n) for n, word in enumerate(_ONES)} | {word: 20.0 + 10 * n for n, word in enumerate(_TENS)}
_LARGE = {"hundred": 100.0, "thousand": 1000.0, "million": 1_000_000.0, "k": 1000.0, "grand": 1000.0, "billion": 1e9}
_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
_NAMES = {
    "USD": "dollar dollars bucks",
    "EUR": "euro euros",
    "GBP": "pound pounds quid sterling",
    "CHF": "franc francs",
    "JPY": "yen",
    "INR": "rupee rupees",
    "CNY": "yuan",
    "MXN": "peso pesos",
}
CURRENCIES = {name: code for code, said in _NAMES.items() for name in said.split()}
CODES = vocabulary(
    "USD EUR GBP CHF JPY INR CNY CAD AUD NZD SEK NOK DKK PLN CZK HUF MXN BRL ZAR SGD HKD KRW TRY AED THB ILS RON"
)
_MONEY = "|".join(sorted(CURRENCIES, key=len, reverse=True))
_UNIT = rf"(?P<unit>%|percent\b|per cent\b|(?:{'|'.join(sorted(CODES))})\b|(?:us )?(?:{_MONEY})\b|cents\b)"
_DIGITS = re.compile(
    rf"(?<![\w.#@/])(?P<minus>-(?=[\d$€£])|minus |negative )?(?P<symbol>(?:us|ca|a)?[$€£¥₹])?\s?"
    rf"(?P<number>\d{{1,3}}(?:[, ]\d{{3}})+(?:\.\d+)?(?![\d])|\d+(?:\.\d+)?|(?<=\s)\.\d+|(?<!.)\.\d+)"
    rf"(?P<ordinal>st\b|nd\b|rd\b|th\b)?(?:\s?(?P<scale>k\b|thousand\b|million\b|billion\b|hundred\b|grand\b))?"
    rf"(?:\s?-?{_UNIT})?(?![\w@]|\.\d|,\d{{3}})",
    re.I,
)
_BY_X = re.compile(r"(?<![\w.])(?P<number>\d{1,3})x(?!\w)|(?<!\w)x(?P<number2>\d{1,3})(?!\w)", re.I)
_LOOSE = re.compile(r"(?<![\w.-])(?P<number>\d+(?:\.\d+)?)(?=-[A-Za-z])")
_NUMERAL = rf"(?:{'|'.join([*_TENS, *reversed(_ONES)])})"
_TWO = rf"{_NUMERAL}(?:[\s-]{_NUMERAL})?"
_WORDED = re.compile(
    r"\b(?P<minus>minus |negative )?"
    r"(?P<words>half a dozen|(?:a|one|two|three) dozen|a couple(?: of)?|a pair of|single"
    rf"|(?:(?:{_NUMERAL}|a)[\s-])?(?:hundred|thousand)(?:(?: and)? {_TWO})?|{_TWO})"
    rf"(?P<point> point {_NUMERAL})?(?P<half> and a half)?\b(?:[\s-]{_UNIT})?(?!-?(?:way\b|-time))",
    re.I,
)
_FIXED = {
    "half a dozen": 6.0,
    "a dozen": 12.0,
    "one dozen": 12.0,
    "two dozen": 24.0,
    "three dozen": 36.0,
    "a couple": 2.0,
    "a couple of": 2.0,
    "a pair of": 2.0,
    "single": 1.0,
}


def numbers(text: str) -> Iterator[Mention]:
    """Finds numbers; those in digits are strict, ordinals and number words are not."""
    for match in _BY_X.finditer(text):
        value = float(match["number"] or match["number2"])
        yield Mention("number", (value,), match[0], match.start(), match.end(), True)
    for match in _DIGITS.finditer(text):
        yield _digits(match)
    for match in _LOOSE.finditer(text):
        yield Mention("number", (float(match["number"]),), match[0], match.start(), match.end(), True)
    for match in _WORDED.finditer(text):
        value_of_words = _worded(match)
        if value_of_words is not None:
            readings = _readings(value_of_words, _unit(match))
            yield Mention("number", readings, match[0], match.start(), match.end(), False, _unit(match))


def _digits(match: re.Match[str]) -> Mention:
    value = float(re.sub(r"[, ]", "", match["number"]))
    value *= _LARGE.get((match["scale"] or "").lower(), 1.0)
    value = -value if match["minus"] else value
    unit = _SYMBOLS.get((match["symbol"] or "")[-1:], "") or _unit(match)
    start = match.start() + (len(match[0]) - len(match[0].lstrip()))
    return Mention("number", _readings(value, unit), match[0].strip(), start, match.end(), not match["ordinal"], unit)


def _readings(value: float, unit: str) -> tuple[float, ...]:
    return (value, round(value / 100, 6)) if unit in ("%", "cents") else (value,)


def _unit(match: re.Match[str]) -> str:
    said = (match["unit"] or "").lower().removeprefix("us ")
    if said in ("%", "percent", "per cent"):
        return "%"
    return CURRENCIES.get(said, said if said == "cents" else said.upper())


def _worded(match: re.Match[str]) -> float | None:
    said = match["words"].lower()
    value = _FIXED.get(said, -1.0)
    if value < 0:
        value = _sum(re.split(r"[\s-]+", said))
    if match["point"]:
        value += _SMALL[match["point"].split()[1].lower()] / 10
    if match["half"]:
        value += 0.5
    return -value if match["minus"] else value


def _sum(said: list[str]) -> float:
    total, current = 0.0, 0.0
    for word in said:
        if word in _LARGE:
            total, current = total + max(current, 1.0) * _LARGE[word], 0.0
        elif word == "a":
            current = 1.0
        elif word != "and":
            current += _SMALL[word]
    return total + current
