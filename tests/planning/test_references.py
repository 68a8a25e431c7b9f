"""References to earlier results."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digit_tc.errors import StateError
from digit_tc.planning.references import filled, leaves, literals, put, resolve, shown
from digit_tc.state import PlannedCall, Reference

RESULTS: dict[str, Any] = {
    "$1": [1, 2],
    "$2": "ok",
    "$3": {"id": 7, "hotels": [{"hotel_id": "a", "price": 9}, {"hotel_id": "b", "price": 4}], "map": {"x": {"k": 1}}},
}


def call(arguments: dict[str, Any], **references: Reference) -> PlannedCall:
    named = {f"/{name.replace('__', '/')}": reference for name, reference in references.items()}
    return PlannedCall(id="$4", tool="t", arguments=arguments, references=named, implicit=False, group=0)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["id"], 7),
        (["hotels", 1, "hotel_id"], "b"),
        (["hotels", "lowest:price", "hotel_id"], "b"),
        (["hotels", "highest:price", "hotel_id"], "a"),
        (["map", 0, "k"], 1),
    ],
)
def test_a_reference_leads_to_its_value(path: list[str | int], value: Any) -> None:
    assert resolve(Reference(call="$3", path=path), RESULTS) == value


def test_results_that_are_no_objects_can_be_referred_to() -> None:
    assert resolve(Reference(call="$1", path=[1]), RESULTS) == 2
    assert resolve(Reference(call="$2", path=[]), RESULTS) == "ok"


@pytest.mark.parametrize(
    "reference",
    [
        Reference(call="$9", path=[]),
        Reference(call="$3", path=["absent"]),
        Reference(call="$3", path=["hotels", 5, "hotel_id"]),
        Reference(call="$3", path=["hotels", "lowest:stars", "hotel_id"]),
        Reference(call="$2", path=["id"]),
    ],
)
def test_a_reference_that_leads_nowhere_is_an_error(reference: Reference) -> None:
    with pytest.raises(StateError):
        resolve(reference, RESULTS)


@pytest.mark.parametrize("amount", ["$1", "$12", "$150", "$1 off", "costs $1.50", "$1.total"])
def test_an_amount_of_dollars_is_not_a_reference(amount: str) -> None:
    planned = call({"amount": amount}, target=Reference(call="$3", path=["id"]))
    assert filled(planned, RESULTS) == {"amount": amount, "target": 7}


def test_filling_leaves_the_plan_as_it_was() -> None:
    planned = call({"lines": [{"product": None, "n": 2}]}, lines__0__product=Reference(call="$3", path=["id"]))
    assert filled(planned, RESULTS) == {"lines": [{"product": 7, "n": 2}]}
    assert planned["arguments"] == {"lines": [{"product": None, "n": 2}]}
    assert literals(planned) == [("/lines/0/n", 2)]


def test_references_are_shown_as_text() -> None:
    assert shown(Reference(call="$1", path=["hotels", 0, "hotel_id"])) == "$1.hotels[0].hotel_id"


KEYS = st.text("ab/~0", min_size=1, max_size=3).filter(lambda key: not key.isdigit())
TREES = st.recursive(
    st.integers() | st.text(max_size=3) | st.booleans(),
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(KEYS, inner, min_size=1, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(KEYS, TREES, min_size=1, max_size=3))
def test_a_value_can_be_put_together_again_from_its_leaves(value: dict[str, Any]) -> None:
    rebuilt: dict[str, Any] = {}
    for pointer, leaf in leaves(value):
        put(rebuilt, pointer, leaf)
    assert rebuilt == value
