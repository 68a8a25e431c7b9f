"""The user that forgets says what the sensible one says, now and then with a sentence cut short."""

import json
from typing import Any

from digit_tc.testing.actors import act, forget
from digit_tc.testing.rule import ChatRequest


def asked(number: int) -> ChatRequest:
    wish = {"wish": "Book a table", "details": {"guests": number, "place": "the terrace"}}
    text = f"<wishes>\n{json.dumps(wish)}\n</wishes>\n<background>\n[]\n</background>"
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": "You play a person who writes."},
        {"role": "user", "content": text},
    ]
    return ChatRequest(body={"messages": messages})


def test_it_forgets_in_some_messages_and_the_same_ones_each_time() -> None:
    said = [(act(asked(number)), forget(asked(number))) for number in range(60)]
    cut = [short for whole, short in said if short != whole]
    assert 5 < len(cut) < 35
    assert all("guests" in str(short) and "terrace" not in str(short) for short in cut)
    assert said == [(act(asked(number)), forget(asked(number))) for number in range(60)]
