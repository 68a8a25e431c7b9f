"""How many look-ups stay unspoken: as many as were asked for, and only those that can."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digit_tc.planning.hiding import Hiding
from digit_tc.state import PlannedCall, Reference
from digit_tc.tools.dataflow import Dataflow
from digit_tc.tools.samples import read_sample

FLOW = Dataflow(read_sample("travel"))


def pair(number: int) -> list[PlannedCall]:
    """A look-up, and a call that takes an id from it."""
    found: Reference = {"call": f"${number}", "path": ["hotels", 0, "hotel_id"]}
    steps: list[tuple[str, dict[str, Any], dict[str, Reference]]] = [
        ("search_hotels", {"city": "Lyon"}, {}),
        ("book_hotel", {"guests": 2}, {"/hotel_id": found}),
    ]
    return [
        PlannedCall(id=f"${number + at}", tool=tool, arguments=said, references=taken, implicit=False, group=0)
        for at, (tool, said, taken) in enumerate(steps)
    ]


@given(st.floats(0, 1), st.floats(0, 0.999), st.integers(1, 40))
def test_the_share_is_met_over_the_turns_of_a_conversation(share: float, start: float, turns: int) -> None:
    earlier: list[PlannedCall] = []
    for turn in range(turns):
        earlier += Hiding(FLOW, share, start, earlier).hide(pair(2 * turn + 1))
    possible = [call for call in earlier if call["hideable"]]
    assert len(possible) == turns
    assert abs(sum(call["implicit"] for call in possible) - share * turns) <= 1
    assert not any(call["implicit"] for call in earlier if not call["hideable"])


@pytest.mark.parametrize(("share", "hidden"), [(0.0, 0), (1.0, 1)])
def test_none_and_all(share: float, hidden: int) -> None:
    assert sum(call["implicit"] for call in Hiding(FLOW, share, 0.5).hide(pair(1))) == hidden


def test_what_nothing_depends_on_is_spoken_of() -> None:
    assert not any(call["hideable"] for call in Hiding(FLOW, 1.0, 0.5).hide(pair(1)[:1]))
