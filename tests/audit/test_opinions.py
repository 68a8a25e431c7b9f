"""Votes of a model add up; what cannot be read or is not agreed on is unknown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digit_tc.audit.opinions import QUESTIONS, Opinion, Opinions, judged
from digit_tc.audit.turns import blamed
from digit_tc.records import Status


def opinions(**other: Status) -> Opinions:
    return Opinions(**{name: Opinion(status=other.get(name, "pass"), evidence=f"of {name}") for name in QUESTIONS})


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("status", ["fail", "unknown"])
def test_whatever_is_no_pass_blocks_and_blames_whose_work_it_is(question: str, status: Status) -> None:
    problem = blamed(judged([opinions(**{question: status})], 2))
    assert problem is not None
    asked = QUESTIONS[question]
    assert (problem["check"], problem["status"], problem["role"]) == (question, status, asked.role)
    assert (problem["source"], problem["turn"]) == ("model", 2)
    assert problem["evidence"] == f"{'perhaps ' if status == 'unknown' else ''}{asked.fault}: of {question}"


def test_an_answer_that_cannot_be_read_is_unknown_everywhere_and_only_the_report_is_made_again() -> None:
    verdicts = judged(["cut off"], 0)
    assert {one["status"] for one in verdicts} == {"unknown"}
    assert {one["role"] for one in verdicts} == {"assistant"}


def test_votes_are_kept_and_most_of_them_count() -> None:
    verdicts = judged([opinions(report_supported="fail"), opinions(), opinions()], 0)
    assert blamed(verdicts) is None
    votes = [one for one in verdicts if one["check"] == "report_supported_vote"]
    assert [one["status"] for one in votes] == ["fail", "pass", "pass"]
    assert {one["severity"] for one in votes} == {"info"}
    assert votes[0]["evidence"] == "vote 1 of 3: of report_supported"
    split = judged([opinions(report_supported="fail"), opinions(), "cut off"], 0)
    assert {one["check"]: one["status"] for one in split}["report_supported"] == "unknown"


STATUSES: tuple[Status, ...] = ("pass", "fail", "unknown")
VOTE = st.one_of(st.just("cut off"), st.sampled_from(STATUSES).map(lambda one: opinions(report_supported=one)))


@given(st.lists(VOTE, min_size=1, max_size=5))
def test_a_pass_needs_more_than_half_of_the_votes(votes: list[Opinions | str]) -> None:
    verdict = judged(votes, 0)[-1]
    passes = sum(isinstance(vote, Opinions) and vote.report_supported.status == "pass" for vote in votes)
    assert verdict["check"] == "report_supported"
    assert (verdict["status"] == "pass") == (2 * passes > len(votes))
