"""The shares of the strata, in every stretch of a run."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digit_tc.errors import SettingsError
from digit_tc.settings import read_settings
from digit_tc.strata import STRATA, Stratum, stratum_of

QUOTAS: dict[Stratum, float] = {"missing_parameter": 10, "irrelevant": 7.5, "error_hint": 20, "several_tasks": 2.5}


@given(seed=st.integers(0, 10**6), first=st.integers(0, 10**7))
def test_every_two_hundred_conversations_meet_the_quotas_within_two_points(seed: int, first: int) -> None:
    met = Counter(stratum_of(index, seed, QUOTAS) for index in range(first, first + 200))
    wanted = {**QUOTAS, "plain": 100 - sum(QUOTAS.values())}
    assert {stratum: met[stratum] / 2 for stratum in STRATA} == pytest.approx(
        {stratum: wanted.get(stratum, 0.0) for stratum in STRATA}, abs=2
    )


def test_the_seed_moves_what_an_index_shows() -> None:
    rows = [[stratum_of(index, seed, QUOTAS) for index in range(20)] for seed in (0, 1)]
    assert rows[0] != rows[1]


def test_without_quotas_all_is_plain() -> None:
    assert {stratum_of(index, 0, {}) for index in range(50)} == {"plain"}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"missing_parameter": 60, "irrelevant": 50}, "must not come to more than 100 percent; got 110"),
        ({"mising_parameter": 6}, "mising_parameter"),
        ({"irrelevant": -1}, "must be at least 0"),
    ],
)
def test_quotas_that_cannot_be_met_are_refused(table: dict[str, float], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_settings(flags={"strata": table})
