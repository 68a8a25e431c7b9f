"""Is a trace well formed, valid against its own tool schemas, and free of leaked tool names?

Validation uses the `jsonschema` package, which the program under test does not, so that both would have to
be wrong in the same way for a bad call to pass.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError
from referencing.exceptions import Unresolvable

_KINDS = ("user", "assistant", "call")


def violations(trace: dict[str, Any]) -> list[str]:
    """List everything wrong with the trace; an empty list is a clean bill."""
    steps = [step for step in trace.get("steps", []) if isinstance(step, dict)]
    tools = [tool for tool in trace.get("tools", []) if isinstance(tool, dict)]
    return [
        *_step_shapes(trace.get("steps", [])),
        *_turn_order(steps),
        *_ids(steps),
        *_calls(steps, {str(tool.get("name")): tool for tool in tools}),
        *_leaked_names(steps, [str(tool.get("name")) for tool in tools]),
    ]


def _step_shapes(steps: list[Any]) -> Iterator[str]:
    """Every step is exactly one of the three kinds, or adds tools; a call has its result."""
    for index, step in enumerate(steps):
        if isinstance(step, dict) and list(step) == ["tools_added"] and step["tools_added"]:
            continue
        kinds = [kind for kind in _KINDS if kind in step] if isinstance(step, dict) else []
        if len(kinds) != 1:
            yield f"step {index}: is not exactly one of user, assistant, call"
        elif kinds == ["call"] and not isinstance(step["call"], dict):
            yield f"step {index}: the call is not an object"
        elif kinds == ["call"] and "result" not in step:
            yield f"step {index}: the call has no result"


def _turn_order(steps: list[dict[str, Any]]) -> Iterator[str]:
    """Turns run user -> calls -> assistant, and both texts say something."""
    if not steps:
        yield "the trace has no steps"
    previous = "assistant"
    for index, step in enumerate(steps):
        kind = next((kind for kind in _KINDS if kind in step), "")
        if kind == "user" and previous != "assistant":
            yield f"step {index}: a turn begins before the last one ended with an assistant text"
        if kind in ("call", "assistant") and previous == "assistant":
            yield f"step {index}: {kind} outside a turn, which begins with a user text"
        if kind in ("user", "assistant") and not _has_words(step[kind]):
            yield f"step {index}: the {kind} text is empty"
        previous = kind or previous
    if previous != "assistant":
        yield "the last turn does not end with an assistant text"


def _has_words(text: Any) -> bool:
    """White space alone is no text."""
    return isinstance(text, str) and bool(text.strip())


def _call_steps(steps: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Pick the call steps."""
    return (step for step in steps if isinstance(step.get("call"), dict))


def _ids(steps: list[dict[str, Any]]) -> Iterator[str]:
    """A result is attributed by its call's id, so ids must be there and must differ."""
    ids = [step["call"].get("id") for step in _call_steps(steps)]
    if any(not isinstance(call_id, str) or not call_id for call_id in ids):
        yield "a call has no id"
    for call_id, count in Counter(str(call_id) for call_id in ids if call_id).items():
        if count > 1:
            yield f"call id {call_id} is used {count} times"


def _calls(steps: list[dict[str, Any]], tools: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Calls name declared tools; arguments and results keep to the schemas."""
    for step in _call_steps(steps):
        call = step["call"]
        label = f"call {call.get('id')} of {call.get('name')}"
        tool = tools.get(str(call.get("name")))
        if tool is None:
            yield f"{label}: no such tool is declared"
            continue
        yield from _against(tool.get("parameters") or {}, call.get("arguments"), f"{label}: arguments")
        output_schema = tool.get("output_schema")
        if isinstance(output_schema, dict) and not step.get("is_error") and "result" in step:
            yield from _against(output_schema, step["result"], f"{label}: result")


def _against(schema: Any, value: Any, label: str) -> Iterator[str]:
    """Validate one value; a schema that cannot be used is itself a finding, not a crash."""
    try:
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema, format_checker=_FORMATS)
        for error in sorted(validator.iter_errors(value), key=lambda error: error.json_path):
            yield f"{label}: {error.json_path}: {error.message}"
    except SchemaError as error:
        yield f"{label}: the schema is invalid: {error.message}"
    except Unresolvable as error:
        yield f"{label}: the schema cannot be resolved: {error}"


def _format_checker() -> FormatChecker:
    """Take the draft's own formats but `time`, which demands an offset that tools rarely mean."""
    checker = FormatChecker(formats=())
    checker.checkers = {
        name: check for name, check in Draft202012Validator.FORMAT_CHECKER.checkers.items() if name != "time"
    }
    return checker


_FORMATS = _format_checker()


def _leaked_names(steps: list[dict[str, Any]], names: list[str]) -> Iterator[str]:
    """A user does not know what the tools are called, and does not write code."""
    for index, step in enumerate(steps):
        if not isinstance(step.get("user"), str):
            continue
        for name in dict.fromkeys(spelling for declared in names for spelling in _spellings(declared)):
            if _looks_like_code(name) and _in_words(name, step["user"]):
                yield f"step {index}: the user text has the tool name {name}"
            elif _in_code_form(name, step["user"]):
                yield f"step {index}: the user text has the tool name {name} in code form"


def _spellings(name: str) -> list[str]:
    """The full name, and its last part if it is dotted: both give the tool away."""
    return [name, name.rsplit(".", 1)[1]] if "." in name.strip(".") else [name]


def _looks_like_code(name: str) -> bool:
    """Tell create_ticket, v2, listFiles and API.add from words that a user may well say."""
    return bool(re.search(r"[_.\d]|(?<=.)[A-Z]", name))


def _in_words(name: str, text: str) -> bool:
    """Look for the name as a word, in any case."""
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE))


def _in_code_form(name: str, text: str) -> bool:
    """Look for name( and for a span of code that is the name or begins with it."""
    escaped = re.escape(name)
    return bool(re.search(rf"(?<!\w){escaped}\(|`+\s*{escaped}(?![\w.-])[^`]*`", text, re.IGNORECASE))
