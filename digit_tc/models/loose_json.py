"""JSON in the words of a model: between tags, in code fences, amid prose, written the way Python writes it.

What is cut off is not completed: half an answer may be the wrong half.
"""

import json
import math
import re
from ast import literal_eval
from collections.abc import Iterator
from typing import Any

TAG = "answer"
"""The tag between which an answer stands where a server knows no form for it."""

_THOUGHTS = re.compile(r"<(think|thinking|reasoning)>.*?(</\1>|\Z)", re.DOTALL)
_START = re.compile(r"[{\[]")
_BRACKET = re.compile(r"[{\[}\]]")
_OPENING = re.compile(r"""[{\[]\s*["'{\[]""")
"""How JSON begins, and hardly any bracket in prose."""
_FENCE = re.compile(r"```[\w-]*\s*\n?(.*?)```", re.DOTALL)
_TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    r"|(?P<comment>//[^\n]*|/\*.*?\*/)"
    r"|(?P<comma>,)(?=(?:\s|//[^\n]*|/\*.*?\*/)*[}\]])"
    r"|(?P<word>\b(?:True|False|None)\b)",
    re.DOTALL,
)
_WORDS = {"True": "true", "False": "false", "None": "null"}
_LONGEST = 200_000
"""Characters of a reply that are looked at."""
_DEPTH = 60
_DECODER = json.JSONDecoder(strict=False)
_STARTS = 50
"""Places at which a value is looked for."""


def values_in(text: str) -> Iterator[Any]:
    """Yields the JSON objects and lists in a reply, those first that are most likely meant."""
    said = without_thoughts(text[:_LONGEST])
    seen: list[Any] = []
    for part in _parts(said):
        for value in _values(part):
            if value not in seen:
                seen.append(value)
                yield value


def without_thoughts(text: str) -> str:
    """Returns a reply without what the model thought aloud."""
    return _THOUGHTS.sub("", text).strip()


def cut_off(text: str) -> bool:
    """Says whether a reply ends inside a JSON value."""
    depth = 0
    bare = _TOKEN.sub(lambda found: "" if found["string"] else found[0], without_thoughts(text[:_LONGEST]))
    for found in _BRACKET.finditer(bare):
        depth = max(0, depth + (1 if found[0] in "{[" else -1))
    return depth > 0


def _parts(said: str) -> Iterator[str]:
    """Yields the places where a value may stand: the last tag, the whole, fences from the last, everything."""
    _, opened, rest = said.rpartition(f"<{TAG}>")
    if opened:
        yield rest.partition(f"</{TAG}>")[0]
    yield from reversed(_FENCE.findall(said))
    yield said


def _values(part: str) -> Iterator[Any]:
    """Yields the outermost values in a text from left to right."""
    at = 0
    for _ in range(_STARTS):
        found = _START.search(part, at)
        if found is None:
            return
        value, at = _value(part, found.start())
        if value is not None and _fit(value):
            yield value


def _value(part: str, start: int) -> tuple[Any, int]:
    """Returns the value that begins at a place, and where it ends; None where none does."""
    try:
        return _DECODER.raw_decode(part, start)
    except (ValueError, RecursionError):
        end = _balanced(part, start)
    if end is None:  # cut off: a part of what it would have been is not it
        return None, len(part) if _OPENING.match(part, start) else start + 1
    for read in (lambda written: _DECODER.decode(_plain(written)), literal_eval):
        try:
            value = read(part[start:end])
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            continue
        if isinstance(value, dict | list):
            return value, end
    return None, end if _OPENING.match(part, start) else start + 1


def _balanced(part: str, start: int) -> int | None:
    """Returns where the brackets that open at a place are all closed again; None where they never are."""
    blank = _TOKEN.sub(lambda found: " " * len(found[0]) if found["string"] else found[0], part[start:])
    depth = 0
    for found in _BRACKET.finditer(blank):
        depth += 1 if found[0] in "{[" else -1
        if depth == 0:
            return start + found.end()
    return None


def _plain(written: str) -> str:
    """Returns JSON for what is nearly JSON: commas before a bracket, comments, Python's words and quotes."""
    return _TOKEN.sub(_mended, written)


def _mended(found: re.Match[str]) -> str:
    if string := found["string"]:
        if string.startswith('"'):
            return string
        inner = string[1:-1].replace('\\"', '"').replace("\\'", "'")
        return '"' + re.sub(r'(?<!\\)"', r"\"", inner) + '"'
    return _WORDS[found["word"]] if found["word"] else ""


def _fit(value: Any, depth: int = 0) -> bool:
    """Says whether a value is one that JSON can hold: finite numbers, names that are text, not too deep."""
    if depth > _DEPTH:
        return False
    if isinstance(value, dict):
        return all(isinstance(name, str) and _fit(item, depth + 1) for name, item in value.items())
    if isinstance(value, list):
        return all(_fit(item, depth + 1) for item in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or (isinstance(value, str | int) and not isinstance(value, bytes))
