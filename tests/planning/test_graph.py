"""The graph of a plan: its depth, its connected parts, its substance."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from digit_tc.planning.graph import connected, depth, substantial
from digit_tc.state import PlannedCall


def call(number: int, *sources: int, **arguments: Any) -> PlannedCall:
    """A call that takes a value from others; those below 1 are of earlier turns."""
    references: Any = {f"/from_{source}": {"call": f"${source}", "path": ["id"]} for source in sources}
    return PlannedCall(
        id=f"${number}", tool=f"t{number}", arguments=arguments, references=references, implicit=False, group=0
    )  # fmt: skip


def test_depth_counts_the_calls_along_the_longest_chain() -> None:
    assert depth([]) == 0
    assert depth([call(1), call(2), call(3, 1)]) == 2
    assert depth([call(1), call(2, 1), call(3, 2, 1), call(4)]) == 3
    assert depth([call(5, 1), call(6, 2)]) == 1, "what earlier turns gave is no call of this one"


def test_the_largest_part_stays_and_is_numbered_on() -> None:
    plan = [call(5), call(6, x=1), call(7, 5), call(8), call(9, 7, 5)]
    kept = connected(plan)
    assert [one["id"] for one in kept] == ["$5", "$6", "$7"]
    assert [sorted(ref["call"] for ref in one["references"].values()) for one in kept] == [[], ["$5"], ["$5", "$6"]]


def test_what_draws_on_earlier_turns_belongs_together() -> None:
    assert len(connected([call(5, 1), call(6, 2), call(7)])) == 2


def test_who_asks_has_something_to_say_for_more_than_one_call() -> None:
    assert substantial([call(1, x=1), call(2, 1)])
    assert not substantial([call(1), call(2, 1)])
    twin = PlannedCall(**{**call(3, 1), "tool": "t2"})
    assert substantial([call(1, x=1), call(2, 1), twin])
    assert not substantial([call(1, x=1, y=2), call(2, 1, x=1), call(3, 1, y=2)])
    assert substantial([call(1, x=1, y=2), call(2, 1, x=1), call(3, 1, z=3)])


@st.composite
def plans(draw: st.DrawFn) -> list[PlannedCall]:
    size = draw(st.integers(1, 7))
    return [
        call(number, *draw(st.lists(st.integers(-2, number - 1), unique=True, max_size=2)))
        for number in range(1, size + 1)
    ]


@given(plans())
def test_what_is_kept_is_a_plan_of_its_own_and_connected(plan: list[PlannedCall]) -> None:
    kept = connected(plan)
    assert [one["id"] for one in kept] == [one["id"] for one in plan[: len(kept)]]
    assert connected(kept) == kept
    made: set[str] = set()
    for one in kept:
        inner = {ref["call"] for ref in one["references"].values() if not ref["call"].startswith(("$-", "$0"))}
        assert inner <= made
        made.add(one["id"])
