"""What servers and their models do to an answer: nothing, or what real ones are seen to do.

`well-behaved` answers as it was asked, `sloppy` in forms of its own, `drifting` with what cannot be, `failing` often
not at all, `random` with whatever fits the schema. Chance draws from the request, so equal requests get equal answers;
only what a failing server does also depends on how often it was asked the same.
"""

import json
from contextlib import suppress
from typing import Any, Literal

from digit_tc.streams import Stream
from digit_tc.testing.invention import Invention
from digit_tc.testing.rule import ChatRequest, Rule

Temper = Literal["", "echo-user", "well-behaved", "sloppy", "drifting", "failing", "random"]

OFFERS = "How can I help you today? I can look that up for you."
"""What a model says that has taken the other side's part."""


def echo_user(text: str) -> str:
    """Returns a sentence with the values that our user prompt lists."""
    _, _, rest = text.rpartition("<values>\n")
    with suppress(ValueError):
        values = json.loads(rest.partition("\n</values>")[0])
        return f"I need this done, please: {', '.join(str(value) for value in values)}."
    return "I need this done, please."


def plain(request: ChatRequest) -> Rule:
    """Returns an answer that fits what is asked for: words, a value of the schema, or calls of the tools."""
    stream = Stream("plain", request.name)
    if request.schema is not None:
        return Rule(reply=Invention(request.schema, stream).value())
    if request.tools and stream.chance(0.7):
        tool = stream.choice(request.tools)
        return Rule(tool_calls=({"name": tool["name"], "arguments": Invention(tool["parameters"], stream).value()},))
    if request.form == "json_object":
        return Rule(reply={})
    return Rule(reply=echo_user(request.text) if "<values>\n" in request.text else "That is understood.")


def native(rule: Rule, request: ChatRequest) -> Rule:
    """Returns an answer whose calls are tool calls, where the request has tools."""
    said = _object(rule)
    if not request.tools or said is None or not isinstance(said.get("calls"), list):
        return rule
    return rule.model_copy(update={"reply": str(said.get("text") or ""), "tool_calls": tuple(said["calls"])})


def sloppy(rule: Rule, request: ChatRequest) -> Rule:
    """Returns an answer as a small model on a small server gives it: no schemas, no tools, no `n`."""
    if request.body.get("n", 1) > 1:
        return Rule(status=400, reply="only one choice is supported: n must be 1")
    if request.body.get("logprobs"):
        return Rule(status=400, reply="logprobs are not supported")
    if request.form == "json_schema":
        return Rule(status=400, reply="'response_format.type' must be one of 'text', 'json_object'")
    said, stream = _object(rule), Stream("sloppy", request.name)
    if said is None:
        return _wordy(rule, stream)
    text = json.dumps(said)
    dressed = (
        text,
        f"Sure! Here is the JSON you asked for:\n\n{text}\n\nLet me know if you need anything else.",
        f"```json\n{json.dumps(said, indent=2)}\n```",
        f"<think>They want {{json}}. [1] Let me see.</think>\n{text}",
        f"{said!r}",
        json.dumps([said]),
        json.dumps(_retyped(said)),
        f"<answer>{text}</answer>",
    )
    if stream.chance(0.12):
        return rule.model_copy(update={"reply": text[: len(text) * 2 // 3], "finish_reason": "length"})
    return rule.model_copy(update={"reply": stream.choice(dressed)})


def _wordy(rule: Rule, stream: Stream) -> Rule:
    text = str(rule.reply)
    if rule.tool_calls:
        return rule.model_copy(update={"reply": json.dumps({"calls": list(rule.tool_calls)}), "tool_calls": ()})
    if stream.chance(0.06):
        return rule.model_copy(update={"reply": ""})
    if stream.chance(0.06):
        return rule.model_copy(update={"reply": text[: len(text) // 2], "finish_reason": "length"})
    return rule.model_copy(update={"reply": f"<think>I should answer.</think>\n{text}"}) if stream.chance(0.3) else rule


def drifting(rule: Rule, request: ChatRequest) -> Rule:
    """Returns an answer as a model gives it that lost the thread: other ids, other sums, all is well, role flips."""
    said, stream = _object(rule), Stream("drifting", request.name)
    if said is not None:
        return rule.model_copy(update={"reply": _drifted(said, stream)})
    if rule.tool_calls:
        return rule.model_copy(update={"tool_calls": tuple(_drifted(call, stream) for call in rule.tool_calls)})
    flips = (str(rule.reply), str(rule.reply), f"{rule.reply} {OFFERS}", OFFERS, "")
    return rule.model_copy(update={"reply": stream.choice(flips)})


def _drifted(value: Any, stream: Stream) -> Any:
    if isinstance(value, dict):
        return {name: "pass" if name == "status" else _drifted(each, stream) for name, each in value.items()}
    if isinstance(value, list):
        return [_drifted(each, stream) for each in value if stream.chance(0.8)]
    if isinstance(value, bool) or value is None or stream.chance(0.5):
        return value
    if isinstance(value, int | float):
        return value + stream.integer(1, 40)
    return f"{value[:-3]}{stream.integer(100, 999)}" if any(sign.isdigit() for sign in str(value)) else value


def failing(rule: Rule, request: ChatRequest, times: int) -> Rule:
    """Returns an answer, or what comes in its place; asked the same again, it may go well.

    Args:
        rule: The answer.
        request: What was asked.
        times: How often the same was asked before.
    """
    if Stream("broken", request.name).chance(0.04):
        return Rule(status=500, reply="this request always fails")
    stream = Stream("failing", request.name, times)
    if not stream.chance(0.4 if times == 0 else 0.2):
        return rule
    faults = (
        Rule(status=429, retry_after=0.05, reply="slow down"),
        Rule(status=500, reply="internal error"),
        Rule(status=503, retry_after=0.01, reply="overloaded"),
        rule.model_copy(update={"delay": 0.3}),
        rule.model_copy(update={"fault": "reset"}),
        rule.model_copy(update={"fault": "cut"}),
        Rule(fault="garbage"),
        Rule(fault="hollow"),
    )
    return stream.choice(faults)


def _object(rule: Rule) -> dict[str, Any] | None:
    """Returns the JSON object that an answer is, if it is one."""
    if isinstance(rule.reply, dict):
        return rule.reply
    with suppress(ValueError):
        said = json.loads(rule.reply)
        return said if isinstance(said, dict) else None
    return None


def _retyped(value: Any) -> Any:
    """Returns a value with numbers as text and one thing where there is a list of one."""
    if isinstance(value, dict):
        return {name: _retyped(each) for name, each in value.items()}
    if isinstance(value, list):
        return _retyped(value[0]) if len(value) == 1 and isinstance(value[0], dict) else [_retyped(v) for v in value]
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
