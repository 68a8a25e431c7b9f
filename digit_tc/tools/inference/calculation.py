"""What a calculation gives back: a value that is named after what is calculated, of the type that its noun tells."""

from collections.abc import Iterator
from typing import Any

from digit_tc.tools.inference.subject import Subject
from digit_tc.tools.inference.things import usual_attributes
from digit_tc.tools.inference.types import guess
from digit_tc.tools.kinds import LAST_WORD, NUMBERS
from digit_tc.tools.names import words
from digit_tc.tools.schema import type_of
from digit_tc.tools.tool import Tool

_DONE = {
    "translate": "translated", "encrypt": "encrypted", "decrypt": "decrypted", "encode": "encoded",
    "decode": "decoded", "format": "formatted", "parse": "parsed", "reverse": "reversed", "shuffle": "shuffled",
    "sort": "sorted", "convert": "converted",
}  # fmt: skip
_OUTCOMES = {"solve": "solution", "summarize": "summary", "summarise": "summary", "predict": "prediction"}
_RECOGNISE = {"identify", "detect", "classify", "recognize"}
_LISTS = {"sequence", "anagram", "array", "combination", "permutation", "factor"}
_WHOLE = {"gcd", "lcm", "factorial", "count", "number", "age"}
_ANALYSES = ("analyze", "analyse", "evaluate", "determine")


def calculated_by(tool: Tool, subject: Subject) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yields the properties of the result, each with the rule that gives it and its name."""
    verb, noun, parts = subject.verb, subject.noun, words(tool.name)
    if "to" in parts[1:-1] and verb in ("convert", "calculate"):
        yield "output-verb", parts[-1], {"type": "number"}
    elif verb in _ANALYSES or subject.action == "create":
        made_up = {noun: type_by_name(noun)} if subject.action == "create" else usual_attributes("analysis")
        for key, schema in (usual_attributes(noun) or made_up).items():
            yield "output-usual", key, schema
    elif verb in _RECOGNISE:
        yield "output-verb", noun or "label", {"type": "string"}
        yield "output-verb", "confidence", {"type": "number"}
    else:
        yield "output-verb", *_value(tool, subject)


def type_by_name(noun: str) -> dict[str, Any]:
    """Returns the type that a noun tells by itself; text where it tells none."""
    found = guess(noun, {})
    return found.schema if found else {"type": "string"}


def _value(tool: Tool, subject: Subject) -> tuple[str, dict[str, Any]]:
    verb, noun = subject.verb, subject.noun
    if verb in _DONE:
        return f"{_DONE[verb]}_{_converted(tool, subject)}", _changed(tool, verb)
    if verb in _OUTCOMES:
        return _OUTCOMES[verb], {"type": "string"}
    if verb == "count":
        return "count", {"type": "integer"}
    return "_".join(subject.phrase[-2:]) or noun or "result", _sum(subject)


def _converted(tool: Tool, subject: Subject) -> str:
    noun = subject.noun
    if noun == "currency" or "amount" in tool.properties:
        return "amount"
    return "value" if noun in ("unit", "") or (noun in LAST_WORD and subject.verb == "convert") else noun


def _changed(tool: Tool, verb: str) -> dict[str, Any]:
    """What is reversed or sorted keeps its type, what is converted is a number."""
    if verb == "convert":
        return {"type": "number"}
    lists = [schema for schema in tool.properties.values() if type_of(schema) == "array"]
    return lists[0] if lists else {"type": "string"}


def _sum(subject: Subject) -> dict[str, Any]:
    noun = subject.noun
    if noun in _WHOLE:
        return {"type": "integer"}
    if noun in _LISTS:
        return {"type": "array", "items": {"type": "number"}}
    found = guess(noun, {})
    if found and found.schema["type"] == "integer":
        return found.schema
    return {"type": "number" if subject.action == "compute" or noun in NUMBERS else "string"}
