"""What simulated objects take from one another, and calculations."""

import pytest

from digit_tc.records import Persona
from digit_tc.streams import Stream
from digit_tc.tools.meaning import Meaning
from digit_tc.values.persona import draw_persona
from digit_tc.world.arithmetic import calculated, decided
from digit_tc.world.documents import excerpt
from digit_tc.world.fold import EMPTY
from digit_tc.world.knowledge import Knowledge
from digit_tc.world.relations import counted, own_facts, owner, totalled
from digit_tc.world.units import converted

PERSONA: Persona = draw_persona(Stream("somebody"))


def test_a_name_beside_an_id_belongs_to_that_id() -> None:
    ids = {"courier_id": Meaning("id", "courier"), "courier_name": Meaning("person"), "price": Meaning("money")}
    made = {"courier_id": "CR-1"}
    assert owner("courier_name", made, ids, "order") == ("courier", "CR-1")
    assert owner("price", made, ids, "order") is None
    assert owner("courier_name", made, ids, "courier") is None


def test_a_total_is_what_was_asked_for_times_its_price() -> None:
    knowledge = Knowledge(EMPTY)
    knowledge.note("product", "PR-1", {"price": 12.5})
    knowledge.note("product", "PR-2", {"price": 3})
    lines = [{"product_id": "PR-1", "quantity": 2}, {"product_id": "PR-2"}]
    assert totalled({"total_price": 0}, {"lines": lines}, knowledge) == {"total_price": 28.0}
    assert totalled({"total_price": 0}, {"lines": [{"product_id": "PR-9"}]}, knowledge) == {}


def test_a_count_agrees_with_its_list() -> None:
    properties = {"total_results": {"type": "integer"}, "items": {"type": "array"}}
    assert counted({"total_results": 9, "items": [1, 2]}, properties) == {"total_results": 2}


def test_a_look_up_by_ones_own_address_finds_oneself() -> None:
    assert own_facts(PERSONA, {"email": PERSONA.email})["name"] == PERSONA.name
    assert own_facts(PERSONA, {"first_name": PERSONA.first_name, "last_name": "Nobody"}) == {}


@pytest.mark.parametrize(
    ("name", "arguments", "value"),
    [
        ("add", {"a": 2, "b": 3}, 5),
        ("subtract", {"a": 2, "b": 3}, -1),
        ("divide", {"a": 9, "b": 3}, 3),
        ("power", {"base": 2, "exponent": 10}, 1024),
        ("mean", {"numbers": [1, 2, 3, 4]}, 2.5),
        ("max_value", {"numbers": [4, 9, 2]}, 9),
        ("square_root", {"number": 81, "precision": 3}, 9),
        ("round_number", {"number": 2.345, "decimal_places": 1}, 2.3),
        ("percentage", {"part": 5, "whole": 40}, 12.5),
        ("calculate", {"expression": "12 * (7 + 5) - 4"}, 140),
        ("si_unit_conversion", {"value": 3, "unit_in": "kilometers", "unit_out": "meters"}, 3000),
        ("book_hotel", {"guests": 2}, None),
        ("calculate", {"expression": "__import__('os')"}, None),
    ],
)
def test_calculations_are_right(name: str, arguments: dict[str, object], value: float | None) -> None:
    assert calculated(name, arguments) == value


def test_units_of_two_families_do_not_convert() -> None:
    assert converted(1, "miles", "kilometers") == pytest.approx(1.609344)
    assert converted(1, "miles", "grams") is None


def test_parts_of_a_text() -> None:
    text, stream = "b\na\nc", Stream("text")
    assert excerpt("file_content", text, {}, stream) == text
    assert excerpt("sorted_content", text, {}, stream) == "a\nb\nc"
    assert excerpt("last_lines", text, {"lines": 2}, stream) == "a\nc"
    assert excerpt("matching_lines", text, {"pattern": "A"}, stream) == "a"


@pytest.mark.parametrize(
    ("name", "arguments", "verdict"),
    [
        ("check_palindrome", {"text": "A man, a plan, a canal: Panama"}, True),
        ("check_palindrome", {"text": "The old library"}, False),
        ("is_prime", {"number": 97}, True),
        ("check_prime_number", {"number": 1}, False),
        ("check_prime", {"number": 10**12}, None),
        ("check_anagram", {"first": "Listen", "second": "Silent"}, True),
        ("is_leap_year", {"year": 1900}, False),
        ("check_palindrome", {"text": "a", "strict": True, "other": "b"}, None),
        ("check_availability", {"email": "a@example.com"}, None),
        ("is_even", {"number": "four"}, None),
    ],
)
def test_verdicts_that_code_can_give_are_right(name: str, arguments: dict[str, object], verdict: bool | None) -> None:
    assert decided(name, arguments) is verdict
