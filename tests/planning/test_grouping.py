"""Which calls go into one message: those that wait for nothing, and writes alone."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from digit_tc.planning.graph import depth
from digit_tc.planning.grouping import grouped
from digit_tc.state import PlannedCall
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.samples import read_sample
from digit_tc.world.effects import effect_of

FLOW = Dataflow(read_sample("travel"))
READ, WRITE = "get_hotel", "cancel_flight_booking"


def call(number: int, tool: str, *sources: int) -> PlannedCall:
    references: Any = {f"/from_{source}": {"call": f"${source}", "path": ["id"]} for source in sources}
    return PlannedCall(id=f"${number}", tool=tool, arguments={}, references=references, implicit=False, group=0)


def groups(*calls: PlannedCall) -> list[list[str]]:
    """The plan ids by group."""
    made = grouped(calls, FLOW)
    return [[one["id"] for one in made if one["group"] == at] for at in range(made[-1]["group"] + 1)]


def test_look_ups_side_by_side_share_a_message() -> None:
    assert groups(call(1, READ), call(2, READ, 1), call(3, READ, 1)) == [["$1"], ["$2", "$3"]]
    assert groups(call(1, READ), call(2, READ), call(3, READ, 1, 2)) == [["$1", "$2"], ["$3"]]


def test_a_look_up_that_waits_for_nothing_comes_first_and_ids_follow_the_order() -> None:
    made = grouped([call(1, READ), call(2, READ, 1), call(3, READ), call(4, READ, 3)], FLOW)
    assert [(one["id"], one["group"]) for one in made] == [("$1", 0), ("$2", 0), ("$3", 1), ("$4", 1)]
    assert [[ref["call"] for ref in one["references"].values()] for one in made] == [[], [], ["$1"], ["$2"]]


def test_writes_are_made_alone_and_nothing_crosses_them() -> None:
    assert groups(call(1, READ), call(2, WRITE), call(3, READ), call(4, WRITE)) == [["$1"], ["$2"], ["$3"], ["$4"]]


@st.composite
def plans(draw: st.DrawFn) -> list[PlannedCall]:
    size = draw(st.integers(1, 7))
    return [
        call(
            number,
            draw(st.sampled_from([READ, READ, WRITE])),
            *draw(st.lists(st.integers(0, number - 1), unique=True, max_size=2)),
        )
        for number in range(1, size + 1)
    ]


@given(plans())
def test_whatever_the_plan_nothing_is_made_before_what_it_needs(plan: list[PlannedCall]) -> None:
    made = grouped(plan, FLOW)
    places = {one["id"]: one["group"] for one in made}
    assert sorted(one["tool"] for one in made) == sorted(one["tool"] for one in plan)
    assert [one["tool"] for one in made if one["tool"] == WRITE] == [WRITE] * sum(one["tool"] == WRITE for one in plan)
    assert [one["group"] for one in made] == sorted(places.values())
    assert set(places.values()) == set(range(made[-1]["group"] + 1))
    for one in made:
        assert all(places[ref["call"]] < one["group"] for ref in one["references"].values() if ref["call"] in places)
        if effect_of(FLOW[one["tool"]]).writes:
            assert sum(place == one["group"] for place in places.values()) == 1
    assert depth(made) == depth(plan)
