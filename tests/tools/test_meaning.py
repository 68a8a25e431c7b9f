"""What arguments and attributes stand for."""

from typing import Any

import pytest

from digit_tc.tools.fields import Field
from digit_tc.tools.meaning import judge
from digit_tc.tools.names import action, entity, plural, singular, with_article, words

STRING = {"type": "string"}


def meaning(name: str, tool: str = "book_hotel", *, path: tuple[str, ...] = (), **schema: Any) -> tuple[str, str, str]:
    judged = judge(Field((*path, name), {**STRING, **schema}, True), tool)
    return judged.kind, judged.entity, judged.role


@pytest.mark.parametrize(
    ("name", "kind", "noun"),
    [
        ("order_id", "id", "order"),
        ("orderId", "id", "order"),
        ("new_item_ids", "id", "item"),
        ("id", "id", "hotel"),
        ("tracking_number", "id", "tracking number"),
        ("confirmation_code", "id", "confirmation code"),
    ],
)
def test_ids_are_recognised_with_what_they_identify(name: str, kind: str, noun: str) -> None:
    assert meaning(name)[:2] == (kind, noun)


@pytest.mark.parametrize("name", ["phone_number", "zip_code", "country_code", "currency_code", "promo_code"])
def test_not_every_number_or_code_is_an_id(name: str) -> None:
    assert meaning(name)[0] != "id"


def test_an_id_in_a_list_belongs_to_the_list() -> None:
    assert meaning("id", "list_things", path=("hotels", "[]"))[:2] == ("id", "hotel")


@pytest.mark.parametrize(
    ("name", "kind", "role"),
    [
        ("check_in_date", "date", "start"),
        ("check_out_date", "date", "end"),
        ("origin_city", "city", "from"),
        ("destination", "city", "to"),
        ("start_time", "time", "start"),
        ("max_price", "text", "max"),
        ("attendees", "email", ""),
        ("guest_name", "person", ""),
        ("date_of_birth", "birthday", ""),
    ],
)
def test_strings_are_recognised_by_their_names(name: str, kind: str, role: str) -> None:
    judged = meaning(name, format="email") if name == "attendees" else meaning(name)
    assert (judged[0], judged[2]) == (kind, role)


def test_numbers_are_recognised_by_what_they_count() -> None:
    for name, kind in (("max_price", "money"), ("guests", "count"), ("min_rating", "rating"), ("daily_limit", "money"),
                       ("limit", "limit"), ("quantity", "quantity"), ("latitude", "latitude")):  # fmt: skip
        assert meaning(name, type="number")[0] == kind, name


def test_a_description_decides_where_the_name_does_not() -> None:
    assert meaning("when", "make_thing", description="Date in YYYY-MM-DD format")[0] == "date"
    assert meaning("destination", "mv", description="The name of the file to move to")[0] == "file"
    assert meaning("target", "send_thing", description="The e-mail address to write to")[0] == "email"


def test_names_are_split_and_inflected() -> None:
    assert words("checkInDate2_HTTPStatus") == ("check", "in", "date", "2", "http", "status")
    assert [singular(word) for word in ("boxes", "cities", "status", "ids", "people", "address")] == [
        "box", "city", "status", "id", "person", "address",
    ]  # fmt: skip
    assert [plural(word) for word in ("box", "city", "person", "order")] == ["boxes", "cities", "people", "orders"]
    assert [with_article(noun) for noun in ("order", "hotel", "hour", "user", "one")] == [
        "an order", "a hotel", "an hour", "a user", "a one",
    ]  # fmt: skip


def test_a_tool_name_tells_what_is_done_to_what() -> None:
    seen = {
        name: (action(name), entity(name)) for name in ("get_order_details", "search_flights", "cancelBooking", "ls")
    }
    assert seen == {
        "get_order_details": ("read", "order"),
        "search_flights": ("search", "flight"),
        "cancelBooking": ("delete", "booking"),
        "ls": ("search", ""),
    }
