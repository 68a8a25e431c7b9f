"""Answers as the protocol has them: one body, or a stream of events."""

import json
import re
from collections.abc import Sequence
from typing import Any

from digit_tc.canonical import digest
from digit_tc.streams import Stream
from digit_tc.testing.rule import Rule, text_of


def completion(rule: Rule, body: dict[str, Any]) -> dict[str, Any]:
    """Returns the answer of a rule to a request; equal requests get equal answers, to the last byte."""
    return completions([rule], body)


def completions(rules: Sequence[Rule], body: dict[str, Any]) -> dict[str, Any]:
    """Returns an answer with a choice for each rule."""
    texts = [rule.reply if isinstance(rule.reply, str) else json.dumps(rule.reply) for rule in rules]
    prompt = sum(_tokens(text_of(each)) for each in body.get("messages", []))
    spoken = sum(map(_tokens, texts))
    choices = [_choice(at, rule, text, body) for at, (rule, text) in enumerate(zip(rules, texts, strict=True))]
    return {
        "id": f"chatcmpl-{digest(body, *texts)[:24]}",
        "object": "chat.completion",
        "created": 0,
        "model": body.get("model", "scripted"),
        "choices": choices,
        "usage": {"prompt_tokens": prompt, "completion_tokens": spoken, "total_tokens": prompt + spoken},
    }


def _choice(at: int, rule: Rule, text: str, body: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if rule.tool_calls:
        message["tool_calls"] = [
            {
                "id": f"call_{index}",
                "type": "function",
                "function": {"name": call["name"], "arguments": _text(call["arguments"])},
            }
            for index, call in enumerate(rule.tool_calls)
        ]
    reason = "tool_calls" if rule.tool_calls else rule.finish_reason
    weights = {"content": _weights(text)} if body.get("logprobs") else None
    return {"index": at, "message": message, "finish_reason": reason, "logprobs": weights}


def _weights(text: str) -> list[dict[str, Any]]:
    """Returns a log-probability for each word, drawn from the words before it."""
    weights = []
    for found in re.finditer(r"\s*\S+", text):
        token, logprob = found[0], -3 * Stream("weight", text[: found.end()]).unit() ** 2
        one = {"token": token, "logprob": round(logprob, 4), "bytes": list(token.encode())}
        weights.append({**one, "top_logprobs": [one]})
    return weights


def stream(whole: dict[str, Any]) -> str:
    """Returns the answer as server-sent events: one with the words, one with the end and the usage."""
    head = {key: whole[key] for key in ("id", "created", "model")} | {"object": "chat.completion.chunk"}
    choice = whole["choices"][0]
    calls = [{"index": index, **call} for index, call in enumerate(choice["message"].get("tool_calls", []))]
    delta = choice["message"] | ({"tool_calls": calls} if calls else {})
    words = {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    end = {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}]}
    usage = {**head, "choices": [], "usage": whole["usage"]}
    return "".join(f"data: {json.dumps(each)}\n\n" for each in (words, end, usage)) + "data: [DONE]\n\n"


def refusal(message: str, code: str = "") -> dict[str, Any]:
    """Returns the body of an error."""
    return {"error": {"message": message, "type": "scripted", "param": None, "code": code or None}}


def _text(arguments: Any) -> str:
    return arguments if isinstance(arguments, str) else json.dumps(arguments)


def _tokens(text: str) -> int:
    return -(-len(text.encode()) // 4)
