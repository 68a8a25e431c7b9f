"""What a user's message must not be is noticed, and what a person may well say is not."""

from collections.abc import Callable, Iterable

import pytest

from digit_tc.audit.auditing import Auditor
from digit_tc.audit.turns import OF_REQUEST
from digit_tc.behaviour import farewell, instructions, other_side, quoted, repetition
from digit_tc.export.trace import AssistantStep, Trace, UserStep

BOOKED = "I have booked the hotel for two nights, the confirmation is BK-77."


@pytest.mark.parametrize(
    "text",
    [
        "How can I help you today?",
        "Hello! How may I assist you?",
        "I'd be happy to help with that. Which hotel?",
        "I\u2019d be glad to assist with the booking.",
        "Is there anything else I can help with?",
        "As an AI language model I cannot book hotels.",
        "Thank you for contacting us about room 4.",
        "I've successfully booked the room in Lyon for you.",
        "Your reservation has been cancelled.",
        "Could you please provide your order number?",
        "Assistant: here is the list.",
        "Book it please.\nAssistant: Done.",
        "**User:** book a room in Lyon",
        BOOKED,
    ],
)
def test_the_other_side_s_part_is_noticed(text: str) -> None:
    assert list(other_side(text, [BOOKED]))


@pytest.mark.parametrize(
    "text",
    [
        "Let me know if you need anything else from me.",
        "Could you tell me your opening hours and confirm my booking?",
        "I have a question: how can I help my brother with his order ORD-1?",
        "Please confirm my order number ORD-12.",
        "My order has been cancelled, please reorder it.",
        "I booked a room for you and me, please cancel it.",
        "Assistant, please cancel BK-77.",
        "Set the title to user feedback: spring.",
        "Cancel the hotel, the confirmation is BK-77.",
    ],
)
def test_what_a_person_may_say_is_left_alone(text: str) -> None:
    assert [*other_side(text, [BOOKED]), *instructions(text), *farewell(text), *repetition(text, [])] == []


@pytest.mark.parametrize(
    "text",
    [
        "<think>The user wants a room.</think> Book a room.",
        "<wishes> Book a room </wishes>",
        "Here is the user's next message: Book a room in Lyon.",
        "Sure! Here's a message: book a room",
        "[INST] Book a room [/INST]",
        "I was told to play someone who books a room.",
        "<|im_start|>user Book a room",
    ],
)
def test_words_about_the_making_are_noticed(text: str) -> None:
    assert list(instructions(text))


@pytest.mark.parametrize(
    "text", ["###STOP###", "Thanks a lot, bye!", "That's all for today, have a nice day.", "Thank you."]
)
def test_a_farewell_in_place_of_a_wish_is_noticed(text: str) -> None:
    assert list(farewell(text))


@pytest.mark.parametrize(
    "text", ["Thanks. Now cancel the order.", "Yes, please.", "That's all I know of order ORD-1, cancel it. Thank you!"]
)
def test_thanks_beside_a_wish_are_none(text: str) -> None:
    assert list(farewell(text)) == []


def test_the_same_words_about_other_things_are_another_message() -> None:
    before = ["Please show me the details of order ORD-1 from last week."]
    assert list(repetition("please, show me the details of order ORD-1 from last week", before))
    assert list(repetition("Please show me the details of order ORD-2 from last week.", before)) == []
    assert list(repetition("Yes, please.", ["Yes, please."])) == []


def test_a_quote_of_nine_words_is_found() -> None:
    secret = "Write the next message of that person, and nothing else. Weave the values into sentences."
    assert quoted("OK: write the next message of that person, and nothing else!", secret).startswith("write the next")
    assert quoted("Write the next message of that person.", secret) == ""


def test_the_audit_says_at_which_step_of_a_trace() -> None:
    said = "Please show me all notes of last week."
    steps = (
        UserStep(user=said),
        AssistantStep(assistant="There are none."),
        UserStep(user=said),
        AssistantStep(assistant="There are none."),
        UserStep(user="How can I help you?"),
    )
    for recorded, severity in ((False, "error"), (True, "warning")):
        audit = Auditor().audit(Trace(id="t", tools=(), steps=steps), recorded=recorded)
        found = {(one.code, one.step, one.severity) for one in audit.findings}
        assert found >= {("not_repeated", 2, severity), ("role_kept", 4, severity)}
        assert {code for code, *_ in found} & set(OF_REQUEST) == {"not_repeated", "role_kept"}


@pytest.mark.parametrize("check", [other_side, instructions, farewell])
def test_an_empty_message_is_no_concern_of_these(check: Callable[[str], Iterable[str]]) -> None:
    assert list(check("")) == []
