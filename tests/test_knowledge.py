"""What a person knows, does not know, and tells when asked."""

from datetime import date
from typing import Any

import pytest

from digit_tc.knowledge import Knowledge, knowledge, stated_unknown
from digit_tc.state import PlannedCall, Reference
from digit_tc.streams import Stream
from digit_tc.values.persona import draw_persona

TODAY = date(2025, 3, 5)
PERSONA = draw_persona(Stream("somebody"))
RESULT = {
    "order_id": "OR-2211",
    "status": "shipped",
    "placed": "2025-03-01",
    "courier": "Swift Wing Express",
    "lines": 2,
}
PLAN = [
    PlannedCall(
        id="$2",
        tool="create_return",
        arguments={"order_id": None, "product_id": "PR-77120", "reason": "wrong_item", "pickup_date": "2025-03-08"},
        references={"/order_id": Reference(call="$1", path=["order_id"])},
        implicit=False,
        group=0,
    )
]


def split(*said: str, withheld: tuple[str, ...] = ()) -> Knowledge:
    return knowledge(PLAN, PERSONA, [RESULT], said, {("$2", pointer) for pointer in withheld})


def values(facts: Any) -> set[Any]:
    return {fact.value for fact in facts}


def test_literals_are_known_and_what_only_tools_showed_is_not() -> None:
    found = split()
    assert {"PR-77120", "wrong_item", "2025-03-08", PERSONA.email} <= values(found.known)
    assert values(found.unknown) == {"OR-2211", "Swift Wing Express"}
    assert found.reveal == ()


def test_what_was_said_by_either_side_is_not_unknown() -> None:
    assert values(split("Where is my order?", "It is OR-2211.").unknown) == {"Swift Wing Express"}


@pytest.mark.parametrize(
    ("request_", "stated"),
    [
        ("Return PR-77120 of order OR-2211, please.", {"OR-2211"}),
        ("Is swift wing express the courier?", {"Swift Wing Express"}),
        ("Return PR-77120 of that order.", set()),
        ("Return OR-22110.", set()),
    ],
)
def test_stating_an_unknown_value_is_found(request_: str, stated: set[str]) -> None:
    assert values(stated_unknown(split(), request_)) == stated


def test_a_part_of_a_known_value_states_nothing() -> None:
    known = split().model_copy(update={"known": knowledge([_named("Swift Wing Express parcel")]).known})
    assert not list(stated_unknown(known, "Call it Swift Wing Express parcel."))


def _named(title: str) -> PlannedCall:
    return PlannedCall(id="$3", tool="t", arguments={"title": title}, references={}, implicit=False, group=0)


def test_what_is_told_when_asked_is_not_known_to_be_said() -> None:
    found = split(withheld=("/pickup_date",))
    assert values(found.reveal) == {"2025-03-08"}
    assert "2025-03-08" not in values(found.known)
