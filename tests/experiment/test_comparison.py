"""Differences between variants, worked out of rows."""

from collections.abc import Iterable

import pytest

from digit_tc.experiment.comparison import difference, paired, split
from digit_tc.experiment.figures import FIGURES, Figure, shown
from digit_tc.experiment.plots import acceptance, forest
from digit_tc.experiment.results import Difference, Results
from digit_tc.experiment.rows import Row

BY_KEY = {figure.key: figure for figure in FIGURES}


def row(status: str = "accepted", *, words: float | None = 10.0, tokens: int = 0, dollars: float | None = 0.0) -> Row:
    return Row(
        status=status,
        reason="" if status == "accepted" else f"{status}: x",
        checks=frozenset(),
        turns=1,
        calls=1,
        calls_per_turn=1.0,
        depth=1.0,
        implicit=0.0,
        words=words,
        retried=0.0,
        model_calls=1,
        prompt_tokens=tokens,
        completion_tokens=0,
        dollars=dollars,
    )


def compare(key: str, before: Iterable[Row], after: Iterable[Row]) -> Difference:
    return difference("new", BY_KEY[key], paired(dict(enumerate(before)), dict(enumerate(after))))


def test_only_scenarios_that_both_have_are_paired() -> None:
    pairs = paired({0: row(), 2: row(words=2), 3: row(words=3)}, {3: row(words=30), 1: row(), 2: row(words=20)})
    assert [(old.words, new.words) for old, new in pairs] == [(2, 20), (3, 30)]


def test_means_are_over_what_both_had_accepted() -> None:
    before = [row(words=10), row(words=20), row(words=30), row("rejected", words=99), row(words=None)]
    after = [row(words=11), row(words=24), row("failed", words=99), row(words=1), row(words=1)]
    found = compare("words", before, after)
    assert (found.pairs, found.parted, found.before, found.after, found.difference) == (2, 2, 15.0, 17.5, 2.5)
    assert (found.low, found.high) == pytest.approx((2.5 - 12.7062 * 1.5, 2.5 + 12.7062 * 1.5), abs=1e-3)


def test_what_is_rejected_on_the_way_costs_too() -> None:
    before = [row(tokens=100), row("rejected", tokens=300), row(tokens=200)]
    after = [row(tokens=100), row(tokens=300), row(tokens=200)]
    found = compare("tokens_per_accepted", before, after)
    assert (found.before, found.after, found.difference, found.parted) == (300.0, 200.0, -100.0, 0)
    assert found.method == "linearised ratio, t"


def test_what_nobody_can_price_is_not_compared() -> None:
    found = compare("dollars_per_accepted", [row(dollars=1.0), row(dollars=None)], [row(dollars=1.0), row(dollars=2.0)])
    assert (found.pairs, found.before, found.difference, found.low, found.method) == (0, None, None, None, None)
    found = compare("dollars_per_accepted", [row("rejected", dollars=1.0)], [row(dollars=1.0)])
    assert (found.before, found.after, found.difference) == (None, 1.0, None), "nothing was accepted there"


@pytest.mark.parametrize(
    ("figure", "value", "signed", "text"),
    [
        (BY_KEY["accepted"], 0.875, False, "87.5%"),
        (BY_KEY["accepted"], -0.0001, True, "+0.0 pp"),
        (BY_KEY["accepted"], 0.021, True, "+2.1 pp"),
        (BY_KEY["tokens_per_accepted"], 12345.6, False, "12,346"),
        (BY_KEY["tokens_per_accepted"], -12345.6, True, "-12,346"),
        (BY_KEY["depth"], None, False, "-"),
    ],
)
def test_figures_are_shown_in_their_units(figure: Figure, value: float | None, signed: bool, text: str) -> None:
    assert shown(figure, value, signed=signed) == text


def test_figures_in_which_no_pair_parts_are_named_together() -> None:
    before, after = [row(words=10), row(words=20)], [row("rejected"), row(words=20)]
    found = tuple(compare(key, before, after) for key in ("accepted", "dollars_per_accepted", "turns", "words"))
    told, alike = split(found)
    assert [(figure.key, len(some)) for figure, some in told] == [("accepted", 1)]
    assert [figure.key for figure in alike] == ["dollars_per_accepted", "turns", "words"]
    picture = forest(Results(status="finished", file="e.toml", baseline="old", differences=found))
    assert "The same in every pair: dollars per accepted, turns, words per request" in picture
    nobody = compare("words", [row("rejected")], [row()])
    assert [figure.key for figure, _ in split([nobody])[0]] == ["words"], "that there is nothing to compare is told"
    assert (
        "words"
        not in forest(Results(status="finished", file="e", baseline="o", differences=(nobody,))).split("</desc>")[1]
    )


def test_plots_of_nothing_say_so() -> None:
    nothing = Results(status="interrupted", file="e.toml", baseline="<a>")
    assert "no scenario is in two variants yet" in forest(nothing)
    assert "&lt;a&gt;" in forest(nothing)
    assert acceptance(nothing).startswith("<svg")
