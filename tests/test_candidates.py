"""Candidates: how many are asked for, which is taken, and what is kept of the others."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digit_tc.candidates import Candidates, Choice, Question
from digit_tc.errors import EmptyReplyError, ModelError
from digit_tc.models import Reply

Said = tuple[str, float | None]
"""What a model says, and its log-probability; `bad` words are turned down, empty ones cannot be read."""


class Model:
    """Says one thing after the other and keeps which samples it was asked for."""

    def __init__(self, *said: Said) -> None:
        self.said = said
        self.asked: list[tuple[int, int]] = []

    async def ask(self, sample: int, ahead: int) -> Reply:
        self.asked.append((sample, ahead))
        text, logprob = self.said[sample % len(self.said)]
        if text == "down":
            raise ModelError("the server is down", kind="connection")
        if not text:
            raise EmptyReplyError("an empty reply")
        return Reply(text, logprob=logprob)


def faults(reply: Reply) -> list[str]:
    return [word for word in reply.text.split() if word.startswith("bad")]


def choose(model: Model, candidates: Candidates, attempt: int = 0) -> Choice[Reply]:
    question = Question(model.ask, faults, lambda reply: reply)
    return asyncio.run(candidates.choose(question, attempt))


def test_a_first_that_will_do_is_the_only_one() -> None:
    model = Model(("fine", -9.0), ("finer", -0.1))
    choice = choose(model, Candidates())
    assert (choice.taken.text, choice.faults, choice.passed_over) == ("fine", (), ())
    assert model.asked == [(0, 1)]


def test_the_next_that_will_do_is_taken_and_the_reason_kept() -> None:
    model = Model(("bad1", None), ("", None), ("fine", None), ("finer", None))
    choice = choose(model, Candidates(), attempt=2)
    assert choice.taken.text == "fine"
    assert choice.passed_over == ("candidate 1: bad1", "candidate 2: an empty reply")
    assert model.asked == [(8, 1), (9, 3), (10, 2)], "further ones are announced, so that one request may give them"


def test_of_those_behind_a_bad_one_the_most_probable_is_taken_where_it_is_known() -> None:
    model = Model(("bad1", -0.1), ("fine", -2.0), ("finer", -0.5), ("bad2", -0.2))
    choice = choose(model, Candidates())
    assert choice.taken.text == "finer"
    assert choice.passed_over[1] == "candidate 2: as good as candidate 3, which was taken, at a log-probability of -2"


def test_where_none_will_do_that_with_the_fewest_faults_stands_with_them() -> None:
    choice = choose(Model(("bad1 bad2", None), ("bad3", None), ("bad4 bad5", None)), Candidates(most=3))
    assert (choice.taken.text, choice.faults) == ("bad3", ("bad3",))
    assert choice.passed_over == ("candidate 1: bad1", "candidate 3: bad4")


def test_who_repeats_what_was_turned_down_is_asked_no_more() -> None:
    model = Model(("bad1", None), ("bad1", None), ("fine", None))
    assert choose(model, Candidates()).faults == ("bad1",)
    assert len(model.asked) == 2


def test_best_of_asks_for_all_at_once_and_takes_the_most_probable() -> None:
    model = Model(("fine", -2.0), ("bad1", -0.1), ("finest", -0.3), ("finer", -1.0))
    choice = choose(model, Candidates(best_of=4))
    assert (choice.taken.text, len(choice.passed_over)) == ("finest", 3)
    assert model.asked == [(0, 4), (1, 3), (2, 2), (3, 1)]


def test_what_no_other_reply_can_mend_ends_it() -> None:
    with pytest.raises(EmptyReplyError):
        choose(Model(("", None)), Candidates())
    model = Model(("bad1", None), ("down", None))
    with pytest.raises(ModelError, match="down"):
        choose(model, Candidates())


@given(
    st.lists(
        st.tuples(st.sampled_from(["fine", "finer", "bad1", "bad1 bad2", "bad3", ""]), st.none() | st.floats(-9, 0)),
        min_size=1,
        max_size=8,
    ),
    st.integers(1, 6),
    st.integers(0, 6),
)
def test_something_good_is_taken_where_there_is_something_good(said: Sequence[Said], most: int, best_of: int) -> None:
    candidates = Candidates(most, best_of)
    model = Model(*said)
    try:
        choice = choose(model, candidates)
    except EmptyReplyError:
        assert len(model.asked) == candidates.count
        return
    assert len(model.asked) == len(choice.passed_over) + 1 <= candidates.count
    heard = [said[sample % len(said)] for sample, _ in model.asked]
    assert bool(choice.faults) == all(not text or "bad" in text for text, _ in heard)
    if best_of and not choice.faults:
        good = [logprob or 0.0 for text, logprob in heard if text.startswith("fine")]
        assert (choice.taken.logprob or 0.0) == max(good)
