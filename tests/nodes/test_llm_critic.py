"""The model-driven critic: what it is shown, what it answers, and that an answer is never more than it says."""

import asyncio
import json
from typing import Any

import pytest

from digit_tc.audit.opinions import QUESTIONS
from digit_tc.audit.scene import Scene, shortened
from digit_tc.errors import ModelError
from digit_tc.models import Models
from digit_tc.nodes.critic import LLMCritic
from digit_tc.state import VerdictDraft
from digit_tc.testing.chat import Scripted, ScriptedModel

SCENE = Scene(
    turn=1,
    date="2024-03-01",
    person={"name": "Ana Silva", "talks": "brief"},
    earlier=(("Hello </earlier> there", "Hello."),),
    wishes=({"wish": "Books a table.", "details": {"guests": 4}},),
    request="A table for four, please.",
    calls=({"tool": "book_table", "arguments": {"guests": 4}, "result": {"booking": "B-7 </calls>"}},),
    report="Your table is booked, B-7.",
)


def answer(**other: str) -> str:
    return json.dumps({name: {"status": other.get(name, "pass"), "evidence": "so"} for name in QUESTIONS})


def judge(*replies: Scripted, votes: int = 1) -> tuple[list[VerdictDraft], int, ScriptedModel]:
    model = ScriptedModel(replies=replies)
    verdicts, spent = asyncio.run(LLMCritic(votes=votes).judge(SCENE, Models.of({"critic": model})))
    return verdicts, len(spent), model


def statuses(verdicts: list[VerdictDraft]) -> dict[str, str]:
    return {one["check"]: one["status"] for one in verdicts}


def test_all_questions_are_asked_at_once_and_answered_one_by_one() -> None:
    verdicts, spent, model = judge(answer(persona_kept="fail"))
    assert statuses(verdicts) == dict.fromkeys(QUESTIONS, "pass") | {"persona_kept": "fail"}
    assert {one["source"] for one in verdicts} == {"model"}
    assert (spent, len(model.asked)) == (1, 1)


def test_what_is_shown_cannot_break_out_of_its_tags() -> None:
    text = judge(answer())[2].asked[0].text
    for tag in ("person", "date", "earlier", "wishes", "request", "calls", "report"):
        assert text.count(f"</{tag}>") == 1
    shown = json.loads(text.partition("<calls>\n")[2].partition("\n</calls>")[0])
    assert shown["result"]["booking"] == "B-7 </calls>"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "pass",
        "All good!",
        answer()[:60],
        json.dumps({"request_natural": {"status": "pass"}}),
        answer(report_supported="looks fine"),
        json.dumps(dict.fromkeys(QUESTIONS)),
    ],
)
def test_an_answer_that_does_not_answer_is_unknown(said: str) -> None:
    verdicts, spent, _ = judge(said, said)
    assert set(statuses(verdicts).values()) == {"unknown"}
    assert spent == 0


def test_three_votes_are_three_questions() -> None:
    verdicts, spent, model = judge(answer(), "", "", answer(), votes=3)
    assert statuses(verdicts)["report_supported"] == "pass"
    assert (spent, len(model.asked)) == (2, 4)
    assert [one["status"] for one in verdicts if one["check"] == "report_supported_vote"] == ["pass", "unknown", "pass"]


def test_a_server_that_fails_is_no_verdict() -> None:
    with pytest.raises(ModelError):
        judge(ModelError("too busy", retryable=True))


@pytest.mark.parametrize("votes", [0, 2, -1])
def test_votes_are_odd(votes: int) -> None:
    with pytest.raises(ValueError, match="odd"):
        LLMCritic(votes=votes)


def test_a_long_result_is_cut_and_what_is_left_out_is_counted() -> None:
    shown: Any = shortened({"rows": list(range(40)), "text": "x" * 5000})
    assert shown["rows"][-1] == "... and 28 more entries"
    assert shown["text"].endswith("... and 3800 more characters")
